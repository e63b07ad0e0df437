"""Gathers waiting records into tables, and reads a round's answers back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Q

from dozor.apps.audit.actions import record
from dozor.apps.collection.answer_room import answer_keys, answers_folder, room_of, rotating, writing
from dozor.apps.collection.models import (
    AnswerFile,
    AnswerRecord,
    Form,
    GivenVersion,
    QuarantineDecision,
    Round,
)
from dozor.apps.collection.versions import superseded_files
from dozor.apps.home import keys_folder
from dozor.core.answers.form import AnswerForm
from dozor.core.findings import Finding, Refused
from dozor.store import answers_at_rest as store
from dozor.store.answers_at_rest import StoredRecord
from dozor.store.answers_at_rest.rotation import Progress
from dozor.store.answers_at_rest.tables import INSTANCE_ID

if TYPE_CHECKING:
    from ibis.expr import types as ir

MOST_AT_ONCE = 50_000  # records held in memory while a table is written


def gather(round_: Round, *, by: str, at: datetime) -> list[AnswerFile]:
    """Put a round's waiting records into encrypted tables, one for each version of its form.

    Cut off at any point and run again, it neither loses a record nor holds one twice.
    """
    made: list[AnswerFile] = []
    with rotating():  # nobody else gathers, rotates or writes meanwhile
        room, keys = room_of(round_), answer_keys()
        lying = store.lying_in(room.waiting)
        if not lying:
            return made
        gathered = gathered_ids(round_)
        stored = round_.records.filter(state=AnswerRecord.State.STORED)
        taken = round_.records.filter(decision__is_taken=True)
        rows = [
            row
            for row in (
                *stored.order_by("id").values_list("instance_id", "name", "form_id"),
                *taken.order_by("id").values_list("instance_id", "decision__name", "form_id"),
            )
            if row[1] in lying
        ]
        forms = {f.pk: f.answer_form for f in Form.objects.filter(pk__in={r[2] for r in rows})}
        for form_id, form in forms.items():
            names = [name for i, name, of in rows if of == form_id and i not in gathered]
            for start in range(0, len(names), MOST_AT_ONCE):
                records = store.read_lying(lying, names[start : start + MOST_AT_ONCE], keys)
                made.append(_keep_table(round_, form, records, "phones", "", by, at))
        # nobody writes now: what lies here and no row speaks of was never acknowledged
        for path in {place.path for place in lying.values()}:
            path.unlink()
    return made


def is_waiting(round_: Round) -> bool:
    """Whether records lie ungathered."""
    return bool(store.lying_in(room_of(round_).waiting))


def keep_table(
    round_: Round, form: AnswerForm, records: list[StoredRecord], *, source_digest: str, by: str, at: datetime
) -> AnswerFile:
    """Keep the records of an imported file as one encrypted table."""
    with writing():
        return _keep_table(round_, form, records, "file", source_digest, by, at)


def _keep_table(
    round_: Round,
    form: AnswerForm,
    records: list[StoredRecord],
    source: str,
    source_digest: str,
    by: str,
    at: datetime,
) -> AnswerFile:
    written = store.write_rows(room_of(round_).tables, form, records, answer_keys())
    known = round_.answer_files.filter(name=written.name).first()
    if known is not None:  # a workbook put back as it was
        return known
    with transaction.atomic():
        kept = AnswerFile.objects.create(
            round=round_,
            name=written.name,
            rows=written.rows,
            source=source,
            source_digest=source_digest,
            made_at=at,
            made_by=by,
        )
        record(
            action="answers gathered" if source == "phones" else "answers imported",
            by=by,
            at=at,
            subject=round_.code,
            details={"answers": written.rows},
            rows=[kept],
        )
    return kept


def table_names(round_: Round) -> list[str]:
    """Names of the tables that count: what an agency gave anew takes the place of what it gave before."""
    earlier = superseded_files(round_)
    return [name for name in round_.answer_files.values_list("name", flat=True) if name not in earlier]


def counted(round_: Round) -> int:
    """How many records count in a round, however they came: not those kept apart, corrected or given anew."""
    records = round_.records.filter(Q(state=AnswerRecord.State.STORED) | Q(decision__is_taken=True))
    return records.exclude(instance_id__in=replaced_ids(round_)).count() + counted_from_files(round_)


def counted_from_files(round_: Round) -> int:
    """Of them, those that came in a file or a workbook."""
    files = round_.answer_files.filter(source="file", name__in=table_names(round_))
    return sum(files.values_list("rows", flat=True))


def gathered_ids(round_: Round) -> set[str]:
    names = table_names(round_)
    if not names:
        return set()
    table = store.open_answers(room_of(round_).tables, names, answer_keys())
    return set(table.select(INSTANCE_ID).to_pyarrow().column(0).to_pylist())


def replaced_ids(round_: Round) -> list[str]:
    """Records that a later, counted one replaces."""
    later = AnswerRecord.objects.filter(replaces__round=round_)
    counted = later.filter(state=AnswerRecord.State.STORED) | later.filter(decision__is_taken=True)
    return list(counted.values_list("replaces__instance_id", flat=True))


def answers_of_round(round_: Round, *, repeat: str = "") -> ir.Table | None:
    """A round's counted answers as one table on an engine in memory; None when there are none.

    Parameters
    ----------
    repeat
        A repeated group: then each of its turns is a row, beside the answers given once.
    """
    names = table_names(round_)
    if not names:
        return None
    table = store.open_answers(room_of(round_).tables, names, answer_keys())
    replaced = replaced_ids(round_)
    if replaced:
        table = table.filter(table[INSTANCE_ID].notin(replaced))
    return store.turns_of(table, round_.form.answer_form, repeat) if repeat else table


def stored_records(
    round_: Round, *, by: str, at: datetime, version: GivenVersion | None = None
) -> Iterator[StoredRecord]:
    """Every counted record of a round, repeated groups included; the reading is an event.

    Parameters
    ----------
    version
        One version of what one agency gave: then its records, whether they still count or not.
    """
    gather(round_, by=by, at=at)
    names, replaced = table_names(round_), set(replaced_ids(round_))
    if version is not None:
        names = [version.answer_file.name] if version.answer_file else []
    forms = {f.version: f.answer_form for f in Form.objects.filter(instrument=round_.instrument)}
    with transaction.atomic():
        record(
            action="answers exported",
            by=by,
            at=at,
            subject=round_.code,
            details={
                "answers": sum(round_.answer_files.filter(name__in=names).values_list("rows", flat=True))
            },
        )
    for kept in store.read_rows(room_of(round_).tables, names, forms, answer_keys()):
        if kept.instance_id not in replaced:
            yield kept


def record_of(one: AnswerRecord) -> StoredRecord:
    """One record's answers, wherever they lie: waiting, kept apart or gathered."""
    room, keys = room_of(one.round), answer_keys()
    for folder in (room.waiting, room.quarantine):
        if one.name in (lying := store.lying_in(folder)):
            return store.read_lying(lying, [one.name], keys)[0]
    forms = {one.form.version: one.form.answer_form}
    forms |= {f.version: f.answer_form for f in Form.objects.filter(instrument=one.round.instrument)}
    for kept in store.read_rows(room.tables, table_names(one.round), forms, keys):
        if kept.instance_id == one.instance_id:
            return kept
    raise Refused(Finding("COL-SEALED", found=one.name[:12]))


