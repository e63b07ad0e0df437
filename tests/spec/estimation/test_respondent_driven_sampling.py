"""Respondent-driven sampling, as the manual tells it.

A few seeds are interviewed and bring others, who bring others. People who know many are reached more easily,
so each answer is weighted by how many of the population the respondent knows.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from dozor.core.estimation.definition import parse_named
from dozor.core.estimation.estimate import Estimate
from dozor.core.estimation.rds.combining import Size
from dozor.core.findings import Refused
from dozor.formats.frames import open_source
from dozor.store.recruited import BootstrapPlan, RdsRequest, estimate_recruited

# Ibis 12 still calls a method that DuckDB 1.5 is about to rename
pytestmark = pytest.mark.filterwarnings("ignore:fetch_arrow_table:DeprecationWarning")

SAMPLE = """
id  by  knows  hiv  city
1   -   4      0    Minsk
2   1   2      1    Minsk
3   1   8      0    Minsk
4   2   2      1    Minsk
5   -   4      1    Brest
6   5   4      0    Brest
7   6   8      0    Brest
8   6   8      .    Brest
"""


def estimate(folder: Path, table: str, **asked: object) -> list[Estimate]:
    """Estimate from a table written as text; ``-`` marks a seed, ``.`` a missing answer."""
    lines = [" ".join(line.split()) for line in table.strip().splitlines()]
    text = "\n".join(line.replace(" ", ",") for line in lines).replace(",-,", ",,")
    path = folder / "sample.csv"
    path.write_text("\n".join(line.replace(",.,", ",,") for line in text.split("\n")), encoding="utf-8")
    source = open_source(path)
    outcome = parse_named("hiv=hiv = 1", source.types)
    return estimate_recruited(
        source,
        RdsRequest("id", "by", "knows", shares=(outcome,), **asked),  # type: ignore[arg-type]
    )


def test_each_answer_is_weighted_by_one_over_the_people_known(tmp_path: Path) -> None:
    (row,) = estimate(tmp_path, SAMPLE)
    positive = 1 / 2 + 1 / 2 + 1 / 4
    negative = 1 / 4 + 1 / 8 + 1 / 4 + 1 / 8
    assert row.estimate == pytest.approx(positive / (positive + negative))
    assert row.n == 7  # one did not answer


def test_with_the_population_s_size_draws_are_without_replacement(tmp_path: Path) -> None:
    (with_replacement,) = estimate(tmp_path, SAMPLE)
    (small,) = estimate(tmp_path, SAMPLE, estimator="ss", population=12.0)
    (large,) = estimate(tmp_path, SAMPLE, estimator="ss", population=600.0)
    everybody = 3 / 7
    assert everybody < small.estimate < large.estimate < with_replacement.estimate


def test_a_domain_is_a_sample_of_its_own(tmp_path: Path) -> None:
    rows = estimate(tmp_path, SAMPLE, by=(("city",),))
    assert [row.domain for row in rows] == [{}, {"city": "Brest"}, {"city": "Minsk"}]
    assert rows[2].estimate == pytest.approx(1 / (1 + 1 / 4 + 1 / 8))


def test_the_bootstrap_s_figures_replace_the_others(tmp_path: Path) -> None:
    (plain,) = estimate(tmp_path, SAMPLE)
    (row,) = estimate(tmp_path, SAMPLE, bootstrap=BootstrapPlan("tree", 200, seed=3, interval="logit"))
    assert row.estimate == plain.estimate
    assert row.se != plain.se
    assert 0 < row.lower < row.estimate < row.upper < 1


def test_cities_stay_apart_until_their_sizes_are_known(tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        estimate(tmp_path, SAMPLE, city="city")
    assert [f.found for f in refused.value.findings] == ["Brest", "Minsk"]
    sizes = {"Minsk": Size(300, 60), "Brest": Size(100, 20)}
    together, brest, minsk = estimate(tmp_path, SAMPLE, city="city", sizes=sizes)
    assert together.estimate == pytest.approx((300 * minsk.estimate + 100 * brest.estimate) / 400)


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("9   7   0      1    Brest", "RDS-DEGREE-ZERO"),
        ("9   77  4      1    Brest", "RDS-ORPHAN"),
        ("9   9   4      1    Brest", "RDS-CYCLE"),
        ("8   7   4      1    Brest", "RDS-ID-REPEATED"),
    ],
)
def test_what_cannot_be_is_refused_with_its_row(tmp_path: Path, row: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        estimate(tmp_path, SAMPLE + row)
    assert [(f.code, f.row) for f in refused.value.findings] == [(code, 10)]
