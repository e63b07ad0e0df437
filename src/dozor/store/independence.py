"""Tests of independence: the engine reduces two columns to a table of weights by sampled unit."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from dozor.core.design.frame import design_of
from dozor.core.design.survey_design import degrees_of_freedom
from dozor.core.estimation.independence import IndependenceTest, Table, independence_test
from dozor.core.estimation.request import SurveyRequest
from dozor.core.findings import Finding, Refused
from dozor.store.design_keys import identifiers_of
from dozor.store.grouping import summed_by
from dozor.store.labels import coded
from dozor.store.source import Source


def independence_of(source: Source, request: SurveyRequest, rows: str, columns: str) -> IndependenceTest:
    """Test whether two columns are independent; respondents without both answers are left out.

    Raises
    ------
    Refused
        ``EST-CHISQ-FORM``: a column with fewer than two values.
    """
    table = summed_by(source, request.design, {"r": source.key(rows), "k": source.key(columns)})
    design = request.design
    sample, unit = design_of(
        identifiers_of(table, source, design),
        lonely=design.lonely,
        adjust_domain_lonely=design.adjust_domain_lonely,
        unique_clusters=design.unique_clusters,
    )
    weight = table["w"].cast(pa.float64()).to_numpy()
    count = table["n"].cast(pa.float64()).to_numpy()
    if design.weight is None and design.fpc:
        weight = weight * sample.inverse_fraction(unit)
    row, row_texts = coded(table["r"])
    column, column_texts = coded(table["k"])
    r, c = len(row_texts), len(column_texts)
    if min(r, c) < 2:
        raise Refused(Finding("EST-CHISQ-FORM", found=f"{rows},{columns}", file=source.file))
    both = (row >= 0) & (column >= 0)
    units, place = np.unique(unit[both], return_inverse=True)
    weights = np.zeros((len(units), r * c))
    np.add.at(weights, (place, row[both] * c + column[both]), weight[both])
    whole = np.zeros(len(unit), dtype=np.int64)
    return independence_test(
        Table(
            weight=weights,
            unit=units,
            rows=r,
            columns=c,
            respondents=int(count.sum()),
            answers=int(count[both].sum()),
            df=float(degrees_of_freedom(sample, unit, whole, 1)[0]),
        ),
        sample,
        request.statistic,
        f"{rows},{columns}",
    )
