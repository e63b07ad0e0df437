"""D18: blocks of figures that were handed in before, or by somebody else."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise

from dozor.core.findings import Finding
from dozor.core.quality.doubt import Doubt, Grade
from dozor.core.quality.figures import Cell, Reported, siblings


@dataclass(frozen=True)
class Repeated:
    """How many printed numbers a block must have, and how unlikely it must be to come twice by chance."""

    numbers: int = 2
    chance: float = 5e-4


Who = tuple[str, str]  # sex, age
Block = dict[Who, Reported]


def check_repeated(
    figures: Mapping[Cell, Reported], rule: Repeated, *, parent: Callable[[str], str | None]
) -> Iterator[Doubt]:
    """Find blocks equal in every figure to the area's block before, or to a sibling area's of the same year.

    Notes
    -----
    That counts come twice by chance is taken as Poisson: two of mean m agree with probability
    e^(−2m) I₀(2m) ≈ 1/√(4πm). A share counts by its numerator and denominator where they are known, else, as
    money does, in steps of its last printed digit.
    """
    series: dict[tuple[str, str], dict[tuple[str, int], Block]] = {}
    for cell, figure in figures.items():
        blocks = series.setdefault((cell.indicator, cell.population), {})
        blocks.setdefault((cell.area, cell.year), {})[cell.sex, cell.age] = figure
    for blocks in series.values():
        by_area: dict[str, list[int]] = {}
        by_year: dict[int, list[str]] = {}
        for area, year in sorted(blocks):
            by_area.setdefault(area, []).append(year)
            by_year.setdefault(year, []).append(area)
        for area, years in by_area.items():
            for before, now in pairwise(years):
                yield from _compared(
                    blocks[area, now], blocks[area, before], rule, "QLT-D18", {"before": before}
                )
        for year, areas in by_year.items():
            for group in siblings(areas, parent).values():
                for one, other in combinations(group, 2):
                    yield from _compared(
                        blocks[other, year], blocks[one, year], rule, "QLT-D18-AREA", {"other": one}
                    )


def _compared(
    block: Block, other: Block, rule: Repeated, code: str, values: dict[str, object]
) -> Iterator[Doubt]:
    shared = [who for who in block if who in other]
    if not shared or any(_numbers(block[who]) != _numbers(other[who]) for who in shared):
        return
    numbers = [n for who in shared for n in _numbers(block[who])]
    chance = math.prod(_chance_of_agreement(n) for n in numbers)
    if len(numbers) < rule.numbers or chance >= rule.chance:
        return
    cells = (*(block[who].cell for who in shared), *(other[who].cell for who in shared))
    finding = Finding(code, found=str(len(shared)), values={"year": cells[0].year, **values})
    strength = min(-math.log10(max(chance, 1e-50)), 50.0)
    yield Doubt("D18", Grade.UNLIKELY, finding, cells, strength=strength)


def _numbers(figure: Reported) -> Sequence[float]:
    """The numbers a figure was printed with, on a scale on which they count as counts."""
    if figure.kind == "share" and figure.numerator is not None and figure.denominator is not None:
        return (figure.numerator, figure.denominator)
    if figure.kind == "count":
        return (figure.value,)
    # a rounded share or sum varies as its own size does, in steps of the last digit
    return (math.sqrt(max(figure.value / figure.step, 0.0)),)


def _chance_of_agreement(number: float) -> float:
    return min(1.0, 1 / math.sqrt(4 * math.pi * number)) if number > 0 else 1.0
