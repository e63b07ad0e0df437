"""Tables of values: what stands in a cell, and what has to be explained under the table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dozor.core.observations.observation import Missing
from dozor.core.observations.period import Period
from dozor.core.plan.model import Indicator
from dozor.web.faces import EXPLAINED, Shown, face, show
from dozor.web.lines import Cell, Group, Line, first_upper, group_words, total_of
from dozor.web.names import Names

MOST_COLUMNS = 7
RECENT_PERIODS = 6
MOST_ROWS = 40


@dataclass(frozen=True)
class TableCell:
    """One or, where sources disagree and nobody has chosen, several values."""

    shown: tuple[Shown, ...] = ()
    others: int = 0  # further sources with another value, shown in the list of disagreements

    @property
    def is_empty(self) -> bool:
        return not self.shown


@dataclass(frozen=True)
class TableRow:
    head: str
    cells: tuple[TableCell, ...]
    is_whole: bool = False
    is_part: bool = False  # of the row above that is whole
    href: str = ""
    section: str = ""  # a heading over this row, where a new part of the table begins


@dataclass
class Table:
    """A table with the faces of missing that occur in it, so that exactly those are explained."""

    caption: str
    corner: str
    heads: tuple[str, ...]
    rows: list[TableRow]
    notes: list[str] = field(default_factory=list)

    @property
    def explained(self) -> list[tuple[str, str]]:
        """Each sign that stands in the table, with its meaning."""
        cells = [c for row in self.rows for c in row.cells]
        kinds = {s.missing for c in cells for s in c.shown if s.missing}
        if any(c.is_empty for c in cells):
            kinds.add(Missing.NOT_PUBLISHED)
        signs = [(face(kind), str(EXPLAINED[kind])) for kind in Missing if kind in kinds]
        if any(s.is_near for c in cells for s in c.shown):
            signs.append(("○", str(NEAR)))
        if any(len(c.shown) > 1 for c in cells):
            signs.append(("/", _("sources disagree and none has been chosen as the headline")))
        if any(c.others for c in cells):
            signs.append(("*", _("another source gives another value; see below")))
        if any(
            s.text.startswith("0") and not s.missing and s.observation.value == 0
            for c in cells
            for s in c.shown
        ):
            signs.append(("0", _("a zero stated by the source")))
        return signs


NEAR = gettext_lazy("near: measured by another definition than the plan's own")


def table_cell(cell: Cell | None, names: Names) -> TableCell:
    if cell is None:
        return TableCell()
    shown = tuple(show(o, names) for o in cell.shown)
    return TableCell(shown, others=len(cell.values) - len(shown) if cell.is_disputed else 0)


def by_group(found: Sequence[Line], indicator: Indicator, names: Names) -> list[Table]:
    """By sex, age and group of people: one table for each unit, for full years and states on a day.

    Times stand in the rows, newest first, while the groups fit beside each other; many groups stand in
    the rows and the newest times beside each other. A part of a year never stands among years.
    """
    made = []
    units: dict[str, list[Line]] = {}
    for one in found:
        units.setdefault(one.group.unit, []).append(one)
    for unit, of_unit in units.items():
        whole = [_without_parts(one) for one in of_unit]
        present = [one for one in whole if one.cells]
        if len(present) > 1:
            made.append(_group_table(present, indicator, unit, names))
    return made


def _without_parts(one: Line) -> Line:
    return Line(one.group, tuple(c for c in one.cells if c.period.kind != "part"))


def _group_table(found: Sequence[Line], indicator: Indicator, unit: str, names: Names) -> Table:
    ordered = sorted(found, key=lambda one: _group_order(one.group, indicator, names))
    populations = {one.group.population for one in ordered}
    totals = {p: total_of([o for o in ordered if o.group.population == p], names).group for p in populations}
    periods = sorted({c.period for one in ordered for c in one.cells}, reverse=True)
    caption = f"{names.say(names.country.name)}, {names.symbol(unit)}"
    if len(populations) == 1 and len(ordered) <= MOST_COLUMNS:
        heads = [_head(one.group, totals[one.group.population], names) for one in ordered]
        return Table(
            caption,
            _("Period"),
            tuple(heads),
            [
                TableRow(names.period(p), tuple(table_cell(_at(one, p), names) for one in ordered))
                for p in periods[:MOST_ROWS]
            ],
            _left_out(len(periods) - MOST_ROWS),
        )
    recent = periods[:RECENT_PERIODS]
    lines_of = Counter(one.group.population for one in ordered)
    has_several = {p: count > 1 for p, count in lines_of.items()}
    rows: list[TableRow] = []
    section = ""
    for one in ordered:
        cells = tuple(table_cell(_at(one, p), names) for p in recent)
        if all(c.is_empty for c in cells):
            continue
        here = _section(one.group, populations, names)
        total = totals[one.group.population]
        is_total = one.group == total
        rows.append(
            TableRow(
                _head(one.group, total, names)
                if len(populations) == 1 or not is_total
                else names.population(one.group.population),
                cells,
                is_whole=is_total and has_several[one.group.population],
                is_part=not is_total,
                section=here if here != section else "",
            )
        )
        section = here
    return Table(
        caption,
        _("Group"),
        tuple(names.period(p) for p in recent),
        rows,
        _left_out(len(periods) - len(recent)),
    )


def _left_out(periods: int) -> list[str]:
    return [_("Earlier periods are in the table of all data.")] if periods > 0 else []


def _head(group: Group, total: Group, names: Names) -> str:
    return first_upper(group_words(group, names, beside=total)) or _("Total")


def _section(group: Group, populations: Iterable[str], names: Names) -> str:
    """The breakdown a row belongs to, where the table holds several populations."""
    return names.breakdown(group.population) if len(set(populations)) > 1 else ""


def _group_order(group: Group, indicator: Indicator, names: Names) -> tuple[object, ...]:
    own = list(indicator.populations)
    place = own.index(group.population) if group.population in own else len(own)
    sexes = ("", "all", "male", "female")
    low, high = names.age_span(group.age)
    return (
        place,
        names.breakdown(group.population),
        group.population if place == len(own) else "",
        group.age not in ("", "all"),
        sexes.index(group.sex) if group.sex in sexes else len(sexes),
        low,
        -high,
    )


def _at(one: Line, period: Period) -> Cell | None:
    return next((c for c in one.cells if c.period == period), None)
