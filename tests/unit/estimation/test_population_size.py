"""Sizes of populations.

POP-001  A multiplier divides the count by the share and carries both uncertainties.
POP-002  Chapman's estimate and variance, worked by hand; the interval never falls below those seen.
POP-003  Counts and shares that say nothing are refused.
"""

from __future__ import annotations

import numpy as np
import pytest

from dozor.core.estimation.estimate import Estimate
from dozor.core.estimation.population_size.capture_recapture import chapman
from dozor.core.estimation.population_size.multiplier import service_multiplier, unique_object_multiplier
from dozor.core.findings import Refused

SHARE = Estimate("share", "used the service", {}, 0.25, 0.025, n=400, n_effective=300.0, deff=4 / 3)


def test_service_multiplier() -> None:
    row = service_multiplier(count=500, share=SHARE, count_se=25)
    assert row.estimate == 2000
    assert row.se == pytest.approx(2000 * np.hypot(0.05, 0.1))
    assert np.log(row.upper / 2000) == pytest.approx(-np.log(row.lower / 2000))
    assert (row.n, row.deff) == (400, 4 / 3)


def test_unique_objects() -> None:
    row = unique_object_multiplier(handed_out=500, share=SHARE)
    assert row.estimate == 2000
    assert row.se == pytest.approx(200)
    sure = unique_object_multiplier(handed_out=500, share=Estimate("share", "has one", {}, 0.9, 0.3, n=20))
    assert sure.lower == 500  # those who hold an object are there


@pytest.mark.parametrize(
    ("count", "share", "code"),
    [
        (0, SHARE, "POP-COUNT"),
        (10, Estimate("share", "x", {}, 0.0, 0.0), "POP-SHARE"),
        (10, Estimate("share", "x"), "POP-SHARE"),
    ],
)
def test_multipliers_that_say_nothing(count: float, share: Estimate, code: str) -> None:
    with pytest.raises(Refused) as refused:
        service_multiplier(count=count, share=share)
    assert [f.code for f in refused.value.findings] == [code]


def test_chapman() -> None:
    row = chapman(first=48, second=48, both=11)
    assert row.estimate == pytest.approx(49 * 49 / 12 - 1)
    assert row.se**2 == pytest.approx(49 * 49 * 37 * 37 / (12**2 * 13))
    assert row.n == 85
    assert 85 < row.lower < row.estimate < row.upper


def test_everybody_seen_twice() -> None:
    row = chapman(first=30, second=30, both=30)
    assert (row.estimate, row.se, row.lower, row.upper) == (30, 0, 30, 30)


def test_nobody_seen_twice() -> None:
    row = chapman(first=20, second=30, both=0)
    assert row.estimate == 21 * 31 - 1
    assert row.lower > 50


@pytest.mark.parametrize("captures", [(10, 10, 11), (0, 5, 0), (10, 5, -1)])
def test_captures_that_do_not_fit(captures: tuple[int, int, int]) -> None:
    with pytest.raises(Refused) as refused:
        chapman(first=captures[0], second=captures[1], both=captures[2])
    assert [f.code for f in refused.value.findings] == ["POP-CAPTURES"]


def test_coverage_of_the_interval() -> None:
    rng = np.random.default_rng(7)
    held = 0
    for _ in range(2000):
        people = rng.random((2, 1000))
        first, second = people[0] < 0.2, people[1] < 0.25
        row = chapman(first=int(first.sum()), second=int(second.sum()), both=int((first & second).sum()))
        held += row.lower <= 1000 <= row.upper
    assert 0.93 <= held / 2000 <= 0.97
