"""D11: figures that cannot all be right."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby

from dozor.core.findings import Finding
from dozor.core.quality.doubt import Doubt, Grade
from dozor.core.quality.figures import Cell, Reported, at, plain

ALL = ("", "all")
_OLDEST = 999
Span = tuple[int, int | None]  # lowest and highest completed age


def check_arithmetic(
    figures: Mapping[Cell, Reported],
    *,
    ages: Mapping[str, Span],
    children: Callable[[str], Sequence[str]],
) -> Iterator[Doubt]:
    """Hold every total against its parts, every share against its numerator and denominator.

    Parameters
    ----------
    ages
        Age groups by code; groups that touch end to end and together make another group are its parts.
    children
        Areas that an area is made of, all of them: a sum is asked for only where every one has a figure.

    Notes
    -----
    Counts and amounts add up; of shares the numerators and denominators do; levels (means, medians) do not.
    Counts are whole; a sum of amounts may miss the total by half a step for each rounded part. Parts above
    the total are a contradiction even where some part is missing.
    """
    for cell, figure in figures.items():
        yield from _ratio(figure)
        if cell.sex in ALL:
            parts = [figures.get(at(cell, sex=sex)) for sex in ("female", "male")]
            yield from _sum(figure, parts, "sex")
        for group in _parts_of_age(cell, figures, ages):
            yield from _sum(figure, group, "age")
        inside = children(cell.area)
        if inside:
            yield from _sum(figure, [figures.get(at(cell, area=area)) for area in inside], "area")


def _sum(total: Reported, parts: Sequence[Reported | None], over: str) -> Iterator[Doubt]:
    known = [p for p in parts if p is not None]
    if not known:
        return
    is_whole = len(known) == len(parts)
    for name, of in (("value", _value), ("numerator", _numerator), ("denominator", _denominator)):
        whole, each = of(total), [of(p) for p in known]
        counted = [n for n in each if n is not None]
        if whole is None or not counted:
            continue
        found = sum(counted)
        slack = 0.5 * total.step * (1 + len(counted)) if total.kind == "amount" else 0.5
        misses = abs(found - whole) if is_whole and len(counted) == len(parts) else found - whole
        if misses <= slack:
            continue
        step = total.step if name == "value" else 1.0
        finding = Finding(
            f"QLT-D11-{over.upper()}",
            found=plain(whole, step),
            values={
                "sum": plain(found, step),
                "parts": len(counted),
                "difference": plain(found - whole, step),
            },
            column=None if name == "value" else name,
        )
        yield Doubt(
            "D11",
            Grade.CONTRADICTION,
            finding,
            (total.cell, *(p.cell for p in known)),
            strength=99 + misses / max(whole, 1),
        )


def _value(figure: Reported) -> float | None:
    return figure.value if figure.kind in ("count", "amount") else None


def _numerator(figure: Reported) -> float | None:
    return figure.numerator if figure.kind == "share" else None


def _denominator(figure: Reported) -> float | None:
    return figure.denominator if figure.kind == "share" else None


def _ratio(figure: Reported) -> Iterator[Doubt]:
    numerator, denominator = figure.numerator, figure.denominator
    if figure.kind != "share" or numerator is None or not denominator:
        return
    if numerator > denominator and figure.factor <= 100:
        finding = Finding(
            "QLT-D11-NUMERATOR",
            found=plain(numerator),
            values={"denominator": plain(denominator)},
            column="numerator",
        )
        yield Doubt("D11", Grade.CONTRADICTION, finding, (figure.cell,))
        return
    computed = figure.factor * numerator / denominator
    if abs(computed - figure.value) > 0.5 * figure.step * (1 + 1e-9):
        finding = Finding(
            "QLT-D11-SHARE",
            found=figure.shown,
            values={"computed": plain(computed, figure.step / 10)},
        )
        yield Doubt("D11", Grade.CONTRADICTION, finding, (figure.cell,))


def _parts_of_age(
    cell: Cell, figures: Mapping[Cell, Reported], ages: Mapping[str, Span]
) -> Iterator[list[Reported | None]]:
    """Chains of age groups that touch end to end and fill the cell's group; only whole ones count."""
    here = [(code, figures[c]) for code in ages if code != cell.age and (c := at(cell, age=code)) in figures]
    span = ages.get(cell.age)
    is_all = cell.age in ALL
    inner = [(ages[code], code) for code, _ in here if code not in ALL]
    spans = sorted(inner, key=lambda s: (s[0][0], s[0][1] or _OLDEST, s[1]))
    figure_of = dict(here)
    if span is None or is_all:
        # nobody says where all ages begin and end: a chain that starts lowest and ends open fills it
        chain = _chain(spans, None)
        if is_all and len(chain) > 1 and chain[-1][0][1] is None and chain[0][0][0] == 0:
            yield [figure_of[code] for _, code in chain]
        return
    chain = _chain([s for s in spans if _within(s[0], span)], span)
    if len(chain) > 1:
        yield [figure_of[code] for _, code in chain]


def _within(one: Span, other: Span) -> bool:
    return one[0] >= other[0] and (other[1] is None or (one[1] is not None and one[1] <= other[1]))


def _chain(spans: Sequence[tuple[Span, str]], fill: Span | None) -> list[tuple[Span, str]]:
    """Age groups in a row without gap or overlap; of those that begin together, the widest."""
    begins = [
        max(group, key=lambda s: s[0][1] or _OLDEST) for _, group in groupby(spans, key=lambda s: s[0][0])
    ]
    chain: list[tuple[Span, str]] = []
    for one in begins:
        if not chain:
            if fill is not None and one[0][0] != fill[0]:
                return []
            chain.append(one)
        elif chain[-1][0][1] is not None and one[0][0] == chain[-1][0][1] + 1:
            chain.append(one)
    if fill is not None and (not chain or chain[-1][0][1] != fill[1]):
        return []
    return chain
