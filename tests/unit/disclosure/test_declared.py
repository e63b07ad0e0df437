"""How series hang together, as a plan's text declares it, and what the attacker makes of it.

DIS-DEC-001  The packaged texts read, and every code in them is a series or group of the plan.
DIS-DEC-002  A fault of the text is found with its line.
DIS-DEC-003  A share or rate is joined to its counts: with its own numerator, that of the count beside it,
             of everyone there, of residents a year on; another number keeps its own name.
DIS-DEC-004  On the bank's own shapes: a hidden count is not given away by a rate, a share, a cascade or a
             running total that the plan declares; without the text it is.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from typing import Any

import numpy as np
import pytest

from dozor.apps.releases.cells import cells_of, structure_of
from dozor.core.disclosure import (
    About,
    Cell,
    Kind,
    Protection,
    Quotient,
    Undivided,
    declared_relations,
    join_quotients,
    protect,
)
from dozor.core.findings import Refused
from dozor.core.observations.observation import Figure, Observation, Source
from dozor.core.observations.period import read_period
from dozor.core.plan import Plan, read_plan
from dozor.formats.plan_folder import load_areas, load_audiences, places_folder, plan_folders, plan_texts

EVERYONE = Undivided({"route: sexual": "general", "route: homosexual": "route: sexual"}, "BY")


@cache
def plans() -> tuple[Plan, ...]:
    return tuple(read_plan(plan_texts(folder)) for folder in plan_folders())


def context() -> Plan:
    return next(plan for plan in plans() if plan.kind == "context")


def test_the_packaged_texts_read():
    """DIS-DEC-001"""
    declared = declared_relations(context())
    assert ("hiv-cumulative", "hiv-new-cases") in declared.running
    assert any(d.whole == "plhiv-registered" and d.parts == ("art-persons",) for d in declared.measures)
    assert {q.of for q in declared.quotients} >= {"hiv-incidence", "plhiv-rate", "hiv-new-share"}
    assert all(declared_relations(plan) is not None for plan in plans())


GOOD = """relations:
  within:
    - series: [plhiv-registered, art-persons]
  quotients:
    - {of: hiv-incidence, numerator: hiv-new-cases, denominator: population, denominator_is: next}
  groups:
    - {whole: general, parts: ["route: sexual"]}
