"""Runs the rules that speak of figures over a whole bank, or a submission among what was there before."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from dozor.core.quality.arithmetic import Span, check_arithmetic
from dozor.core.quality.digits import check_digits
from dozor.core.quality.doubt import Doubt
from dozor.core.quality.expectation import check_expectations
from dozor.core.quality.figures import Cell, Reported
from dozor.core.quality.history import check_heavy_year, check_outliers, check_steadiness
from dozor.core.quality.related import check_nearness, check_order
from dozor.core.quality.repeated import check_repeated
from dozor.core.quality.thresholds import Rules


def check_figures(
    figures: Iterable[Reported],
    rules: Rules,
    *,
    parent: Callable[[str], str | None],
    children: Callable[[str], Sequence[str]],
    ages: Mapping[str, Span],
    about: Collection[Cell] | None = None,
) -> list[Doubt]:
    """Run D5–D13, D18 and D19; the worst first.

    Parameters
    ----------
    figures
        Every figure known, one for each cell; those handed in now among them.
    parent, children
        The area around an area (None for the country), and the areas it is wholly made of.
    ages
        Age groups by code, in completed years.
    about
        Only doubts whose first cell is one of these, or that hold one of these against another; None: all.
    """
    known = {f.cell: f for f in figures}
    deviations, least, fewest = rules.heavy_year
    found = [
        *check_arithmetic(known, ages=ages, children=children),
        *check_order(known, rules.at_least),
        *check_nearness(known, rules.near),
        *check_outliers(known, rules.z, rules.modified_z),
        *check_heavy_year(known, deviations=deviations, least=least, fewest=fewest),
        *check_expectations(known, rules.unexpected, parent=parent),
        *check_steadiness(known, rules.steady, parent=parent),
        *check_repeated(known, rules.repeated, parent=parent),
        *check_digits(known.values(), rules.digits),
    ]
    wanted = None if about is None else frozenset(about)
    kept = [
        d
        for d in found
        if d.rule not in rules.switched_off
        and (wanted is None or not d.cells or not wanted.isdisjoint(d.cells))
    ]
    return sorted(kept, key=lambda d: (-d.strength, d.rule, d.cells))
