"""Which of several sources is the headline, and how well a value meets its definition (HEAD, MATCH).

HEAD-001 a value nobody contradicts is the headline
HEAD-002 where sources disagree, a recorded choice decides; without one nothing is the headline
HEAD-003 the narrowest choice that names a source of the cell decides, of equally narrow ones the latest
MATCH-001 the last rule that covers a value is in force; an unjudged value has none
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

from dozor.core.observations.headline import Choice, mark_headlines
from dozor.core.observations.matching import MatchRule, match_of
from dozor.core.observations.observation import Figure, Match, Observation, Source
from dozor.core.observations.period import read_period
from dozor.core.text import Text

SURVEY, RELEASE, BULLETIN = (
    Source("Survey"),
    Source("Release", "https://example.org", 2019),
    Source("Bulletin"),
)
WHY = Text(ru="так", be="так", en="so")


def value(source: Source, number: str = "30.8", **more: object) -> Observation:
    one = Observation(
        id=1,
        plan="p",
        indicator="11.1",
        population="PWID",
        sex="all",
        age="all",
        area="BY",
        period=read_period("2017"),
        source=source,
        figure=Figure(Decimal(number), "percent"),
        recorded_at=datetime(2026, 1, 1, tzinfo=UTC),
    )
    return replace(one, **more)  # type: ignore[arg-type]


def choice(source: Source, population: str = "", area: str = "", period: str = "") -> Choice:
    return Choice("11.1", population, area, period, source.key, WHY)


def headlines(
    *choices: Choice, of: tuple[Observation, ...] = (value(SURVEY), value(RELEASE, "31"))
) -> list[str]:
    marked = mark_headlines(of, choices)
    assert all(o.is_headline is not None for o in marked)
    return [o.source.title for o in marked if o.is_headline]


def test_head_001_a_value_nobody_contradicts_is_the_headline() -> None:
    assert headlines(of=(value(SURVEY),)) == ["Survey"]
    apart = (value(SURVEY), value(RELEASE, sex="male"), value(BULLETIN, period=read_period("2018")))
    assert headlines(of=apart) == ["Survey", "Release", "Bulletin"]


def test_head_001_of_sources_that_say_the_same_the_first_recorded_is_the_headline() -> None:
    same = (value(SURVEY, "31.0", id=7), value(RELEASE, "31", id=3))
    assert headlines(of=same) == ["Release"]
    assert headlines(choice(SURVEY), of=same) == ["Survey"]
    other_unit = (value(SURVEY, "31"), value(RELEASE, figure=Figure(Decimal(31), "persons")))
    assert headlines(of=other_unit) == []


def test_head_002_sources_that_disagree_stand_side_by_side_until_someone_chooses() -> None:
    assert headlines() == []
    assert headlines(choice(BULLETIN)) == []
    assert headlines(choice(SURVEY)) == ["Survey"]


def test_head_002_a_choice_for_another_cell_says_nothing() -> None:
    assert headlines(choice(SURVEY, area="BY-HO")) == []
    assert headlines(choice(SURVEY, period="2018")) == []
    assert headlines(choice(SURVEY, population="MSM")) == []


def test_head_003_the_narrowest_choice_decides() -> None:
    assert headlines(choice(RELEASE, period="2017"), choice(SURVEY)) == ["Release"]
    assert headlines(choice(RELEASE, period="2017", area="BY"), choice(SURVEY, period="2017")) == ["Release"]


def test_head_003_of_equally_narrow_choices_the_latest_decides() -> None:
    assert headlines(choice(RELEASE), choice(SURVEY)) == ["Survey"]
    assert headlines(choice(SURVEY, area="BY"), choice(RELEASE, period="2017")) == ["Release"]


def test_head_003_a_narrow_choice_of_a_source_that_is_silent_here_lets_the_wider_one_decide() -> None:
    assert headlines(choice(SURVEY), choice(BULLETIN, period="2017")) == ["Survey"]


def rule(match: Match, population: str = "*", period: str = "*", source: str = "*") -> MatchRule:
    return MatchRule("11.1", population, period, source, match, WHY)


def test_match_001_the_last_rule_that_covers_a_value_is_in_force() -> None:
    near, exact = rule(Match.NEAR), rule(Match.EXACT, period="2017", source="Surv")
    assert match_of(value(SURVEY), []) is None
    assert match_of(value(SURVEY), [near]) is near
    assert match_of(value(SURVEY), [near, exact]) is exact
    assert match_of(value(SURVEY), [exact, near]) is near
    assert match_of(value(RELEASE), [near, exact]) is near
    assert match_of(value(SURVEY, indicator="11.2"), [near, exact]) is None
    assert match_of(value(SURVEY), [rule(Match.NEAR, population="MSM")]) is None


def test_sources_are_told_apart_by_title_address_and_year() -> None:
    keys = {
        Source("A").key,
        Source("A", "b").key,
        Source("A", "", 2019).key,
        Source("A", "b", 2019).key,
        Source("Ab").key,
    }
    assert len(keys) == 5
