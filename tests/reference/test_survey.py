"""R `survey` 4.5 on a simulated household survey of 727: strata, unequal clusters, missing answers, a stratum
with a single cluster.

SUR-001  Shares, means, totals, ratios, quantiles, design effects, intervals, domains, lonely clusters, finite
         populations, replicates, post-stratification, raking, calibration, age standardisation, differences
         and tests: to 1e-9, or the tolerance the case states.
SUR-002  Not estimable in R (a domain of one answer) is not estimable here.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.reference.comparing import TOLERANCE, gap
from tests.reference.survey_cases import NOT_HERE, Case, Survey, load, pairs, tag_of

FOLDER = Path(__file__).parent / "data"
CASES = [case for case in load(FOLDER, "hhsurvey_dev") if not case["id"].startswith(NOT_HERE)]
SURVEYS = {tag: Survey(tag, FOLDER) for tag in ("hh", "hhfpc")}


@pytest.mark.parametrize("case", CASES, ids=lambda c: c["id"])
def test_survey_cases(case: Case) -> None:
    compared = list(pairs(case, SURVEYS[tag_of(case)]))
    assert compared
    assert [p for p in compared if gap(*p[1:]) > case.get("tol", TOLERANCE)] == []
