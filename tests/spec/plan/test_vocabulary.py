"""Nothing shown on a page is named in code: the plans' text names all that published values carry.

VOC-001  The plans' text lists the indicator, population, sex, age, unit and area of every example value.
VOC-002  Every context series has a group, and names what it stands beside.
VOC-003  A percentage stops at 100 unless the plan says otherwise and why.
VOC-004  Texts are written as texts: three different languages, no stray spaces.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

import dozor
from dozor.core.plan import Plan
from dozor.core.text import Text
from dozor.formats.plan_folder import load_areas, load_plans, places_folder

EXAMPLE = Path(dozor.__file__).parent / "examples" / "belarus" / "indicator_values.csv"


@pytest.fixture(scope="module")
def plans() -> dict[str, Plan]:
    return {plan.code: plan for plan in load_plans()}


@pytest.fixture(scope="module")
def values() -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(EXAMPLE.read_text(encoding="utf-8-sig"))))


def test_voc_001_every_published_value_is_named(plans: dict[str, Plan], values: list[dict[str, str]]) -> None:
    owner = {i.code: (plan, i) for plan in plans.values() for i in plan.indicators}
    areas = load_areas(places_folder())
    unnamed = set()
    for row in values:
        plan, indicator = owner[row["indicator"]]
        checks = {
            "population": row["population"] in indicator.populations + indicator.further_populations,
            "unit": row["unit"] in indicator.units,
            "sex": row["sex"] in {s.code for s in plan.sexes},
            "age": row["age"] in {a.code for a in plan.ages},
            "area": areas.find(row["area"]) is not None,
        }
        unnamed |= {(row["indicator"], key, row[key]) for key, is_named in checks.items() if not is_named}
    assert unnamed == set()


def test_voc_001_every_series_of_the_text_has_a_published_value(
    plans: dict[str, Plan], values: list[dict[str, str]]
) -> None:
    assert {i.code for i in plans["by-context"].indicators} <= {row["indicator"] for row in values}
    assert len({row["indicator"] for row in values}) == 147


def test_voc_002_context_series(plans: dict[str, Plan]) -> None:
    context, law = plans["by-context"], plans["by-hiv-2006-123"]
    assert context.kind == "context"
    assert all(context.of_group(group.code) for group in context.groups)
    related = {i.code: i.related_to for i in context.indicators if i.related_to}
    assert all(law.has_indicator(code) for code in related.values())
    expected = {"8.3-syringe": "8.3", "8.3-condom": "8.3", "10.1-count": "10.1", "11.1-range": "11.1"}
    assert {code: related[code] for code in expected} == expected
    assert not {i.code for i in context.indicators} & {i.code for i in law.indicators}
    assert all(i.is_modelled for i in context.indicators if i.code.startswith("est-"))


def test_voc_003_percent_stops_at_100(plans: dict[str, Plan], values: list[dict[str, str]]) -> None:
    context = plans["by-context"]
    raised = {i.code: i.maximum for i in context.indicators if i.maximum is not None}
    assert raised == {"hcv-testing": Decimal(120)}
    assert context.indicator("hcv-testing").maximum_reason is not None
    assert context.maximum(context.indicator("hbv-testing"), "percent") == 100
    assert context.maximum(context.indicator("hcv-testing"), "percent") == 120
    for row in values:
        if context.has_indicator(row["indicator"]):
            limit = context.maximum(context.indicator(row["indicator"]), row["unit"])
            assert limit is None or Decimal(row["value"]) <= limit, row


def _texts(value: object) -> Iterator[Text]:
    if isinstance(value, Text):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from _texts(item)
    elif hasattr(value, "__dataclass_fields__"):
        for name in value.__dataclass_fields__:
            yield from _texts(getattr(value, name))


def test_voc_004_texts_are_clean(plans: dict[str, Plan]) -> None:
    for plan in plans.values():
        for text in _texts(plan):
            for words in (text.ru, text.be, text.en):
                assert words == words.strip(), words
                assert "  " not in words, words
            assert not set("ыщъ") & set(text.en), text.en
            # ы is in both; и, щ and ъ are letters of Russian only, і and ў of Belarusian only
            assert not set("ищъ") & set(text.be.lower()), text.be
            assert not set("іў") & set(text.ru.lower()), text.ru


def test_voc_002_the_context_says_which_series_tell_the_situation(plans: dict[str, Plan]) -> None:
    context = plans["by-context"]
    situation = context.situation
    assert situation is not None
    assert {situation.count, situation.rate, situation.residents} <= {i.code for i in context.indicators}
    assert set(situation.groups) <= {g.code for g in context.groups}


def test_voc_002_every_series_of_a_topic_is_in_a_plan_and_has_a_value(
    plans: dict[str, Plan], values: list[dict[str, str]]
) -> None:
    known = {i.code for plan in plans.values() for i in plan.indicators}
    topics = [topic for plan in plans.values() for topic in plan.topics]
    assert topics
    for topic in topics:
        assert set(topic.codes) <= known & {row["indicator"] for row in values}, topic.code
