"""Builds the attacker's system from cells, earlier editions and the structure they hang in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from dozor.core.disclosure.audience import Audience, Rule
from dozor.core.disclosure.cell import About, Cell, Kind, Status
from dozor.core.disclosure.primary import Need, Part, Sensitivity, sensitivity
from dozor.core.disclosure.relations import Relation, relations
from dozor.core.disclosure.showing import UNBOUNDED, Statement, complement_about, statements
from dozor.core.disclosure.structure import Structure
from dozor.core.disclosure.system import Bools, Needs, System
from dozor.core.findings import Finding, Refused


@dataclass(frozen=True)
class Edition:
    """What an audience was given before: every cell of a release, hidden ones too, with its status.

    `audience` is the audience the release was made for; its rule says how the cells were rounded.
    """

    name: str
    cells: tuple[Cell, ...]
    statuses: tuple[Status, ...]
    audience: Audience

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
        """A hidden cell is hidden: it moves by the rule's width as well, money by the rule's percent."""
        cell, rule = self.cells[index], self.rules[index]
        if cell.kind is Kind.COUNT:
            return Need(Part.NUMERATOR, rule.width if cell.counts_persons else 1)
        units = int(cell.value * 10 ** self.money_scales[cell.about.measure] * rule.p_percent / 100)
        return Need(Part.NUMERATOR, max(1, units))


class _Builder:
    """Quantities as they are met: one for each `About` and true value."""

    def __init__(self) -> None:
        self.values: dict[About, list[tuple[int, int]]] = {}
        self.names: list[str] = []
        self.truth: list[int] = []
        self.floor: list[int] = []
        self.says: list[tuple[int, int, int, int]] = []
        self.area: list[str] = []

    def quantity(self, about: About, truth: int) -> int:
        """Return the quantity of this value; a second value of the same thing is a quantity of its own."""
        versions = self.values.setdefault(about, [])
        for value, index in versions:
            if value == truth:
                return index
        name = _name(about) + (f" ({len(versions) + 1})" if versions else "")
        index = self.add(name, truth, 0, about.area)
        versions.append((truth, index))
        return index

    def add(self, name: str, truth: int, floor: int, area: str) -> int:
        self.names.append(name)
        self.area.append(area)
        self.truth.append(truth)
        self.floor.append(floor)
        return len(self.truth) - 1


def _name(about: About) -> str:
    return " · ".join((about.measure, about.area, about.population, about.sex, about.age, about.period))


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
    builder = _Builder()
    scales = _money_scales([*cells, *(cell for edition in earlier for cell in edition.cells)])
    layers: list[dict[About, int]] = []
    past: list[dict[About, int]] = []
    for edition in earlier:
        own, theirs = _enter(builder, edition.cells, scales)
        layers += [own | {a: q for a, q in theirs.items() if a not in own}, theirs]
        past.append(own)
        for cell, status in zip(edition.cells, edition.statuses, strict=True):
            if not status.is_hidden:
                rule = None if cell.is_published else edition.audience.rule_of(cell)
                _say(builder, cell, rule, scales, -1)
    own, theirs = _enter(builder, cells, scales)
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
            _say(builder, cell, None, scales, -1)
        else:
            _say(builder, cell, rules[index], scales, index)
    revisions = tuple(_revisions(builder, cells, rules, own, past))
    rows = _rows(builder, layers, structure, [*cells, *(c for e in earlier for c in e.cells)], revisions)
    remainders = _remainders(builder, rows, _rules_of_persons(cells, rules, own))
    system, set_aside = _system(builder, rows, len(cells), structure)
    at = system.truth
    everywhere_lower, everywhere_upper = system.bounds(np.ones(len(cells), dtype=np.bool_))
    pinned = np.asarray((everywhere_lower == at) & (everywhere_upper == at))
    public = {(c.about, c.value) for e in earlier for c in e.cells if c.is_published and c.kind is Kind.COUNT}
    public |= {(c.about, c.value) for c in cells if c.is_published and c.kind is Kind.COUNT}
    return Knowledge(
        system=system,
        cells=tuple(cells),
        quantity_of=tuple(_quantity(builder, cell, scales) for cell in cells),
        complement_of=tuple(_complement(builder, cell) for cell in cells),
        sensitivities=tuple(
            # what a source has published is no secret any more, whoever counts it again
            None
            if cell.kind is Kind.COUNT and (cell.about, cell.value) in public
            else sensitivity(cell, rule, money_scale=scales.get(cell.about.measure, 0))
            for cell, rule in zip(cells, rules, strict=True)
        ),
        known=pinned,
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


def _money_scales(cells: Iterable[Cell]) -> dict[str, int]:
    """Digits after the point that each measure of money needs to be whole."""
    scales: dict[str, int] = {}
    for cell in cells:
        if cell.kind is Kind.MONEY:
            exponent = cell.value.normalize().as_tuple().exponent
            digits = max(0, -exponent) if isinstance(exponent, int) else 0
            scales[cell.about.measure] = max(scales.get(cell.about.measure, 0), digits, cell.decimals)
    return scales


def _quantity(builder: _Builder, cell: Cell, scales: dict[str, int]) -> int:
    if cell.kind is Kind.COUNT:
        return builder.quantity(cell.about, int(cell.value))
    if cell.kind is Kind.MONEY:
        return builder.quantity(cell.about, int(cell.value * 10 ** scales[cell.about.measure]))
    if cell.kind is Kind.MEAN or cell.numerator is None:
        return -1
    return builder.quantity(cell.numerator_about, cell.numerator)


def _complement(builder: _Builder, cell: Cell) -> int:
    if cell.kind is not Kind.SHARE or cell.complement is None:
        return -1
    return builder.quantity(complement_about(cell), cell.complement)


def _enter(
    builder: _Builder, cells: Sequence[Cell], scales: dict[str, int]
) -> tuple[dict[About, int], dict[About, int]]:
    """Enter the quantities of cells; return those of our own count and those of other sources."""
    own: dict[About, int] = {}
    theirs: dict[About, int] = {}
    refused = []
    for cell in cells:
        quantity = _quantity(builder, cell, scales)
        if quantity < 0:
            continue
        met = [(cell.numerator_about, quantity)]
        if cell.kind in (Kind.SHARE, Kind.RATE) and cell.denominator is not None:
            met.append((cell.denominator_about, builder.quantity(cell.denominator_about, cell.denominator)))
            _complement(builder, cell)
        for about, index in met:
            if cell.is_published:
                theirs.setdefault(about, index)
            elif own.setdefault(about, index) != index:
                values = f"{builder.truth[own[about]]} ≠ {builder.truth[index]}"
                refused.append(Finding("DIS-TWO-VALUES", found=_name(about), values={"values": values}))
    if refused:
        raise Refused(refused)
    return own, theirs


def _say(builder: _Builder, cell: Cell, rule: Rule | None, scales: dict[str, int], index: int) -> None:
    """Enter what a cell says when it is shown."""
    said: Statement
    for said in statements(cell, rule, money_scale=scales.get(cell.about.measure, 0)):
        ((about, _),) = said.terms
        if about == cell.denominator_about and cell.kind not in (Kind.COUNT, Kind.MONEY):
            quantity = builder.quantity(about, cell.denominator or 0)
        elif cell.complement is not None and about == complement_about(cell):
            quantity = _complement(builder, cell)
        else:
            quantity = _quantity(builder, cell, scales)
        if quantity >= 0:
            builder.says.append((index, quantity, said.lower, said.upper))


def _revisions(
    builder: _Builder,
    cells: Sequence[Cell],
    rules: Sequence[Rule],
    own: dict[About, int],
    past: Sequence[dict[About, int]],
) -> Iterator[tuple[int, int, int, Rule]]:
    """The change of a quantity since an earlier release, where it is a few persons: sensitive itself."""
    seen = set()
    for cell, rule in zip(cells, rules, strict=True):
        if cell.is_published or not cell.counts_persons or cell.kind in (Kind.MEAN, Kind.MONEY):
            continue
        about = cell.numerator_about
        for layer in past:
            new, old = own.get(about), layer.get(about)
            if new is None or old is None or new == old or (new, old) in seen:
                continue
            seen.add((new, old))
            change = builder.truth[new] - builder.truth[old]
            if abs(change) < rule.smallest_shown:
                yield builder.add(f"{_name(about)}: change", change, -UNBOUNDED, about.area), new, old, rule


def _rules_of_persons(cells: Sequence[Cell], rules: Sequence[Rule], own: dict[About, int]) -> dict[int, Rule]:
    """The strictest rule of each quantity of persons that this release shows or hides."""
    found: dict[int, Rule] = {}
    for cell, rule in zip(cells, rules, strict=True):
        if cell.is_published or not cell.counts_persons or cell.kind in (Kind.MEAN, Kind.MONEY):
            continue
        for about in (cell.numerator_about, cell.denominator_about):
            quantity = own.get(about, -1)
            if quantity >= 0 and (
                quantity not in found or found[quantity].smallest_shown < rule.smallest_shown
            ):
                found[quantity] = rule
    return found


def _remainders(
    builder: _Builder, rows: dict[tuple[tuple[int, int], ...], bool], persons: dict[int, Rule]
) -> list[tuple[int, Rule, tuple[int, ...]]]:
    """Few persons left when parts are taken from a whole: a quantity of its own, though no cell shows it."""
    found = []
    for terms, is_sum in list(rows.items()):
        left = -sum(k * builder.truth[quantity] for quantity, k in terms)
        rules = [persons[quantity] for quantity, _ in terms if quantity in persons]
        if is_sum or left <= 0 or not rules:
            continue
        rule = max(rules, key=lambda rule: rule.smallest_shown)
        if left < rule.smallest_shown:
            whole = next(quantity for quantity, k in reversed(terms) if k < 0)
            quantity = builder.add(f"{builder.names[whole]}: the rest", left, 0, builder.area[whole])
            rows[(*terms, (quantity, 1))] = True
            found.append((quantity, rule, tuple(quantity for quantity, _ in terms)))
    return found


def _rows(
    builder: _Builder,
    layers: Sequence[dict[About, int]],
    structure: Structure,
    cells: Iterable[Cell],
    revisions: Iterable[tuple[int, int, int, Rule]],
) -> dict[tuple[tuple[int, int], ...], bool]:
    """Every relation once, over quantities by number: True where it is a sum, False where an inequality."""
    found: dict[tuple[tuple[int, int], ...], bool] = {}

    def enter(terms: Iterable[tuple[int, int]], is_sum: bool) -> None:
        key = tuple(sorted(terms))
        if len({quantity for quantity, _ in key}) == len(key) > 1:
            found[key] = found.get(key, False) or is_sum

    relation: Relation
    for layer in layers:
        for relation in relations(layer, structure):
            enter(((layer[about], k) for about, k in relation[0]), relation[1])
    for cell in cells:
        if cell.numerator is None or cell.denominator is None or cell.kind not in (Kind.SHARE, Kind.RATE):
            continue
        top = builder.quantity(cell.numerator_about, cell.numerator)
        bottom = builder.quantity(cell.denominator_about, cell.denominator)
        if cell.kind is Kind.SHARE:
            enter(((top, 1), (_complement(builder, cell), 1), (bottom, -1)), True)
        elif cell.numerator <= cell.denominator:
            enter(((top, 1), (bottom, -1)), False)
    for change, new, old, _ in revisions:
        enter(((new, 1), (old, -1), (change, -1)), True)
    return found


def _system(
    builder: _Builder, rows: dict[tuple[tuple[int, int], ...], bool], cells: int, structure: Structure
) -> tuple[System, tuple[tuple[str, ...], ...]]:
    """Keep the rows the true table obeys; a sum that is not one may still be an inequality."""
    kept: list[tuple[tuple[int, int], ...]] = []
    lower: list[int] = []
    set_aside = []
    truth = builder.truth
    for terms, is_sum in rows.items():
        residual = sum(k * truth[quantity] for quantity, k in terms)
        if is_sum and residual == 0:
            lower.append(0)
        else:
            if is_sum or residual > 0:
                whole_last = sorted(terms, key=lambda term: (term[1] < 0, term[0]))
                set_aside.append(tuple(builder.names[quantity] for quantity, _ in whole_last))
            if residual > 0:
                continue
            lower.append(-UNBOUNDED)
        kept.append(terms)
    indptr = np.zeros(len(kept) + 1, np.int64)
    np.cumsum([len(terms) for terms in kept], out=indptr[1:])
    flat = np.array([term for terms in kept for term in terms], np.int64).reshape(-1, 2)
    matrix = csr_array((flat[:, 1], flat[:, 0], indptr), shape=(len(kept), len(truth)))
    places = {area: number for number, area in enumerate(dict.fromkeys(builder.area))}
    parent = np.full(len(places), -1, np.int64)
    for division in structure.areas:
        for part in division.parts:
            if part in places and division.whole in places:
                parent[places[part]] = places[division.whole]
    says = np.array(builder.says, np.int64).reshape(-1, 4)
    system = System(
        names=tuple(builder.names),
        truth=np.array(truth, np.int64),
        floor=np.array(builder.floor, np.int64),
        rows=matrix,
        row_lower=np.array(lower, np.int64),
        row_upper=np.zeros(len(kept), np.int64),
        says_cell=np.ascontiguousarray(says[:, 0]),
        says_quantity=np.ascontiguousarray(says[:, 1]),
        says_lower=np.ascontiguousarray(says[:, 2]),
        says_upper=np.ascontiguousarray(says[:, 3]),
        cells=cells,
        place=np.array([places[area] for area in builder.area], np.int64),
        place_parent=parent,
    )
    return system, tuple(set_aside)
