"""Looks through everything that may have changed since it was last checked; run by the clock and by hand."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db.models import Q
from django.utils import timezone

from dozor.apps.collection.models import Round
from dozor.apps.organisations.models import Agency
from dozor.apps.plans.queries import main_plan
from dozor.apps.quality.answers import check_round, subject_of
from dozor.apps.quality.banked import check_bank
from dozor.apps.quality.keeping import Kept, last_checked
from dozor.apps.quality.reports import check_agency
from dozor.apps.quality.submitted import check_submission
from dozor.apps.submissions.models import Submission
from dozor.core.submissions.states import State


def sweep(
    *,
    at: datetime,
    years: Collection[int] | None = None,
    agencies: Collection[str] | None = None,
    open_rounds_since: datetime | None = None,
) -> Kept:
    """Check the bank, rounds in the field and just closed, what waits with recipients, agencies' reports.

    Each is looked at only when what it rests on has changed. Without `years`, the year and the one before.

    Parameters
    ----------
    open_rounds_since
        Leave out rounds in the field that were looked at since: phones bring records all day long.
    """
    today = timezone.localdate(at)
    of = set(years) if years is not None else {today.year - 1, today.year}
    kept = [check_bank(at=at)] if agencies is None else []
    rounds = Round.objects.select_related("form", "agency").filter(year__in=of)
    waiting = Submission.objects.select_related("agency", "recipient").filter(year__in=of)
    senders = _senders()
    if agencies is not None:
        rounds = rounds.filter(Q(agency__code__in=agencies))
        waiting = waiting.filter(agency__code__in=agencies)
        senders = [a for a in senders if a.code in agencies]
    kept += [
        check_round(one, at=at)
        for one in rounds.order_by("id")
        if not open_rounds_since or _is_due(one, open_rounds_since)
    ]
    for one in waiting.exclude(state=State.LOCKED).order_by("id"):
        kept.append(check_submission(one, at=at))
    kept += [check_agency(agency, year, at=at) for agency in senders for year in sorted(of)]
    return Kept(sum(k.raised for k in kept), sum(k.corrected for k in kept), any(k.is_new for k in kept))


def _is_due(round_: Round, since: datetime) -> bool:
    checked = last_checked(subject_of(round_, main_plan()).name)
    return round_.closed_at is not None or checked is None or checked < since


def _senders() -> list[Agency]:
    """Agencies that owe something by the plan."""
    plan = main_plan()
    roles = {r for i in plan.indicators for r in i.executors} | {
        s for d in plan.duties if d.about == "plan" for s in d.senders
    }
    return [a for a in Agency.objects.order_by("code") if roles & set(a.roles)]
