"""The sums over rows that the likelihood interval starts from, one query per cross-classification."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import ibis
import numpy as np
from ibis.expr import types as ir

from dozor.core.design.frame import design_of
from dozor.core.estimation.likelihood_interval import StartingSums, starting_sums
from dozor.core.estimation.request import DesignColumns, SurveyRequest
from dozor.store.design_keys import identifiers_of
from dozor.store.grouping import summed_by
from dozor.store.labels import coded, printed
from dozor.store.measures import Measure, measures_of
from dozor.store.source import Source
from dozor.store.weights import weight_of


def starting_sums_of(
    source: Source,
    request: SurveyRequest,
    by: Sequence[str],
    domains: Sequence[Mapping[str, str]],
) -> dict[tuple[int, int], StartingSums]:
    """Return the sums by (domain, column); see :class:`StartingSums` for the formulas."""
    measures = [m for m in measures_of(request, source) if m.column.kind == "share"]
    if request.design.weight is None and request.design.fpc:
        return _by_fractions(source, request.design, measures, by, domains)
    weight = weight_of(source, request.design)
    keys = {f"b{i}": source.key(column) for i, column in enumerate(by)}
    columns = {**keys, "w": weight}
    for k, measure in enumerate(measures):
        columns[f"y{k}"] = measure.y
        columns[f"g{k}"] = ibis.literal(True) if measure.given is None else measure.given
    rows = source.table.select(**columns)
    # the mean weight is that of the domain's rows, answered or not
    window = ibis.window(group_by=list(keys)) if keys else ibis.window()
    means = {
        f"m{k}": ibis.ifelse(rows[f"g{k}"], rows.w, ibis.null("float64")).mean().over(window)
        for k in range(len(measures))
    }
    rows = rows.mutate(**means)
    sums = {}
    for k in range(len(measures)):
        y = rows[f"y{k}"]
        v = rows.w / rows[f"m{k}"]
        m = (v * y + 0.5) / (v + 1)
        information = v * m * (1 - m)
        working = (m / (1 - m)).ln() + (y - m) / (m * (1 - m))
        chance = ibis.ifelse(y == 1, m, 1 - m)
        answered = y.notnull()
        sums |= {
            f"i{k}": ibis.ifelse(answered, information, 0.0).sum(),
            f"s{k}": ibis.ifelse(answered, information * working, 0.0).sum(),
            f"d{k}": ibis.ifelse(answered, -2 * v * chance.ln(), 0.0).sum(),
            f"v{k}": ibis.ifelse(answered, v, 0.0).sum(),
        }
    found = rows.aggregate(by=list(keys), **sums).to_pyarrow().to_pylist()
    place = {tuple(domain[column] for column in by): d for d, domain in enumerate(domains)}
    starts = {}
    for row in found:
        values = [row[f"b{i}"] for i in range(len(by))]
        d = place.get(tuple(printed(value) for value in values))
        if d is None or any(value is None for value in values):
            continue
        for k in range(len(measures)):
            starts[d, k] = StartingSums(
                information=row[f"i{k}"],
                score=row[f"s{k}"],
                deviance=row[f"d{k}"],
                scaled_weight=row[f"v{k}"],
            )
    return starts


def _by_fractions(
    source: Source,
    design: DesignColumns,
    measures: Sequence[Measure],
    by: Sequence[str],
    domains: Sequence[Mapping[str, str]],
) -> dict[tuple[int, int], StartingSums]:
    """The same sums where the sampling fractions weigh, which takes the whole design to know."""
    values: dict[str, ir.Value] = {f"b{i}": source.key(column) for i, column in enumerate(by)}
    for k, measure in enumerate(measures):
        values[f"y{k}"] = measure.y.cast("float64")
        asked = ibis.literal(True) if measure.given is None else measure.given
        values[f"g{k}"] = ibis.ifelse(asked, 1.0, 0.0)
    table = summed_by(source, design, values, row_by_row=True)
    sample, unit = design_of(
        identifiers_of(table, source, design),
        lonely=design.lonely,
        adjust_domain_lonely=design.adjust_domain_lonely,
        unique_clusters=design.unique_clusters,
    )
    weight = sample.inverse_fraction(unit)
    inside = np.ones((len(domains), len(weight)), dtype=bool)
    for i, column in enumerate(by):
        code, texts = coded(table[f"b{i}"])
        for d, domain in enumerate(domains):
            inside[d] &= code == texts.index(domain[column])
    starts = {}
    for k in range(len(measures)):
        y, asked = table[f"y{k}"].to_numpy(), table[f"g{k}"].to_numpy() == 1
        for d in range(len(domains)):
            rows = inside[d] & asked
            answered = rows & ~np.isnan(y)
            if answered.any():
                mean_weight = float(weight[rows].mean())
                starts[d, k] = starting_sums(y[answered], weight[answered], mean_weight)
    return starts
