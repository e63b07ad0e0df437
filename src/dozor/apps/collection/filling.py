"""Forms filled in at a desk: drafts that lie encrypted, and their sending by the way of every record."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from dozor.apps.audit.actions import record
from dozor.apps.collection.answer_room import answer_keys, room_of, writing
from dozor.apps.collection.gathering import record_of
from dozor.apps.collection.keeping import Received, Sender, agency_of
from dozor.apps.collection.models import AnswerRecord, Draft, Round
from dozor.apps.collection.receiving import receive
from dozor.apps.collection.round_texts import form_of_round
from dozor.apps.organisations.models import Agency
from dozor.core.answers.checking import check_record
from dozor.core.answers.filling import CheckedFilling, Filling, check_filling, filling_of
from dozor.core.findings import Finding, Refused
from dozor.formats.openrosa import LONGEST_ID, write_instance
from dozor.store.answers_at_rest import read_bytes, write_bytes
from dozor.store.answers_at_rest.waiting import SUFFIX

LARGEST_DRAFT = 500_000  # signs


def new_instance_id() -> str:
    return f"uuid:{uuid.uuid4()}"


def save_draft(
    round_: Round,
    filling: Filling,
    *,
    instance_id: str,
    agency: Agency,
    base: int,
    by: str,
    at: datetime,
    replaces: str = "",
) -> Draft:
    """Keep answers as they are so far, encrypted.

    Parameters
    ----------
    base
        The version of the draft these answers grew from; 0 for a new one. Saving the same answers again
        changes nothing.

    Raises
    ------
    Refused
        ``PERSON-…``: an answer tells who a person is (nothing is kept); ``FILL-CHANGED``: somebody else, or
        another window, has saved since; ``FILL-SENT``; ``FILL-LONG``; ``FILL-ID``.
    """
    if not instance_id.startswith("uuid:") or len(instance_id) > LONGEST_ID or not instance_id.isprintable():
        raise Refused(Finding("FILL-ID", found=instance_id[:40]))
    content = json.dumps(filling.as_mapping(), ensure_ascii=False, sort_keys=True).encode()
    if len(content) > LARGEST_DRAFT:
        raise Refused(Finding("FILL-LONG", found=str(len(content)), values={"limit": LARGEST_DRAFT}))
    _refuse_identity(round_, filling)
    room = room_of(round_)
    with writing():
        # the id among the bytes: two drafts with the same answers are two files
        sealed = write_bytes(room.drafts, instance_id.encode() + b"\n" + content, answer_keys())
        with transaction.atomic():
            draft = Draft.objects.select_for_update().filter(instance_id=instance_id).first()
            before = draft.name if draft else ""
            if draft is None:
                draft = Draft(
                    instance_id=instance_id,
                    round=round_,
                    form=round_.form,
                    agency=agency,
                    replaces=replaces,
                    started_at=at,
                    started_by=by,
                )
            _check_own(draft, round_, agency)
            if draft.sent_at is not None:
                raise Refused(Finding("FILL-SENT"))
            if draft.dropped_at is not None:
                raise Refused(Finding("FILL-CHANGED"))
            if before != sealed.name:
                if draft.version != base:
                    (room.drafts / (sealed.name + SUFFIX)).unlink(missing_ok=True)
                    raise Refused(Finding("FILL-CHANGED"))
                draft.name, draft.version = sealed.name, draft.version + 1
                draft.saved_at, draft.saved_by, draft.finished_at = at, by, None
                try:
                    draft.save()
                except IntegrityError:  # the same page saved twice at the same moment
                    raise Refused(Finding("FILL-CHANGED")) from None
        if before and before != draft.name:
            (room.drafts / (before + SUFFIX)).unlink(missing_ok=True)
    return draft


def drafts_of(agency: Agency) -> QuerySet[Draft]:
    """What is begun at an agency and neither sent nor thrown away; entries of paper stand apart."""
    return Draft.objects.filter(
        agency=agency, sent_at__isnull=True, dropped_at__isnull=True, entry__isnull=True
    )


def read_draft(draft: Draft) -> Filling:
    if not draft.name:
        return Filling()
    content = read_bytes(room_of(draft.round).drafts, draft.name, answer_keys())
    return filling_of(json.loads(content.partition(b"\n")[2]))


def open_draft(draft: Draft, *, by: str, at: datetime) -> Filling:
    """The answers of a draft, for somebody to see; the seeing is an event."""
    filling = read_draft(draft)
    _seen("draft seen", draft.round, draft.agency, draft.instance_id, by=by, at=at)
    return filling


@transaction.atomic
def _seen(action: str, round_: Round, agency: Agency, instance_id: str, *, by: str, at: datetime) -> None:
    details = {"agency": agency.code, "form": instance_id}
    record(action=action, by=by, at=at, subject=round_.code, details=details)


def drop_draft(draft: Draft, *, at: datetime) -> None:
    """Throw the answers of a draft away that was not sent."""
    with writing():
        with transaction.atomic():
            Draft.objects.filter(pk=draft.pk, sent_at__isnull=True).update(name="", dropped_at=at)
        if draft.name:
            (room_of(draft.round).drafts / (draft.name + SUFFIX)).unlink(missing_ok=True)


def checked(round_: Round, filling: Filling, *, at: datetime) -> CheckedFilling:
    return check_filling(form_of_round(round_), filling, today=timezone.localdate(at))


def send_draft(draft: Draft, filling: Filling, *, way: AnswerRecord.Way, by: str, at: datetime) -> Received:
    """Send a form: from here it goes the way of a phone's record; sent again unchanged, it is the same one.

    Raises
    ------
    Refused
        ``FILL-…``: what is wrong or missing; then nothing is sent and the draft stays. Besides, what
        :func:`dozor.apps.collection.receiving.receive` raises.
    """
    if draft.sent_at is None:
        found = checked(draft.round, filling, at=at).findings
        if found:
            raise Refused(found)
    if draft.finished_at is None:
        draft.finished_at = at
        with transaction.atomic():
            draft.save(update_fields=["finished_at"])
    received = receive(
        sender=Sender(draft.agency, by, way), received=_record(draft, filling), at=at, round_=draft.round
    )
    if draft.sent_at is None:
        name, draft.name, draft.sent_at = draft.name, "", at
        with writing():
            with transaction.atomic():
                draft.save(update_fields=["name", "sent_at"])
            (room_of(draft.round).drafts / (name + SUFFIX)).unlink(missing_ok=True)
    return received


def _record(draft: Draft, filling: Filling) -> bytes:
    """The bytes of a form's record: a function of the answers and of when it was begun and finished."""
    instrument = form_of_round(draft.round)
    finished = draft.finished_at or draft.saved_at
    kept = check_filling(instrument, filling, today=timezone.localdate(finished)).filling
    own = {
        f.name: timezone.localtime(instant).isoformat(timespec="seconds")
        for f in instrument.fields
        for kind, instant in (("start", draft.started_at), ("end", finished))
        if f.kind == kind
    }
    return write_instance(
        instrument.code,
        instrument.version,
        draft.instance_id,
        {**kept.texts, **own},
        kept.repeats,
        replaces=draft.replaces,
    )


