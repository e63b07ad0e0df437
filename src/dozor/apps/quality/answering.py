"""What people say to doubts: confirmed against the primary records, or explained in words."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from dozor.apps.audit.actions import record
from dozor.apps.quality.models import DoubtEvent, RaisedDoubt
from dozor.core.findings import Finding, Refused
from dozor.core.quality.standing import DoubtAct, after


@transaction.atomic
def answer_doubts(
    doubts: Iterable[RaisedDoubt], *, act: DoubtAct, text: str, by: str, at: datetime
) -> list[DoubtEvent]:
    """Confirm or explain doubts, all of them with the same words or none.

    Parameters
    ----------
    act
        ``CONFIRM``: the figure was compared with the primary records and is right; ``EXPLAIN``: it stands for
        the reason told in `text`.

    Raises
    ------
    Refused
        ``QLT-STATE``, ``QLT-CONTRADICTION``, ``QLT-TEXT``; ``INST-TOO-LONG``.
    """
    if act not in (DoubtAct.CONFIRM, DoubtAct.EXPLAIN):
        raise ValueError(f"people confirm or explain; a check does the rest: {act}")
    words = " ".join(text.split())
    if len(words) > MOST_WORDS:
        raise Refused(Finding("INST-TOO-LONG", str(len(words)), {"limit": MOST_WORDS}, column="text"))
    wanted = [d.pk for d in doubts]
    held = list(RaisedDoubt.objects.select_for_update(of=("self",)).filter(pk__in=wanted).order_by("pk"))
    events = []
    for one in held:
        one.state = after(one.state, act, grade=one.grade, text=words)
        one.changed_at = at
        one.save(update_fields=["state", "changed_at"])
        events.append(
            DoubtEvent.objects.create(
                doubt=one, act=act, state_after=one.state, found=one.found, text=words, at=at, by=by
            )
        )
    if events:
        record(
            action="doubt answered",
            by=by,
            at=at,
            subject=held[0].agency.code,
            details={"doubts": len(events), "act": str(act)},
            rows=[*held, *events],
        )
    return events


MOST_WORDS = 2000  # characters


def doubt_of(number: int) -> RaisedDoubt:
    """A doubt by its number; raises ``QLT-UNKNOWN``."""
    found = RaisedDoubt.objects.select_related("agency", "submission", "round").filter(pk=number).first()
    if found is None:
        raise Refused(Finding("QLT-UNKNOWN", found=str(number)))
    return found
