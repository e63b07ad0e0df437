"""Whatever stands in a row, the check gives a row for the bank or coded findings, and never breaks."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import example, given
from hypothesis import strategies as st
from tests.rows import GOOD, VOCABULARY

from dozor.core.messages import WORDINGS
from dozor.core.observations.checking import CheckedRow, check_row, half_of_last_digit, read_number
from dozor.language import say

numbers = st.decimals(allow_nan=False, allow_infinity=False).map(str) | st.integers().map(str)
cells = (
    st.text(max_size=12)
    | numbers
    | st.sampled_from(["1e999", "-0", "1e-999", "\x00", "٣", "1,5", "NaN", "=1"])
)
columns = ["indicator", "population", "sex", "age", "area", "period", "value", "unit", "missing"]
columns += ["numerator", "denominator", "lower", "upper", "source_title", "source_year"]


@given(st.dictionaries(st.sampled_from(columns), cells))
@example({"value": "1", "numerator": "9" * 15, "denominator": "0.00000001", "indicator": "hcv"})
def test_a_row_is_taken_or_refused_with_codes(changed: dict[str, str]) -> None:
    found = check_row({**GOOD, **changed}, 2, VOCABULARY)
    if isinstance(found, CheckedRow):
        assert found.figure.value is None or abs(found.figure.value) < 10**15
        return
    assert found
    for finding in found:
        assert finding.code in WORDINGS
        assert finding.column in {*columns, "note"}
        assert len({say(finding, language).message for language in ("ru", "be", "en")}) == 3


whole = st.integers(0, 10**6)


@given(numerator=whole, more=st.integers(0, 10**6), digits=st.integers(0, 4))
def test_a_share_rounded_from_its_counts_is_always_taken(numerator: int, more: int, digits: int) -> None:
    denominator = numerator + more or 1
    share = Decimal(100) * numerator / denominator
    printed = str(share.quantize(Decimal(1).scaleb(-digits)))
    row = check_row(
        {**GOOD, "value": printed, "numerator": str(numerator), "denominator": str(denominator)},
        2,
        VOCABULARY,
    )
    assert isinstance(row, CheckedRow), row


@given(numerator=whole, more=st.integers(0, 10**6), digits=st.integers(0, 3), steps=st.integers(2, 9))
def test_a_share_off_by_more_than_its_last_digit_is_refused(
    numerator: int, more: int, digits: int, steps: int
) -> None:
    denominator = numerator + more or 1
    step = Decimal(1).scaleb(-digits)
    wrong = (Decimal(100) * numerator / denominator).quantize(step) + step * steps
    found = check_row(
        {**GOOD, "value": str(wrong), "numerator": str(numerator), "denominator": str(denominator)},
        2,
        VOCABULARY,
    )
    assert not isinstance(found, CheckedRow)


@given(st.decimals(-(10**12), 10**12, places=3))
def test_comma_point_and_thin_spaces_read_alike(number: Decimal) -> None:
    point = f"{number:,.3f}".replace(",", "")
    assert read_number(point) == read_number(point.replace(".", ",")) == number
    assert read_number(f"{number:,.3f}".replace(",", "\u202f").replace(".", ",")) == number
    assert half_of_last_digit(point) == Decimal("0.0005")
