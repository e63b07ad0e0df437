"""Records the facts that duties follow from, each with its journal event."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import models as db
from django.db import transaction
from django.utils import timezone

from dozor.apps.audit.actions import record
from dozor.apps.collection import models
from dozor.apps.database import check_lengths
from dozor.apps.organisations.models import Agency
from dozor.apps.plans.queries import main_plan
from dozor.core.calendar.facts import MEDIA
from dozor.core.calendar.obliging import holds
from dozor.core.findings import Finding, Refused
from dozor.core.observations.period import FIRST_YEAR, LAST_YEAR
from dozor.core.plan.duties import Agreed


def plan_round(
    *,
    collection: str,
    year: int,
    planned_end_on: date,
    number: str,
    by: str,
    at: datetime,
    agency: Agency | None = None,
    dated_on: date | None = None,
    note: str = "",
) -> models.RoundDate:
    """Record the planned end of a collection, as the round's letter gives it."""
    _check_collection(collection)
    _check_not_before(planned_end_on, year, "planned_end_on")
    return _keep(
        models.RoundDate(collection=collection, agency=agency, year=year, planned_end_on=planned_end_on),
        "round planned",
        number=number,
        dated_on=dated_on,
        note=note,
        by=by,
        at=at,
    )


def end_collection(
    *,
    collection: str,
    year: int,
    agency: Agency,
    ended_on: date,
    evidence: str,
    by: str,
    at: datetime,
    note: str = "",
) -> models.RoundDate:
    """Record that a collection ended: from here the 20 days run (para 10)."""
    _check_collection(collection)
    _check_not_before(ended_on, year, "ended_on")
    if ended_on > timezone.localdate(at):
        raise Refused(Finding("DUTY-END-IN-FUTURE", found=ended_on.isoformat(), column="ended_on"))
    if not evidence.strip():
        raise Refused(Finding("DUTY-EVIDENCE", column="evidence"))
    return _keep(
        models.RoundDate(
            collection=collection, agency=agency, year=year, ended_on=ended_on, evidence=evidence.strip()
        ),
        "collection ended",
        number="",
        dated_on=None,
        note=note,
        by=by,
        at=at,
    )


def agree_date(
    *,
    agency: Agency,
    year: int,
    due_on: date,
    number: str,
    by: str,
    at: datetime,
    indicator: str = "",
    dated_on: date | None = None,
    note: str = "",
) -> models.Agreement:
    """Record a date agreed by letter with a ministry or the council (paras 11–12)."""
    _check_indicator(indicator)
    _check_not_before(due_on, year, "due_on")
    plan = main_plan()
    duties = [plan.duty_of(role) for role in agency.roles]
    if not any(duty is not None and isinstance(duty.rule, Agreed) for duty in duties):
        raise Refused(Finding("DUTY-NO-AGREEMENT", found=agency.code, column="agency"))
    return _keep(
        models.Agreement(agency=agency, year=year, due_on=due_on, indicator=indicator),
        "date agreed",
        number=number,
        dated_on=dated_on,
        note=note,
        by=by,
        at=at,
    )


def decide_round(
    *,
    collection: str,
    year: int,
    kind: str,
    number: str,
    reason: str,
    dated_on: date,
    by: str,
    at: datetime,
    agency: Agency | None = None,
    postponed_to: int | None = None,
) -> models.Decision:
    """Record that a round is put off to a later year, or is not held."""
    _check_collection(collection)
    if kind == "postponed" and (postponed_to is None or not year < postponed_to <= LAST_YEAR):
        found = "" if postponed_to is None else str(postponed_to)
        raise Refused(Finding("DUTY-POSTPONED-TO", found, {"year": year}, column="postponed_to"))
    return _keep(
        models.Decision(
            collection=collection,
            agency=agency,
            year=year,
            kind=kind,
            postponed_to=postponed_to,
            reason=reason,
        ),
        "round decided",
        number=number,
        dated_on=dated_on,
        note="",
        by=by,
        at=at,
    )


