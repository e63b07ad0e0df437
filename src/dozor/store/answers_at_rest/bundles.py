"""Records that came together, in one file: made durable by one wait for the disk instead of one for each.

A bundle is a row of frames: the record's name (64 hexadecimal digits), the length of what follows (8 bytes,
big-endian), the record sealed as it would lie alone. It is written under its own name, not moved into place:
a frame that the power cut short was never acknowledged, and is passed over.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from dozor.core.findings import Finding, Refused
from dozor.store.answers_at_rest import waiting
from dozor.store.answers_at_rest.keys import AnswerKeys
from dozor.store.answers_at_rest.waiting import StoredRecord, make_durable, make_folder, seal, unseal

SUFFIX = ".bundle"
_NAME, _LENGTH = 64, 8


@dataclass(frozen=True)
class Place:
    """Where a sealed record lies: a file, where in it, how many bytes."""

    path: Path
    start: int
    length: int


def write_bundle(folder: Path, records: Sequence[StoredRecord], keys: AnswerKeys) -> list[str]:
    """Keep records together; return their names in the order given."""
    contents = [record.as_bytes() for record in records]
    names = [keys.name_of(content) for content in contents]
    frames = b"".join(
        _frame(name, seal(content, name, keys)) for name, content in zip(names, contents, strict=True)
    )
    make_folder(folder)
    # the random part of each seal makes the bundle's name its own, whatever came before
    _put(folder / (keys.name_of(frames) + SUFFIX), frames)
    return names


def lying_in(folder: Path) -> dict[str, Place]:
    """Find every record of a folder, alone or in a bundle, by its name."""
    found = {
        path.name[: -len(waiting.SUFFIX)]: Place(path, 0, path.stat().st_size)
        for path in folder.glob(f"*{waiting.SUFFIX}")
    }
    for path in folder.glob(f"*{SUFFIX}"):
        for name, place in _frames(path):
            found[name] = place
    return found


def read_lying(lying: Mapping[str, Place], names: Sequence[str], keys: AnswerKeys) -> list[StoredRecord]:
    """Open records found by :func:`lying_in`; raises ``COL-SEALED`` for one not there or altered."""
    records = []
    held: tuple[Path, bytes] | None = None
    for name in names:
        place = lying.get(name)
        if place is None:
            raise Refused(Finding("COL-SEALED", found=name[:12]))
        if held is None or held[0] != place.path:
            held = place.path, place.path.read_bytes()
        sealed = held[1][place.start : place.start + place.length]
        records.append(StoredRecord.of_bytes(unseal(sealed, name, keys)))
    return records


def reseal_bundle(path: Path, keys: AnswerKeys) -> None:
    """Write a bundle anew under the current key."""
    content = path.read_bytes()
    frames = b"".join(
        _frame(name, seal(unseal(content[p.start : p.start + p.length], name, keys), name, keys))
        for name, p in _frames(path)
    )
    waiting.put(path, frames)


def _frame(name: str, sealed: bytes) -> bytes:
    return name.encode() + len(sealed).to_bytes(_LENGTH, "big") + sealed


def _frames(path: Path) -> Iterator[tuple[str, Place]]:
    size = path.stat().st_size
    with path.open("rb") as file:
        start = 0
        while start + _NAME + _LENGTH <= size:
            file.seek(start)
            head = file.read(_NAME + _LENGTH)
            length = int.from_bytes(head[_NAME:], "big")
            start += _NAME + _LENGTH
            if start + length > size:
                return
            yield head[:_NAME].decode("ascii", "replace"), Place(path, start, length)
            start += length


def _put(path: Path, content: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    make_durable(path.parent)
