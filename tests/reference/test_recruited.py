"""R `RDS` 0.9-10 on a simulated sample of 420 (population 1,200), by the generator of the cases.

RDS-001  Every figure of R that holds no chance, to 1e-9: waves, weights, transitions, RDS-I, RDS-II,
         standard errors, homophily, activity, convergence.
RDS-002  Gile's estimate inside the random error of R's own simulation.
RDS-003  Bootstrap standard errors within 12 % of R's.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.reference.comparing import TOLERANCE, gap
from tests.reference.recruited_cases import BOOTSTRAP_TOLERANCE, Case, Sample, bootstrap_errors, pairs

DATA = Sample(Path(__file__).parent / "data", "rds_dev")
EXACT = [c for c in DATA.cases if not c.get("stochastic")]
RANDOM = [c for c in DATA.cases if c.get("stochastic")]


@pytest.mark.parametrize("case", EXACT, ids=lambda c: c["id"])
def test_exact_cases(case: Case) -> None:
    compared = list(pairs(case, DATA))
    assert compared
    assert [p for p in compared if gap(*p[1:]) > TOLERANCE] == []


@pytest.mark.parametrize("case", RANDOM, ids=lambda c: c["id"])
def test_bootstrap_cases(case: Case) -> None:
    compared = list(bootstrap_errors(case, DATA))
    assert compared
    assert [p for p in compared if gap(*p[1:]) > BOOTSTRAP_TOLERANCE] == []