def request_collection(
    *,
    sender: Agency,
    recipient: Agency,
    year: int,
    scope: str,
    due_on: date,
    number: str,
    by: str,
    at: datetime,
    dated_on: date | None = None,
) -> models.Request:
    """Record an oblast centre's request to a district or city centre (para 9)."""
    _check_not_before(due_on, year, "due_on")
    if recipient.parent != sender.code:
        raise Refused(Finding("DUTY-REQUEST", recipient.code, {"sender": sender.code}, column="recipient"))
    return _keep(
        models.Request(sender=sender, recipient=recipient, year=year, scope=scope, due_on=due_on),
        "collection requested",
        number=number,
        dated_on=dated_on,
        note="",
        by=by,
        at=at,
    )


def name_collector(
    *,
    indicator: str,
    agency: Agency,
    year: int,
    number: str,
    by: str,
    at: datetime,
    dated_on: date | None = None,
    note: str = "",
) -> models.Collector:
    """Record which of a row's executors collects it, by a letter or order; a later record replaces it."""
    _check_indicator(indicator)
    if not set(main_plan().indicator(indicator).executors) & set(agency.roles):
        raise Refused(Finding("DUTY-NO-EXECUTOR", agency.code, {"indicator": indicator}, column="agency"))
    return _keep(
        models.Collector(indicator=indicator, agency=agency, year=year),
        "collector named",
        number=number,
        dated_on=dated_on,
        note=note,
        by=by,
        at=at,
    )


def receive(
    *,
    agency: Agency,
    year: int,
    medium: str,
    received_on: date,
    number: str,
    by: str,
    at: datetime,
    indicator: str = "",
    dated_on: date | None = None,
    sent_on: date | None = None,
) -> models.Receipt:
    """Record that an agency's data came in one medium; both are asked for (para 10).

    `sent_on` is when it was sent, where known: whether a duty was met in time is judged by it.
    """
    _check_indicator(indicator)
    _check_not_before(received_on, year, "received_on")
    if medium not in MEDIA:
        raise Refused(Finding("DUTY-MEDIUM", medium, {"known": ", ".join(MEDIA)}, column="medium"))
    if received_on > timezone.localdate(at):
        raise Refused(Finding("DUTY-RECEIVED-IN-FUTURE", received_on.isoformat(), column="received_on"))
    if sent_on is not None and sent_on > received_on:
        values = {"received": received_on.isoformat()}
        raise Refused(Finding("DUTY-SENT-AFTER", sent_on.isoformat(), values, column="sent_on"))
    return _keep(
        models.Receipt(
            agency=agency,
            year=year,
            indicator=indicator,
            medium=medium,
            received_on=received_on,
            sent_on=sent_on,
        ),
        "data received",
        number=number,
        dated_on=dated_on,
        note="",
        by=by,
        at=at,
    )


@transaction.atomic
def _keep(
    fact: Any, action: str, *, number: str, dated_on: date | None, note: str, by: str, at: datetime
) -> Any:
    plan = main_plan()
    if not FIRST_YEAR <= fact.year <= LAST_YEAR or not holds(plan, fact.year):
        raise Refused(Finding("INST-YEAR", found=str(fact.year), column="year"))
    fact.plan = plan.code
    fact.number, fact.dated_on, fact.note = number, dated_on, note
    fact.recorded_at, fact.recorded_by = at, by
    check_lengths(fact)
    fact.save(force_insert=True)
    record(action=action, by=by, at=at, subject=_subject(fact), rows=[fact])
    return fact


def _subject(fact: db.Model) -> str:
    parts = [getattr(fact, name, "") for name in ("collection", "indicator", "year")]
    agency = getattr(fact, "agency", None) or getattr(fact, "recipient", None)
    return " ".join(str(p) for p in [*parts, agency.code if agency else ""] if p)


def _check_collection(code: str) -> None:
    known = [c.code for c in main_plan().collections]
    if code not in known:
        raise Refused(Finding("INST-COLLECTION", found=code, values={"known": ", ".join(known)}))


def _check_indicator(code: str) -> None:
    if code and not main_plan().has_indicator(code):
        raise Refused(Finding("INST-INDICATOR", found=code, column="indicator"))


def _check_not_before(day: date, year: int, column: str) -> None:
    if day.year < year:
        raise Refused(
            Finding("DUTY-END-BEFORE-YEAR", found=day.isoformat(), values={"year": year}, column=column)
        )
