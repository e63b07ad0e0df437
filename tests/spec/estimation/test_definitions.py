"""A definition says who is counted, and of whom.

DEF-001  NAME="EXPRESSION given EXPRESSION"; without `given`, everybody.
DEF-002  SQL's three-valued logic: in the denominator is who `given` is true for and whose answer is known.
DEF-003  The same text gives the same people in plain Python and on the engine.
DEF-004  "Don't know" is an answer; a conjunction within a person (8.3) counts persons with every trait.
DEF-005  Only comparisons, AND, OR, NOT, IN, BETWEEN, IS NULL, literals and columns; operands of one type.
"""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from tests.surveys import ask, rows_of, source_of

from dozor.core.estimation.definition import parse_definition, parse_expression
from dozor.core.estimation.truth import evaluate, has_trait
from dozor.core.findings import Refused
from dozor.store.expressions import trait

PEOPLE = rows_of("""
    age  sex  test  source
    17   f    1     clinic
    22   m    0     -
    31   f    -     friend
    40   m    1     clinic
    -    f    0     dk
    25   m    -     -
""")
TYPES = {"age": "number", "sex": "text", "test": "number", "source": "text"}


def people(text: str) -> tuple[str, str]:
    """Who has the trait and who is in the denominator: one sign per person, ``1`` yes, ``.`` no."""
    definition = parse_definition("x", text, TYPES)
    answers = {
        name: (
            np.array(
                [0 if v is None else v for v in cells], dtype=None if TYPES[name] == "number" else object
            ),
            np.array([v is not None for v in cells]),
        )
        for name, cells in PEOPLE.items()
    }
    true, known = has_trait(definition, answers, 6)

    source = source_of(PEOPLE)
    table = source.table.select(t=trait(definition, source)).to_pyarrow()["t"].to_pylist()
    assert [value is True for value in table] == true.tolist(), "the engine disagrees"
    assert [value is not None for value in table] == known.tolist(), "the engine disagrees"
    return ("".join("1" if t else "." for t in true), "".join("1" if k else "." for k in known))


def test_def_001_a_share_of_everybody_who_answered() -> None:
    assert people("test = 1") == ("1..1..", "11.11.")


def test_def_001_given_narrows_the_denominator() -> None:
    assert people("test = 1 given sex = 'm'") == ("...1..", ".1.1..")
    assert people("test = 1 GIVEN age BETWEEN 20 AND 40") == ("...1..", ".1.1..")


def test_def_001_the_word_given_inside_quotes_is_text() -> None:
    definition = parse_definition("x", "source = 'given' given sex = 'f'", TYPES)
    assert definition.given is not None


def test_def_002_who_given_is_unknown_for_is_not_asked() -> None:
    # the fifth person's age is missing: neither 18 and over nor under
    assert people("sex = 'f' given age >= 18") == ("..1...", ".111.1")


@pytest.mark.parametrize(("left", "right"), list(itertools.product(("1", "0", "NULL"), repeat=2)))
def test_def_002_the_truth_table(left: str, right: str) -> None:
    value = {"1": True, "0": False, "NULL": None}
    a, b = value[left], value[right]
    both = False if a is False or b is False else None if a is None or b is None else True
    either = True if a is True or b is True else None if a is None or b is None else False
    for sign, expected in (("AND", both), ("OR", either)):
        true, known = evaluate(
            parse_expression(f"a {sign} b", {"a": "truth", "b": "truth"}),
            {
                "a": (np.array([bool(a)]), np.array([a is not None])),
                "b": (np.array([bool(b)]), np.array([b is not None])),
            },
            1,
        )
        assert (bool(true[0]) if known[0] else None) is expected


@pytest.mark.parametrize(
    "text",
    [
        "NOT test = 1",
        "test <> 1 OR age > 30",
        "test IS NULL",
        "test IS NOT NULL AND sex IN ('f', 'x')",
        "age NOT IN (17, 22)",
        "NOT (age < 20 OR sex = 'm') given test IS NOT NULL",
        "age NOT BETWEEN 18 AND 30",
        "source > 'c'",
        "test",
        "NOT test given age >= 18",
        "17 <= age",
        "age = 2.2e1",
    ],
)
def test_def_003_python_and_the_engine_count_the_same_people(text: str) -> None:
    people(text)


def test_def_004_dont_know_is_an_answer_unless_named() -> None:
    assert people("source = 'clinic'") == ("1..1..", "1.111.")
    assert people("source = 'clinic' given source <> 'dk'") == ("1..1..", "1.11..")


def test_def_004_a_conjunction_counts_persons() -> None:
    knowledge = rows_of("""
        w  q1  q2  q3
        1  1   1   1
        1  1   0   1
        1  1   1   -
        1  0   -   1
    """)
    (row,) = ask(knowledge, shares={"all": "q1 = 1 AND q2 = 1 AND q3 = 1"})
    # the third person may know all three or not; the fourth, who missed one, does not
    assert (row.estimate, row.n) == (pytest.approx(1 / 3), 3)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("age =", "EST-EXPR-SYNTAX"),
        ("age = 1 OR", "EST-EXPR-SYNTAX"),
        ("age = 1; DROP TABLE x", "EST-EXPR-SYNTAX"),
        ("age = 1 given sex = 'f' given sex = 'm'", "EST-EXPR-SYNTAX"),
        ("(" * 500 + "age = 1" + ")" * 500, "EST-EXPR-SYNTAX"),
        ("weight = 1", "EST-EXPR-FIELD"),
        ('sex = "f"', "EST-EXPR-FIELD"),
        ("lower(sex) = 'f'", "EST-EXPR-FORBIDDEN"),
        ("read_csv('x') IS NULL", "EST-EXPR-FORBIDDEN"),
        ("age IN (SELECT 1)", "EST-EXPR-FORBIDDEN"),
        ("EXISTS (SELECT 1)", "EST-EXPR-FORBIDDEN"),
        ("age + 1 = 18", "EST-EXPR-FORBIDDEN"),
        ("CAST(sex AS INT) = 1", "EST-EXPR-FORBIDDEN"),
        ("CASE WHEN age = 1 THEN TRUE END", "EST-EXPR-FORBIDDEN"),
        ("sex LIKE 'f%'", "EST-EXPR-FORBIDDEN"),
        ("age = NULL", "EST-EXPR-FORBIDDEN"),
        ("age = ?", "EST-EXPR-FORBIDDEN"),
        ("age = '17'", "EST-EXPR-TYPES"),
        ("sex = 1", "EST-EXPR-TYPES"),
        ("age IN (17, 'x')", "EST-EXPR-TYPES"),
        ("sex", "EST-EXPR-TYPES"),
        ("age < sex", "EST-EXPR-TYPES"),
    ],
)
def test_def_005_anything_else_is_refused_with_a_code(text: str, code: str) -> None:
    with pytest.raises(Refused) as refusal:
        parse_definition("x", text, TYPES)
    assert [finding.code for finding in refusal.value.findings] == [code]
