"""What an agency has in hand: the rounds that reach it, its drafts, what it has sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q

from dozor.apps.collection.answer_room import answer_keys, room_of
from dozor.apps.collection.field_queries import own_records
from dozor.apps.collection.filling import drafts_of
from dozor.apps.collection.gathering import table_names
from dozor.apps.collection.models import AnswerRecord, Form, Round
from dozor.apps.organisations.models import Agency
from dozor.core.plan import Plan
from dozor.core.plan.instruments import Instrument
from dozor.store import answers_at_rest as store

NAMED_BY = ("institution", "unit", "site")  # what tells one form of an office from another; never a person


@dataclass(frozen=True)
class InHand:
    """A round as one agency sees it."""

    round: Round
    instrument: Instrument
    sent: int
    drafts: int
    is_open: bool


def rounds_at(agency: Agency, plan: Plan, *, at: datetime) -> list[InHand]:
    """Rounds that reach an agency, those in the field first, the newest of each first."""
    reach = Q(agency=agency) | Q(agency__isnull=True)
    found = (
        Round.objects.filter(reach, opens_at__lte=at, is_simulated=False)
        .select_related("form", "agency")
        .defer("form__xml")
    )
    counts = dict(
        own_records(agency).filter(replaced_by__isnull=True).values_list("round").annotate(n=Count("id"))
    )
    drafts = dict(drafts_of(agency).values_list("round").annotate(n=Count("id")))
    collected = _collected(agency, plan)
    rows = [
        InHand(r, i, counts.get(r.pk, 0), drafts.get(r.pk, 0), r.state(at) == "open")
        for r in found
        if (i := plan.instruments.get(r.instrument)) is not None
        and (r.agency_id is not None or collected & set(i.collections))
    ]
    return sorted(rows, key=lambda one: (not one.is_open, -one.round.pk))


def reaches(round_: Round, agency: Agency, plan: Plan) -> bool:
    """Whether an agency collects in a round."""
    if round_.agency_id is not None:
        return round_.agency_id == agency.pk
    instrument = plan.instruments.get(round_.instrument)
    return instrument is not None and bool(_collected(agency, plan) & set(instrument.collections))


def _collected(agency: Agency, plan: Plan) -> set[str]:
    """Collections that an agency, or the one it stands under, is an executor of."""
    roles = set(agency.roles)
    if agency.parent:
        roles |= {r for found in Agency.objects.filter(code=agency.parent) for r in found.roles}
    return {c for i in plan.indicators if roles & set(i.executors) for c in i.collections}


def names_of(round_: Round, records: list[AnswerRecord]) -> Mapping[str, str]:
    """What each form of an institution or record is called by: the code it was filled in for."""
    named = next((n for n in NAMED_BY if n in round_.form.answer_form.by_name), None)
    if named is None or not records:
        return {}
    room, keys = room_of(round_), answer_keys()
    found: dict[str, str] = {}
    wanted: dict[str, AnswerRecord] = {r.instance_id: r for r in records}
    for folder in (room.waiting, room.quarantine):
        lying = store.lying_in(folder)
        there = [one.name for one in records if one.name in lying]
        for kept in store.read_lying(lying, there, keys):
            found[kept.instance_id] = str(kept.values.get(named) or "")
    if (names := table_names(round_)) and wanted.keys() - found.keys():
        forms = {f.version: f.answer_form for f in Form.objects.filter(instrument=round_.instrument)}
        rows: Any = store.read_rows(room.tables, names, forms, keys)
        found |= {r.instance_id: str(r.values.get(named) or "") for r in rows if r.instance_id in wanted}
    return found
