"""D5, D6, D8, D9: a series held against its own past."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from dozor.core.findings import Finding
from dozor.core.quality.doubt import Doubt, Grade
from dozor.core.quality.figures import Cell, Reported, by_series, plain


@dataclass(frozen=True)
class Outlying:
    """D5, D6: from which deviation a figure is looked at, and how long a past that takes."""

    extreme: float
    fewest: int  # figures besides the one judged; below, a deviation means nothing


@dataclass(frozen=True)
class Steady:
    """D9: least and greatest ratio to the mean of the three years before; `least` cases to be judged by."""

    lowest: float = 0.67
    highest: float = 1.33
    least: float = 30


def z_score(value: float, others: Iterable[float]) -> float:
    """(x − mean) / SD of the other figures; 0 where they are all alike and x too, else infinite."""
    past = np.asarray(list(others), dtype=float)
    spread = float(past.std(ddof=1)) if past.size > 1 else 0.0
    away = value - float(past.mean())
    return away / spread if spread else (0.0 if away == 0 else math.copysign(math.inf, away))


def modified_z_score(value: float, others: Iterable[float]) -> float:
    """0.6745 (x − median) / MAD; the mean absolute deviation where the MAD is 0, and 0 where both are.

    References
    ----------
    Iglewicz, B., Hoaglin, D. (1993). How to Detect and Handle Outliers. ASQC, p. 11.
    """
    past = np.asarray([*others, value], dtype=float)
    middle = float(np.median(past))
    mad = float(np.median(np.abs(past - middle)))
    if mad:
        return 0.6745 * (value - middle) / mad
    mean_deviation = float(np.mean(np.abs(past - middle)))
    return 0.7979 * (value - middle) / mean_deviation if mean_deviation else 0.0


def check_outliers(figures: Mapping[Cell, Reported], z: Outlying, modified: Outlying) -> Iterator[Doubt]:
    """D5 and D6, for series long enough; D7 judges the short ones."""
    for found in _histories(figures):
        for figure in found:
            others = [f.value for f in found if f is not figure]
            for rule, limit, score in (("D5", z, z_score), ("D6", modified, modified_z_score)):
                if len(others) < limit.fewest:
                    continue
                away = abs(score(figure.value, others))
                if away >= limit.extreme:
                    finding = Finding(
                        f"QLT-{rule}",
                        found=figure.shown,
                        values={
                            "score": "∞" if math.isinf(away) else f"{away:.1f}",
                            "limit": limit.extreme,
                            "middle": plain(float(np.median(others)), figure.step),
                        },
                    )
                    yield Doubt(rule, Grade.UNLIKELY, finding, (figure.cell,), strength=min(away, 50.0))


def check_heavy_year(
    figures: Mapping[Cell, Reported], *, deviations: float, least: float, fewest: int
) -> Iterator[Doubt]:
    """D8 (FASTR): a count of at least `least`, more than `deviations` MADs from the median of its series."""
    for found in _histories(figures):
        if len(found) <= fewest or found[0].kind != "count":
            continue
        values = np.array([f.value for f in found])
        middle = float(np.median(values))
        mad = float(np.median(np.abs(values - middle)))
        for figure in found:
            if figure.value >= least and mad > 0 and abs(figure.value - middle) / mad > deviations:
                away = abs(figure.value - middle) / mad
                finding = Finding(
                    "QLT-D8",
                    found=figure.shown,
                    values={
                        "score": f"{away:.0f}",
                        "limit": deviations,
                        "middle": plain(middle, figure.step),
                    },
                )
                yield Doubt("D8", Grade.UNLIKELY, finding, (figure.cell,), strength=min(away, 50.0))


def check_steadiness(
    figures: Mapping[Cell, Reported], rule: Steady, *, parent: Callable[[str], str | None]
) -> Iterator[Doubt]:
    """D9: x(t) over the mean of the three years before, held against the same ratio of the area around.

    An oblast that grows with the country is steady; where the area around has no figures, 1 stands for it.
    """
    ratios: dict[Cell, float] = {}
    for found in _histories(figures):
        for number, figure in enumerate(found):
            past = [f.value for f in found[:number] if figure.cell.year - 3 <= f.cell.year]
            mean = float(np.mean(past)) if len(past) >= 2 else 0.0
            if figure.kind != "share" and mean >= rule.least:
                ratios[figure.cell] = figure.value / mean
    for cell, ratio in ratios.items():
        above = parent(cell.area)
        around = ratios.get(cell._replace(area=above), 1.0) if above else 1.0
        relative = ratio / around if around > 0 else math.inf
        if not rule.lowest <= relative <= rule.highest and not rule.lowest <= ratio <= rule.highest:
            finding = Finding(
                "QLT-D9",
                found=figures[cell].shown,
                values={
                    "ratio": f"{ratio:.2f}",
                    "around": f"{around:.2f}",
                    "lowest": rule.lowest,
                    "highest": rule.highest,
                },
            )
            strength = 10 * abs(math.log(relative)) if relative > 0 else 50.0
            yield Doubt("D9", Grade.UNLIKELY, finding, (cell,), strength=strength)


def _histories(figures: Mapping[Cell, Reported]) -> Iterator[list[Reported]]:
    """Each series of each area, in order of years."""
    for found in by_series(figures.values()).values():
        areas: dict[str, list[Reported]] = {}
        for (area, _), figure in sorted(found.items(), key=lambda item: item[0]):
            areas.setdefault(area, []).append(figure)
        yield from areas.values()
