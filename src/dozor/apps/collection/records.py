"""Recorded facts as core values."""

from __future__ import annotations

from dozor.apps.collection import models
from dozor.core.calendar.facts import Agreement, Decision, Facts, Receipt, Round


def facts(plan: str) -> Facts:
    """Everything recorded about a plan's duties, oldest first."""
    return Facts(
        rounds=tuple(
            Round(
                collection=r.collection,
                agency=r.agency.code if r.agency else None,
                year=r.year,
                planned_end_on=r.planned_end_on,
                ended_on=r.ended_on,
                letter=r.number,
                dated_on=r.dated_on,
            )
            for r in models.RoundDate.objects.filter(plan=plan).select_related("agency")
        ),
        decisions=tuple(
            Decision(
                collection=d.collection,
                agency=d.agency.code if d.agency else None,
                year=d.year,
                kind=d.kind,
                number=d.number,
                dated_on=d.dated_on,
                reason=d.reason,
                postponed_to=d.postponed_to,
            )
            for d in models.Decision.objects.filter(plan=plan).select_related("agency")
        ),
        agreements=tuple(
            Agreement(
                agency=a.agency.code,
                year=a.year,
                due_on=a.due_on,
                letter=a.number,
                indicator=a.indicator or None,
                dated_on=a.dated_on,
            )
            for a in models.Agreement.objects.filter(plan=plan).select_related("agency")
        ),
        receipts=tuple(
            Receipt(
                agency=r.agency.code,
                year=r.year,
                indicator=r.indicator or None,
                medium=r.medium,
                received_on=r.received_on,
                sent_on=r.sent_on,
            )
            for r in models.Receipt.objects.filter(plan=plan).select_related("agency")
        ),
    )
