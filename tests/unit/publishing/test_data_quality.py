"""The annex on the quality of data says what the review holds, and nothing where there is none (REP-020)."""

from __future__ import annotations

from tests.unit.publishing.example_report import report_data
from tests.unit.publishing.test_report import lines

from dozor.core.findings import Finding
from dozor.core.quality.review import DOMAINS, AgencyReview, AnswerGiven, DeskReview, RuleReview
from dozor.core.quality.titles import TITLES
from dozor.publishing.report import build_report

DOUBTED = Finding("QLT-D7", found="30", values={"times": "3", "expected_value": "10"})
REVIEW = DeskReview(
    agencies=(AgencyReview("GOMEL", 4, 3, 2, 10, 9, open=1, answered=1, corrected=2, sites=1, factor=0.8),),
    rules=(RuleReview("D7", 0, 0, 1, 2), RuleReview("S3", 1, 0, 0, 0)),
    answers=(AnswerGiven("GOMEL", "1.1", "", "BY-HO", "D7", DOUBTED, False, "a new laboratory"),),
)


def test_rep_020_the_review_in_words() -> None:
    told = lines(build_report(report_data(review=REVIEW), "en"))
    assert any("Quality of data" in line and line.startswith("Annex") for line in told)
    assert any("Of 4 reports due, 3 came, 2 of them in time." in line for line in told)
    assert any("raised 4 doubts" in line and "1 of them are not answered" in line for line in told)
    _duties, reports, doubts = (line for line in told if line.startswith("Гомельский ОЦ (en) | 4 |"))
    assert reports.endswith("4 | 75% | 50% | 90% | 0.80")
    assert doubts.endswith("4 | 2 | 1 | 1")
    place = told.index("Internal consistency")
    assert told[place + 1].endswith("| 3 | 2 | 0 | 1 | 0")
    assert any("30 is 3 times" in line and "explained: a new laboratory" in line for line in told)


def test_rep_020_without_a_review_there_is_no_annex() -> None:
    told = lines(build_report(report_data(), "en"))
    assert not any("Quality of data" in line for line in told)
    empty = lines(build_report(report_data(review=DeskReview()), "en"))
    assert any("no rule found anything" in line for line in empty)


def test_rep_020_each_rule_lies_in_one_domain() -> None:
    assert sorted(r for rules in DOMAINS.values() for r in rules) == sorted(TITLES)
