"""Estimates of a round that do not come from answers: aggregate rows, and the zeros of nil reports."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from dozor.apps.collection.aggregating import counted_rows
from dozor.apps.collection.models import Round
from dozor.apps.collection.versions import nil_agencies
from dozor.core.answers.aggregates import METHOD, estimate_rows
from dozor.core.estimation.estimate import Estimate
from dozor.core.estimation.series import Link
from dozor.store.series import SeriesEstimate

NIL = "nil report"  # every such estimate's method
COUNTED = {"total", "money"}  # what a confirmed nothing makes zero; a share of nobody is no share


def is_aggregate(e: SeriesEstimate) -> bool:
    return e.estimate.method.startswith(METHOD)


def is_nil(e: SeriesEstimate) -> bool:
    return e.estimate.method == NIL


def given_estimates(round_: Round) -> list[SeriesEstimate]:
    """Estimate a round's aggregate rows: beside the answers, never added to them."""
    found = []
    for row, estimate in estimate_rows(counted_rows(round_)):
        place = {"area": row.area, "sex": row.sex, "age": row.age}
        told = replace(estimate, domain={k: v for k, v in place.items() if v})
        found.append(SeriesEstimate(row.series, row.area, row.sex, row.age, told))
    return found


def nil_estimates(
    round_: Round, links: Iterable[Link], estimates: Sequence[SeriesEstimate]
) -> list[SeriesEstimate]:
    """Zeros of the agencies that confirmed to have nothing, where no answer speaks of their places.

    A sum of nothing is a true zero; a share or a mean of nobody is not estimable, and says why.
    """
    found: list[SeriesEstimate] = []
    spoken = {(e.definition, e.area) for e in estimates}
    for agency in nil_agencies(round_):
        area = "" if round_.agency_id is not None or not agency.areas else str(agency.areas[0])
        for one in links:
            d = one.definition
            if (d.code, area) in spoken or d.wording != "law":
                continue
            zero = 0.0 if d.estimand in COUNTED else None
            estimand = "total" if d.estimand == "money" else d.estimand
            estimate = Estimate(estimand, d.code, {"area": area} if area else {}, zero, method=NIL)
            found.append(SeriesEstimate(d.code, area, d.sex, d.age, estimate))
    return found