"""


@pytest.mark.parametrize(
    ("before", "after", "code", "row"),
    [
        ("art-persons]", "art-people]", "PLAN-UNKNOWN-INDICATOR", 3),
        ("numerator: hiv-new-cases", "numerator: new", "PLAN-UNKNOWN-INDICATOR", 5),
        ("route: sexual", "route: air", "PLAN-UNKNOWN-POPULATION", 7),
        ("denominator_is: next", "denominator_is: last", "PLAN-NOT-ONE-OF", 5),
        ("within:", "inside:", "PLAN-UNKNOWN-KEY", 2),
        ("of: hiv-incidence, ", "", "PLAN-MISSING-KEY", 5),
    ],
)
def test_a_fault_is_found_with_its_line(before: str, after: str, code: str, row: int) -> None:
    """DIS-DEC-002"""
    assert before in GOOD
    assert declared_relations(replace(context(), relations=GOOD)).quotients
    with pytest.raises(Refused) as refused:
        declared_relations(replace(context(), relations=GOOD.replace(before, after)))
    assert (code, row) in {(f.code, f.row) for f in refused.value.findings}


def count(name: str, measure: str, value: int, **about: str) -> Cell:
    return Cell(name, About(measure, "BY-BR", period="2025", **about), Kind.COUNT, Decimal(value))


def test_a_share_takes_the_counts_it_is_made_of():
    """DIS-DEC-003"""
    share = Cell("s", About("share percent", "BY-BR", period="2025"), Kind.SHARE, Decimal(25))
    of = {"s": Quotient("share", "positive", "examined")}
    cells = [count("p", "positive", 5), count("e", "examined", 20), share]
    *_, joined = join_quotients(cells, of, EVERYONE)
    assert (joined.numerator, joined.denominator) == (5, 20)
    assert joined.numerator_about == cells[0].about
    assert joined.denominator_about == cells[1].about
    # a number of its own is another number
    *_, apart = join_quotients([*cells[:2], replace(share, numerator=6, denominator=24)], of, EVERYONE)
    assert apart.numerator_about != cells[0].about
    assert apart.denominator_about != cells[1].about
    # nothing beside it: nothing to divide
    assert join_quotients([share], of, EVERYONE) == [share]


def test_a_groups_share_is_of_everyone_and_a_rate_of_residents_a_year_on():
    """DIS-DEC-003"""
    of = {"s": Quotient("share", "new", "new", "everyone"), "r": Quotient("rate", "new", "residents", "next")}
    total = count("n", "new", 40)
    mine = count("m", "new", 10, population="route: homosexual", sex="male")
    residents = replace(count("p", "residents", 100_000), about=About("residents", "BY-BR", period="2026"))
    share = Cell("s", mine.about.of("share percent"), Kind.SHARE, Decimal(25))
    rate = Cell("r", total.about.of("rate"), Kind.RATE, Decimal(40), factor=Decimal(100_000))
    total = replace(total, about=replace(total.about, population="general"))
    rate = replace(rate, about=total.about.of("rate"))
    residents = replace(residents, about=replace(residents.about, population="general"))
    found = {c.id: c for c in join_quotients([total, mine, residents, share, rate], of, EVERYONE)}
    assert found["s"].denominator_about == total.about
    assert found["s"].numerator == 10
    assert found["r"].denominator_about == residents.about
    assert found["r"].numerator_about == total.about


def observation(number: int, indicator: str, value: str, **more: Any) -> Observation:
    unit = more.pop("unit", "persons")
    parts = {name: more.pop(name, None) for name in ("numerator", "denominator")}
    about = {"population": "general", "sex": "all", "age": "all", "area": "BY-BR", "period": "2025"} | more
    return Observation(
        id=number,
        plan="by-context",
        indicator=indicator,
        source=Source("a submission"),
        figure=Figure(Decimal(value), unit, **parts),
        recorded_at=datetime(2026, 1, 1, tzinfo=UTC),
        **{**about, "period": read_period(about["period"])},
    )


def released(*found: Observation, with_text: bool = True) -> Protection:
    read = [plan if with_text else replace(plan, relations="") for plan in plans()]
    return protect(
        cells_of(found, read, frozenset(), "BY"),
        audience=load_audiences().audience("legal-entities"),
        structure=structure_of(read, load_areas(places_folder()), date(2026, 1, 1)),
        rng=np.random.default_rng(1),
    )


def hidden(found: Protection) -> set[str]:
    assert found.is_safe
    return {p.cell.id for p in found.cells if p.status.is_hidden}


RATE = (
    observation(1, "hiv-new-cases", "5"),
    observation(2, "hiv-incidence", "5.0", unit="per 100k"),
    observation(3, "population", "100000", period="2026"),
)
SHARE = (
    observation(1, "hiv-new-cases", "4", population="route: injecting"),
    observation(2, "hiv-new-share", "10.0", unit="percent", population="route: injecting"),
    observation(3, "hiv-new-cases", "40"),
)
CASCADE = (
    observation(1, "plhiv-registered", "120"),
    observation(2, "art-persons", "117"),
)
RUNNING = (
    observation(1, "hiv-cumulative", "1200", period="2024-12-31"),
    observation(2, "hiv-cumulative", "1203", period="2025-12-31"),
)


@pytest.mark.parametrize(
    ("found", "kept"),
    [
        (RATE, {"1", "2"}),  # 5.0 per 100,000 of 100,000 are five people
        (SHARE, {"1", "2"}),  # 10 % of 40 are four
        (CASCADE, {"1", "2"}),  # three are not on therapy; one of the two is enough
        (RUNNING, {"1", "2"}),  # three in the year
    ],
)
def test_what_the_plan_declares_gives_nothing_away(found: tuple[Observation, ...], kept: set[str]) -> None:
    """DIS-DEC-004"""
    guarded, unaware = hidden(released(*found)), hidden(released(*found, with_text=False))
    assert guarded & kept
    assert guarded > unaware  # the text, and nothing else, made the difference
