"""S6: ages that end in 0 and 5 too often, or crowd just inside the limits of the survey."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from scipy.special import bdtrc  # scipy.stats takes a second to load

from dozor.core.findings import Finding
from dozor.core.quality.doubt import Doubt, Grade
from dozor.core.quality.survey.answers import Answers
from dozor.core.quality.survey.thresholds import SurveyRules

_WIDE = 25  # years of age a survey must span for heaping on 0 and 5 to be told from its own shape


def whipple(ages: NDArray[np.int64]) -> float:
    """Whipple's index: 100 × (aged 25, 30, …, 60) / (a fifth of those aged 23–62); 100: none, 500: all.

    NaN where nobody is 23–62.

    References
    ----------
    Shryock, H., Siegel, J. (1976). The Methods and Materials of Demography, ch. 8.
    """
    within = ages[(ages >= 23) & (ages <= 62)]
    return 100 * float(np.sum(within % 5 == 0)) / (len(within) / 5) if len(within) else math.nan


def myers(ages: NDArray[np.int64], lowest: int = 20, highest: int = 69) -> float:
    """Myers' blended index, 0 (no preference for any last digit) to 90 (all ages end in one).

    Each digit's count is blended over ten starting ages, so that the shape of the pyramid does not count.
    """
    blended = np.zeros(10)
    for digit in range(10):
        first = sum(int(np.sum((ages >= a) & (ages == a))) for a in range(lowest + digit, highest + 1, 10))
        second = sum(int(np.sum(ages == a)) for a in range(lowest + digit + 10, highest + 11, 10))
        blended[(lowest + digit) % 10] = (digit + 1) * first + (9 - digit) * second
    total = blended.sum()
    return float(np.abs(100 * blended / total - 10).sum() / 2) if total else math.nan


def check_ages(answers: Answers, rules: SurveyRules) -> Iterator[Doubt]:
    """Whipple's index where the ages span enough; else crowding at the survey's limits of age.

    An interviewer who makes a boy of 14 fifteen, or spares the questions by making a woman of 24 twenty-five,
    leaves a step at the edge; within a year of age hardly anything else does.
    """
    column = answers.column("age")
    if column is None:
        return
    ages = column.drop_nulls().cast(int, strict=False).drop_nulls().to_numpy().astype(np.int64)
    if len(ages) < 50:
        return
    low, high = int(ages.min()), int(ages.max())
    if high - low >= _WIDE:
        index = whipple(ages)
        if index > rules.whipple:
            grade = Grade.UNLIKELY if index > 175 else Grade.NOTICE
            finding = Finding(
                "QLT-S6",
                found=f"{index:.0f}",
                values={"limit": f"{rules.whipple:.0f}", "myers": f"{myers(ages):.0f}"},
            )
            yield Doubt("S6", grade, finding, strength=index / 20)
        return
    for edge, inner in ((low, low + 1), (high, high - 1)):
        at_edge, beside = int(np.sum(ages == edge)), int(np.sum(ages == inner))
        if at_edge + beside < 20:
            continue
        p = float(bdtrc(at_edge - 1, at_edge + beside, 0.5))
        if p < rules.edge_p:
            finding = Finding(
                "QLT-S6-EDGE", found=str(at_edge), values={"age": edge, "inner": inner, "beside": beside}
            )
            yield Doubt("S6", Grade.NOTICE, finding, strength=-math.log10(max(p, 1e-50)))
