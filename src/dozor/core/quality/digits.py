"""D19: last digits of counts, which nobody chooses, against those that people invent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from scipy.special import bdtrc, chdtrc  # scipy.stats takes a second to load

from dozor.core.findings import Finding
from dozor.core.quality.doubt import Doubt, Grade
from dozor.core.quality.figures import Reported


@dataclass(frozen=True)
class Digits:
    """Largest p-value that is a finding; how many figures it takes, and from which size on they are taken."""

    p: float = 1e-3
    fewest: int = 100
    smallest: float = 10


def last_digits(values: Iterable[float], smallest: float = 10) -> list[int]:
    """Last digits of whole numbers of at least `smallest`; of smaller ones the last digit is the number."""
    return [int(v) % 10 for v in values if v >= smallest and v == int(v)]


def uniformity(digits: list[int]) -> float:
    """P-value of Pearson's χ² against equally likely digits (9 degrees of freedom)."""
    expected = len(digits) / 10
    counts = np.bincount(digits, minlength=10)
    return float(chdtrc(9, ((counts - expected) ** 2 / expected).sum()))


def share_of_fives(digits: list[int]) -> tuple[float, float]:
    """Share of 0 and 5 among last digits, and the p-value of so many or more where a fifth is expected."""
    round_ones = sum(d in (0, 5) for d in digits)
    return round_ones / len(digits), float(bdtrc(round_ones - 1, len(digits), 0.2))


def check_digits(figures: Iterable[Reported], rule: Digits) -> Iterator[Doubt]:
    """Judge the counts of each area together."""
    by_area: dict[str, list[Reported]] = {}
    for figure in figures:
        if figure.kind == "count":
            by_area.setdefault(figure.cell.area, []).append(figure)
    for area, found in sorted(by_area.items()):
        digits = last_digits((f.value for f in found), rule.smallest)
        if len(digits) < rule.fewest:
            continue
        share, p_round = share_of_fives(digits)
        p = min(uniformity(digits), p_round)
        if p < rule.p:
            finding = Finding(
                "QLT-D19",
                found=f"{100 * share:.0f}",
                values={"n": len(digits), "area": area, "common": str(int(np.bincount(digits).argmax()))},
            )
            yield Doubt(
                "D19", Grade.NOTICE, finding, strength=min(-np.log10(max(p, 1e-50)), 50), about={"area": area}
            )
