"""Appends to the journal, in the transaction of the change itself."""

from __future__ import annotations

import fcntl
import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, models, transaction

from dozor.apps.audit.kept import look_again
from dozor.apps.audit.models import Event, Head
from dozor.apps.audit.sealing import digest
from dozor.apps.home import read_key
from dozor.core.findings import Finding, Refused

MOST_SUBJECT = 200


@dataclass(frozen=True)
class Entry:
    """What one event says.

    Parameters
    ----------
    rows
        Rows the action made or changed, as they are now.
    batches
        For rows too many to list: ``{"table", "batch", "count", "digest"}``.
    """

    action: str
    by: str
    at: datetime
    subject: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)
    rows: Sequence[models.Model] = ()
    batches: Sequence[Mapping[str, Any]] = ()


def record(
    *,
    action: str,
    by: str,
    at: datetime,
    subject: str = "",
    details: Mapping[str, Any] | None = None,
    rows: Iterable[models.Model] = (),
    batches: Iterable[Mapping[str, Any]] = (),
) -> Event:
    """Append one event, see :class:`Entry`; must be called inside the transaction that makes the change."""
    return record_all([Entry(action, by, at, subject, dict(details or {}), tuple(rows), tuple(batches))])[0]


def record_all(entries: Sequence[Entry], *, head: Head | None = None) -> list[Event]:
    """Append an event for each entry, in order, inside the transaction that makes the changes.

    Parameters
    ----------
    head
        The chain's end as :func:`hold_journal` gave it in this same transaction, when the caller holds it.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("an event is written in the transaction of its change")
    head, key = head or hold_journal(), journal_key()
    events = []
    for entry in entries:
        event = Event(
            sequence=head.sequence + 1,
            at=entry.at,
            by=entry.by,
            action=entry.action,
            subject=entry.subject[:MOST_SUBJECT],
            details=dict(entry.details),
            rows=[
                *({"table": r._meta.db_table, "key": str(r.pk), "digest": digest(r)} for r in entry.rows),
                *(dict(b) for b in entry.batches),
            ],
            previous=head.mac,
        )
        event.mac = mac_of(event, key)
        head.sequence, head.mac = event.sequence, event.mac
        events.append(event)
    Event.objects.bulk_create(events)
    Head.objects.filter(id=head.id).update(sequence=head.sequence, mac=head.mac)
    sequence, mac = head.sequence, head.mac
    transaction.on_commit(lambda: remember_head(sequence, mac))
    transaction.on_commit(look_again)
    return events


def hold_journal() -> Head:
    """Take the lock on the chain's end until the transaction ends; whoever writes much takes it first.

    It keeps two writers from taking the same place in the chain, and two imports from both finding a value
    new (PostgreSQL); on SQLite the transaction itself is the only writer.
    """
    head, _ = Head.objects.select_for_update().get_or_create(id=1)
    return head


def journal_key() -> bytes:
    """The key of the journal's seals; raises ``AUD-NO-KEY``."""
    key = read_key("audit.key")
    if key is None:
        raise Refused(Finding("AUD-NO-KEY"))
    return bytes.fromhex(key)


def mac_of(event: Event, key: bytes) -> str:
    """The event's seal: HMAC-SHA256, keyed from outside the database, over the event and the seal before."""
    text = json.dumps(
        [
            event.previous,
            event.sequence,
            event.at.astimezone(UTC).isoformat(timespec="microseconds"),
            event.by,
            event.action,
            event.subject,
            event.details,
            event.rows,
        ],
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
    )
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def head_file() -> Path:
    return Path(settings.HOME) / "audit-head.json"


def remember_head(sequence: int, mac: str) -> None:
    """Keep the end of the chain outside the database too, so that a cut-off chain is noticed."""
    path = head_file()
    with path.with_suffix(".lock").open("w") as lock:
        # two processes may have committed one after the other and arrive here in the other order
        fcntl.flock(lock, fcntl.LOCK_EX)
        if path.exists():
            try:
                if json.loads(path.read_text())["sequence"] >= sequence:
                    return
            except (ValueError, KeyError, TypeError):
                pass
        temporary = path.with_suffix(".new")
        temporary.write_text(json.dumps({"sequence": sequence, "mac": mac}) + "\n")
        temporary.replace(path)
