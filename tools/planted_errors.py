"""Clean simulated national data of five years, and fifteen kinds of error planted into it.

The truth: rates by indicator, area, sex, age and year that move together, with areas and people of their own;
counts are Poisson around it, shares binomial, money log-normal, means of hours or years steadier than either.
An error is planted as it happens: one cell mistyped (sums then break), or a whole block handed in wrongly,
its own sums included. Everything here is simulated.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from dozor.core.plan import Plan
from dozor.core.quality.figures import Cell, Kind, Reported

COUNTRY = "BY"
REGIONS = ("BY-BR", "BY-VI", "BY-HO", "BY-HR", "BY-MI", "BY-MA", "BY-HM")
DISTRICTS = {region: tuple(f"{region}-{n}" for n in range(1, 7)) for region in REGIONS}
ONE_SEX = {"MSM": ("male",), "FSW": ("female",)}
SEXES, AGES = ("female", "male"), ("15-24", "25-49", "50+")
SPANS = {"15-24": (15, 24), "25-49": (25, 49), "50+": (50, None), "15+": (15, None)}
YEARS = (2021, 2022, 2023, 2024, 2025)
Figures = dict[Cell, Reported]


def parent(area: str) -> str | None:
    if area == COUNTRY:
        return None
    return COUNTRY if area in REGIONS else area.rsplit("-", 1)[0]


def children(area: str) -> Sequence[str]:
    return REGIONS if area == COUNTRY else DISTRICTS.get(area, ())


def national_data(plan: Plan, rng: np.random.Generator) -> Figures:
    """One figure for each series, area, sex, age group and year that the plan's frequency asks for."""
    figures: Figures = {}
    for series in plan.series():
        indicator = series.indicator
        unit = plan.unit(indicator.unit)
        kind: Kind = "share" if unit.factor else "count" if unit.is_count else "amount"
        if indicator.value_kind in ("composite", "qualitative"):
            continue
        years = [y for y in YEARS if indicator.frequency_years != 2 or y % 2]
        divided = kind != "amount" and {"sex", "age"} <= set(indicator.disaggregations)
        sexes = ONE_SEX.get(series.population, SEXES)
        people = [(s, a) for s in sexes for a in AGES] if divided else [("", "")]
        is_mean = indicator.value_kind in ("mean", "median")
        level = np.exp(rng.normal(4.0, 1.2))
        trend = rng.normal(0, 0.06) * (np.arange(len(years)) - 1)
        area_effect = rng.normal(0, 0.5, len(REGIONS))
        who_effect = rng.normal(0, 0.4, len(people))
        common = rng.normal(0, 0.08, len(years))
        p0 = rng.uniform(0.2, 0.85)
        for t, year in enumerate(years):
            for a, region in enumerate(REGIONS):
                own = 0.08 * rng.standard_t(5)  # a region's year has a life of its own, at times a wild one
                block: Figures = {}
                for w, (sex, age) in enumerate(people):
                    cell = Cell(indicator.code, series.population, sex, age, region, year)
                    move = area_effect[a] + who_effect[w] + trend[t] + common[t] + own
                    if kind == "count":
                        block[cell] = Reported(
                            cell, float(rng.poisson(level * np.exp(move) / len(people) * 3)), "count"
                        )
                    elif kind == "share":
                        n = int(rng.integers(150, 500) / (1 if len(people) == 1 else 2))
                        p = 1 / (1 + np.exp(-(np.log(p0 / (1 - p0)) + 0.5 * move)))
                        block[cell] = share_of(cell, int(rng.binomial(n, p)), n)
                    elif is_mean:
                        value = round(float(4 + 4 * p0 * np.exp(0.2 * move + rng.normal(0, 0.03))), 1)
                        block[cell] = Reported(cell, value, "amount", 0.1)
                    else:
                        block[cell] = Reported(
                            cell, round(float(1000 * level * np.exp(move + rng.normal(0, 0.05)))), "amount"
                        )
                figures |= with_sums(block)
        figures |= national_sums(figures, indicator.code, series.population, years)
    return figures | district_data(figures, plan, rng)


def share_of(cell: Cell, numerator: int, denominator: int) -> Reported:
    value = round(100 * numerator / denominator, 1)
    return Reported(cell, value, "share", 0.1, 100, numerator, denominator)


def with_sums(block: Figures) -> Figures:
    """Add the totals over sex and age to a block of parts."""
    summed = dict(block)
    for over in ("sex", "age", "both"):
        groups: dict[Cell, list[Reported]] = {}
        for cell, figure in block.items():
            if not cell.sex:
                continue
            into = cell._replace(
                sex="all" if over != "age" else cell.sex, age="all" if over != "sex" else cell.age
            )
            if over == "age":
                into = cell._replace(age="15+")
            if over == "both":
                into = cell._replace(sex="all", age="15+")
            groups.setdefault(into, []).append(figure)
        summed |= {into: added(into, parts) for into, parts in groups.items()}
    return summed


