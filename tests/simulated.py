"""The simulated field for tests: populations and samples of any instrument, from the example's truths."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cache

import numpy as np
import yaml

from dozor.apps.instance.actions import EXAMPLE
from dozor.core.plan import Plan
from dozor.core.plan.definitions import DesignKind
from dozor.core.plan.instruments import Instrument
from dozor.core.simulation.population import Population, populate
from dozor.core.simulation.sampling import Drawn, draw_clusters, everybody, recruit
from dozor.core.simulation.truths import Truths, read_truths
from dozor.formats.plan_folder import find_plan, load_areas, places_folder

TODAY = date(2026, 11, 20)
CITIES = ("BY-HM", "BY-HO-c-gomel")


@cache
def plan() -> Plan:
    return find_plan("by-hiv-2006-123")


@cache
def truths() -> Truths:
    return read_truths(yaml.safe_load((EXAMPLE / "field.yaml").read_text(encoding="utf-8")))


@cache
def parents() -> dict[str, str]:
    return {area.code: area.parent or "" for area in load_areas(places_folder())}


def kind_of(instrument: Instrument) -> DesignKind:
    """The design that the instrument's definitions name first."""
    firsts = [d.designs[0].kind for d in plan().definitions if d.instrument == instrument.code]
    return "rds" if "rds" in firsts else "sample" if "sample" in firsts else "census"


def population_of(
    code: str,
    rng: np.random.Generator,
    *,
    size: int | None = None,
    kind: DesignKind | None = None,
    areas: Sequence[str] | None = None,
) -> Population:
    instrument = plan().instruments[code]
    has_city = instrument.has_field("city")
    return populate(
        plan(),
        instrument,
        truths(),
        parents=parents(),
        year=2026,
        today=TODAY,
        rng=rng,
        size=size,
        kind=kind or kind_of(instrument),
        areas=areas if areas is not None else CITIES if has_city else (),
    )


def sample_of(population: Population, rng: np.random.Generator, kind: DesignKind, people: int = 40) -> Drawn:
    if kind == "rds":
        return recruit(population, rng, people=people)
    if kind == "sample":
        return draw_clusters(population, rng, sites=3, take=max(1, people // 6))
    return everybody(population)
