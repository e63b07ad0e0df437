"""Forms on paper: questionnaires printed from the instrument's text."""

from __future__ import annotations

from dozor.publishing.forms.questionnaire import questionnaire_pdf

__all__ = ["questionnaire_pdf"]