def added(into: Cell, parts: Sequence[Reported]) -> Reported:
    if parts[0].kind == "share":
        return share_of(
            into, int(sum(p.numerator or 0 for p in parts)), int(sum(p.denominator or 0 for p in parts))
        )
    return replace(parts[0], cell=into, value=sum(p.value for p in parts))


def national_sums(figures: Figures, indicator: str, population: str, years: Sequence[int]) -> Figures:
    groups: dict[Cell, list[Reported]] = {}
    for cell, figure in figures.items():
        if cell.indicator == indicator and cell.population == population and cell.area in REGIONS:
            groups.setdefault(cell._replace(area=COUNTRY), []).append(figure)
    return {into: added(into, parts) for into, parts in groups.items()}


def district_data(figures: Figures, plan: Plan, rng: np.random.Generator) -> Figures:
    """Districts' own parts of the counts that no sex or age divides: their sum is the region's."""
    found: Figures = {}
    for cell, figure in figures.items():
        if (
            figure.kind != "count"
            or cell.area not in REGIONS
            or cell.sex not in ("", "all")
            or cell.age in AGES
        ):
            continue
        weights = rng.dirichlet(np.full(len(DISTRICTS[cell.area]), 6.0))
        for district, part in zip(
            DISTRICTS[cell.area], rng.multinomial(int(figure.value), weights), strict=True
        ):
            found[cell._replace(area=district)] = Reported(cell._replace(area=district), float(part), "count")
    return found


@dataclass(frozen=True)
class Planted:
    """One error: its kind, the cells it made wrong, and how far they are from the truth in shares of it."""

    kind: str
    cells: tuple[Cell, ...]
    size: float


Plant = Callable[[Figures, list[Cell], np.random.Generator], dict[Cell, Reported] | None]


def _typed(change: Callable[[float, np.random.Generator], float]) -> Plant:
    """One cell mistyped; everything beside it stays as it was."""

    def plant(figures: Figures, block: list[Cell], rng: np.random.Generator) -> dict[Cell, Reported] | None:
        cell = block[int(rng.integers(len(block)))]
        figure = figures[cell]
        value = change(figure.value, rng)
        limit = 100 if figure.kind == "share" else np.inf
        if not 0 <= value <= limit or value == figure.value:
            return None
        return {cell: replace(figure, value=value)}

    return plant


def _digit(value: float, rng: np.random.Generator) -> float:
    digits = list(str(int(value)))
    if len(digits) < 2:
        return value
    i = int(rng.integers(len(digits) - 1))
    digits[i], digits[i + 1] = digits[i + 1], digits[i]
    return float("".join(digits)) + value % 1


def _block(change: Callable[[Reported, Figures, np.random.Generator], Reported | None]) -> Plant:
    """A whole block handed in wrongly; its sums are made of the wrong figures, so that they hold."""

    def plant(figures: Figures, block: list[Cell], rng: np.random.Generator) -> dict[Cell, Reported] | None:
        changed = {cell: change(figures[cell], figures, rng) for cell in block}
        if any(f is None for f in changed.values()):
            return None
        return {
            cell: f for cell, f in changed.items() if f is not None and f.value != figures[cell].value
        } or None

    return plant


def _before(figure: Reported, figures: Figures) -> Reported | None:
    past = [y for y in YEARS if y < figure.cell.year and figure.cell._replace(year=y) in figures]
    return figures[figure.cell._replace(year=past[-1])] if past else None


def _copied(figure: Reported, figures: Figures, _: np.random.Generator) -> Reported | None:
    old = _before(figure, figures)
    return None if old is None else replace(old, cell=figure.cell)


def _cumulative(figure: Reported, figures: Figures, _: np.random.Generator) -> Reported | None:
    if figure.kind == "share" or figure.cell.year < 2023:
        return None
    past = [
        figures[c] for y in YEARS if y <= figure.cell.year and (c := figure.cell._replace(year=y)) in figures
    ]
    return replace(figure, value=sum(f.value for f in past))


def _swapped_sexes(figure: Reported, figures: Figures, _: np.random.Generator) -> Reported | None:
    other = {"female": "male", "male": "female"}.get(figure.cell.sex)
    if other is None:
        return figure if figure.cell.sex == "all" else None
    twin = figures.get(figure.cell._replace(sex=other))
    return None if twin is None else replace(twin, cell=figure.cell)


