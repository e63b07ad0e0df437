"""Takes in filled forms, of phones and of desks: each once, whole, encrypted before it is acknowledged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import IO

from django.db import IntegrityError, transaction

from dozor.apps.audit.actions import record
from dozor.apps.collection.answer_room import answer_keys, in_turn, room_of, writing
from dozor.apps.collection.models import AnswerRecord, Attachment, Device, Form, Round
from dozor.apps.organisations.models import Agency
from dozor.core.answers.checking import check_record
from dozor.core.answers.form import AnswerForm
from dozor.core.findings import Finding, Refused
from dozor.formats.openrosa import Instance, answers_of, read_instance
from dozor.store.answers_at_rest import AnswerKeys, StoredRecord, write_bytes, write_record


class Outcome(StrEnum):
    STORED = "stored"
    AGAIN = "again"  # the same record was here already
    QUARANTINED = "quarantined"


@dataclass(frozen=True)
class Sender:
    """Who hands a record in: a phone, or a person at an agency's desk."""

    agency: Agency
    by: str
    way: AnswerRecord.Way
    device: Device | None = None


def phone(device: Device) -> Sender:
    return Sender(device.agency, f"phone:{device.name}", AnswerRecord.Way.PHONE, device)


@dataclass(frozen=True)
class Received:
    """What became of a record."""

    outcome: Outcome
    answer_record: AnswerRecord
    breaches: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class SentFile:
    """An attachment as it came: its name as the phone says, and its bytes."""

    name: str
    content: IO[bytes]


def receive(
    *,
    sender: Sender,
    received: bytes,
    at: datetime,
    files: Sequence[SentFile] = (),
    round_: Round | None = None,
) -> Received:
    """Take in one record.

    A resent record (the same id, the same bytes) changes nothing but may bring further attachments.
    A record that comes after its round was closed, or breaks a rule of its form, is kept encrypted in
    quarantine, outside every estimate, until somebody decides.

    Parameters
    ----------
    round_
        The round a desk's form was opened in; None: the one in the field for the sender's agency.

    Raises
    ------
    Refused
        ``COL-XML-…``: unreadable; ``COL-FORM-UNKNOWN``, ``COL-VERSION-UNKNOWN``: nothing in the field for
        this agency, or a version never published; ``COL-CONFLICT``: the same id with other content;
        ``COL-EDIT-UNKNOWN``, ``COL-EDIT-STALE``: an edit of what is not here, or was edited since;
        ``PERSON-…``: it tells who a person is. Nothing is kept of a refused record.
    """
    instance = read_instance(received)
    keys = answer_keys()
    digest = keys.digest_of(received)
    known = AnswerRecord.objects.filter(instance_id=instance.instance_id).first()
    if known is not None:
        return _again(known, digest, files, sender, keys, at)
    round_, form, late = _place(instance, sender.agency, at, round_)
    checked_form = form.answer_form
    texts, repeats = answers_of(instance, checked_form)
    checked = check_record(checked_form, texts, repeats, year=round_.year, pseudonym=keys.pseudonym)
    if checked.identity:
        raise Refused(checked.identity)
    breaches = (*([Finding("COL-LATE", found=round_.code)] if late else []), *checked.breaches)
    replaced = _replaced(instance, sender)
    kept = StoredRecord(
        form.instrument,
        form.version,
        instance.instance_id,
        checked.answers.values,
        checked.answers.repeats,
    )
    room = room_of(round_)
    with writing():
        keys = answer_keys()
        sealed = write_record(room.quarantine if breaches else room.waiting, kept, keys)
        kept_record = AnswerRecord(
            instance_id=instance.instance_id,
            round=round_,
            form=form,
            device=sender.device,
            agency=sender.agency,
            way=sender.way,
            received_at=at,
            received_by=sender.by,
            received_digest=digest,
            name=sealed.name,
            state=AnswerRecord.State.QUARANTINED if breaches else AnswerRecord.State.STORED,
            reasons=[{"code": f.code, "column": f.column or ""} for f in breaches],
            files=_files_named(checked_form, kept),
            replaces=replaced,
        )
        try:
            with in_turn(), transaction.atomic():
                kept_record.save(force_insert=True)
                record(
                    action="record received",
                    by=kept_record.received_by,
                    at=at,
                    subject=round_.code,
                    details={"state": kept_record.state},
                    rows=[kept_record],
                )
        except IntegrityError:
            # the same record came twice at the same moment; the other one was first
            first = AnswerRecord.objects.filter(instance_id=instance.instance_id).first()
            if first is None:
                raise Refused(Finding("COL-EDIT-STALE", found=instance.replaces)) from None
            return _again(first, digest, files, sender, keys, at)
        _keep_files(kept_record, files, keys, at)
    outcome = Outcome.QUARANTINED if breaches else Outcome.STORED
    return Received(outcome, kept_record, breaches)


