"""Parts that a large table is searched in (CUT).

CUT-001  A part around a nought reaches whoever has what the nought's own region has none of.
CUT-002  A part holds several codes of every dimension, however many there are in any of them, and the totals
         above the quantity in each.
"""

from __future__ import annotations

from decimal import Decimal

import numpy as np
from tests.unit.disclosure.test_known_leaks import EXACT

from dozor.core.disclosure import About, Cell, Division, Kind, Structure
from dozor.core.disclosure.cutting import Cutting
from dozor.core.disclosure.knowledge import assemble
from dozor.core.disclosure.system import System

DISTRICTS = {f"d{k}": f"o{k // 6}" for k in range(18)}  # six in each of three regions
AREAS = (
    Division("country", ("o0", "o1", "o2")),
    *(
        Division(region, tuple(d for d, of in DISTRICTS.items() if of == region))
        for region in ("o0", "o1", "o2")
    ),
)


def system_of(breakdowns: int) -> System:
    """Counts by a kind of people: the first kind is found in the last region alone, the others everywhere."""
    at: dict[tuple[str, str], int] = {}
    for district, region in DISTRICTS.items():
        for kind in range(breakdowns):
            value = 9 if kind or region == "o2" else 0
            for area in (district, region, "country"):
                for population in (f"r{kind}", "all"):
                    at[area, population] = at.get((area, population), 0) + value
    cells = [
        Cell(f"{area} {kind}", About("new", area, kind), Kind.COUNT, Decimal(value))
        for (area, kind), value in at.items()
    ]
    structure = Structure(
        areas=AREAS, populations=(Division("all", tuple(f"r{k}" for k in range(breakdowns))),)
    )
    return assemble(cells, audience=EXACT, structure=structure).system


def areas_around(system: System, name: str, most: int, seed: int) -> set[str]:
    every = np.ones(len(system.truth), dtype=np.bool_)
    start = next(k for k, found in enumerate(system.names) if name in found)
    at, is_all = Cutting(system, every, np.random.default_rng(seed)).around(start, most)
    assert not is_all
    return {system.names[k].split(" · ")[1] for k in at.tolist()}


def test_cut_001_a_nought_reaches_who_has_what_its_region_has_not() -> None:
    system = system_of(3)
    for seed in range(20):
        found = areas_around(system, "new · d0 · r0", 30, seed)
        assert {"d0", "o0"} <= found
        assert "country" in found or "o2" in found, found


def test_cut_002_a_part_holds_several_codes_of_every_dimension() -> None:
    for breakdowns in (3, 40):
        system = system_of(breakdowns)
        every = np.ones(len(system.truth), dtype=np.bool_)
        start = next(k for k, found in enumerate(system.names) if "new · d0 · r0" in found)
        at, _ = Cutting(system, every, np.random.default_rng(1)).around(start, 60)
        areas = {system.names[k].split(" · ")[1] for k in at.tolist()}
        kinds = {system.names[k].split(" · ")[2] for k in at.tolist()}
        assert len(at) <= 60
        assert {"d0", "o0", "country"} < areas
        assert {"r0", "all"} < kinds
        assert len(at) == len(areas) * len(kinds), "a product of codes"