def _swapped_areas(figure: Reported, figures: Figures, _: np.random.Generator) -> Reported | None:
    other = REGIONS[(REGIONS.index(figure.cell.area) + 1) % len(REGIONS)]
    twin = figures[figure.cell._replace(area=other)]
    return replace(twin, cell=figure.cell)


def _times(factor: float) -> Callable[[Reported, Figures, np.random.Generator], Reported | None]:
    def change(figure: Reported, _f: Figures, _r: np.random.Generator) -> Reported | None:
        if figure.kind == "share":
            return None
        return replace(figure, value=float(round(figure.value * factor, 0 if figure.step >= 1 else 1)))

    return change


def _complement(figure: Reported, _f: Figures, _r: np.random.Generator) -> Reported | None:
    if figure.kind != "share" or figure.denominator is None or figure.numerator is None:
        return None
    return share_of(figure.cell, int(figure.denominator - figure.numerator), int(figure.denominator))


def _fraction(figure: Reported, _f: Figures, _r: np.random.Generator) -> Reported | None:
    return replace(figure, value=round(figure.value / 100, 1)) if figure.kind == "share" else None


def _nothing(figure: Reported, _f: Figures, _r: np.random.Generator) -> Reported | None:
    if figure.kind == "share":
        return share_of(figure.cell, 0, int(figure.denominator or 1))
    return replace(figure, value=0.0)


def _twice(figures: Figures, block: list[Cell], _: np.random.Generator) -> dict[Cell, Reported] | None:
    """A district counted twice in its region's figure."""
    whole = next(c for c in block if c.sex in ("", "all") and c.age not in AGES)
    first = whole._replace(area=f"{whole.area}-1")
    if first not in figures or not figures[first].value:
        return None
    share = figures[first].value / figures[whole].value
    parts = [c for c in block if c.sex in ("", "female", "male") and c.age in ("", *AGES)]
    more = {c: replace(figures[c], value=figures[c].value + round(share * figures[c].value)) for c in parts}
    if parts == [whole]:
        return more
    return {c: f for c, f in with_sums(more).items() if f.value != figures[c].value}


def _over(figures: Figures, block: list[Cell], rng: np.random.Generator) -> dict[Cell, Reported] | None:
    """Numerator and denominator exchanged."""
    cell = block[int(rng.integers(len(block)))]
    figure = figures[cell]
    if figure.kind != "share" or not figure.numerator:
        return None
    return {cell: replace(figure, numerator=figure.denominator, denominator=figure.numerator)}


KINDS: dict[str, Plant] = {
    "digits exchanged in one cell": _typed(_digit),
    "one cell ten times too large": _typed(lambda v, _: v * 10),
    "one cell ten times too small": _typed(lambda v, _: float(round(v / 10))),
    "one cell empty read as 0": _typed(lambda v, _: 0.0),
    "one cell from the row beside": _typed(lambda v, rng: v + float(rng.integers(5, 40))),
    "block ten times too large": _block(_times(10)),
    "block in thousands": _block(_times(0.001)),
    "block copied from last year": _block(_copied),
    "block cumulative instead of yearly": _block(_cumulative),
    "columns of men and women exchanged": _block(_swapped_sexes),
    "another oblast's block": _block(_swapped_areas),
    "share of those without instead of with": _block(_complement),
    "share as a fraction instead of percent": _block(_fraction),
    "block missing read as 0": _block(_nothing),
    "a district counted twice": _twice,
}


def plant(figures: Figures, kind: str, n: int, rng: np.random.Generator) -> tuple[Figures, list[Planted]]:
    """Plant up to n errors of one kind, each in a block of its own (indicator, population, region, year)."""
    blocks: dict[tuple[str, str, str, int], list[Cell]] = {}
    for cell in figures:
        if cell.area in REGIONS:
            blocks.setdefault((cell.indicator, cell.population, cell.area, cell.year), []).append(cell)
    spoilt, planted = dict(figures), []
    order = list(blocks.values())
    used: set[tuple[str, str]] = set()
    for i in rng.permutation(len(order)):
        if len(planted) == n:
            break
        cell = order[i][0]
        if cell[:2] in used:
            continue  # one wrong block in a series: the figures before it were looked at when they came
        changed = KINDS[kind](figures, order[i], rng)
        if not changed:
            continue
        used.add((cell.indicator, cell.population))
        spoilt |= changed
        # the republic's figures are made of what the regions sent
        spoilt |= national_sums(
            {c: spoilt[c] for c in spoilt if c[:2] == cell[:2] and c.year == cell.year},
            *cell[:2],
            [cell.year],
        )
        planted.append(Planted(kind, tuple(changed), max(_size(figures[c], f) for c, f in changed.items())))
    return spoilt, planted


def _size(true: Reported, wrong: Reported) -> float:
    away = abs(wrong.value - true.value)
    return away / true.value if true.value else away
