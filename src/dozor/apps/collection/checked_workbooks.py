"""Workbooks checked and not yet handed in: kept sealed for a while, so that nobody chooses a file twice."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from dozor.apps.collection.answer_room import answer_keys, room_of, writing
from dozor.apps.collection.models import Round
from dozor.core.findings import Refused
from dozor.store.answers_at_rest import read_bytes, write_bytes
from dozor.store.answers_at_rest.waiting import SUFFIX

KEPT_FOR = timedelta(minutes=30)


def keep_checked(round_: Round, content: bytes, *, at: datetime) -> str:
    """Keep a checked workbook; return the name to ask for it by. What was kept too long goes."""
    folder = room_of(round_).checked
    discard_old(round_, at=at)
    with writing():
        name = write_bytes(folder, content, answer_keys()).name
    (folder / (name + SUFFIX)).touch()  # checked once more, it is kept anew
    return name


def read_checked(round_: Round, name: str, *, at: datetime) -> bytes | None:
    """The workbook of a name; None when it is no longer kept."""
    discard_old(round_, at=at)
    try:
        return read_bytes(room_of(round_).checked, Path(name).name, answer_keys())
    except Refused:
        return None


def discard_checked(round_: Round, name: str) -> None:
    (room_of(round_).checked / (Path(name).name + SUFFIX)).unlink(missing_ok=True)


def discard_old(round_: Round, *, at: datetime) -> None:
    """Remove what was checked and not handed in for longer than `KEPT_FOR`."""
    oldest = (at - KEPT_FOR).timestamp()
    for path in room_of(round_).checked.glob(f"*{SUFFIX}"):
        if path.stat().st_mtime < oldest:
            path.unlink(missing_ok=True)
