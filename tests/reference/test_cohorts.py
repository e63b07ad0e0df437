"""R `survival` 3.5-3 on a simulated cohort of 240.

COH-001  Kaplan-Meier with Greenwood and its five intervals, medians, late entry, weights with robust
         errors, ways out kept apart, log-rank and Peto tests, restricted mean, age at first sex: to 1e-9.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.reference.cohort_cases import NOT_HERE, Case, first_age_pairs, load, pairs
from tests.reference.comparing import TOLERANCE, gap

CASES, ROWS = load(Path(__file__).parent / "data")


@pytest.mark.parametrize("case", [c for c in CASES if c["id"] not in NOT_HERE], ids=lambda c: c["id"])
def test_cohort_cases(case: Case) -> None:
    compared = list(pairs(case, ROWS))
    assert compared
    assert [p for p in compared if gap(*p[1:]) > TOLERANCE] == []


def test_age_at_first_sex() -> None:
    compared = list(first_age_pairs(Path(__file__).parent / "data"))
    assert compared
    assert [p for p in compared if gap(*p[1:]) > TOLERANCE] == []
