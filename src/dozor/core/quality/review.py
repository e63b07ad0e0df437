"""The desk review of a year's data: what came, in time, what was doubtful, how it was answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dozor.core.findings import Finding

# the four domains of WHO's data quality review, and answers of surveys
DOMAINS: Mapping[str, tuple[str, ...]] = {
    "Completeness and timeliness": ("D1", "D2", "D3", "D4"),
    "Internal consistency": ("D5", "D6", "D7", "D8", "D9", "D10", "D11", "D18", "D19"),
    "Agreement with other sources and populations": ("D12", "D13"),
    "Recounts, papers and later changes": ("D14", "D15", "D16", "D17"),
    "Answers of surveys": tuple(f"S{n}" for n in range(1, 13)),
}


@dataclass(frozen=True)
class AgencyReview:
    """One agency's year.

    Parameters
    ----------
    expected, received, on_time
        Reports due by the day of the review, those that came, those that came in time.
    values_expected, values_received
        Series asked for in what was handed in, and those with a value.
    open, answered, corrected
        Doubts by how they stand; answered: confirmed or explained.
    sites, factor
        Sites recounted, and their verification factor; None where none was.
    """

    agency: str
    expected: int
    received: int
    on_time: int
    values_expected: int
    values_received: int
    open: int
    answered: int
    corrected: int
    sites: int = 0
    factor: float | None = None

    @property
    def raised(self) -> int:
        return self.open + self.answered + self.corrected


@dataclass(frozen=True)
class RuleReview:
    """One rule's doubts of a year, by how they stand."""

    rule: str
    open: int
    confirmed: int
    explained: int
    corrected: int

    @property
    def raised(self) -> int:
        return self.open + self.confirmed + self.explained + self.corrected


@dataclass(frozen=True)
class AnswerGiven:
    """A doubt about a figure and what its agency said to it."""

    agency: str
    indicator: str
    population: str
    area: str
    rule: str
    finding: Finding
    is_confirmed: bool
    text: str


@dataclass(frozen=True)
class DeskReview:
    """Everything the annex on the quality of data says.

    `answers` are for those who work with the figures: a release leaves them out, for they name figures that
    it may withhold.
    """

    agencies: tuple[AgencyReview, ...] = ()
    rules: tuple[RuleReview, ...] = ()
    answers: tuple[AnswerGiven, ...] = ()

    @property
    def open(self) -> int:
        return sum(r.open for r in self.rules)

    @property
    def raised(self) -> int:
        return sum(r.raised for r in self.rules)
