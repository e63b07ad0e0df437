"""A record is read against its form; what breaks a rule is named and kept as it was.

ANS-001  Texts become values by the kind of their question.
ANS-002  Every broken rule has its code.
ANS-003  Codes of respondents are kept as pseudonyms only.
ANS-005  A question behind conditions must be answered by those whom they let through, and by nobody else; of
         every instrument each required answer left out alone is missed.
ANS-004  Words that do not fit a question are looked at for personal details too.
"""

from __future__ import annotations

from datetime import date

import pytest
from tests.interviews import in_full

from dozor.core.answers.checking import Checked, check_record
from dozor.core.answers.form import AnswerField, AnswerForm, form_of
from dozor.core.answers.of_instrument import form_of_instrument
from dozor.formats.plan_folder import find_plan

FORM = AnswerForm(
    "f",
    "1",
    (
        AnswerField("age", "integer", is_required=True, minimum=15, maximum=24),
        AnswerField("share", "decimal"),
        AnswerField("on", "date"),
        AnswerField("sex", "choice", ("female", "male")),
        AnswerField("drugs", "choices", ("a", "b", "c")),
        AnswerField("remark", "text"),
        AnswerField("at", "instant"),
        AnswerField("respondent", "text", is_code=True),
        AnswerField("partner_age", "integer", repeat="partners"),
    ),
)


def check(texts, repeats=None) -> Checked:
    return check_record(FORM, texts, repeats or {}, year=2026, pseudonym=lambda code: f"<{len(code)}>")


def test_ans_001_texts_become_values():
    found = check(
        {"age": " 18 ", "share": "0.5", "on": "2026-03-01", "sex": "male", "drugs": "a c", "remark": ""},
        {"partners": [{"partner_age": "20"}, {"partner_age": ""}]},
    )
    assert found.breaches == found.identity == ()
    assert found.answers.values == {
        **{"age": 18, "share": 0.5, "on": date(2026, 3, 1), "sex": "male", "drugs": "a c"},
        **{"remark": None, "at": None, "respondent": None},
    }
    assert found.answers.repeats == {"partners": [{"partner_age": 20}, {"partner_age": None}]}


@pytest.mark.parametrize(
    ("texts", "column", "code"),
    [
        ({}, "age", "COL-ANSWER-MISSING"),
        ({"age": "18.5"}, "age", "COL-ANSWER-INTEGER"),
        ({"age": "9" * 30}, "age", "COL-ANSWER-INTEGER"),
        ({"age": "14"}, "age", "COL-ANSWER-LOW"),
        ({"age": "25"}, "age", "COL-ANSWER-HIGH"),
        ({"age": "18", "share": "nan"}, "share", "COL-ANSWER-DECIMAL"),
        ({"age": "18", "share": "1e999"}, "share", "COL-ANSWER-DECIMAL"),
        ({"age": "18", "on": "2026-02-30"}, "on", "COL-ANSWER-DATE"),
        ({"age": "18", "sex": "m"}, "sex", "COL-ANSWER-CHOICE"),
        ({"age": "18", "drugs": "a z"}, "drugs", "COL-ANSWER-CHOICE"),
        ({"age": "18", "at": "noon"}, "at", "COL-ANSWER-INSTANT"),
        ({"age": "18", "other": "x"}, "other", "COL-ANSWER-UNKNOWN"),
        ({"age": "18", "remark": "x" * 10_001}, "remark", "COL-ANSWER-LONG"),
    ],
)
def test_ans_002_every_broken_rule_has_its_code(texts, column, code):
    (breach,) = check(texts).breaches
    assert (breach.code, breach.column) == (code, column)


def test_ans_002_an_unknown_group_is_a_breach():
    assert [f.code for f in check({"age": "18"}, {"nobody": [{}]}).breaches] == ["COL-ANSWER-UNKNOWN"]


def test_ans_003_a_code_is_kept_as_a_pseudonym():
    found = check({"age": "18", "respondent": "AB-12"})
    assert found.answers.values["respondent"] == "<5>"
    assert "AB-12" not in repr(found)


@pytest.mark.parametrize(
    "texts",
    [
        {"remark": "Иванов Иван Иванович"},
        {"sex": "Иванов Иван Иванович"},
        {"age": "+375291234567"},
        {"extra": "a.b@example.org"},
    ],
)
def test_ans_004_words_anywhere_are_looked_at(texts):
    assert check({"age": "18"} | texts).identity


def test_a_form_survives_being_written_down():
    assert form_of(FORM.as_mapping()) == FORM
    with pytest.raises(ValueError, match="twice"):
        AnswerForm("f", "1", (AnswerField("a", "text"), AnswerField("a", "date")))


ASKED = AnswerForm(
    "f",
    "1",
    (
        AnswerField("consent", "choice", ("yes", "no"), is_required=True),
        AnswerField("age", "integer", is_required=True, conditions=("${consent} = 'yes'",)),
        AnswerField("guardian", "text", is_required=True, conditions=("${consent} = 'yes'", "${age} < 18")),
        AnswerField("tested", "choice", ("yes", "no"), conditions=("${consent} = 'yes'",)),
        AnswerField("on", "date", is_required=True, conditions=("${age} >= 18 and today() > ${born}",)),
        AnswerField(
            "with", "text", is_required=True, repeat="partners", conditions=("${consent} = 'yes'", "${n} > 1")
        ),
        AnswerField("n", "integer", repeat="partners"),
    ),
)


@pytest.mark.parametrize(
    ("texts", "turns", "missing"),
    [
        ({"consent": "no"}, [], []),
        ({"consent": "yes"}, [], ["age"]),
        ({"consent": "yes", "age": "17"}, [], ["guardian"]),
        ({"consent": "yes", "age": "18"}, [], []),  # what hangs on today's date is left to the phone
        ({"consent": "yes", "age": "18"}, [{"n": "2"}, {"n": "1"}, {"n": "3", "with": "x"}], ["with"]),
        ({"consent": "no"}, [{"n": "2"}], []),
    ],
)
def test_ans_005_a_question_behind_conditions(texts, turns, missing):
    repeats = {"partners": turns} if turns else {}
    found = check_record(ASKED, texts, repeats, year=2026, pseudonym=str)
    assert [(f.code, f.column) for f in found.breaches] == [("COL-ANSWER-MISSING", m) for m in missing]
    assert form_of(ASKED.as_mapping()) == ASKED


INSTRUMENTS = find_plan("by-hiv-2006-123").instruments


@pytest.mark.parametrize("code", sorted(INSTRUMENTS))
def test_ans_005_of_every_instrument(code):
    """Each required answer that a full record gives, taken out alone, is missed by its name."""
    form = form_of_instrument(INSTRUMENTS[code])

    def missed(texts):
        found = check_record(form, texts, {}, year=2026, pseudonym=str).breaches
        return {f.column for f in found if f.code == "COL-ANSWER-MISSING"}

    whole = in_full(form, {})
    assert missed(whole) == set()
    demanded = [f.name for f in form.single if f.is_required and whole.get(f.name)]
    assert demanded
    assert [name for name in demanded if name not in missed(whole | {name: ""})] == []
