"""S10: the same people asked again by somebody else."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

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


def check_back_checks(
    pairs: Mapping[str, Mapping[str, tuple[list[str], list[str]]]], *, limit: float, fewest: int
) -> Iterator[Doubt]:
    """Compare stable questions of interviews and re-interviews.

    Parameters
    ----------
    pairs
        Interviewer → question → (answers of the interviews, answers of the re-interviews), in one order.
    """
    for interviewer, questions in sorted(pairs.items()):
        for question, (first, second) in questions.items():
            found = kappa(first, second)
            if len(first) >= fewest and found < limit:
                finding = Finding(
                    "QLT-S10",
                    found=f"{found:.2f}",
                    values={
                        "interviewer": interviewer,
                        "question": question,
                        "n": len(first),
                        "limit": f"{limit:g}",
                    },
                )
                yield Doubt(
                    "S10",
                    Grade.UNLIKELY,
                    finding,
                    strength=10 * (limit - found),
                    about={"interviewer": interviewer},
                )
