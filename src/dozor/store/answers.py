"""What is refused about the answers themselves."""

from __future__ import annotations

import ibis
import numpy as np

from dozor.core.estimation.expression import zero_one_fields
from dozor.core.estimation.request import SurveyRequest
from dozor.core.estimation.totals import Totals
from dozor.core.findings import Finding, Refused
from dozor.store.source import Source


def refuse_not_zero_one(source: Source, request: SurveyRequest) -> None:
    """Raise ``EST-NOT-01`` when a number that stands for yes or no is neither 1 nor 0."""
    names = sorted(frozenset().union(*(zero_one_fields(d.whole) for d in request.shares)))
    if not names:
        return
    wrongs = {name: source.number(name).notin([0, 1]) for name in names}
    counts = source.table.aggregate(
        **{f"n{i}": wrong.cast("int64").sum() for i, wrong in enumerate(wrongs.values())}
    )
    found_in = dict(zip(names, counts.to_pyarrow().to_pylist()[0].values(), strict=True))
    for name, wrong in wrongs.items():
        if not found_in[name]:
            continue
        values = source.number(name)
        rows = source.table.mutate(dozor_row=ibis.row_number(), dozor_value=values).filter(wrong)
        found = rows.order_by("dozor_row").limit(1).to_pyarrow().to_pylist()
        if found:
            raise Refused(
                Finding(
                    "EST-NOT-01",
                    found=format(found[0]["dozor_value"], "g"),
                    row=int(found[0]["dozor_row"]) + source.first_row,
                    column=name,
                    file=source.file,
                )
            )


def refuse_unanswered(totals: Totals, source: Source) -> None:
    """Raise ``EST-ALL-MISSING`` when nobody answered some question."""
    answered = totals.answers.sum(axis=0)
    findings = [
        Finding("EST-ALL-MISSING", found=totals.columns[int(k)].name, file=source.file)
        for k in np.flatnonzero(answered == 0)
    ]
    if findings:
        raise Refused(findings)
