"""S10: the same people asked again by somebody else."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from dozor.core.findings import Finding
from dozor.core.quality.doubt import Doubt, Grade


def kappa(first: Sequence[str], second: Sequence[str]) -> float:
    """Cohen's κ of two answers to one question: agreement beyond chance; NaN where all say one thing.

    >>> round(kappa(["yes", "yes", "no", "no"], ["yes", "no", "no", "no"]), 3)
    0.5

    References
    ----------
    Cohen, J. (1960). Educational and Psychological Measurement 20, 37–46.
    """
    n = len(first)
    if n == 0:
        return math.nan
    agreed = sum(a == b for a, b in zip(first, second, strict=True)) / n
    by_chance = sum((first.count(c) / n) * (second.count(c) / n) for c in {*first, *second})
    return (agreed - by_chance) / (1 - by_chance) if by_chance < 1 else math.nan


@dataclass(frozen=True)
class Agreement:
    """How far one interviewer's interviews agree with re-interviews of the same people in one question.

    Parameters
    ----------
    n
        People asked twice.
    kappa
        Cohen's κ; NaN where all said one thing.
    """

    interviewer: str
    question: str
    n: int
    kappa: float


# interviewer → question → (answers of the interviews, answers of the re-interviews), in one order
Pairs = Mapping[str, Mapping[str, tuple[list[str], list[str]]]]


def agreements(pairs: Pairs) -> list[Agreement]:
    """Compare stable questions of interviews and re-interviews."""
    return [
        Agreement(interviewer, question, len(first), kappa(first, second))
        for interviewer, questions in sorted(pairs.items())
        for question, (first, second) in questions.items()
    ]


def check_agreements(found: Iterable[Agreement], *, limit: float, fewest: int) -> Iterator[Doubt]:
    """S10: questions in which at least `fewest` re-interviews agree with κ below `limit`."""
    for one in found:
        if one.n >= fewest and one.kappa < limit:
            values = {
                "interviewer": one.interviewer,
                "question": one.question,
                "n": one.n,
                "limit": f"{limit:g}",
            }
            yield Doubt(
                "S10",
                Grade.UNLIKELY,
                Finding("QLT-S10", found=f"{one.kappa:.2f}", values=values),
                strength=10 * (limit - one.kappa),
                about={"interviewer": one.interviewer},
            )
