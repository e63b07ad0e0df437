"""R `survey` and `survival` on random designs (script and versions: `random_designs.R`).

RAN-001  One and two stages, populations as counts and as fractions with and without weights, rules for a
         lonely cluster, missing and tied answers: means, ratios, totals, design effects, domains, every kind
         of interval, rule of quantiles, statistic of independence, adjustment and jackknife, as R has them.
RAN-002  Survival of a cohort: every kind of interval, late entry, weights and clusters, ways out, tests.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.reference.comparing import gap
from tests.reference.random_cases import Case, load, pairs, tolerance


def name(case: Case) -> str:
    return "-".join(str(value) for key, value in case.items() if key != "expected" and value)


@pytest.mark.parametrize("case", load(Path(__file__).parent / "data"), ids=name)
def test_random_designs(case: Case) -> None:
    compared = list(pairs(case))
    assert compared
    assert [pair for pair in compared if gap(*pair[1:]) > tolerance(case)] == []
