"""D7: a figure held against what its area's other years and the year's other areas lead to expect.

Yearly series have three to five points and often a handful of cases: a deviation from their own mean says
nothing there. A table of areas × years says more, because the areas rise and fall together.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtr  # scipy.stats takes a second to load

from dozor.core.findings import Finding
from dozor.core.quality.doubt import Doubt, Grade
from dozor.core.quality.figures import Cell, Kind, Reported, by_series, plain, siblings

Array = NDArray[np.float64]
_MAD = 1.482602218505602  # makes the median absolute deviation a normal's standard deviation
_SMALLEST = 0.03  # spread between areas and years that no real series falls below, on the log scale
_POOL = 12.0  # how many cells the common spread of a kind weighs in a series' own


@dataclass(frozen=True)
class Unexpected:
    """Thresholds: share of false findings (Benjamini–Hochberg), least departure,
    fewest areas and years."""

    q: float = 0.05
    ratio: float = 1.5
    points: float = 0.10  # of a share
    areas: int = 4
    years: int = 3


@dataclass(frozen=True)
class Table:
    """One series over sibling areas and years, on the scale of the fit; NaN where nothing was reported.

    `noise` is the variance of y that counting alone gives, at the figures and (`noise_at_fit`) at what is
    expected: a wrong zero looks noisier than it is.
    """

    cells: list[list[Reported | None]]
    kind: Kind
    y: Array
    fit: Array
    noise: Array
    noise_at_fit: Array


@dataclass(frozen=True)
class Departure:
    """One figure of a table and how unlikely it is: `p` two-sided, of what is beyond counting and spread."""

    figure: Reported
    y: float
    fit: float
    p: float


def check_expectations(
    figures: Mapping[Cell, Reported], rule: Unexpected, *, parent: Callable[[str], str | None]
) -> Iterator[Doubt]:
    """Find figures far from area effect + year effect, fitted by medians without the figure itself.

    Then the same of the contrast between women and men, in which a region's good or bad year cancels: it
    shows columns exchanged.

    Notes
    -----
    Counts on log(x + ½), shares on the logit with the sample's variance, amounts on the log. The spread left
    over (areas do not move in step) is estimated robustly for each series and drawn to that of all series of
    its kind; the p-value is of Student's t on both variances, the findings those that Benjamini–Hochberg
    leaves at `q` and that depart by more than `ratio` (counts, amounts) or `points` (shares).

    References
    ----------
    Tukey, J. W. (1977). Exploratory Data Analysis, ch. 11 (median polish).
    Benjamini, Y., Hochberg, Y. (1995). Controlling the false discovery rate. JRSS B 57, 289–300.
    """
    tables = list(_tables(figures, rule, parent))
    for one in departures(tables, rule.q):
        expected = _back(one.figure, one.fit)
        if _departs(one.figure, expected, rule):
            values = {
                "expected_value": plain(expected, one.figure.step),
                "times": _times(one.figure, expected),
            }
            finding = Finding("QLT-D7", found=one.figure.shown, values=values)
            yield Doubt("D7", Grade.UNLIKELY, finding, (one.figure.cell,), strength=_strength(one.p))
    for one in departures(list(_contrasts(tables)), rule.q):
        women, men = one.figure, figures[one.figure.cell._replace(sex="male")]
        if abs(one.y - one.fit) > math.log(rule.ratio):
            values = {
                "other": men.shown,
                "ratio": f"{math.exp(one.y):.2g}",
                "usual": f"{math.exp(one.fit):.2g}",
            }
            finding = Finding("QLT-D7-SEX", found=women.shown, values=values)
            yield Doubt("D7", Grade.UNLIKELY, finding, (women.cell, men.cell), strength=_strength(one.p))


def departures(tables: list[Table], q: float) -> list[Departure]:
    """Judge every figure of many tables together; return those that Benjamini–Hochberg leaves at q."""
    judged: list[Departure] = []
    for table, spread in zip(tables, _spreads(tables), strict=True):
        known = np.isfinite(table.y) & np.isfinite(table.fit)
        df = max(int(np.isfinite(table.y).sum()) - sum(table.y.shape) + 1, 3) + _POOL
        z = (table.y - table.fit) / np.sqrt(table.noise_at_fit + spread**2)
        p = 2 * stdtr(df, -np.abs(z))
        for i, j in zip(*np.nonzero(known), strict=True):
            figure = table.cells[i][j]
            if figure is not None:
                judged.append(Departure(figure, float(table.y[i, j]), float(table.fit[i, j]), float(p[i, j])))
    limit = _benjamini_hochberg([one.p for one in judged], q)
    return [one for one in judged if one.p <= limit]


def expected_by_areas_and_years(y: Array) -> Array:
    """Fit area + year effects to a table by medians, each cell without itself; NaN where nothing is left.

    The departure of one figure so counts in full, and one wrong figure hardly moves the others.
    """
    fit = np.full(y.shape, np.nan)
    rows = np.isfinite(y).sum(axis=1)
    columns = np.isfinite(y).sum(axis=0)
    for i, j in zip(*np.nonzero(np.isfinite(y)), strict=True):
        if rows[i] < 2 or columns[j] < 2:
            continue
        # the other areas' step from each of their other years to this one, taken from this area's other years
        others = np.delete(y, i, axis=0)
        here = y[i].copy()
        here[j] = np.nan
        steps = others[:, [j]] - others
        with np.errstate(all="ignore"):
            step = np.array([_median(steps[:, k]) for k in range(y.shape[1])])
        fit[i, j] = _median(here + step)
    return fit


def _median(values: Array) -> float:
    known = values[np.isfinite(values)]
    return float(np.median(known)) if known.size else math.nan


def _tables(
    figures: Mapping[Cell, Reported], rule: Unexpected, parent: Callable[[str], str | None]
) -> Iterator[Table]:
    for found in by_series(figures.values()).values():
        for areas in siblings(sorted({area for area, _ in found}), parent).values():
            years = sorted({year for area, year in found if area in areas})
            if len(areas) < rule.areas or len(years) < rule.years:
                continue
            cells = [[found.get((area, year)) for year in years] for area in areas]
            kind = next(f.kind for row in cells for f in row if f is not None)
            y = _filled(cells, _scale)
            fit = expected_by_areas_and_years(y)
            at_fit = np.array(
                [
                    [math.nan if f is None else _noise_at(f, fit[i, j]) for j, f in enumerate(row)]
                    for i, row in enumerate(cells)
                ]
            )
            yield Table(cells, kind, y, fit, _filled(cells, _noise), at_fit)


def _filled(cells: list[list[Reported | None]], of: Callable[[Reported], float]) -> Array:
    return np.array([[math.nan if f is None else of(f) for f in row] for row in cells])


def _contrasts(tables: list[Table]) -> Iterator[Table]:
    """Women minus men, for the tables of both over the same areas and years."""
    by_who: dict[tuple[object, ...], dict[str, Table]] = {}
    for table in tables:
        first = next(f.cell for row in table.cells for f in row if f is not None)
        key = (first.indicator, first.population, first.age, len(first.area), table.y.shape)
        by_who.setdefault(key, {})[first.sex] = table
    for pair in by_who.values():
        women, men = pair.get("female"), pair.get("male")
        if women is not None and men is not None:
            y = women.y - men.y
            noise = women.noise + men.noise
            fit = expected_by_areas_and_years(y)
            yield Table(women.cells, women.kind, y, fit, noise, women.noise_at_fit + men.noise_at_fit)


def _size(figure: Reported) -> float:
    """Persons behind a share: its denominator, else what its interval lets one work back to, else 200."""
    if figure.denominator:
        return figure.denominator
    if figure.lower is not None and figure.upper is not None and figure.upper > figure.lower:
        p = min(max(figure.share, 0.01), 0.99)
        half = (figure.upper - figure.lower) / figure.factor / 2
        return max(p * (1 - p) * (1.96 / half) ** 2, 5)
    return 200.0


def _scale(figure: Reported) -> float:
    if figure.kind == "share":
        if figure.factor > 100:
            return math.log(figure.value + 0.5 * figure.step)
        n = _size(figure)
        return math.log((figure.share * n + 0.5) / max((1 - figure.share) * n + 0.5, 0.25))
    return math.log(max(figure.value, 0) + (0.5 if figure.kind == "count" else figure.step))


def _noise(figure: Reported) -> float:
    if figure.kind == "share" and figure.factor <= 100:
        n, p = _size(figure), min(max(figure.share, 0.0), 1.0)
        return 1 / (n * p + 0.5) + 1 / (n * (1 - p) + 0.5)
    return 1 / (figure.value + 0.5) if figure.kind == "count" else 0.0


def _noise_at(figure: Reported, fit: float) -> float:
    if figure.kind == "count":
        return 1 / (math.exp(min(fit, 50)) + 0.25)
    if figure.kind == "share" and figure.factor <= 100:
        n, p = _size(figure), 1 / (1 + math.exp(-fit))
        return 1 / (n * p + 0.5) + 1 / (n * (1 - p) + 0.5)
    return _noise(figure)


def _spreads(tables: list[Table]) -> list[float]:
    """Spread of each series beyond counting, drawn to the middle of its kind."""
    own: list[tuple[Kind, float, int]] = []
    for t in tables:
        left = t.y - t.fit
        known = left[np.isfinite(left)]
        counted = t.noise[np.isfinite(left)]
        beyond = (
            (_MAD * float(np.median(np.abs(known)))) ** 2 - float(np.median(counted)) if known.size else 0.0
        )
        own.append((t.kind, max(beyond, _SMALLEST**2), int(known.size)))
    common = {kind: float(np.median([v for k, v, _ in own if k == kind])) for kind in {k for k, _, _ in own}}
    return [
        math.sqrt((n * v + _POOL * common[kind]) / (n + _POOL)) if n else math.sqrt(common[kind])
        for kind, v, n in own
    ]


def _back(figure: Reported, fit: float) -> float:
    if figure.kind == "share" and figure.factor <= 100:
        return figure.factor / (1 + math.exp(-fit))
    return max(math.exp(min(fit, 300)) - (0.5 if figure.kind == "count" else 0), 0)


def _departs(figure: Reported, expected: float, rule: Unexpected) -> bool:
    if figure.kind == "share" and figure.factor <= 100:
        return abs(figure.value - expected) / figure.factor > rule.points
    low, high = sorted((figure.value + 0.5, expected + 0.5))
    return high / low > rule.ratio


def _times(figure: Reported, expected: float) -> str:
    ratio = (figure.value + 1e-9) / (expected + 1e-9)
    return f"{ratio:.2g}" if ratio < 100 else f"{ratio:.0f}"


def _strength(p: float) -> float:
    return -math.log10(max(p, 1e-300))


def _benjamini_hochberg(p: list[float], q: float) -> float:
    """The largest p-value that is a finding; −1 when none is."""
    ordered = np.sort(np.asarray(p))
    below = np.nonzero(ordered <= q * np.arange(1, ordered.size + 1) / max(ordered.size, 1))[0]
    return float(ordered[below[-1]]) if below.size else -1.0
