"""The annual report (paras 12 and 13 of the Instruction; of any other plan likewise)."""

from dozor.publishing.report.brief import build_brief
from dozor.publishing.report.build import build_report
from dozor.publishing.report.data import CellTally, DisclosureStatement, KnownGap, ReportData
from dozor.publishing.report.letter import build_letter

__all__ = [
    "CellTally",
    "DisclosureStatement",
    "KnownGap",
    "ReportData",
    "build_brief",
    "build_letter",
    "build_report",
]
