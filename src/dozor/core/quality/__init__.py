"""What is doubtful in figures and answers, and why; nothing here changes a value.

Rules D1–D19 speak of figures (`reporting`, `arithmetic`, `related`, `expectation`, `history`, `digits`,
`verification`), S1–S12 of answers (`survey`). Their thresholds stand in the plan's text (`thresholds`).
A rule gives `Doubt`s: a coded finding with the cell it is about, to be corrected, confirmed or explained.
"""

from dozor.core.quality.checking import check_figures
from dozor.core.quality.doubt import Doubt, Grade
from dozor.core.quality.figures import Cell, Reported, reported
from dozor.core.quality.thresholds import Rules, read_rules

__all__ = ["Cell", "Doubt", "Grade", "Reported", "Rules", "check_figures", "read_rules", "reported"]
