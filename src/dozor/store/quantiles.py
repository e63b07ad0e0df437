"""Quantiles: the engine hands over the answers, sorted and finished in NumPy."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from dozor.core.design.frame import design_of
from dozor.core.design.stage import FloatArray, IntArray
from dozor.core.design.survey_design import SurveyDesign
from dozor.core.estimation.estimate import Estimate, known
from dozor.core.estimation.quantiles import Answers, DomainQuantiles, Replication, domain_quantiles
from dozor.core.estimation.request import MadeReplicates, Quantile, ReplicateColumns, SurveyRequest
from dozor.core.findings import Finding, Refused
from dozor.store.cells import Cells
from dozor.store.design_keys import identifiers_of
from dozor.store.grouping import summed_by
from dozor.store.labels import coded, combined
from dozor.store.replicates import replicates_of
from dozor.store.source import Source

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

    each = _replication(request, table, weight, sample, unit)
    rows = {}
    for names in by_sets:
        domain_of_cell, domains = cells.domains_of(names)
        domain = domain_of_cell[cell]
        keep = answered & (domain >= 0)
        answers = Answers(value[keep], weight[keep], count[keep], unit[keep], domain[keep])
        replication = None if each is None else Replication(each.weights[keep], each.scales)
        found = domain_quantiles(
            answers,
            len(domains),
            sample,
            [quantile.p for quantile in asked],
            rule=request.quantile_rule,
            interval=request.quantile_interval,
            level=request.level,
            replication=replication,
        )
        kind = "" if request.replicates is None else f"replicates {request.replicates.kind}; "
        method = f"{kind}woodruff {request.quantile_interval}; {request.quantile_rule}"
        rows[names] = rows_of_quantiles(asked, domains, found, method)
    return rows


def _replication(
    request: SurveyRequest, table: pa.Table, weight: FloatArray, sample: SurveyDesign, unit: IntArray
) -> Replication | None:
    """Return each row's replicate weights, or None without replicates."""
    asked = request.replicates
    if asked is None:
        return None
    if isinstance(asked, MadeReplicates):
        made = replicates_of(asked, sample)
        return Replication(made.factors[sample.cluster_of(unit)] * weight[:, None], made.scales)
    columns = [_float(table[f"r{i}"]) for i in range(len(asked.columns))]
    return Replication(np.column_stack(columns), asked.scales)


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
    asked = {f"b{i}": source.key(name) for i, name in enumerate(by)}
    asked["x"] = source.number(column).cast("float64")
    given = request.replicates if isinstance(request.replicates, ReplicateColumns) else None
    if request.quantile_rule in BY_VALUE and given is None:
        return summed_by(source, request.design, asked)
    for i, name in enumerate(given.columns if given is not None else ()):
        asked[f"r{i}"] = source.number(name).cast("float64")
    return summed_by(source, request.design, asked, row_by_row=True)


def _float(column: pa.ChunkedArray) -> np.ndarray:
    return column.cast(pa.float64()).to_numpy()
