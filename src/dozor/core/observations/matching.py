"""How well a published value meets the plan's own definition of its indicator."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from dozor.core.observations.observation import Match, Observation
from dozor.core.text import Text

ANY = "*"


@dataclass(frozen=True)
class MatchRule:
    """A specialist's reading; `*` in a field means any. Later rules come later in a list and win."""

    indicator: str
    population: str
    period: str
    source_contains: str
    match: Match
    reason: Text

    def covers(self, o: Observation) -> bool:
        return (
            self.indicator == o.indicator
            and self.population in (ANY, o.population)
            and self.period in (ANY, o.period.text)
            and (self.source_contains == ANY or self.source_contains in o.source.title)
        )


def match_of(observation: Observation, rules: Iterable[MatchRule]) -> MatchRule | None:
    """The rule in force for a value; None when nobody has judged it."""
    found = None
    for rule in rules:
        if rule.covers(observation):
            found = rule
    return found
