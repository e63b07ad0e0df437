"""Deputies: appointed by an order, ended before its day by an act of its own."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from dozor.apps.audit.actions import record
from dozor.apps.database import check_lengths
from dozor.apps.organisations.models import Deputy, Person
from dozor.apps.organisations.scope import needs_second_factor
from dozor.core.findings import Finding, Refused


@transaction.atomic
def appoint_deputy(
    *,
    person: Person,
    stands_in_for: Person,
    number: str,
    dated_on: date,
    valid_from: date,
    valid_to: date,
    by: str,
    at: datetime,
) -> Deputy:
    """Record an order by which someone stands in for a colleague.

    Raises
    ------
    Refused
        ``DEP-AGENCY``: the two act for different agencies, or are one person; ``DEP-FACTOR``: the deputy's
        own role asks for no second factor and the other's does; ``SUB-NUMBER``, ``SUB-FUTURE``;
        ``DEP-DATES``.
    """
    findings = []
    if person.pk == stands_in_for.pk or person.agency_id != stands_in_for.agency_id or not person.agency_id:
        findings.append(Finding("DEP-AGENCY", found=person.login, column="person"))
    if needs_second_factor(stands_in_for.role) and not needs_second_factor(person.role):
        findings.append(Finding("DEP-FACTOR", found=person.login, column="person"))
    if not number.strip():
        findings.append(Finding("SUB-NUMBER", column="number"))
    if dated_on > timezone.localdate(at):
        findings.append(Finding("SUB-FUTURE", dated_on.isoformat(), column="dated_on"))
    if valid_to < valid_from:
        findings.append(Finding("DEP-DATES", valid_to.isoformat(), column="valid_to"))
    if findings:
        raise Refused(findings)
    made = Deputy(
        person=person,
        stands_in_for=stands_in_for,
        number=number.strip(),
        dated_on=dated_on,
        valid_from=valid_from,
        valid_to=valid_to,
        recorded_at=at,
        recorded_by=by,
    )
    check_lengths(made)
    made.save(force_insert=True)
    subject = f"{person.login} for {stands_in_for.login}"[:200]
    record(action="deputy appointed", by=by, at=at, subject=subject, rows=[made])
    return made


@transaction.atomic
def end_deputy(*, deputy: Deputy, by: str, at: datetime) -> None:
    """End it before the order's last day; ended once, it stays ended."""
    deputy = Deputy.objects.select_for_update().get(pk=deputy.pk)
    if deputy.ended_at is not None:
        return
    deputy.ended_at, deputy.ended_by = at, by
    deputy.save(update_fields=["ended_at", "ended_by"])
    subject = f"{deputy.person.login} for {deputy.stands_in_for.login}"[:200]
    record(action="deputy ended", by=by, at=at, subject=subject, rows=[deputy])
