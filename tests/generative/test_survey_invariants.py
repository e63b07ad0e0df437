"""What must hold for every survey.

GEN-SUR-001  The order of rows changes nothing.
GEN-SUR-002  The scale of the weights changes no share, mean, ratio or standard error; totals follow it.
GEN-SUR-003  Renaming strata, clusters and domains changes nothing.
GEN-SUR-004  The domains' totals add up to the whole, and a share lies between 0 and 1, as do its limits.
GEN-SUR-005  The engine agrees with the textbook's formula, cluster by cluster in NumPy, to 1e-12.
GEN-SUR-006  Adding another question changes nothing about the first.
GEN-SUR-007  Jackknife replicates of a total reproduce its linearised variance.
GEN-SUR-008  A definition means the same in plain Python and on the engine.
"""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.surveys import ask, by_domain, source_of, textbook_ratio

from dozor.core.estimation.definition import Definition
from dozor.core.estimation.estimate import Estimate
from dozor.core.estimation.expression import (
    And,
    Between,
    Comparison,
    Constant,
    Expression,
    Field,
    Holds,
    In,
    IsNull,
    Not,
    Or,
)
from dozor.core.estimation.request import MadeReplicates
from dozor.core.estimation.truth import has_trait
from dozor.store.expressions import trait

Rows = dict[str, list[Any]]
relaxed = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
SHARES = {"yes": "y = 1", "older": "x >= 2 given g <> 'a'"}


@st.composite
def surveys(draw: st.DrawFn) -> Rows:
    """Two to four strata of two to four clusters of one to five people; some answers missing."""
    rows: Rows = {"h": [], "c": [], "w": [], "y": [], "x": [], "g": []}
    for stratum in range(draw(st.integers(2, 4))):
        for cluster in range(draw(st.integers(2, 4))):
            for _ in range(draw(st.integers(1, 5))):
                rows["h"].append(f"s{stratum}")
                rows["c"].append(cluster)
                rows["w"].append(draw(st.floats(0.25, 50, allow_subnormal=False)))
                rows["y"].append(draw(st.sampled_from([0, 1, None])))
                rows["x"].append(draw(st.sampled_from([1.0, 2.5, 4.0, None])))
                rows["g"].append(draw(st.sampled_from(["a", "b", "c"])))
    # somebody answers each question, so that there is something to estimate
    rows["y"][0], rows["y"][-1], rows["x"][0], rows["g"][0] = 1, 0, 2.5, "b"
    return rows


def everything(rows: Rows) -> list[Estimate]:
    return ask(rows, shares=SHARES, means=("x",), totals=("y",), by=(("g",),), interval="beta")


def same(ours: list[Estimate], theirs: list[Estimate], tolerance: float = 1e-11) -> None:
    assert len(ours) == len(theirs)
    for one, other in zip(ours, theirs, strict=True):
        assert (one.name, one.n) == (other.name, other.n)
        for field in ("estimate", "se", "lower", "upper", "df", "deff"):
            a, b = getattr(one, field), getattr(other, field)
            assert (a is None) == (b is None), (field, one, other)
            if a is not None:
                assert a == pytest.approx(b, rel=tolerance, abs=1e-13), (field, one, other)


@given(surveys(), st.randoms(use_true_random=False))
@relaxed
def test_gen_sur_001_order(rows: Rows, random: Any) -> None:
    places = list(range(len(rows["h"])))
    random.shuffle(places)
    same(everything({name: [cells[i] for i in places] for name, cells in rows.items()}), everything(rows))


@given(surveys(), st.floats(1e-3, 1e3))
@relaxed
def test_gen_sur_002_scale(rows: Rows, scale: float) -> None:
    scaled = everything({**rows, "w": [w * scale for w in rows["w"]]})
    expected = []
    for row in everything(rows):
        factor = scale if row.estimand == "total" else 1.0
        # against a population drawn without replacement the design effect looks at the scale
        expected.append(
            dataclasses.replace(
                row,
                **{
                    name: None if getattr(row, name) is None else getattr(row, name) * factor
                    for name in ("estimate", "se", "lower", "upper")
                },
                deff=None,
                n_effective=None,
            )
        )
    same([dataclasses.replace(row, deff=None, n_effective=None) for row in scaled], expected)


@given(surveys())
@relaxed
def test_gen_sur_003_names(rows: Rows) -> None:
    renamed = {
        **rows,
        "h": [f"область {h}" for h in rows["h"]],
        "c": [f"z{9 - c}" for c in rows["c"]],
        "g": [{"a": "a", "b": "Ы", "c": "ў"}[g] for g in rows["g"]],
    }
    ours = by_domain(ask(renamed, shares=SHARES, by=(("g",),)))
    theirs = by_domain(ask(rows, shares=SHARES, by=(("g",),)))
    for before, after in (("a", "a"), ("b", "Ы"), ("c", "ў")):
        if (before,) in theirs:
            same([ours[after,]], [theirs[before,]])


