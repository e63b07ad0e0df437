"""Doubts as programs read them: the same from the command and the API."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from dozor.apps.quality.models import DoubtEvent, RaisedDoubt
from dozor.core.quality.standing import DoubtAct
from dozor.language import say


def as_mappings(found: Collection[RaisedDoubt], language: str) -> list[dict[str, Any]]:
    """Each doubt with its message and its last answer, as JSON takes it; sentences in `language`."""
    acts = (DoubtAct.CONFIRM, DoubtAct.EXPLAIN)
    answers = DoubtEvent.objects.filter(doubt__in=[d.pk for d in found], act__in=acts).order_by("id")
    last = {event.doubt_id: event for event in answers}
    return [_as_mapping(d, last.get(d.pk), language) for d in found]


def _as_mapping(doubt: RaisedDoubt, answer: DoubtEvent | None, language: str) -> dict[str, Any]:
    said = say(doubt.finding, language)
    cell = doubt.cell
    return {
        "number": doubt.pk,
        "rule": doubt.rule,
        "grade": doubt.grade,
        "about": doubt.about,
        "agency": doubt.agency.code,
        "submission": doubt.submission.code if doubt.submission else None,
        "round": doubt.round.code if doubt.round else None,
        "place": dict(cell._asdict()) if cell is not None else dict(doubt.place),
        "code": doubt.code,
        "found": said.found,
        "expected": said.expected,
        "message": said.message,
        "state": doubt.state,
        "answer": answer.text if answer else None,
        "answered_by": answer.by if answer else None,
        "raised_at": doubt.raised_at,
    }
