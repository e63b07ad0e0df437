"""What may be asked of any value (VAL).

VAL-001 a row names things that exist; what does not is refused with its column
VAL-002 numbers are read as people write them, and never guessed
VAL-003 a share stops at 100 % unless the plan says otherwise
VAL-004 bounds, numerator, denominator and value agree
VAL-005 a value or a kind of missing, never both, never neither
VAL-006 a currency belongs to its time
VAL-007 everything wrong with a row is said at once
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

import pytest
from tests.rows import GOOD, VOCABULARY

from dozor.core.findings import Finding
from dozor.core.observations.checking import CheckedRow, check_row, half_of_last_digit, read_number

RATE = {"indicator": "rate", "unit": "per 100k"}


def check(**cells: str) -> CheckedRow | list[Finding]:
    return check_row({**GOOD, **cells}, 5, VOCABULARY)


def accepted(**cells: str) -> CheckedRow:
    row = check(**cells)
    assert isinstance(row, CheckedRow), row
    return row


def codes(**cells: str) -> list[tuple[str, str | None]]:
    found = check(**cells)
    assert not isinstance(found, CheckedRow), found
    assert all(f.row == 5 for f in found)
    return [(f.code, f.column) for f in found]


@pytest.mark.parametrize(
    ("column", "cell", "code"),
    [
        ("indicator", "99.9", "VAL-INDICATOR"),
        ("indicator", "", "VAL-INDICATOR"),
        ("indicator", "11.10", "VAL-INDICATOR"),
        ("area", "Atlantis", "VAL-AREA"),
        ("area", "gomel oblast", "VAL-AREA"),
        ("area", "", "VAL-AREA"),
        ("population", "MSM", "VAL-POPULATION"),
        ("population", "nobody", "VAL-POPULATION"),
        ("sex", "other", "VAL-SEX"),
        ("age", "15—24", "VAL-AGE"),
        ("unit", "persons", "VAL-UNIT"),
        ("unit", "%", "VAL-UNIT"),
        ("unit", "", "VAL-UNIT"),
        ("period", "17", "VAL-PERIOD"),
        ("period", "2017-13", "VAL-PERIOD"),
        ("period", "01.03.2024", "VAL-DATE-AS-TEXT"),
        ("period", "1/3/24", "VAL-DATE-AS-TEXT"),
        ("period", "2024-03-01 00:00:00", "VAL-DATE-AS-TEXT"),
        ("source_title", " ", "VAL-SOURCE"),
        ("source_year", "201", "VAL-SOURCE-YEAR"),
        ("source_year", "2019 г.", "VAL-SOURCE-YEAR"),
        ("value", "many", "VAL-NUMBER"),
        ("lower", "~3", "VAL-NUMBER"),
        ("value", "30.123456789", "VAL-DIGITS"),
        ("numerator", "1234567890123456", "VAL-DIGITS"),
        ("value", "1e300", "VAL-DIGITS"),
        ("missing", "lost", "VAL-MISSING-KIND"),
    ],
)
def test_val_001_what_a_row_names_must_exist(column: str, cell: str, code: str) -> None:
    found = check(**{column: cell})
    assert not isinstance(found, CheckedRow)
    first = next(f for f in found if f.column == column)
    assert (first.code, first.found.strip()) == (code, cell.strip())


def test_val_001_a_place_is_a_code_or_an_exact_english_name() -> None:
    assert accepted(area="Gomel oblast").key == accepted(area="BY-HO").key


def test_val_001_a_single_population_need_not_be_written_and_several_must() -> None:
    assert accepted(population="").key.population == "PWID"
    assert codes(indicator="8.4", population="") == [("VAL-POPULATION", "population")]


def test_val_001_an_empty_sex_or_age_is_not_all() -> None:
    assert accepted().key != accepted(sex="all", age="all").key


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("30.8", "30.8"),
        ("30,8", "30.8"),
        (" 1 234 567,5 ", "1234567.5"),
        ("1\u00a0234", "1234"),
        ("1\u202f234", "1234"),
        ("−3", "-3"),
        ("+3", "3"),
        (".5", "0.5"),
        ("5.", "5"),
        ("1E3", "1000"),
        ("0", "0"),
    ],
)
def test_val_002_numbers_as_people_write_them(text: str, number: str) -> None:
    assert read_number(text) == Decimal(number)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-",
        "1,234.5",
        "1,234,567",
        "1.234.567",
        "NaN",
        "Infinity",
        "-inf",
        "1_000",
        "٣",
        "0x10",
        "3 %",
        "<3",
        "1e",
        "n/a",
    ],
)
def test_val_002_what_could_be_read_in_two_ways_is_no_number(text: str) -> None:
    with pytest.raises(InvalidOperation):
        read_number(text)


def test_val_002_the_digits_its_source_printed_are_kept() -> None:
    assert str(accepted(value="30.80").figure.value) == "30.80"


def test_val_003_a_share_stops_at_a_hundred_unless_the_plan_says_otherwise() -> None:
    assert accepted(value="100").figure.value == 100
    assert codes(value="100.1") == [("VAL-PERCENT", "value")]
    assert accepted(indicator="hcv", value="120").figure.value == 120
    assert codes(indicator="hcv", value="120.1") == [("VAL-PERCENT", "value")]
    assert codes(upper="100.1") == [("VAL-PERCENT", "upper")]


def test_val_003_a_maximum_belongs_to_its_unit() -> None:
    assert accepted(indicator="8.4", population="MSM", unit="persons", value="120").figure.value == 120


def test_val_003_below_zero_only_where_it_has_a_meaning() -> None:
    assert codes(value="-0.1") == [("VAL-NEGATIVE", "value")]
    assert codes(numerator="-1", denominator="4") == [("VAL-NEGATIVE", "numerator")]
    assert accepted(indicator="growth", value="-3").figure.value == -3


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"lower": "31", "upper": "30"}, [("VAL-BOUNDS", "lower")]),
        ({"lower": "31"}, [("VAL-OUTSIDE-BOUNDS", "value")]),
        ({"upper": "30.7"}, [("VAL-OUTSIDE-BOUNDS", "value")]),
        ({"denominator": "0"}, [("VAL-DENOMINATOR", "denominator")]),
        ({"denominator": "-4"}, [("VAL-DENOMINATOR", "denominator")]),
        ({"numerator": "11", "denominator": "10"}, [("VAL-NUMERATOR", "numerator")]),
        ({"numerator": "3", "denominator": "10"}, [("VAL-RATIO", "value")]),
        # 434 / 1410 = 30.7801…
        ({"value": "30.9", "numerator": "434", "denominator": "1410"}, [("VAL-RATIO", "value")]),
        ({**RATE, "value": "12", "numerator": "13", "denominator": "100000"}, [("VAL-RATIO", "value")]),
        # numbers at the edge of what is kept
        (
            {"indicator": "hcv", "value": "1", "numerator": "999999999999999", "denominator": "0.00000001"},
            [("VAL-RATIO", "value")],
        ),
    ],
)
def test_val_004_numbers_of_a_row_agree(cells: dict[str, str], expected: list[tuple[str, str]]) -> None:
    assert codes(**cells) == expected


@pytest.mark.parametrize(
    "cells",
    [
        {"value": "30.8", "numerator": "434", "denominator": "1410"},
        {"value": "31", "numerator": "434", "denominator": "1410"},  # printed without digits: half a per cent
        {"value": "30,78", "numerator": "434", "denominator": "1410"},
        {"value": "12.5", "numerator": "1", "denominator": "8"},
        {"value": "12", "numerator": "1", "denominator": "8"},  # exactly half of the last digit
        {"lower": "30.8", "upper": "30.8"},
        {"lower": "27.9", "upper": "33.8"},
        {"numerator": "434"},
        {"denominator": "1410"},
        {"indicator": "cases", "unit": "persons", "value": "7", "numerator": "7", "denominator": "100"},
        {**RATE, "value": "13", "numerator": "13", "denominator": "100000"},
        {"indicator": "hcv", "value": "120", "numerator": "12", "denominator": "10"},
    ],
)
def test_val_004_rounding_as_printed_is_agreement(cells: dict[str, str]) -> None:
    accepted(**cells)


def test_val_004_the_message_shows_what_the_counts_give() -> None:
    found = check(numerator="3", denominator="10")
    assert isinstance(found, list)
    assert found[0].values == {"computed": "30"}


def test_val_005_a_value_or_a_kind_of_missing() -> None:
    assert accepted(value="", missing="not-held").figure.missing == "not-held"
    assert accepted(value="0").figure.value == 0
    assert codes(value="") == [("VAL-EMPTY", "value")]
    assert codes(missing="not-held") == [("VAL-VALUE-AND-MISSING", "missing")]


@pytest.mark.parametrize(
    ("unit", "period", "is_right"),
    [
        ("BYR", "2015", True),
        ("BYN", "2017", True),
        ("BYN", "2016", True),  # a year with both: the source says which it printed
        ("BYR", "2016", True),
        ("BYR", "2017", False),
        ("BYN", "2015", False),
        ("BYR", "2016-07-01", False),
        ("BYN", "2016-06-30", False),
        ("BYR", "2016-06-30", True),
        ("USD", "2001", True),
    ],
)
def test_val_006_a_currency_belongs_to_its_time(unit: str, period: str, is_right: bool) -> None:
    found = check(indicator="1.1", unit=unit, period=period, value="5")
    assert isinstance(found, CheckedRow) == is_right
    if isinstance(found, list):
        assert [f.code for f in found] == ["VAL-CURRENCY-ERA"]


def test_val_007_everything_wrong_is_said_at_once() -> None:
    assert codes(indicator="x", area="y", unit="z", period="w", value="v", sex="u", source_title="") == [
        ("VAL-INDICATOR", "indicator"),
        ("VAL-SEX", "sex"),
        ("VAL-AREA", "area"),
        ("VAL-UNIT", "unit"),
        ("VAL-PERIOD", "period"),
        ("VAL-SOURCE", "source_title"),
        ("VAL-NUMBER", "value"),
    ]


def test_half_of_the_last_digit() -> None:
    for printed, half in (
        ("77", "0.5"),
        ("76.9", "0.05"),
        ("76,90", "0.005"),
        ("1200", "0.5"),
        ("1e3", "0.5"),
    ):
        assert half_of_last_digit(printed) == Decimal(half)
