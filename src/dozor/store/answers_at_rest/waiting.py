"""Single records and attachments as sealed files: AES-256-GCM, written whole or not at all."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from dozor.core.findings import Finding, Refused
from dozor.store.answers_at_rest.keys import AnswerKeys

SUFFIX = ".sealed"
_NONCE = 12
_KEY_ID = 8


@dataclass(frozen=True)
class StoredRecord:
    """One record as it is kept: the form it answers, its id, its values and repeated groups."""

    form: str
    version: str
    instance_id: str
    values: Mapping[str, Any] = field(default_factory=dict)
    repeats: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)

    def as_bytes(self) -> bytes:
        """The same record always gives the same bytes."""
        content = [self.form, self.version, self.instance_id, dict(self.values), dict(self.repeats)]
        return json.dumps(content, ensure_ascii=False, sort_keys=True, default=_plain).encode()

    @classmethod
    def of_bytes(cls, content: bytes) -> StoredRecord:
        """Read what :meth:`as_bytes` wrote."""
        return cls(*json.loads(content))


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"no answer: {type(value)}")


@dataclass(frozen=True)
class SealedFile:
    """A file just written: its name and its size as it lies on the disk."""

    name: str
    size: int


def record_name(record: StoredRecord, keys: AnswerKeys) -> str:
    return keys.name_of(record.as_bytes())


def write_record(folder: Path, record: StoredRecord, keys: AnswerKeys) -> SealedFile:
    """Keep a record; writing the same one again changes nothing."""
    return write_bytes(folder, record.as_bytes(), keys)


def read_record(folder: Path, name: str, keys: AnswerKeys) -> StoredRecord:
    """Open a record; raises ``COL-SEALED`` when its file is not there, altered or another one's."""
    return StoredRecord.of_bytes(read_bytes(folder, name, keys))


def write_bytes(folder: Path, content: bytes, keys: AnswerKeys) -> SealedFile:
    """Keep bytes under the keyed hash of what they say."""
    name = keys.name_of(content)
    path = folder / (name + SUFFIX)
    if path.exists():
        return SealedFile(name, path.stat().st_size)
    make_folder(folder)
    sealed = seal(content, name, keys)
    put(path, sealed)
    return SealedFile(name, len(sealed))


def read_bytes(folder: Path, name: str, keys: AnswerKeys) -> bytes:
    try:
        sealed = (folder / (name + SUFFIX)).read_bytes()
    except OSError:
        raise Refused(Finding("COL-SEALED", found=name[:12])) from None
    return unseal(sealed, name, keys)


def seal(content: bytes, name: str, keys: AnswerKeys) -> bytes:
    """Encrypt under the current key; the name is bound in, so that files cannot be swapped."""
    nonce = secrets.token_bytes(_NONCE)
    return (
        keys.key_id(keys.current).encode()
        + nonce
        + AESGCM(keys.current).encrypt(nonce, content, name.encode())
    )


def unseal(sealed: bytes, name: str, keys: AnswerKeys) -> bytes:
    try:
        key = keys.by_id(sealed[:_KEY_ID].decode("ascii"))
        nonce = sealed[_KEY_ID : _KEY_ID + _NONCE]
        return AESGCM(key).decrypt(nonce, sealed[_KEY_ID + _NONCE :], name.encode())
    except (InvalidTag, UnicodeDecodeError, ValueError):
        raise Refused(Finding("COL-SEALED", found=name[:12])) from None


def put(path: Path, content: bytes) -> None:
    """Write a file so that it is there whole, and stays after the power goes, or is not there."""
    half = path.with_name(f".{secrets.token_hex(8)}.part")
    descriptor = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    half.replace(path)
    make_durable(path.parent)


def make_folder(folder: Path) -> None:
    """Make a folder that is still there after the power goes."""
    if folder.is_dir():
        return
    make_folder(folder.parent)
    folder.mkdir(exist_ok=True, mode=0o700)
    make_durable(folder.parent)


def make_durable(folder: Path) -> None:
    """Wait until the disk holds a folder's list of files."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
