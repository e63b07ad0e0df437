"""What a form's own rules ask of an answer, held at every door (COL).

COL-081  An answer that leans on another (no more than were asked, no later than) is held against it.
COL-082  The shape of a code of a site or an interviewer is held; a name in its place is kept apart.
COL-083  A telephone or a document's number in place of a respondent's code is refused, and so is a question
         of nobody's form that is named after a personal detail.
"""

from __future__ import annotations

import pytest

from dozor.core.answers.checking import Checked, check_record
from dozor.core.answers.form import AnswerField, AnswerForm, form_of

FORM = AnswerForm(
    "f",
    "1",
    (
        AnswerField("students", "integer", minimum=0),
        AnswerField("taught", "integer", constraint=". >= 0 and . <= ${students}"),
        AnswerField("ended_on", "date", constraint=". <= today()"),
        AnswerField("interviewer", "text", constraint="regex(., '^[A-Za-z0-9-]{1,12}$')"),
        AnswerField("respondent", "text", is_code=True),
    ),
)


def checked(**texts: str) -> Checked:
    return check_record(form_of(FORM.as_mapping()), texts, {}, year=2026, pseudonym=lambda code: "h" + code)


@pytest.mark.parametrize(
    ("texts", "broken"),
    [
        ({"students": "30", "taught": "30"}, []),
        ({"students": "30", "taught": "31"}, ["taught"]),
        ({"taught": "31"}, []),  # the answer it leans on is what is missing
        ({"ended_on": "2026-05-01"}, []),
        ({"interviewer": "I-04"}, []),
        ({"interviewer": "Иванов"}, ["interviewer"]),
    ],
)
def test_col_081_082_rules_are_held(texts: dict[str, str], broken: list[str]):
    found = checked(**texts)
    assert [f.column for f in found.breaches] == broken
    assert {f.code for f in found.breaches} <= {"COL-ANSWER-RULE"}
    assert not found.identity


@pytest.mark.parametrize(
    ("code", "refused"),
    [
        ("+375291234567", "PERSON-PHONE"),
        ("80291234567", "PERSON-PHONE"),
        ("3010190A001PB5", "PERSON-DOCUMENT"),
        ("Иванов Иван Иванович", "PERSON-NAME"),
        ("R-0037529123456", None),
        ("b45c2f087f2df9832e18bfaa2498642d", None),
    ],
)
def test_col_083_no_personal_detail_in_place_of_a_code(code: str, refused: str | None):
    assert [f.code for f in checked(respondent=code).identity] == ([refused] if refused else [])


def test_col_083_no_question_of_a_personal_detail():
    assert [f.code for f in checked(surname="x").identity] == ["PERSON-NAME"]
