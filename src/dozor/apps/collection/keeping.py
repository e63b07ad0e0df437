"""Keeps records that have arrived, those of one moment together.

A disk takes as long to make one record safe as a hundred. Whoever comes while others are being kept waits in
a queue; the first to get its turn waits a moment for those already being read, then keeps all of it: one
file, one transaction, an event for each. No reply leaves before both are on the disk.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from django.db import transaction

from dozor.apps.audit.actions import Entry, hold_journal, record_all
from dozor.apps.audit.models import Head
from dozor.apps.collection.answer_room import answer_keys, room_of, writing
from dozor.apps.collection.models import AnswerRecord, Device, Form, Round
from dozor.apps.organisations.models import Agency
from dozor.core.findings import Finding, Refused
from dozor.store.answers_at_rest import AnswerKeys, StoredRecord, write_bundle, write_record

MOST_TOGETHER = 200
LONGEST_WAIT = 0.03  # seconds that a record waits for those being read beside it
_LOOK_AGAIN = 0.001


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


def agency_of(one: AnswerRecord) -> int | None:
    """Key of the agency a record came from; the first ones of phones name it by the phone alone."""
    return one.agency_id or (one.device.agency_id if one.device else None)


@dataclass(frozen=True)
class Received:
    """What became of a record."""

    outcome: Outcome
    answer_record: AnswerRecord
    breaches: tuple[Finding, ...] = ()


@dataclass(eq=False)
class Arrival:
    """A record read and checked, not yet kept; `received_digest` is that of the bytes that came."""

    record: StoredRecord
    sender: Sender
    round: Round
    form: Form
    at: datetime
    received_digest: str
    files: Sequence[str]
    breaches: tuple[Finding, ...] = ()
    replaces: str = ""
    # what became of it
    received: Received | None = None
    problem: BaseException | None = None
    # the sealed record's name, once it lies on the disk
    name: str = field(default="", repr=False)

    @property
    def instance_id(self) -> str:
        return self.record.instance_id


_arrived: list[Arrival] = []
_turn = threading.Lock()
_reading: set[int] = set()  # threads that read a record now


@contextmanager
def reading() -> Iterator[None]:
    """Say that a record is being read, until it is handed to :func:`keep`: those to be kept wait for it."""
    _reading.add(threading.get_ident())
    try:
        yield
    finally:
        _reading.discard(threading.get_ident())


def keep(arrival: Arrival) -> Received:
    """Keep a record, together with those that wait beside it, and return when it is safe.

    Raises
    ------
    Refused
        ``COL-CONFLICT``: the same id with other content, or from another agency; ``COL-EDIT-UNKNOWN``,
        ``COL-EDIT-STALE``: an edit of what is not here, or was edited since.
    """
    _arrived.append(arrival)
    _reading.discard(threading.get_ident())
    with _turn:
        if arrival.received is None and arrival.problem is None:
            _wait_for_company()
            together = _arrived[:MOST_TOGETHER]
            if arrival not in together:
                together = [*together[:-1], arrival]
            for one in together:
                _arrived.remove(one)
            _keep_or_tell(together)
    if arrival.problem is not None:
        raise arrival.problem
    assert arrival.received is not None  # noqa: S101 - one or the other
    return arrival.received


def _wait_for_company() -> None:
    """Wait for the records that are being read; one that comes alone waits for nobody."""
    until = time.monotonic() + LONGEST_WAIT
    while _reading and len(_arrived) < MOST_TOGETHER and time.monotonic() < until:
        time.sleep(_LOOK_AGAIN)


def _keep_or_tell(together: Sequence[Arrival]) -> None:
    try:
        _keep(together)
    except BaseException as problem:
        if len(together) == 1:
            together[0].problem = problem
            return
        # one that the database will not take must not keep the others out
        for one in together:
            _keep_or_tell([one])


def _keep(together: Sequence[Arrival]) -> None:
    with writing():
        _find_late(together)
        _write(together, _known_ids(together), answer_keys())
        with transaction.atomic():
            head = hold_journal()  # from here on no other record comes in
            told = _enter(together, _known(together), head)
    # only what is committed is told
    for one, (received, problem) in told.items():
        one.received, one.problem = received, problem


def _find_late(together: Iterable[Arrival]) -> None:
    """A round may have been closed since its record was read; whoever closes it waits for the writers."""
    rounds = {one.round.pk for one in together}
    closed = dict(Round.objects.filter(pk__in=rounds, closed_at__isnull=False).values_list("pk", "closed_at"))
    for one in together:
        one.breaches = tuple(f for f in one.breaches if f.code != "COL-LATE")
        if one.round.pk in closed and closed[one.round.pk] <= one.at:
            one.breaches = (Finding("COL-LATE", found=one.round.code), *one.breaches)


def _known_ids(together: Iterable[Arrival]) -> set[str]:
    ids = [one.instance_id for one in together]
    return set(AnswerRecord.objects.filter(instance_id__in=ids).values_list("instance_id", flat=True))


def _known(together: Iterable[Arrival]) -> dict[str, AnswerRecord]:
    ids = [one.instance_id for one in together]
    held = AnswerRecord.objects.filter(instance_id__in=ids).select_related("device", "round")
    return {record.instance_id: record for record in held}


def _write(together: Iterable[Arrival], known: set[str], keys: AnswerKeys) -> None:
    waiting: dict[int, list[Arrival]] = {}
    for one in together:
        if one.instance_id in known:
            continue
        if one.breaches:
            one.name = write_record(room_of(one.round).quarantine, one.record, keys).name
        else:
            waiting.setdefault(one.round.pk, []).append(one)
    for arrivals in waiting.values():
        names = write_bundle(room_of(arrivals[0].round).waiting, [a.record for a in arrivals], keys)
        for one, name in zip(arrivals, names, strict=True):
            one.name = name


Told = dict[Arrival, tuple[Received | None, Refused | None]]


def _enter(together: Iterable[Arrival], known: dict[str, AnswerRecord], head: Head) -> Told:
    told: Told = {}
    new: list[tuple[Arrival, AnswerRecord]] = []
    for one in together:
        try:
            first = known.get(one.instance_id)
            if first is not None:
                told[one] = _again(one, first), None
                continue
            entered = _entered(one, new)
        except Refused as refusal:
            told[one] = None, refusal
            continue
        known[one.instance_id] = entered
        new.append((one, entered))
        told[one] = _received(entered, one.breaches), None
    AnswerRecord.objects.bulk_create([entered for _, entered in new])
    if new:
        record_all(
            [
                Entry(
                    action="record received",
                    by=entered.received_by,
                    at=entered.received_at,
                    subject=entered.round.code,
                    details={"state": entered.state},
                    rows=[entered],
                )
                for _, entered in new
            ],
            head=head,
        )
    return told


def _entered(one: Arrival, new: Iterable[tuple[Arrival, AnswerRecord]]) -> AnswerRecord:
    return AnswerRecord(
        instance_id=one.instance_id,
        round=one.round,
        form=one.form,
        device=one.sender.device,
        agency=one.sender.agency,
        way=one.sender.way,
        received_at=one.at,
        received_by=one.sender.by,
        received_digest=one.received_digest,
        name=one.name,
        state=AnswerRecord.State.QUARANTINED if one.breaches else AnswerRecord.State.STORED,
        reasons=[{"code": f.code, "column": f.column or ""} for f in one.breaches],
        files=list(one.files),
        replaces=_replaced(one, new),
    )


def _replaced(one: Arrival, new: Iterable[tuple[Arrival, AnswerRecord]]) -> AnswerRecord | None:
    """The record this one corrects; another agency's is none of the sender's."""
    if not one.replaces:
        return None
    earlier = AnswerRecord.objects.filter(instance_id=one.replaces).select_related("device").first()
    if earlier is None or agency_of(earlier) != one.sender.agency.pk:
        raise Refused(Finding("COL-EDIT-UNKNOWN", found=one.replaces[:80]))
    is_stale = AnswerRecord.objects.filter(replaces=earlier).exists()
    if is_stale or any(entered.replaces_id == earlier.pk for _, entered in new):
        raise Refused(Finding("COL-EDIT-STALE", found=one.replaces[:80]))
    return earlier


def _again(one: Arrival, known: AnswerRecord) -> Received:
    if known.received_digest != one.received_digest or agency_of(known) != one.sender.agency.pk:
        raise Refused(Finding("COL-CONFLICT", found=known.instance_id))
    if known.state == AnswerRecord.State.QUARANTINED:
        # the reasons kept beside it hold no words of an answer; the same bytes have just been read again
        reasons = {(r["code"], r["column"]) for r in known.reasons}
        late = tuple(Finding("COL-LATE", found=known.round.code) for r in reasons if r[0] == "COL-LATE")
        told = tuple(f for f in one.breaches if f.code != "COL-LATE" and (f.code, f.column or "") in reasons)
        return Received(Outcome.QUARANTINED, known, (*late, *told))
    return Received(Outcome.AGAIN, known)


def _received(entered: AnswerRecord, breaches: tuple[Finding, ...]) -> Received:
    return Received(Outcome.QUARANTINED if breaches else Outcome.STORED, entered, breaches)
