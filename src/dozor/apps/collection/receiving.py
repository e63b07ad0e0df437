"""Takes in filled forms, of phones and of desks: each once, whole, encrypted before it is acknowledged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import IO

from django.db import transaction

from dozor.apps.audit.actions import record
from dozor.apps.collection.answer_room import answer_keys, room_of, writing
from dozor.apps.collection.field_queries import published_form, round_for
from dozor.apps.collection.keeping import Arrival, Received, Sender, keep, reading
from dozor.apps.collection.models import AnswerRecord, Attachment, Form, Round
from dozor.apps.organisations.models import Agency
from dozor.core.answers.checking import check_record
from dozor.core.answers.form import AnswerForm
from dozor.core.findings import Finding, Refused
from dozor.formats.openrosa import Instance, answers_of, read_instance
from dozor.store.answers_at_rest import AnswerKeys, StoredRecord, write_bytes


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
        this agency, or a version never published; ``PERSON-…``: it tells who a person is; what
        :func:`dozor.apps.collection.keeping.keep` refuses. Nothing is kept of a refused record.
    """
    with reading():
        done = keep(_read(sender, received, at, round_))
    if files:
        with writing():
            _keep_files(done.answer_record, files, answer_keys(), at)
    return done


def _read(sender: Sender, received: bytes, at: datetime, round_: Round | None) -> Arrival:
    instance = read_instance(received)
    keys = answer_keys()
    round_, form = _place(instance, sender.agency, at, round_)
    checked_form = form.answer_form
    texts, repeats = answers_of(instance, checked_form)
    checked = check_record(checked_form, texts, repeats, year=round_.year, pseudonym=keys.pseudonym)
    if checked.identity:
        raise Refused(checked.identity)
    kept = StoredRecord(
        form.instrument,
        form.version,
        instance.instance_id,
        checked.answers.values,
        checked.answers.repeats,
    )
    return Arrival(
        record=kept,
        sender=sender,
        round=round_,
        form=form,
        at=at,
        received_digest=keys.digest_of(received),
        files=_files_named(checked_form, kept),
        breaches=checked.breaches,
        replaces=instance.replaces,
    )


def _place(instance: Instance, agency: Agency, at: datetime, chosen: Round | None) -> tuple[Round, Form]:
    """The round a record belongs to and the form it answers."""
    round_ = round_for(instance.form, agency, at, chosen)
    if round_ is None:
        raise Refused(Finding("COL-FORM-UNKNOWN", found=instance.form[:80]))
    form = published_form(instance.form, instance.version)
    if form is None:
        raise Refused(
            Finding("COL-VERSION-UNKNOWN", found=instance.version[:60], values={"form": instance.form[:80]})
        )
    return round_, form


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
