"""Whatever is typed as a period is read as exactly one of four shapes, or refused."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from dozor.core.observations.period import FIRST_YEAR, LAST_YEAR, NotAPeriod, Period, PeriodKind, read_period
from dozor.language.periods import period_text

years = st.integers(FIRST_YEAR, LAST_YEAR - 1)
days = st.dates(date(FIRST_YEAR, 1, 1), date(LAST_YEAR, 12, 31))


@st.composite
def texts(draw: st.DrawFn) -> tuple[str, PeriodKind]:
    kind = draw(st.sampled_from(["year", "round", "months", "days", "state"]))
    if kind == "year":
        return f"{draw(years):04}", PeriodKind.YEAR
    if kind == "round":
        first = draw(years)
        return f"{first}-{first + 1}", PeriodKind.ROUND
    first, last = sorted((draw(days), draw(days)))
    if kind == "months":
        return f"{first:%Y-%m}..{last:%Y-%m}", PeriodKind.PART
    if kind == "days":
        return f"{first}..{last}", PeriodKind.PART
    return str(first), PeriodKind.STATE


def read(text: str) -> Period | None:
    try:
        return read_period(text)
    except NotAPeriod:
        return None


@given(texts())
def test_every_shape_is_read_as_itself(written: tuple[str, PeriodKind]) -> None:
    text, kind = written
    period = read_period(text)
    assert (period.text, period.kind) == (text, kind)
    assert period.starts_on <= period.ends_on
    assert read_period(f"  {text} ") == period
    assert period.is_full_year == (kind in (PeriodKind.YEAR, PeriodKind.ROUND))


@given(texts(), texts())
def test_two_periods_never_read_alike_in_words(a: tuple[str, PeriodKind], b: tuple[str, PeriodKind]) -> None:
    one, other = read_period(a[0]), read_period(b[0])
    for language in ("ru", "be", "en"):
        if period_text(one, language) == period_text(other, language):
            assert (one.starts_on, one.ends_on, one.kind) == (other.starts_on, other.ends_on, other.kind)


@given(st.text(max_size=24) | st.from_regex(r"[0-9.\-]{1,22}", fullmatch=True))
def test_anything_else_is_refused_and_nothing_breaks(text: str) -> None:
    period = read(text)
    if period is not None:
        assert period.text == text.strip()
        assert period.starts_on.year >= FIRST_YEAR


@given(st.lists(texts(), max_size=8))
def test_periods_sort_along_time(written: list[tuple[str, PeriodKind]]) -> None:
    ordered = sorted(read_period(t) for t, _ in written)
    assert [p.starts_on for p in ordered] == sorted(p.starts_on for p in ordered)