def start_edit(earlier: AnswerRecord, *, agency: Agency, by: str, at: datetime) -> Draft:
    """Begin a new version of a record sent before: a draft with its answers, that replaces it when sent.

    A respondent's code is kept as a keyed hash alone, so it is left empty and asked for anew.

    Raises
    ------
    Refused
        ``COL-EDIT-UNKNOWN``: another agency's; ``COL-EDIT-STALE``: it was corrected already.
    """
    if agency_of(earlier) != agency.pk:
        raise Refused(Finding("COL-EDIT-UNKNOWN", found=earlier.instance_id[:80]))
    if AnswerRecord.objects.filter(replaces=earlier).exists():
        raise Refused(Finding("COL-EDIT-STALE", found=earlier.instance_id[:80]))
    begun = drafts_of(agency).filter(replaces=earlier.instance_id).first()
    if begun is not None:
        return begun
    _seen("record seen", earlier.round, agency, earlier.instance_id, by=by, at=at)
    return save_draft(
        earlier.round,
        answers_of_record(earlier),
        instance_id=new_instance_id(),
        agency=agency,
        base=0,
        by=by,
        at=at,
        replaces=earlier.instance_id,
    )


def answers_of_record(one: AnswerRecord) -> Filling:
    """A record's answers as texts; codes, kept as keyed hashes, are left out."""
    kept = record_of(one)
    form = one.form.answer_form
    hidden = {f.name for f in form.fields if f.is_code}

    def told(values: Mapping[str, Any]) -> dict[str, str]:
        return {n: _text(v) for n, v in values.items() if v is not None and n not in hidden}

    return Filling(told(kept.values), {g: [told(t) for t in turns] for g, turns in kept.repeats.items()})


def local_key(round_: Round, agency: Agency, login: str) -> str:
    """The key under which a person's pages keep forms in the browser while there is no network."""
    return answer_keys().digest_of(f"page {round_.code} {agency.code} {login}".encode())


def _text(value: Any) -> str:
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    return str(value)


def _refuse_identity(round_: Round, filling: Filling) -> None:
    found = check_record(
        round_.form.answer_form, filling.texts, filling.repeats, year=round_.year, pseudonym=lambda code: code
    )
    if found.identity:
        raise Refused(found.identity)


def _check_own(draft: Draft, round_: Round, agency: Agency) -> None:
    if draft.round_id != round_.pk or draft.agency_id != agency.pk:
        raise Refused(Finding("FILL-ID", found=draft.instance_id[:40]))
