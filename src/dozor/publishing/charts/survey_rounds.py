"""What a chart of survey rounds is given: figures with intervals, groups, breaks; which may be joined."""

from __future__ import annotations

from dataclasses import dataclass

from dozor.publishing.charts.frame import (
    Heading,
)
from dozor.publishing.charts.periods import middle, years


@dataclass(frozen=True)
class Round:
    """One round's figure.

    `period`: ``2017`` or ``2008-2009``; a part of a year is refused. `lower`, `upper`: the interval as
    published, both or neither. `is_near`: measured by a definition near the plan's own; drawn hollow.
    """

    period: str
    value: float
    lower: float | None = None
    upper: float | None = None
    is_near: bool = False

    def __post_init__(self) -> None:
        years(self.period)
        if (self.lower is None) != (self.upper is None):
            raise ValueError(f"{self.period}: an interval has two bounds")
        if self.lower is not None and self.upper is not None and not self.lower <= self.upper:
            raise ValueError(f"{self.period}: lower bound above the upper")


@dataclass(frozen=True)
class Break:
    """A break in definition or sampling just before `year`, with its reason in the reader's language."""

    year: int
    reason: str


@dataclass(frozen=True)
class RoundSeries:
    """The rounds of one group.

    `comparable`: sites, sampling and definition are known to be the same in all rounds; only then are the
    points joined, and never across a break.
    """

    name: str
    rounds: tuple[Round, ...]
    comparable: bool = False
    breaks: tuple[Break, ...] = ()

    def __post_init__(self) -> None:
        if not self.rounds:
            raise ValueError(f"{self.name}: no rounds")
        if len({one.period for one in self.rounds}) != len(self.rounds):
            raise ValueError(f"{self.name}: a round stands twice")
        object.__setattr__(self, "rounds", tuple(sorted(self.rounds, key=lambda one: middle(one.period))))

    def break_place(self, cut: Break) -> float:
        """Return the year at which the break's line stands: midway between the rounds it parts."""
        before = [middle(one.period) for one in self.rounds if years(one.period)[1] < cut.year]
        after = [middle(one.period) for one in self.rounds if years(one.period)[1] >= cut.year]
        return (before[-1] + after[0]) / 2 if before and after else cut.year - 0.5

    def runs(self) -> list[tuple[Round, ...]]:
        """Return the stretches of rounds that a line may join."""
        runs: list[list[Round]] = [[]]
        for one in self.rounds:
            last = runs[-1][-1] if runs[-1] else None
            if last and (
                not self.comparable
                or any(years(last.period)[1] < cut.year <= years(one.period)[1] for cut in self.breaks)
            ):
                runs.append([])
            runs[-1].append(one)
        return [tuple(run) for run in runs]


@dataclass(frozen=True)
class RoundsChart:
    """Survey rounds of one or several groups on one scale, a panel for each group.

    `is_percent`: values are on 0–100 and the scale starts at zero and ends at 100 at most. `digits`: after
    the decimal sign; None keeps each figure's own. `note`: what the vertical lines are, where the source
    says (for example "95 % confidence interval").
    """

    heading: Heading
    series: tuple[RoundSeries, ...]
    is_percent: bool = True
    digits: int | None = 1
    note: str = ""

    def __post_init__(self) -> None:
        if not self.series:
            raise ValueError("a chart needs at least one group")

    @property
    def every_round(self) -> tuple[Round, ...]:
        return tuple(one for series in self.series for one in series.rounds)
