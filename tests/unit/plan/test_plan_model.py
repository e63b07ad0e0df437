"""What a plan and its places answer when asked.

MODEL-001  A code nobody defined is a KeyError, whatever is asked for.
MODEL-002  A plan refuses to exist in an invalid state.
MODEL-003  Areas and agencies know the days they existed on.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from tests.unit.plan import texts

from dozor.core.places import Area, Areas, read_agencies, read_areas
from dozor.core.plan import Fixed, read_plan
from dozor.core.text import Text

NAME = Text("а", "а", "a")


def test_model_001_unknown_codes() -> None:
    plan = read_plan(texts.files())
    for ask in (plan.indicator, plan.executor, plan.population, plan.sex, plan.age, plan.unit):
        with pytest.raises(KeyError):
            ask("nothing")
    with pytest.raises(KeyError):
        plan.direction(99)
    assert not plan.has_indicator("nothing")
    assert not plan.has_population("nothing")
    assert plan.duty_of("MINISTRY") is None


def test_model_002_invalid_states() -> None:
    plan = read_plan(texts.files())
    share = plan.indicator("1.1")
    with pytest.raises(ValueError, match="every 3 years"):
        replace(share, frequency_years=3)
    with pytest.raises(ValueError, match="a unit and a population"):
        replace(share, populations=())
    with pytest.raises(ValueError, match="direction or to a group"):
        replace(share, group="money")
    with pytest.raises(ValueError, match="twice"):
        replace(plan, indicators=(share, share))
    with pytest.raises(ValueError, match="no such day"):
        Fixed(month=2, day=29, year_offset=1)


def test_model_002_maximum_of_an_indicator_comes_before_its_units() -> None:
    plan = read_plan(texts.files())
    share, number = plan.indicator("1.1"), plan.indicator("1.10")
    assert plan.maximum(share, "percent") == 100
    assert plan.maximum(number, "persons") is None
    assert plan.maximum(replace(share, maximum=plan.unit("percent").maximum * 2), "percent") == 200  # type: ignore[operator]


def test_model_003_a_reorganised_area_ends_and_its_successor_begins() -> None:
    old = Area("X-old", NAME, "district", "X", valid_to=date(2019, 12, 31))
    new = Area("X-new", NAME, "district", "X", valid_from=date(2020, 1, 1))
    areas = Areas((Area("X", NAME, "country", None), old, new))
    for day, there in ((date(2019, 12, 31), ["X-old"]), (date(2020, 1, 1), ["X-new"])):
        assert [a.code for a in areas.children("X") if a.is_valid_on(day)] == there
    assert areas.find("a") is None  # three areas share the name
    assert areas.is_within("X-old", "X")
    assert not areas.is_within("X", "X-old")


def test_model_003_an_agency_serves_several_areas_on_the_days_it_existed() -> None:
    areas = read_areas({"areas.csv": texts.AREAS, "area_types.yaml": texts.AREA_TYPES})
    text = texts.AGENCIES.replace("parent: MINISTRY", 'valid_to: "2019-12-31"')
    agencies = read_agencies({"agencies.yaml": text}, areas)
    assert [a.code for a in agencies.serving("BY-VI")] == ["CENTRE-BR"]
    assert [a.code for a in agencies.playing("CENTRE", date(2019, 12, 31))] == ["CENTRE-BR"]
    assert agencies.playing("CENTRE", date(2020, 1, 1)) == ()
    assert areas.type_name("oblast").en == "oblast"
