"""D10, D12, D13: figures that speak of the same thing, or of one within the other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from dozor.core.findings import Finding
from dozor.core.quality.doubt import Doubt, Grade
from dozor.core.quality.figures import Cell, Reported


@dataclass(frozen=True)
class Term:
    """A series as a relation names it."""

    indicator: str
    population: str = ""

    @property
    def said(self) -> str:
        return f"{self.indicator} ({self.population})" if self.population else self.indicator


@dataclass(frozen=True)
class AtLeast:
    """D10: each series is at least as large as the one after it, in the same place, people and year."""

    terms: tuple[Term, ...]


@dataclass(frozen=True)
class Near:
    """D10, D12, D13: two series that agree within a share of the second, or within its interval."""

    rule: str
    one: Term
    other: Term
    within: float


def check_order(figures: Mapping[Cell, Reported], relations: Sequence[AtLeast]) -> Iterator[Doubt]:
    """D10: the cascade. People on therapy cannot outnumber those diagnosed."""
    for relation in relations:
        for wider, narrower in zip(relation.terms, relation.terms[1:], strict=False):
            for cell, low, high in _pairs(figures, narrower, wider):
                rounded = 0.0 if low.kind == "count" else 0.5 * (low.step + high.step)
                if low.value > high.value + rounded:
                    finding = Finding(
                        "QLT-D10-ORDER",
                        found=low.shown,
                        values={"other": wider.said, "other_value": high.shown},
                    )
                    yield Doubt("D10", Grade.CONTRADICTION, finding, (cell, high.cell))


def check_nearness(figures: Mapping[Cell, Reported], relations: Sequence[Near]) -> Iterator[Doubt]:
    """D10 (related), D12 (survey or registry), D13 (population): apart by more than agreed.

    Where the other figure has an interval, a figure inside it agrees whatever the distance.
    """
    for relation in relations:
        for cell, figure, other in _pairs(figures, relation.one, relation.other):
            if other.value <= 0:
                continue
            inside = (
                other.lower is not None
                and other.upper is not None
                and other.lower <= figure.value <= other.upper
            )
            apart = abs(figure.value - other.value) / other.value
            if not inside and apart > relation.within:
                finding = Finding(
                    f"QLT-{relation.rule}",
                    found=figure.shown,
                    values={
                        "other": relation.other.said,
                        "other_value": other.shown,
                        "apart": f"{100 * apart:.0f}",
                        "within": f"{100 * relation.within:.0f}",
                    },
                )
                yield Doubt(relation.rule, Grade.UNLIKELY, finding, (cell, other.cell), strength=10 * apart)


def _pairs(
    figures: Mapping[Cell, Reported], one: Term, other: Term
) -> Iterator[tuple[Cell, Reported, Reported]]:
    for cell, figure in figures.items():
        if cell.indicator != one.indicator or (one.population and cell.population != one.population):
            continue
        wanted = cell._replace(indicator=other.indicator, population=other.population or cell.population)
        found = figures.get(wanted)
        if found is not None and found.kind == figure.kind:
            yield cell, figure, found
