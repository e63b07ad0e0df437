"""Which of several disagreeing sources is the headline."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from dozor.core.observations.observation import Observation
from dozor.core.text import Text


@dataclass(frozen=True)
class Choice:
    """A recorded choice; an empty field means any. Later choices come later in a list."""

    indicator: str
    population: str
    area: str
    period: str
    source: str
    reason: Text

    def covers(self, o: Observation) -> bool:
        return (
            self.indicator == o.indicator
            and self.population in ("", o.population)
            and self.area in ("", o.area)
            and self.period in ("", o.period.text)
        )

    @property
    def narrowness(self) -> int:
        return sum(bool(f) for f in (self.population, self.area, self.period))


def mark_headlines(observations: Iterable[Observation], choices: Sequence[Choice]) -> list[Observation]:
    """Mark each observation as the headline of its cell or not.

    A value no other source contradicts is the headline; of sources that say the same, the one recorded
    first. Where sources disagree, the narrowest recorded choice that names one of them decides, of equally
    narrow ones the latest; where none does, no value is the headline and all stand side by side.
    """
    cells: dict[tuple[str, ...], list[Observation]] = defaultdict(list)
    for o in observations:
        cells[(o.indicator, o.population, o.sex, o.age, o.area, o.period.text)].append(o)
    marked: list[Observation] = []
    for cell in cells.values():
        chosen = cell[0].source.key if len(cell) == 1 else _chosen(cell, choices)
        marked += [o.marked(is_headline=o.source.key == chosen) for o in cell]
    return marked


def _chosen(cell: Sequence[Observation], choices: Sequence[Choice]) -> str | None:
    given = {o.source.key for o in cell}
    fitting = [
        (c.narrowness, place, c.source)
        for place, c in enumerate(choices)
        if c.source in given and c.covers(cell[0])
    ]
    if fitting:
        return max(fitting)[2]
    if len({(o.figure.value, o.figure.unit, o.figure.missing) for o in cell}) == 1:
        return min(cell, key=lambda o: o.id).source.key
    return None
