"""A ministry's total beside the regions' sum (REC).

REC-001  Shares are put together by numerators and denominators, counts by sums; never averaged.
REC-002  Where a region lacks a number, or has not handed in, nothing is said to differ.
"""

from __future__ import annotations

from decimal import Decimal

from dozor.core.submissions.content import Row
from dozor.core.submissions.reconciling import reconcile

FACTORS: dict[str, Decimal | None] = {"percent": Decimal(100), "persons": None}


def share(area: str, value: str, top: str = "", bottom: str = "") -> Row:
    return Row("2.10", area, "2025", "percent", "students", value=value, numerator=top, denominator=bottom)


def test_rec_001_shares_by_their_parts():
    regions = [[share("BY-BR", "10", "10", "100")], [share("BY-VI", "50", "450", "900")]]
    (found,) = reconcile([share("BY", "46.0")], regions, expected=2, factors=FACTORS)
    assert found.regions == Decimal(46)  # 460 of 1,000: not the mean of 10 and 50
    assert not found.is_apart
    (found,) = reconcile([share("BY", "46.1")], regions, expected=2, factors=FACTORS)
    assert (found.is_apart, found.difference) == (True, Decimal("0.1"))


def test_rec_001_counts_by_their_sums():
    def count(area: str, value: str, sex: str = "") -> Row:
        return Row("13.2", area, "2025", "persons", "children orphaned by AIDS", sex=sex, value=value)

    regions = [[count("BY-BR", "3"), count("BY-BR", "2", "male")], [count("BY-VI", "4")]]
    (found,) = reconcile([count("BY", "8"), count("BY", "5", "male")], regions, expected=2, factors=FACTORS)
    assert (found.regions, found.difference, found.is_apart) == (Decimal(7), Decimal(1), True)


def test_rec_002_nothing_differs_where_something_lacks():
    whole, part = share("BY-BR", "10", "10", "100"), share("BY-VI", "50")
    (found,) = reconcile([share("BY", "46")], [[whole], [part]], expected=2, factors=FACTORS)
    assert (found.regions, found.is_apart) == (None, False)
    (found,) = reconcile([share("BY", "46")], [[whole]], expected=7, factors=FACTORS)
    assert (found.given, found.expected, found.is_apart) == (1, 7, False)
    assert reconcile([], [[whole]], expected=7, factors=FACTORS) == []
    (found,) = reconcile([share("BY", "")], [[whole]], expected=1, factors=FACTORS)
    assert (found.total, found.difference) == (None, None)
