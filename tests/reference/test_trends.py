"""R (stats, survey 4.5) on simulated sentinel rounds: 7 sites, 9 years.

TRE-001  Binomial intervals, Cochran-Armitage, Mantel-Haenszel, Kendall, logistic trends with site effects,
         dispersion and variance between sites: to 1e-9, or the tolerance the case states.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.reference.comparing import TOLERANCE, gap
from tests.reference.trend_cases import Case, load, pairs

CASES, ROUNDS = load(Path(__file__).parent / "data")


@pytest.mark.parametrize("case", CASES, ids=lambda c: c["id"])
def test_trend_cases(case: Case) -> None:
    compared = list(pairs(case, ROUNDS))
    assert compared
    assert [p for p in compared if gap(*p[1:]) > case.get("tol", TOLERANCE)] == []
