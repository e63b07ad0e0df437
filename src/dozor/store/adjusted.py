"""Estimates with weights brought to known population totals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dozor.core.design.stage import FloatArray, IntArray
from dozor.core.estimation.adjustment import Adjustment, calibrated, post_stratified, raked
from dozor.core.estimation.comparison import (
    Comparison,
    Differences,
    Pair,
    pairs_within,
    rows_of_differences,
)
from dozor.core.estimation.estimate import Estimate
from dozor.core.estimation.linear import Linearised, linearise, standard_error
from dozor.core.estimation.request import Adjust, Margin, SurveyRequest, Term
from dozor.core.estimation.tabulate import finish
from dozor.core.estimation.totals import Totals
from dozor.core.estimation.variance import variance_of_sums
from dozor.core.findings import Finding, Refused
from dozor.store.cells import Cells
from dozor.store.measures import Measure
from dozor.store.reduce import Reduced, reduce_rows
from dozor.store.source import Source


@dataclass(frozen=True)
class Adjusted:
    """Variance by linearisation, less what the known totals explain.

    `reduced` holds records with their weights adjusted; domains of fewer columns are rolled up from them,
    but every record stays in the variance, as the totals tie all of them together.
    """

    request: SurveyRequest
    reduced: Reduced
    adjustment: Adjustment

    @property
    def totals(self) -> Totals:
        return self.reduced.totals

    def estimate(self, by: tuple[str, ...]) -> list[Estimate]:
        domains, linear, rows = self._linear(by)
        se = np.full_like(linear.estimate, np.nan)
        for d in range(len(domains)):
            variance = self._variance(linear, rows, [(d, 1.0)])
            se[d] = standard_error(linear.estimate[d], variance)
        adjust = self.request.adjust
        return finish(
            self.totals.by_domain(self._domain_of_cell(by))[0],
            domains,
            linear,
            se,
            variance_method=f"taylor; {adjust.kind if adjust else ''}",
            interval=self.request.interval,
            level=self.request.level,
            deff_of_population=self.request.deff != "replace",
        )

    def compare(self, by: tuple[str, ...], column: str) -> list[Comparison]:
        """Compare the values of a column pair by pair within the domains of the other columns."""
        domains, linear, rows = self._linear(by)
        pairs = pairs_within(domains, column)
        if not pairs:
            return []
        adjust = self.request.adjust
        return rows_of_differences(
            self.totals.columns,
            domains,
            pairs,
            self._differences(linear, rows, pairs),
            level=self.request.level,
            method=f"taylor; {adjust.kind if adjust else ''}",
        )

    def _differences(self, linear: Linearised, rows: IntArray, pairs: Sequence[Pair]) -> Differences:
        first, second = np.array(pairs).T
        estimate = linear.estimate[first] - linear.estimate[second]
        se = np.empty_like(estimate)
        for i, (a, b) in enumerate(pairs):
            se[i] = standard_error(estimate[i], self._variance(linear, rows, [(a, 1.0), (b, -1.0)]))
        df = np.minimum(linear.df[first], linear.df[second])
        return Differences(estimate, se, df, linear.n[first] + linear.n[second])

    def _domain_of_cell(self, by: tuple[str, ...]) -> IntArray:
        return self.reduced.cells.domains_of(by)[0]

    def _linear(self, by: tuple[str, ...]) -> tuple[list[dict[str, str]], Linearised, IntArray]:
        domain_of_cell, domains = self.reduced.cells.domains_of(by)
        totals, rows = self.totals.by_domain(domain_of_cell)
        linear = linearise(totals, len(domains), self.reduced.design)
        return domains, linear, rows

    def _variance(
        self, linear: Linearised, rows: IntArray, signed: Sequence[tuple[int, float]]
    ) -> FloatArray:
        """Variance of a signed sum of domains' estimates, over all records."""
        totals = self.totals
        z = np.zeros_like(totals.numerator)
        for domain, sign in signed:
            part = slice(*np.searchsorted(linear.domain, [domain, domain + 1]))
            z[rows[part]] += sign * linear.z[part]
        whole = np.zeros(len(z), dtype=np.int64)
        return variance_of_sums(self.adjustment.project(z), totals.unit, whole, 1, self.reduced.design)[0]


