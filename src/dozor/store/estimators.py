"""Two ways to a variance, linearised and replicated, over the same sums."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from dozor.core.design.replicates import Scales
from dozor.core.estimation.comparison import Comparison, differences, pairs_within, rows_of_differences
from dozor.core.estimation.estimate import Estimate
from dozor.core.estimation.linear import linearise
from dozor.core.estimation.replicated_comparison import replicated_differences
from dozor.core.estimation.replication import ReplicateSums, estimate_replicated
from dozor.core.estimation.request import MadeReplicates, SurveyRequest
from dozor.core.estimation.tabulate import estimate_domains, finish
from dozor.core.estimation.totals import Totals
from dozor.store.adjusted import adjusted
from dozor.store.cells import Cells
from dozor.store.measures import Measure
from dozor.store.reduce import Reduced, reduce_rows
from dozor.store.replicates import sums_of_given, sums_of_made
from dozor.store.source import Source
from dozor.store.standardised import standardise
from dozor.store.starting import starting_sums_of


class Estimator(Protocol):
    """Estimates the domains of any roll-up of its cells."""

    @property
    def totals(self) -> Totals: ...

    def estimate(self, by: tuple[str, ...]) -> list[Estimate]: ...

    def compare(self, by: tuple[str, ...], column: str) -> list[Comparison]: ...


def estimator_of(
    source: Source, request: SurveyRequest, measures: Sequence[Measure], by: tuple[str, ...]
) -> Estimator:
    """Reduce the rows once to the cells of `by`, for the variance asked for."""
    if request.adjust is not None:
        return adjusted(source, request, request.adjust, measures, by)
    if request.standard is not None:
        return standardise(source, request, request.standard, measures, by)
    if request.replicates is None:
        return Taylor(source, request, reduce_rows(source, request.design, measures, by))
    if isinstance(request.replicates, MadeReplicates):
        reduced = reduce_rows(source, request.design, measures, by)
        sums, scales = sums_of_made(reduced, request.replicates)
        return Replicated(source, request, sums, reduced.cells, scales)
    sums, cells = sums_of_given(source, request.design, request.replicates, measures, by)
    return Replicated(source, request, sums, cells, request.replicates.scales)


def weighs_population(request: SurveyRequest, totals: Totals) -> bool:
    """Tell whether the weights add up to a population rather than to the sample's own size."""
    if request.deff != "auto":
        return request.deff == "population"
    return bool(totals.weight.sum() > 1.001 * totals.respondents.sum())


@dataclass(frozen=True)
class Taylor:
    """Variance by linearisation."""

    source: Source
    request: SurveyRequest
    reduced: Reduced

    @property
    def totals(self) -> Totals:
        return self.reduced.totals

    def estimate(self, by: tuple[str, ...]) -> list[Estimate]:
        domain_of_cell, domains = self.reduced.cells.domains_of(by)
        starts = None
        if self.request.interval == "likelihood":
            starts = starting_sums_of(self.source, self.request, by, domains)
        return estimate_domains(
            self.totals.in_domains(domain_of_cell, self.reduced.design.units),
            domains,
            self.reduced.design,
            interval=self.request.interval,
            level=self.request.level,
            deff_of_population=weighs_population(self.request, self.totals),
            starts=starts,
        )

    def compare(self, by: tuple[str, ...], column: str) -> list[Comparison]:
        """Compare the values of a column pair by pair within the domains of the other columns."""
        domain_of_cell, domains = self.reduced.cells.domains_of(by)
        pairs = pairs_within(domains, column)
        if not pairs:
            return []
        totals = self.totals.in_domains(domain_of_cell, self.reduced.design.units)
        linear = linearise(totals, len(domains), self.reduced.design)
        found = differences(linear, pairs, self.reduced.design)
        return rows_of_differences(
            totals.columns, domains, pairs, found, level=self.request.level, method="taylor"
        )


@dataclass(frozen=True)
class Replicated:
    """Variance from replicates."""

    source: Source
    request: SurveyRequest
    sums: ReplicateSums
    cells: Cells
    scales: Scales

    @property
    def totals(self) -> Totals:
        return self.sums.totals

    def estimate(self, by: tuple[str, ...]) -> list[Estimate]:
        domain_of_cell, domains = self.cells.domains_of(by)
        sums = self.sums.in_domains(domain_of_cell, len(domains))
        linear, se = estimate_replicated(sums, len(domains), self.scales)
        starts = None
        if self.request.interval == "likelihood":
            starts = starting_sums_of(self.source, self.request, by, domains)
        kind = self.request.replicates.kind if self.request.replicates else ""
        return finish(
            sums.totals,
            domains,
            linear,
            se,
            variance_method=f"replicates {kind}",
            interval=self.request.interval,
            level=self.request.level,
            deff_of_population=weighs_population(self.request, self.totals),
            starts=starts,
        )

    def compare(self, by: tuple[str, ...], column: str) -> list[Comparison]:
        """Compare the values of a column pair by pair within the domains of the other columns."""
        domain_of_cell, domains = self.cells.domains_of(by)
        pairs = pairs_within(domains, column)
        if not pairs:
            return []
        sums = self.sums.in_domains(domain_of_cell, len(domains))
        found = replicated_differences(sums, pairs, self.scales)
        kind = self.request.replicates.kind if self.request.replicates else ""
        return rows_of_differences(
            sums.totals.columns,
            domains,
            pairs,
            found,
            level=self.request.level,
            method=f"replicates {kind}",
        )
