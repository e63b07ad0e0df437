"""A cascade of care at one time: each step's people, its share of the step before and of all."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from dozor.core.observations.observation import Observation
from dozor.core.observations.period import Period, PeriodKind
from dozor.core.plan.topics import Chapter, Step
from dozor.language.numbers import percent
from dozor.publishing.charts import Bar, BarsChart, Heading
from dozor.web.faces import Shown, show
from dozor.web.lines import Cell, inside, lines, main_lines
from dozor.web.names import Names
from dozor.web.pictures import Picture, picture

MOST_CASCADES = 3
FEWEST_STEPS = 2  # steps known besides the first: fewer are a figure, not a cascade


@dataclass(frozen=True)
class Share:
    """A share of a step: as published, or worked out here from what was published of the same time.

    `value` is None while sources disagree: then every one of them is `shown`. `of` names the step it is a
    share of, where that is not the one before.
    """

    value: Decimal | None
    text: str
    shown: tuple[Shown, ...] = ()
    of: str = ""


@dataclass(frozen=True)
class StepShown:
    name: str
    people: tuple[Shown, ...]
    of_previous: Share | None
    of_all: Share | None
    said: list[str]  # each source, with the note it has beside the value
    sources: tuple[str, ...]

    @property
    def is_known(self) -> bool:
        people = any(shown.missing is None for shown in self.people)
        return people or any(share and share.shown for share in (self.of_previous, self.of_all))


@dataclass(frozen=True)
class Cascade:
    """The steps at one time, and the picture of them."""

    title: str
    picture: Picture
    steps: list[StepShown]
    sources: list[str]
    has_worked_out: bool
    lacks: list[str]

    @property
    def is_mixed(self) -> bool:
        """The steps come from different sources."""
        return len(self.sources) > 1


def cascades(chapter: Chapter, found: dict[str, list[Observation]], names: Names) -> list[Cascade]:
    """The times at which most steps are known, fullest first, of equal ones the newest.

    Values of two times never stand in one cascade, and a part of a year in none.
    """
    cells = {code: _cells(code, found, names) for code in chapter.codes}
    times = {time for of_one in cells.values() for time in of_one if time.kind is not PeriodKind.PART}
    made = []
    for time in times:
        at = {code: of_one[time] for code, of_one in cells.items() if time in of_one}
        steps = _steps(chapter.steps, at, names)
        known = sum(step.is_known for step in steps[1:])
        if known >= FEWEST_STEPS:
            made.append((known, time, steps))
    made.sort(key=lambda one: (one[0], one[1].ends_on), reverse=True)
    return [_shown(chapter, time, steps, names) for _known, time, steps in made[:MOST_CASCADES]]


def _cells(code: str, found: dict[str, list[Observation]], names: Names) -> dict[Period, Cell]:
    indicator = names.indicator(code)
    if indicator is None or code not in found:
        return {}
    main = main_lines(lines(found[code]), indicator, names)
    return {cell.period: cell for cell in main[0].cells} if main else {}


def _value(at: dict[str, Cell], code: str) -> Observation | None:
    cell = at.get(code)
    o = cell.headline if cell else None
    return o if o is not None and o.value is not None else None


def _steps(steps: tuple[Step, ...], at: dict[str, Cell], names: Names) -> list[StepShown]:
    made: list[StepShown] = []
    counts: list[tuple[str, Decimal] | None] = []
    for place, step in enumerate(steps):
        name = names.say(step.name)
        count = _value(at, step.count)
        people = tuple(show(o, names) for o in at[step.count].shown) if step.count in at else ()
        of_previous = _published(at, step.of_previous, names)
        of_all = _published(at, step.of_all, names)
        number = count.value if count else None
        if place == 1 and of_all is None and of_previous is not None:
            of_all = of_previous  # the step before is all
        if place and number is not None:
            if of_previous is None:
                of_previous = _of_counts(number, counts, place, names)
            if of_all is None and counts[0]:
                of_all = _worked(100 * number / counts[0][1], names)
        before = made[-1].of_all.value if place > 1 and made[-1].of_all else None
        if before and of_all is None and of_previous and of_previous.shown and of_previous.value is not None:
            of_all = _worked(of_previous.value * before / 100, names)
        if before and of_previous is None and of_all and of_all.value is not None:
            of_previous = _worked(100 * of_all.value / before, names)
        if place == 0 and not all(shown.missing for shown in people):
            of_all = _worked(Decimal(100), names)  # nothing is known to be all of a number nobody has
        said = [o for code in step.codes if code in at for o in at[code].shown]
        notes = [f"{o.source.title} ({o.figure.note})" if o.figure.note else o.source.title for o in said]
        sources = tuple(o.source.title for o in said)
        made.append(StepShown(name, people, of_previous, of_all, list(dict.fromkeys(notes)), sources))
        counts.append((name, number) if number else None)
    return made


def _published(at: dict[str, Cell], code: str, names: Names) -> Share | None:
    shown = tuple(show(o, names) for o in at[code].shown) if code in at else ()
    if all(one.missing for one in shown):
        return None
    value = shown[0].observation.value if len(shown) == 1 else None
    return Share(value, " / ".join(one.text for one in shown), shown)


def _of_counts(
    number: Decimal, counts: list[tuple[str, Decimal] | None], place: int, names: Names
) -> Share | None:
    """Of the nearest earlier step counted at the same time, named where it is not the one before.

    The first step is left out then: a share of it is a share of all.
    """
    for back in range(place - 1, -1 if place == 1 else 0, -1):
        if before := counts[back]:
            of = "" if back == place - 1 else inside(before[0])
            made = _worked(100 * number / before[1], names)
            return Share(made.value, made.text, of=of)
    return None


def _worked(value: Decimal, names: Names) -> Share:
    """A share worked out here, in whole percent: the figures it comes from bear no more."""
    return Share(value, percent(value.quantize(Decimal(1)), names.language, 0))


def _shown(chapter: Chapter, time: Period, steps: list[StepShown], names: Names) -> Cascade:
    title = f"{names.say(chapter.title)}, {names.say(names.country.name)}, {names.period(time)}"
    by_share = sum(bool(step.of_all) for step in steps[1:])
    counted = [len(step.people) == 1 for step in steps]
    is_share = by_share >= sum(counted[1:])
    bars = [_bar(step, place, is_share, names) for place, step in enumerate(steps)]
    top = 100.0 if is_share else max(bar.length or 0 for bar in bars)
    longest = max([top, *(bar.length or 0 for bar in bars)]) or 1.0  # where no bar has a length
    return Cascade(
        title=title,
        picture=picture(BarsChart(Heading(title), tuple(bars), longest), names.language),
        steps=steps,
        sources=list(dict.fromkeys(title for step in steps for title in step.sources)),
        has_worked_out=any(
            share and not share.shown for step in steps[1:] for share in (step.of_previous, step.of_all)
        ),
        lacks=[s.name for s in steps if not s.is_known],
    )


def _bar(step: StepShown, place: int, is_share: bool, names: Names) -> Bar:
    people = " / ".join(shown.text for shown in step.people)
    unknown = _("no published figure")
    if not is_share:
        value = step.people[0].observation.value if len(step.people) == 1 else None
        return Bar(step.name, None if value is None else float(value), people or unknown)
    if step.of_all is None:
        return Bar(step.name, None, people or unknown)
    length = None if step.of_all.value is None else float(step.of_all.value)
    return Bar(step.name, length, step.of_all.text if place else people)
