"""Which series have no value for the report's year, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dozor.core.calendar.obligation import MET, Obligation, Status
from dozor.core.observations.observation import Missing
from dozor.core.plan import Series
from dozor.publishing.report.data import ReportData
from dozor.publishing.report.values import Cell, Selection

# the order in which a reader meets the kinds
KINDS = (
    Missing.NOT_RECEIVED,
    Missing.NOT_HELD,
    Missing.NOT_ESTIMABLE,
    Missing.WITHHELD,
    Missing.NOT_APPLICABLE,
    Missing.NOT_DUE,
    Missing.NOT_PUBLISHED,
)
_WAITED_FOR = (Status.OVERDUE, Status.COLLECTION_OVERDUE, Status.DUE, Status.DUE_SOON, *MET)


@dataclass(frozen=True)
class Gap:
    """One series without a value that meets the plan's definition in the report's year.

    `latest`: the newest earlier value that does. `has_near`: the year has a value of a near
    definition.
    """

    series: Series
    kind: Missing
    reason: str = ""
    latest: Cell | None = None
    has_near: bool = False


def gaps(data: ReportData, selection: Selection, language: str) -> list[Gap]:
    """Return the gaps in the plan's order."""
    found = []
    for series in data.plan.series():
        totals = selection.totals(series.indicator.code, series.population)
        of_year = [cell for cell in totals if cell.period.reporting_year == data.year]
        if any(not cell.is_near for cell in of_year):
            continue
        kind, reason = _why(data, series, selection, language)
        earlier = [cell for cell in totals if cell.period.reporting_year < data.year and not cell.is_near]
        found.append(Gap(series, kind, reason, earlier[-1] if earlier else None, bool(of_year)))
    return found


def _why(data: ReportData, series: Series, selection: Selection, language: str) -> tuple[Missing, str]:
    code = series.indicator.code
    for gap in data.gaps:
        if gap.indicator == code and gap.population in ("", series.population):
            return Missing(gap.kind), gap.reason.in_language(language)
    for one in selection.observations:
        is_ours = one.indicator == code and one.population == series.population
        if is_ours and one.figure.missing and one.period.reporting_year == data.year:
            return one.figure.missing, one.figure.note
    return _from_duties([one for one in data.own_obligations if one.indicator == code], data)


def _from_duties(duties: Sequence[Obligation], data: ReportData) -> tuple[Missing, str]:
    held_off = [one for one in duties if one.status in (Status.NOT_HELD, Status.POSTPONED)]
    if duties and len(held_off) == len(duties):
        decision = held_off[0].decision
        words = f"№ {decision.number}: {decision.reason}" if decision else ""
        return Missing.NOT_HELD, words
    if any(one.status in _WAITED_FOR for one in duties):
        return Missing.NOT_RECEIVED, ""
    if not duties and any(one.indicator for one in data.own_obligations):
        return Missing.NOT_DUE, ""  # others were owed this year, this one was not
    return Missing.NOT_PUBLISHED, ""
