"""S1–S12: what is doubtful in the answers of a survey, and with whom."""

from dozor.core.quality.survey.answers import Answers, answers_of
from dozor.core.quality.survey.checking import check_answers
from dozor.core.quality.survey.thresholds import SurveyRules

__all__ = ["Answers", "SurveyRules", "answers_of", "check_answers"]
