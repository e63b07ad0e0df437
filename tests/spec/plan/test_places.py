"""The packaged places and agencies of Belarus.

PLACE-001  The republic, 6 oblasts, Minsk, 118 districts, 9 city districts of Minsk, 10 cities.
PLACE-002  Seven regions in one fixed order.
PLACE-003  The agencies that play the law's roles: seven regional centres, five ministries and the council, …
PLACE-004  An area is found by its code or by its exact name in any of the three languages.
"""

from __future__ import annotations

from collections import Counter

import pytest

from dozor.core.places import Agencies, Areas
from dozor.formats.plan_folder import load_agencies, load_areas, load_plan, packaged_folder, places_folder

REGIONS = ["BY-BR", "BY-VI", "BY-HO", "BY-HR", "BY-HM", "BY-MI", "BY-MA"]


@pytest.fixture(scope="module")
def areas() -> Areas:
    return load_areas(places_folder())


@pytest.fixture(scope="module")
def agencies() -> Agencies:
    plan = load_plan(packaged_folder() / "by-hiv-2006-123")
    return load_agencies(places_folder(), roles=[e.code for e in plan.executors])


def test_place_001_counts(areas: Areas) -> None:
    assert Counter(a.type for a in areas) == {
        "country": 1,
        "oblast": 6,
        "city of republican subordination": 1,
        "district": 118,
        "city district": 9,
        "city of oblast subordination": 10,
        "town of district subordination": 1,
    }
    assert {a.type for a in areas} == {t.code for t in areas.types}


def test_place_002_regions(areas: Areas) -> None:
    assert [a.code for a in areas.regions()] == REGIONS
    assert areas.country.code == "BY"


def test_place_002_every_other_area_lies_in_one_region(areas: Areas) -> None:
    regions = Counter(region.code for a in areas if (region := areas.region_of(a.code)))
    assert sum(regions.values()) == len(areas) - 1
    assert list(regions.keys() - set(REGIONS)) == []
    assert len(areas.within("BY-HM")) == 1 + 9
    assert [a.code for a in areas.ancestors("BY-MI-t-borisov")] == ["BY-MI-borisov", "BY-MI", "BY"]


def test_place_003_roles(agencies: Agencies) -> None:
    played = Counter(role for agency in agencies for role in agency.roles)
    assert played == {
        "MOH": 1,
        "RCHEPH": 1,
        "OCHEPH": 6,
        "MCHE": 1,
        "MOE": 1,
        "MOD": 1,
        "MIA": 1,
        "MOI": 1,
        "COUNCIL": 1,
        "CONTRIBUTOR": 7,
        "DCHE": 120,
    }


def test_place_003_regional_centres_serve_the_seven_regions(agencies: Agencies) -> None:
    centres = agencies.playing("OCHEPH") + agencies.playing("MCHE")
    assert sorted(area for a in centres for area in a.areas) == sorted(REGIONS)
    assert {a.parent for a in centres} == {"RCHEPH"}
    assert agencies.agency("OCHEPH-HO").name.ru == (
        "Гомельский областной центр гигиены, эпидемиологии и общественного здоровья"
    )


def test_place_003_every_district_and_city_of_an_oblast_has_one_centre(
    agencies: Agencies, areas: Areas
) -> None:
    for area in areas:
        served = agencies.serving(area.code, "DCHE")
        if area.type in ("district", "city of oblast subordination"):
            assert len(served) == 1
            assert served[0].parent == f"OCHEPH-{area.parent[3:]}"  # type: ignore[index]
        else:
            assert served == ()
    assert agencies.agency("DCHE-BR-brest").areas == ("BY-BR-brest", "BY-BR-c-brest")


@pytest.mark.parametrize("text", ["BY-HO-c-gomel", "Gomel", "Гомель"])
def test_place_004_found_by_code_and_name(areas: Areas, text: str) -> None:
    found = areas.find(text)
    assert found is not None
    assert found.code == "BY-HO-c-gomel"


@pytest.mark.parametrize("text", ["gomel", "Гомельский", "BY-XX", ""])
def test_place_004_only_exact_names(areas: Areas, text: str) -> None:
    assert areas.find(text) is None
