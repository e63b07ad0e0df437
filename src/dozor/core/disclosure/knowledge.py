"""Builds the attacker's system from cells, earlier editions and the structure they hang in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from dozor.core.disclosure.audience import Audience, Rule
from dozor.core.disclosure.cell import About, Cell, Kind, Status
from dozor.core.disclosure.linking import remainders_of, revisions_of, rows_of, rules_of_persons, system_of
from dozor.core.disclosure.primary import Need, Part, Sensitivity, sensitivity
from dozor.core.disclosure.quantities import (
    Quantities,
    complement_of,
    enter,
    money_scales,
    quantity_of,
    say,
)
from dozor.core.disclosure.showing import UNBOUNDED
from dozor.core.disclosure.structure import Structure
from dozor.core.disclosure.system import Bools, Ints, Needs, System
from dozor.core.findings import Finding, Refused


@dataclass(frozen=True)
class Edition:
    """What an audience was given before: every cell of a release, hidden ones too, with its status.

    `audience` is the audience the release was made for; its rule says how the cells were rounded. `salt` is
    random: whoever sees the file's checksum cannot try guesses of the hidden numbers against it.
    """

    name: str
    cells: tuple[Cell, ...]
    statuses: tuple[Status, ...]
    audience: Audience
    salt: str = ""

    def __post_init__(self) -> None:
        if len(self.cells) != len(self.statuses):
            raise ValueError(f"{self.name}: {len(self.cells)} cells, {len(self.statuses)} statuses")


@dataclass(frozen=True)
class Knowledge:
    """The attacker's system of a release that is being decided on.

    Parameters
    ----------
    quantity_of
        For each cell the quantity it shows, or −1 (a mean, a share without counts).
    sensitivities
        For each cell what the primary rules say of it.
    known
        Quantities that something outside this release gives away whatever it hides: nothing is asked of them.
    told
        How wide an interval everything outside this release leaves of each quantity, whatever is hidden here.
    derived
        Few persons whom no cell shows, but a difference of cells does, with the rule that guards them: the
        change since an earlier release, the rest of a whole when parts are taken away.
    set_aside
        Relations that do not hold of the true table (sources that disagree, people of unknown sex):
        nobody can use what is not so. Each as the names of its quantities, the whole last.
    """

    system: System
    cells: tuple[Cell, ...]
    quantity_of: tuple[int, ...]
    complement_of: tuple[int, ...]
    sensitivities: tuple[Sensitivity | None, ...]
    known: Bools
    told: Ints
    rules: tuple[Rule, ...]
    money_scales: dict[str, int]
    derived: tuple[tuple[int, Rule], ...]
    set_aside: tuple[tuple[str, ...], ...]

    def primary(self) -> Bools:
        return np.array([s is not None for s in self.sensitivities], dtype=bool)

    def needs(self, hidden: Bools) -> Needs:
        """What has to be uncertain while these cells are hidden: primary cells, secondary ones, revisions."""
        rows: list[tuple[int, int, int, int, int, int]] = []
        for index, cell in enumerate(self.cells):
            quantity = self.quantity_of[index]
            if not hidden[index] or quantity < 0:
                continue
            found = self.sensitivities[index]
            wanted: Iterable[Need]
            if found is not None:
                wanted = found.needs
            elif cell.kind in (Kind.COUNT, Kind.MONEY):
                wanted = (self._secondary(index),)
            else:
                continue
            for need in wanted:
                of = quantity if need.part is Part.NUMERATOR else self.complement_of[index]
                rows.append((of, need.width, need.up, need.down, *(need.band or (1, 0))))
        for quantity, rule in self.derived:
            change = int(self.system.truth[quantity])
            band = (1, rule.largest_hidden) if change > 0 else (-rule.largest_hidden, -1)
            rows.append((quantity, rule.width, 0, 0, *band))
        rows = [row for row in set(rows) if not self.known[row[0]]]
        table = np.array(sorted(rows), dtype=np.int64).reshape(-1, 6)
        return Needs(*(np.ascontiguousarray(table[:, k]) for k in range(6)))

    def _secondary(self, index: int) -> Need:
        """A hidden cell is hidden: it moves by the rule's width as well, money by the rule's percent.

        Or by as much as readers of other releases do not know yet: it is not sensitive itself.
        """
        cell, rule = self.cells[index], self.rules[index]
        if cell.kind is Kind.COUNT:
            width = rule.width if cell.counts_persons else 1
        else:
            units = cell.value * 10 ** self.money_scales[cell.about.measure] * rule.p_percent / 100
            width = max(1, int(units))
        return Need(Part.NUMERATOR, min(width, int(self.told[self.quantity_of[index]])))


def assemble(
    cells: Sequence[Cell], *, audience: Audience, structure: Structure, earlier: Sequence[Edition] = ()
) -> Knowledge:
    """Put together all an attacker of this audience can know.

    Raises
    ------
    Refused
        Two cells with one id, or two values of one thing by our own count (``DIS-CELL-TWICE``).
    """
    _check(cells)
    builder = Quantities()
    scales = money_scales([*cells, *(cell for edition in earlier for cell in edition.cells)])
    layers: list[dict[About, int]] = []
    past: list[dict[About, int]] = []
    for edition in earlier:
        own, theirs = enter(builder, edition.cells, scales)
        layers += [own | {a: q for a, q in theirs.items() if a not in own}, theirs]
        past.append(own)
        for cell, status in zip(edition.cells, edition.statuses, strict=True):
            if not status.is_hidden:
                rule = None if cell.is_published else edition.audience.rule_of(cell)
                say(builder, cell, rule, scales, -1)
    own, theirs = enter(builder, cells, scales)
    # whoever lacks a number of this release takes the latest he has
    joined = dict(own)
    for layer in (theirs, *reversed(past)):
        joined = layer | joined
    layers += [theirs, joined]
    rules = tuple(audience.rule_of(cell) for cell in cells)
    for index, cell in enumerate(cells):
        if cell.kind is Kind.RATE and cell.denominator is not None:  # residents are in every yearbook
            known = builder.quantity(cell.denominator_about, cell.denominator)
            builder.says.append((-1, known, cell.denominator, cell.denominator))
        if cell.is_published:
            say(builder, cell, None, scales, -1)
        else:
            say(builder, cell, rules[index], scales, index)
    revisions = tuple(revisions_of(builder, cells, rules, own, past))
    rows = rows_of(builder, layers, structure, [*cells, *(c for e in earlier for c in e.cells)], revisions)
    remainders = remainders_of(builder, rows, rules_of_persons(cells, rules, own))
    system, set_aside = system_of(builder, rows, len(cells))
    at = system.truth
    everywhere_lower, everywhere_upper = system.bounds(np.ones(len(cells), dtype=np.bool_))
    pinned = np.asarray((everywhere_lower == at) & (everywhere_upper == at))
    public = {(c.about, c.value) for e in earlier for c in e.cells if c.is_published and c.kind is Kind.COUNT}
    public |= {(c.about, c.value) for c in cells if c.is_published and c.kind is Kind.COUNT}
    return Knowledge(
        system=system,
        cells=tuple(cells),
        quantity_of=tuple(quantity_of(builder, cell, scales) for cell in cells),
        complement_of=tuple(complement_of(builder, cell) for cell in cells),
        sensitivities=tuple(
            # what a source has published is no secret any more, whoever counts it again
            None
            if cell.kind is Kind.COUNT and (cell.about, cell.value) in public
            else sensitivity(cell, rule, money_scale=scales.get(cell.about.measure, 0))
            for cell, rule in zip(cells, rules, strict=True)
        ),
        known=pinned,
        told=np.where(everywhere_upper >= UNBOUNDED, UNBOUNDED, everywhere_upper - everywhere_lower),
        rules=rules,
        money_scales=scales,
        derived=tuple((quantity, rule) for quantity, _, _, rule in revisions)
        + tuple((q, rule) for q, rule, members in remainders if not pinned[list(members)].all()),
        set_aside=set_aside,
    )


def _check(cells: Sequence[Cell]) -> None:
    seen: set[str] = set()
    twice = [cell.id for cell in cells if cell.id in seen or seen.add(cell.id)]  # type: ignore[func-returns-value]
    if twice:
        raise Refused([Finding("DIS-CELL-TWICE", found=name) for name in twice])
