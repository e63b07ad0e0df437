"""How the journal's chain stands, told without walking it: its end, and the last time it was walked."""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings

from dozor.apps.audit.actions import head_file, journal_key
from dozor.apps.audit.models import Event, Head
from dozor.apps.audit.snapshot import one_snapshot


@dataclass(frozen=True)
class Verified:
    """A walk of the whole chain and of every sealed row (``dozor verify``): when, up to which event."""

    at: datetime
    sequence: int
    findings: int  # 0: nothing was altered


@dataclass(frozen=True)
class Standing:
    """The chain's end.

    Parameters
    ----------
    events
        Number of the last event; events are numbered from 1 without a gap.
    digest
        Its seal, which covers every event before it: noted down elsewhere, it proves them later.
    ends_agree
        Whether the last event, the end kept in the database and the copy beside it are the same one.
    verified
        The last walk of the chain here; None when there was none, or its note is not this instance's.
    """

    events: int
    digest: str
    ends_agree: bool
    verified: Verified | None


def standing() -> Standing:
    """Read the chain's end: four small questions, however long the chain is."""
    with one_snapshot():  # others append meanwhile
        head = Head.objects.filter(id=1).first() or Head()
        return Standing(head.sequence, head.mac, _ends_agree(head), _last_verified())


def _ends_agree(head: Head) -> bool:
    last = Event.objects.order_by("-sequence").values_list("sequence", "mac").first() or (0, Head().mac)
    if (head.sequence, head.mac) != last:
        return False
    try:
        known = json.loads(head_file().read_text())
        sequence, mac = int(known["sequence"]), str(known["mac"])
    except (OSError, ValueError, KeyError, TypeError):
        return last[0] == 0
    # the copy is written after the event: an event being written this instant is not in it yet
    passed = Event.objects.filter(sequence=sequence).values_list("mac", flat=True).first()
    return sequence == 0 or passed == mac


def _file() -> Path:
    return Path(settings.HOME) / "audit-verified.json"


def note_verified(*, at: datetime, sequence: int, findings: int) -> None:
    """Keep when the chain was walked, up to which event and what was found; sealed by the journal's key."""
    held = {"at": at.isoformat(), "sequence": sequence, "findings": findings}
    temporary = _file().with_suffix(".new")
    temporary.write_text(json.dumps({**held, "mac": _seal(held)}) + "\n")
    temporary.replace(_file())


def _last_verified() -> Verified | None:
    try:
        known = json.loads(_file().read_text())
        held = {name: known[name] for name in ("at", "sequence", "findings")}
        if not hmac.compare_digest(_seal(held), known["mac"]):
            return None
        return Verified(datetime.fromisoformat(held["at"]), int(held["sequence"]), int(held["findings"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _seal(held: dict[str, object]) -> str:
    text = "verified " + json.dumps(held, sort_keys=True)
    return hmac.new(journal_key(), text.encode(), hashlib.sha256).hexdigest()
