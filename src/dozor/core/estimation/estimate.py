"""One estimated value with its uncertainty: what every estimator of Dozor returns."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field


@dataclass(frozen=True)
class Estimate:
    """An estimate of one quantity in one domain.

    Parameters
    ----------
    estimand
        What kind of quantity: ``share``, ``mean``, ``total``, ``ratio``, ``quantile``, ``difference``, …
    name
        The indicator's or variable's name, as asked for.
    domain
        From column to value, as they stand in the file; empty for the whole population.
    estimate, se, lower, upper
        On the quantity's own scale (shares: 0–1). ``None``: not estimable.
    df
        Degrees of freedom behind the interval (may be infinite for a normal quantile); ``None``: none.
    n
        Respondents with an answer behind the estimate.
    n_effective
        ``n / deff``: the size of the simple random sample that would be as precise.
    deff
        Design effect: variance over the variance of a simple random sample (drawn with replacement
        unless the method says otherwise).
    method
        How variance and interval were computed, in one short text, e.g. ``taylor; logit``.
    """

    estimand: str
    name: str
    domain: Mapping[str, str] = field(default_factory=dict)
    estimate: float | None = None
    se: float | None = None
    lower: float | None = None
    upper: float | None = None
    df: float | None = None
    n: int = 0
    n_effective: float | None = None
    deff: float | None = None
    method: str = ""

    def __post_init__(self) -> None:
        # NaN alone is not itself; spelt out, for thousands of these are made at once
        if (
            self.estimate != self.estimate
            or self.se != self.se
            or self.lower != self.lower
            or self.upper != self.upper
            or self.df != self.df
            or self.n_effective != self.n_effective
            or self.deff != self.deff
        ):
            raise ValueError(f"{self.name}: a number is NaN; missing is None")
        if self.n < 0:
            raise ValueError(f"{self.name}: n below zero")

    def as_row(self) -> dict[str, object]:
        """Return the row of ``--format json``: missing and infinite numbers are ``None``."""
        row = asdict(self)
        row["domain"] = dict(self.domain)
        return {
            key: None if isinstance(value, float) and not math.isfinite(value) else value
            for key, value in row.items()
        }


def known(value: float) -> float | None:
    """Return `value`, or ``None`` where a computation found no number."""
    return None if math.isnan(value) else float(value)
