"""Estimates standardised to a population's make-up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dozor.core.design.stage import FloatArray, IntArray
from dozor.core.estimation.comparison import Comparison, differences, pairs_within, rows_of_differences
from dozor.core.estimation.estimate import Estimate
from dozor.core.estimation.linear import Linearised, linearise
from dozor.core.estimation.request import Margin, SurveyRequest
from dozor.core.estimation.standardisation import standardised
from dozor.core.estimation.tabulate import limits, rows_of
from dozor.core.estimation.totals import Totals
from dozor.store.adjusted import group_of
from dozor.store.measures import Measure
from dozor.store.reduce import Reduced, reduce_rows
from dozor.store.source import Source


@dataclass(frozen=True)
class Standardised:
    """Variance by linearisation of the weighted sum of each domain's classes."""

    request: SurveyRequest
    reduced: Reduced
    class_of_cell: IntArray
    share_of_class: FloatArray

    @property
    def totals(self) -> Totals:
        return self.reduced.totals

    def estimate(self, by: tuple[str, ...]) -> list[Estimate]:
        domains, linear = self._linear(by)
        se = linear.se(self.reduced.design)
        # the likelihood of a standardised share is not a binomial one
        interval = "logit" if self.request.interval == "likelihood" else self.request.interval
        found = limits(self.totals.columns, linear, se, interval=interval, level=self.request.level)
        nothing = np.full_like(se, np.nan)
        method = f"taylor; {self._what()}; {{}}"
        return rows_of(self.totals.columns, domains, linear, se, found, nothing, method, interval)

    def compare(self, by: tuple[str, ...], column: str) -> list[Comparison]:
        """Compare the values of a column pair by pair within the domains of the other columns."""
        domains, linear = self._linear(by)
        pairs = pairs_within(domains, column)
        if not pairs:
            return []
        found = differences(linear, pairs, self.reduced.design)
        method = f"taylor; {self._what()}"
        return rows_of_differences(
            self.totals.columns, domains, pairs, found, level=self.request.level, method=method
        )

    def _what(self) -> str:
        standard = self.request.standard
        return f"standardised by {','.join(standard.columns) if standard else ''}"

    def _linear(self, by: tuple[str, ...]) -> tuple[list[dict[str, str]], Linearised]:
        design = self.reduced.design
        domain_of_cell, domains = self.reduced.cells.domains_of(by)
        frame = linearise(self.totals.in_domains(domain_of_cell, design.units), len(domains), design)
        classes = len(self.share_of_class)
        crossed = np.where(domain_of_cell >= 0, domain_of_cell * classes + self.class_of_cell, -1)
        totals = self.totals.in_domains(crossed, design.units)
        linear = linearise(totals, len(domains) * classes, design)
        domain = np.repeat(np.arange(len(domains)), classes)
        share = np.tile(self.share_of_class, len(domains))
        return domains, standardised(linear, domain, share, frame, classes)


def standardise(
    source: Source, request: SurveyRequest, standard: Margin, measures: Sequence[Measure], by: tuple[str, ...]
) -> Standardised:
    """Reduce the rows to the domains and the standard's classes."""
    finest = tuple(dict.fromkeys([*by, *standard.columns]))
    reduced = reduce_rows(source, request.design, measures, finest)
    group, population = group_of(standard, reduced.cells, source)
    return Standardised(request, reduced, group, population / population.sum())
