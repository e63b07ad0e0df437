"""Forms on paper: questionnaires printed from the instrument's text, and the sheet beside a submission."""

from __future__ import annotations

from dozor.publishing.forms.questionnaire import questionnaire_pdf
from dozor.publishing.forms.submission import submission_sheet
from dozor.publishing.forms.totals import TotalLine, totals_of

__all__ = ["TotalLine", "questionnaire_pdf", "submission_sheet", "totals_of"]
