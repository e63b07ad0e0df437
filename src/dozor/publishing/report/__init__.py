"""The annual report (paras 12 and 13 of the Instruction; of any other plan likewise)."""

from dozor.publishing.report.build import build_report
from dozor.publishing.report.data import CellTally, DisclosureStatement, KnownGap, ReportData

__all__ = ["CellTally", "DisclosureStatement", "KnownGap", "ReportData", "build_report"]
