"""Quantiles: the engine hands over the answers, sorted and finished in NumPy."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
from ibis.expr import types as ir

from dozor.core.design.frame import design_of
from dozor.core.estimation.estimate import Estimate, known
from dozor.core.estimation.quantiles import Answers, DomainQuantiles, domain_quantiles
from dozor.core.estimation.request import Quantile, SurveyRequest
from dozor.core.findings import Finding, Refused
from dozor.store.labels import coded, combined
from dozor.store.reduce import Cells, identifiers_of, keys_of
from dozor.store.source import Source
from dozor.store.weights import refuse_weights, weight_of

# rules that depend only on the weight at each value, so that equal answers of a unit may be added up
BY_VALUE = frozenset({"math", "school", "hf1", "hf2", "hf3"})


def estimate_quantiles(
    source: Source, request: SurveyRequest, by_sets: Sequence[tuple[str, ...]]
) -> dict[tuple[str, ...], list[Estimate]]:
    """Estimate every quantile in every domain; one query for each column asked about."""
    rows: dict[tuple[str, ...], list[Estimate]] = {by: [] for by in by_sets}
    for column in dict.fromkeys(quantile.column for quantile in request.quantiles):
        asked = [quantile for quantile in request.quantiles if quantile.column == column]
        for by, found in _of_column(source, request, column, asked, by_sets).items():
            rows[by] += found
    return rows


def _of_column(
    source: Source,
    request: SurveyRequest,
    column: str,
    asked: Sequence[Quantile],
    by_sets: Sequence[tuple[str, ...]],
) -> dict[tuple[str, ...], list[Estimate]]:
    by = tuple(dict.fromkeys(name for names in by_sets for name in names))
    table = _answers(source, request, column, by)
    design = request.design
    weight, count = _float(table["w"]), _float(table["n"])
    low, high, known_weights = _float(table["wlow"]), _float(table["whigh"]), _float(table["wn"])
    refuse_weights(source, design, low, high, known_weights, count)
    sample, unit = design_of(
        identifiers_of(table, source, design),
        lonely=design.lonely,
        adjust_domain_lonely=design.adjust_domain_lonely,
        unique_clusters=design.unique_clusters,
    )
    if design.weight is None and design.fpc:
        weight = weight * sample.inverse_fraction(unit)
    coding = [coded(table[f"b{i}"]) for i in range(len(by))]
    cell, members = combined([code for code, _ in coding], [len(t) for _, t in coding], table.num_rows)
    cells = Cells(by, members, [text for _, text in coding])
    value = _float(table["x"])
    answered = ~np.isnan(value)
    if not answered.any():
        raise Refused(Finding("EST-ALL-MISSING", found=column, file=source.file))

    rows = {}
    for names in by_sets:
        domain_of_cell, domains = cells.domains_of(names)
        domain = domain_of_cell[cell]
        keep = answered & (domain >= 0)
        answers = Answers(value[keep], weight[keep], count[keep], unit[keep], domain[keep])
        found = domain_quantiles(
            answers,
            len(domains),
            sample,
            [quantile.p for quantile in asked],
            rule=request.quantile_rule,
            interval=request.quantile_interval,
            level=request.level,
        )
        method = f"woodruff {request.quantile_interval}; {request.quantile_rule}"
        rows[names] = rows_of_quantiles(asked, domains, found, method)
    return rows


def rows_of_quantiles(
    asked: Sequence[Quantile], domains: Sequence[dict[str, str]], found: DomainQuantiles, method: str
) -> list[Estimate]:
    """Write quantiles as rows, domain by domain."""
    return [
        Estimate(
            estimand="quantile",
            name=quantile.name,
            domain=domain,
            estimate=known(found.estimate[d, j]),
            se=known(found.se[d, j]),
            lower=known(found.lower[d, j]),
            upper=known(found.upper[d, j]),
            df=known(found.df[d]) if found.n[d] else None,
            n=int(found.n[d]),
            method=method,
        )
        for d, domain in enumerate(domains)
        for j, quantile in enumerate(asked)
    ]


def _answers(source: Source, request: SurveyRequest, column: str, by: Sequence[str]) -> pa.Table:
    """Fetch keys, answers ``x``, weights ``w`` and counts ``n``, missing answers included."""
    keys = keys_of(source, request.design, by)
    weight = weight_of(source, request.design)
    columns: dict[str, ir.Value] = {**keys, "x": source.number(column).cast("float64")}
    fpc = {f"f{i}": source.number(c).cast("float64") for i, c in enumerate(request.design.fpc)}
    table = source.table
    if request.quantile_rule in BY_VALUE and request.design.cluster:
        sums = {"n": table.count(), "w": weight.sum(), "wlow": weight.min(), "whigh": weight.max()}
        for name, value in fpc.items():
            sums |= {f"{name}low": value.min(), f"{name}high": value.max(), f"{name}n": value.count()}
        named = [value.name(name) for name, value in columns.items()]
        return table.aggregate(by=named, wn=weight.count(), **sums).to_pyarrow()
    one = table[next(iter(source.types))].isnull().cast("int8") * 0 + 1
    columns |= {"n": one, "w": weight, "wlow": weight, "whigh": weight, "wn": weight.notnull().cast("int8")}
    for name, value in fpc.items():
        columns |= {f"{name}low": value, f"{name}high": value, f"{name}n": value.notnull().cast("int8")}
    return table.select(**columns).to_pyarrow()


def _float(column: pa.ChunkedArray) -> np.ndarray:
    return column.cast(pa.float64()).to_numpy()
