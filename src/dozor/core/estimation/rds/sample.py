"""A respondent-driven sample: the forest, the degrees and, where known, the population's size."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from dozor.core.design.recruitment import FIRST_DATA_ROW, Recruitment
from dozor.core.estimation.rds.successive import Floats
from dozor.core.findings import Finding, Refused

Codes = NDArray[np.intp]


@dataclass(frozen=True)
class RdsSample:
    """Respondents, in the order of the file.

    Parameters
    ----------
    recruitment
        Who recruited whom.
    degree
        How many people of the population each knows: positive, shape (n,).
    population
        Size of the population, at least n; ``None`` when not known.

    Raises
    ------
    Refused
        ``RDS-DEGREE-MISSING``, ``RDS-DEGREE-ZERO``, ``RDS-DEGREE-NEGATIVE`` by row;
        ``RDS-POPULATION-SMALL``.
    """

    recruitment: Recruitment
    degree: Floats
    population: float | None = None

    def __post_init__(self) -> None:
        findings = check_degrees(self.degree)
        if self.population is not None and not self.population >= self.size:
            findings += (Finding("RDS-POPULATION-SMALL", f"{self.population:g}", {"sample": self.size}),)
        if findings:
            raise Refused(findings)

    @property
    def size(self) -> int:
        return len(self.degree)

    @property
    def correction(self) -> float:
        """Finite population factor of a variance, 1 when the population's size is not known."""
        if self.population is None or self.population <= 1:
            return 1.0
        return (self.population - self.size) / (self.population - 1)

    def within(self, kept: NDArray[np.bool_]) -> RdsSample:
        """Return a domain as a sample of its own.

        Respondents whose recruiter is outside become seeds, and the population's size is multiplied
        by the domain's RDS-II share, as R's RDS does with ``subset``.

        Raises
        ------
        Refused
            ``RDS-DOMAIN-LARGE``: the share makes the domain's population smaller than its sample.
        """
        population = self.population
        if population is not None:
            inverse = 1 / self.degree
            population *= float(inverse[kept].sum() / inverse.sum())
            if population < kept.sum():
                raise Refused(Finding("RDS-DOMAIN-LARGE", f"{population:.1f}", {"sample": int(kept.sum())}))
        return replace(
            self,
            recruitment=self.recruitment.within(kept),
            degree=self.degree[kept],
            population=population,
        )


def check_degrees(degree: Floats, column: str | None = None) -> tuple[Finding, ...]:
    """Find degrees that cannot be: missing (not a number), zero, negative."""
    findings = []
    for row in np.flatnonzero(~(np.isfinite(degree) & (degree > 0))):
        value = float(degree[row])
        code = (
            "RDS-DEGREE-ZERO" if value == 0 else "RDS-DEGREE-NEGATIVE" if value < 0 else "RDS-DEGREE-MISSING"
        )
        found = f"{value:g}" if np.isfinite(value) else ""
        findings.append(Finding(code, found, row=int(row) + FIRST_DATA_ROW, column=column))
    return tuple(findings)
