"""Quantities behind cells, as they are met, and what single cells say of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from dozor.core.disclosure.audience import Rule
from dozor.core.disclosure.cell import About, Cell, Kind
from dozor.core.disclosure.showing import Statement, complement_about, statements
from dozor.core.findings import Finding, Refused


class Quantities:
    """Quantities as they are met: one for each `About` and true value."""

    def __init__(self) -> None:
        self.values: dict[About, list[tuple[int, int]]] = {}
        self.names: list[str] = []
        self.truth: list[int] = []
        self.floor: list[int] = []
        self.says: list[tuple[int, int, int, int]] = []
        self.about: list[About] = []

    def quantity(self, about: About, truth: int) -> int:
        """Return the quantity of this value; a second value of the same thing is a quantity of its own."""
        versions = self.values.setdefault(about, [])
        for value, index in versions:
            if value == truth:
                return index
        name = name_of(about) + (f" ({len(versions) + 1})" if versions else "")
        index = self.add(name, truth, 0, about)
        versions.append((truth, index))
        return index

    def add(self, name: str, truth: int, floor: int, about: About) -> int:
        self.names.append(name)
        self.about.append(about)
        self.truth.append(truth)
        self.floor.append(floor)
        return len(self.truth) - 1


def name_of(about: About) -> str:
    return " · ".join((about.measure, about.area, about.population, about.sex, about.age, about.period))


def money_scales(cells: Iterable[Cell]) -> dict[str, int]:
    """Digits after the point that each measure of money needs to be whole."""
    scales: dict[str, int] = {}
    for cell in cells:
        if cell.kind is Kind.MONEY:
            exponent = cell.value.normalize().as_tuple().exponent
            digits = max(0, -exponent) if isinstance(exponent, int) else 0
            scales[cell.about.measure] = max(scales.get(cell.about.measure, 0), digits, cell.decimals)
    return scales


def quantity_of(builder: Quantities, cell: Cell, scales: dict[str, int]) -> int:
    """The quantity a cell shows; −1 for a mean and for a share without counts."""
    if cell.kind is Kind.COUNT:
        return builder.quantity(cell.about, int(cell.value))
    if cell.kind is Kind.MONEY:
        return builder.quantity(cell.about, int(cell.value * 10 ** scales[cell.about.measure]))
    if cell.kind is Kind.MEAN or cell.numerator is None:
        return -1
    return builder.quantity(cell.numerator_about, cell.numerator)


def complement_of(builder: Quantities, cell: Cell) -> int:
    """Those of a share's denominator who are not in its numerator; −1 where there is no such share."""
    if cell.kind is not Kind.SHARE or cell.complement is None:
        return -1
    return builder.quantity(complement_about(cell), cell.complement)


def enter(
    builder: Quantities, cells: Sequence[Cell], scales: dict[str, int]
) -> tuple[dict[About, int], dict[About, int]]:
    """Enter the quantities of cells; return those of our own count and those of other sources."""
    own: dict[About, int] = {}
    theirs: dict[About, int] = {}
    refused = []
    for cell in cells:
        quantity = quantity_of(builder, cell, scales)
        if quantity < 0:
            continue
        met = [(cell.numerator_about, quantity)]
        if cell.kind in (Kind.SHARE, Kind.RATE) and cell.denominator is not None:
            met.append((cell.denominator_about, builder.quantity(cell.denominator_about, cell.denominator)))
            complement_of(builder, cell)
        for about, index in met:
            if cell.is_published:
                theirs.setdefault(about, index)
            elif own.setdefault(about, index) != index:
                values = f"{builder.truth[own[about]]} ≠ {builder.truth[index]}"
                refused.append(Finding("DIS-TWO-VALUES", found=name_of(about), values={"values": values}))
    if refused:
        raise Refused(refused)
    return own, theirs


def say(builder: Quantities, cell: Cell, rule: Rule | None, scales: dict[str, int], index: int) -> None:
    """Enter what a cell says when it is shown."""
    said: Statement
    for said in statements(cell, rule, money_scale=scales.get(cell.about.measure, 0)):
        ((about, _),) = said.terms
        if about == cell.denominator_about and cell.kind not in (Kind.COUNT, Kind.MONEY):
            quantity = builder.quantity(about, cell.denominator or 0)
        elif cell.complement is not None and about == complement_about(cell):
            quantity = complement_of(builder, cell)
        else:
            quantity = quantity_of(builder, cell, scales)
        if quantity >= 0:
            builder.says.append((index, quantity, said.lower, said.upper))