def adjusted(
    source: Source, request: SurveyRequest, adjust: Adjust, measures: Sequence[Measure], by: tuple[str, ...]
) -> Adjusted:
    """Reduce the rows to records of the domains and of what the totals speak of, and adjust their weights.

    Raises
    ------
    Refused
        ``EST-TOTALS-CELL``, ``EST-TOTALS-MARGINS``, ``EST-TOTALS-UNMET``.
    """
    finest = tuple(dict.fromkeys([*by, *adjust.columns]))
    reduced = reduce_rows(source, request.design, measures, finest, row_by_row=adjust.kind == "rake")
    cells, totals = reduced.cells, reduced.totals
    if adjust.kind == "calibrate":
        x = np.column_stack([_auxiliary(term, cells, source) for term in adjust.terms])[totals.cell]
        known = np.array([term.total for term in adjust.terms])
        adjustment = calibrated(x, totals.weight, known)
    else:
        groups = [group_of(margin, cells, source) for margin in adjust.margins]
        of_record = [group[totals.cell] for group, _ in groups]
        wanted = [known for _, known in groups]
        if adjust.kind == "post-stratify":
            adjustment = post_stratified(of_record[0], totals.weight, wanted[0])
        else:
            adjustment = raked(of_record, totals.weight, wanted)
    return Adjusted(request, Reduced(totals.scaled(adjustment.factor), reduced.design, cells), adjustment)


def group_of(margin: Margin, cells: Cells, source: Source) -> tuple[IntArray, FloatArray]:
    """Number the combinations a margin knows; return each cell's, and the totals.

    Raises
    ------
    Refused
        ``EST-TOTALS-CELL``: a combination without a total, or a total without answers.
    """
    places = [cells.by.index(column) for column in margin.columns]
    keys = list(margin.totals)
    number = {key: i for i, key in enumerate(keys)}
    group = np.empty(len(cells.members), dtype=np.int64)
    for i, row in enumerate(cells.members):
        texts = [cells.texts[p][int(row[p])] if row[p] >= 0 else "" for p in places]
        if tuple(texts) not in number:
            raise _unmatched(margin.columns, texts, source)
        group[i] = number[tuple(texts)]
    seen = np.bincount(group, minlength=len(keys)) > 0
    if not seen.all():
        raise _unmatched(margin.columns, keys[int(np.flatnonzero(~seen)[0])], source)
    totals = np.array([margin.totals[key] for key in keys], dtype=np.float64)
    if not (totals > 0).all():
        raise _unmatched(margin.columns, keys[int(np.flatnonzero(~(totals > 0))[0])], source)
    return group, totals


def _unmatched(columns: Sequence[str], texts: Sequence[str], source: Source) -> Refused:
    found = ", ".join(f"{column} = {text or '—'}" for column, text in zip(columns, texts, strict=True))
    return Refused(Finding("EST-TOTALS-CELL", found=found, file=source.file))


def _auxiliary(term: Term, cells: Cells, source: Source) -> FloatArray:
    """The value of one auxiliary variable in every cell."""
    if term.column is None:
        return np.ones(len(cells.members))
    place = cells.by.index(term.column)
    codes, texts = cells.members[:, place], cells.texts[place]
    if (codes < 0).any():
        raise _unmatched([term.column], [""], source)
    if term.level is not None:
        if term.level not in texts:
            raise _unmatched([term.column], [term.level], source)
        return (codes == texts.index(term.level)).astype(np.float64)
    source.require(term.column, numeric=True)
    return np.array([float(text.replace(",", ".")) for text in texts])[codes]