def decide_quarantine(
    *, instance_id: str, is_taken: bool, reason: str, by: str, at: datetime
) -> QuarantineDecision:
    """Take a record out of quarantine into the round's answers, or leave it out for good.

    An answer that does not fit its question is left out of a record that is taken; the sealed original stays.
    """
    waiting = (
        AnswerRecord.objects.select_related("round", "form")
        .filter(instance_id=instance_id, state=AnswerRecord.State.QUARANTINED, decision__isnull=True)
        .first()
    )
    if waiting is None:
        raise Refused(Finding("COL-NOT-QUARANTINED", found=instance_id[:80]))
    if not reason.strip():
        raise Refused(Finding("COL-REASON"))
    if is_taken and waiting.round.estimates.exists():
        raise Refused(Finding("COL-ROUND-ESTIMATED", found=waiting.round.code))
    room = room_of(waiting.round)
    with writing():
        if is_taken:
            keys = answer_keys()
            kept = store.read_record(room.quarantine, waiting.name, keys)
            fitting = _fitting(kept, waiting.form.answer_form, waiting.reasons)
            sealed = store.write_record(room.waiting, fitting, keys)
        with transaction.atomic():
            decision = QuarantineDecision.objects.create(
                answer_record=waiting,
                is_taken=is_taken,
                reason=reason.strip(),
                name=sealed.name if is_taken else "",
                decided_at=at,
                decided_by=by,
            )
            record(
                action="quarantine decided",
                by=by,
                at=at,
                subject=waiting.round.code,
                details={"is_taken": is_taken},
                rows=[decision],
            )
    return decision


def _fitting(kept: StoredRecord, form: AnswerForm, reasons: list[dict[str, Any]]) -> StoredRecord:
    broken = {r["column"] for r in reasons}
    known = form.by_name
    return StoredRecord(
        kept.form,
        kept.version,
        kept.instance_id,
        {n: None if n in broken else v for n, v in kept.values.items() if n in known},
        {
            group: [{n: None if n in broken else v for n, v in turn.items() if n in known} for turn in turns]
            for group, turns in kept.repeats.items()
            if group in form.repeats
        },
    )


def rotate_keys(*, by: str, at: datetime, progress: Progress = lambda *_: None) -> int:
    """Encrypt every answer of the instance under a new key; return how many files there were."""
    answer_keys()
    with rotating():
        files = store.rotate(answers_folder(), keys_folder(), progress=progress)
    with transaction.atomic():
        record(action="answer keys rotated", by=by, at=at, details={"files": files})
    return files