def _again(
    known: AnswerRecord,
    digest: str,
    files: Sequence[SentFile],
    sender: Sender,
    keys: AnswerKeys,
    at: datetime,
) -> Received:
    if known.received_digest != digest or agency_of(known) != sender.agency.pk:
        raise Refused(Finding("COL-CONFLICT", found=known.instance_id))
    with writing():
        _keep_files(known, files, keys, at)
    if known.state == AnswerRecord.State.QUARANTINED:
        breaches = tuple(Finding(r["code"], column=r["column"] or None) for r in known.reasons)
        return Received(Outcome.QUARANTINED, known, breaches)
    return Received(Outcome.AGAIN, known)


def agency_of(one: AnswerRecord) -> int | None:
    """Key of the agency a record came from; the first ones of phones name it by the phone alone."""
    return one.agency_id or (one.device.agency_id if one.device else None)


def _place(
    instance: Instance, agency: Agency, at: datetime, chosen: Round | None
) -> tuple[Round, Form, bool]:
    """The round a record belongs to, the form it answers, and whether it comes too late."""
    rounds = Round.objects.filter(instrument=instance.form, opens_at__lte=at)
    rounds = rounds.filter(agency=agency) | rounds.filter(agency__isnull=True)
    if chosen is not None:
        rounds = rounds.filter(pk=chosen.pk)
    ordered = sorted(rounds, key=lambda r: (r.closed_at is None, r.closed_at or r.opens_at, r.pk))
    if not ordered:
        raise Refused(Finding("COL-FORM-UNKNOWN", found=instance.form[:80]))
    form = Form.objects.filter(instrument=instance.form, version=instance.version).defer("xml").first()
    if form is None:
        raise Refused(
            Finding("COL-VERSION-UNKNOWN", found=instance.version[:60], values={"form": instance.form[:80]})
        )
    return ordered[-1], form, ordered[-1].state(at) == "closed"


def _replaced(instance: Instance, sender: Sender) -> AnswerRecord | None:
    """The record this one corrects; another agency's is none of the sender's."""
    if not instance.replaces:
        return None
    earlier = AnswerRecord.objects.filter(instance_id=instance.replaces).first()
    if earlier is None or agency_of(earlier) != sender.agency.pk:
        raise Refused(Finding("COL-EDIT-UNKNOWN", found=instance.replaces[:80]))
    if AnswerRecord.objects.filter(replaces=earlier).exists():
        raise Refused(Finding("COL-EDIT-STALE", found=instance.replaces[:80]))
    return earlier


def _files_named(form: AnswerForm, kept: StoredRecord) -> list[str]:
    single = [kept.values.get(f.name) for f in form.single if f.kind == "file"]
    repeated = [
        turn.get(f.name)
        for group, fields in form.repeats.items()
        for turn in kept.repeats.get(group, ())
        for f in fields
        if f.kind == "file"
    ]
    return sorted({str(name) for name in [*single, *repeated] if name})


def _keep_files(kept_record: AnswerRecord, files: Sequence[SentFile], keys: AnswerKeys, at: datetime) -> None:
    """Keep the attachments that the answers speak of; others are let go without complaint."""
    for sent in files:
        if sent.name not in kept_record.files:
            continue
        if kept_record.attachments.filter(file_name=sent.name).exists():
            continue
        sealed = write_bytes(room_of(kept_record.round).attachments, sent.content.read(), keys)
        with transaction.atomic():
            kept, is_new = Attachment.objects.get_or_create(
                answer_record=kept_record,
                file_name=sent.name,
                defaults={"name": sealed.name, "received_at": at},
            )
            if is_new:
                record(
                    action="attachment received",
                    by=kept_record.received_by,
                    at=at,
                    subject=kept_record.round.code,
                    rows=[kept],
                )