@given(surveys())
@relaxed
def test_gen_sur_004_parts(rows: Rows) -> None:
    found = everything(rows)
    totals = [row for row in found if row.estimand == "total"]
    parts = [row.estimate for row in totals if row.domain and row.estimate is not None]
    assert sum(parts) == pytest.approx(totals[0].estimate, rel=1e-12)
    assert sum(row.n for row in totals if row.domain) == totals[0].n
    for row in found:
        if row.estimand == "share" and row.estimate is not None:
            assert 0 <= row.estimate <= 1
        if row.estimand == "share" and row.lower is not None:
            assert 0 <= row.lower <= row.estimate + 1e-12
            assert row.estimate - 1e-12 <= row.upper <= 1


@given(surveys())
@relaxed
def test_gen_sur_005_the_textbook(rows: Rows) -> None:
    h, c = np.array(rows["h"]), np.array(rows["c"])
    w, g = np.array(rows["w"]), np.array(rows["g"])
    y = np.array([np.nan if v is None else v for v in rows["y"]], dtype=float)
    x = np.array([np.nan if v is None else v for v in rows["x"]], dtype=float)
    for row in ask(rows, shares={"yes": "y = 1"}, means=("x",), by=(("g",),)):
        inside = np.ones(len(h), bool) if not row.domain else g == row.domain["g"]
        answers = y if row.name == "yes" else x
        if not (inside & ~np.isnan(answers)).any():
            assert row.estimate is None
            continue
        estimate, se = textbook_ratio(answers, np.ones(len(h)), h, c, w, inside)
        assert row.estimate == pytest.approx(estimate, rel=1e-12)
        assert row.se == pytest.approx(se, rel=1e-12, abs=1e-14)


@given(surveys())
@relaxed
def test_gen_sur_006_another_question(rows: Rows) -> None:
    alone = ask(rows, shares={"yes": "y = 1"}, by=(("g",),))
    together = [row for row in everything(rows) if row.name == "yes"]
    beta = ask(rows, shares={"yes": "y = 1"}, by=(("g",),), interval="beta")
    same(together, beta, tolerance=1e-14)
    assert [row.estimate for row in alone] == [row.estimate for row in together]


@given(surveys())
@relaxed
def test_gen_sur_007_jackknife_of_a_total(rows: Rows) -> None:
    taylor = ask(rows, totals=("y",), by=(("g",),))
    made = ask(rows, totals=("y",), by=(("g",),), replicates=MadeReplicates("JKn"))
    for one, other in zip(taylor, made, strict=True):
        assert other.estimate == one.estimate
        if one.se is not None:
            assert other.se == pytest.approx(one.se, rel=1e-9, abs=1e-12)


number, text = Field("x", "number"), Field("g", "text")
numbers = st.sampled_from([1.0, 2.5, 4.0]).map(lambda v: Constant(v, "number"))
texts = st.sampled_from(["a", "b", "z"]).map(lambda v: Constant(v, "text"))
signs = st.sampled_from(["=", "<>", "<", "<=", ">", ">="])
leaves = st.one_of(
    st.builds(Comparison, st.just(number), signs, numbers),
    st.builds(Comparison, st.just(text), signs, texts),
    st.builds(Between, st.just(number), numbers, numbers),
    st.builds(In, st.just(text), st.lists(texts, min_size=1, max_size=3).map(tuple)),
    st.sampled_from([IsNull(number), IsNull(text), Holds(Field("y", "number"), as_number=True)]),
)
expressions: st.SearchStrategy[Expression] = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.builds(Not, inner),
        st.lists(inner, min_size=2, max_size=3).map(tuple).map(And),
        st.lists(inner, min_size=2, max_size=3).map(tuple).map(Or),
    ),
    max_leaves=6,
)
PEOPLE: Rows = {
    "x": [1.0, 2.5, None, 4.0, None, 1.0, 2.5],
    "g": ["a", None, "b", "c", None, "z", "b"],
    "y": [1, 0, None, 1, 0, None, 1],
}
SOURCE = source_of(PEOPLE)
ANSWERS = {
    "x": (np.array([v or 0 for v in PEOPLE["x"]]), np.array([v is not None for v in PEOPLE["x"]])),
    "g": (np.array([v or "" for v in PEOPLE["g"]], object), np.array([v is not None for v in PEOPLE["g"]])),
    "y": (np.array([v or 0 for v in PEOPLE["y"]]), np.array([v is not None for v in PEOPLE["y"]])),
}


@given(expressions, st.one_of(st.none(), expressions))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_gen_sur_008_one_meaning(has: Expression, asked: Expression | None) -> None:
    definition = Definition("x", has, asked, "")
    true, known = has_trait(definition, ANSWERS, 7)
    found = SOURCE.table.select(t=trait(definition, SOURCE)).to_pyarrow()["t"].to_pylist()
    assert [value is not None for value in found] == known.tolist()
    assert [bool(value) for value in found] == true.tolist()
