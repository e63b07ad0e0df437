"""The keys of answers: one that encrypts and is rotated, one that names files, one that hides codes.

The last two stay for the life of an instance: a file keeps its name through a rotation, and a
respondent's code leads to the same hash in every round.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from dozor.core.findings import Finding, Refused

ENCRYPTION, NAMING, RESPONDENTS = "answers.key", "answers-naming.key", "respondents.key"
FILES = (ENCRYPTION, NAMING, RESPONDENTS)


@dataclass(frozen=True)
class AnswerKeys:
    """Keys of 32 bytes each; the last of `encryption` is the one to write with."""

    encryption: tuple[bytes, ...]
    naming: bytes
    respondents: bytes

    @property
    def current(self) -> bytes:
        return self.encryption[-1]

    def key_id(self, key: bytes) -> str:
        """Name a key without telling it."""
        return hmac.new(self.naming, b"key " + key, hashlib.sha256).hexdigest()[:8]

    def by_id(self, key_id: str) -> bytes:
        for key in self.encryption:
            if self.key_id(key) == key_id:
                return key
        raise Refused(Finding("COL-KEY", found=key_id))

    def name_of(self, content: bytes | memoryview) -> str:
        """A file's name: the keyed hash of what it holds."""
        running = hmac.new(self.naming, b"content ", hashlib.sha256)
        running.update(content)
        return running.hexdigest()

    def digest_of(self, received: bytes) -> str:
        """What is remembered of a record's bytes: tells two apart and gives away neither."""
        return hmac.new(self.naming, b"received " + received, hashlib.sha256).hexdigest()

    def pseudonym(self, code: str) -> str:
        """A respondent's code as it is kept; without the key no list of codes finds it.

        Letter case and spaces inside a code do not count.
        """
        plain = "".join(code.split()).casefold()
        return hmac.digest(self.respondents, plain.encode(), "sha256").hex()[:32]


def make_keys(folder: Path) -> AnswerKeys:
    """Make the keys that are missing; an existing one is never overwritten."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for name in FILES:
        try:
            descriptor = os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            continue
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_hex(32) + "\n")
            file.flush()
            os.fsync(file.fileno())
    return read_keys(folder)


def read_keys(folder: Path) -> AnswerKeys:
    """Read the keys; raises ``COL-NO-KEYS`` when one is not there or is no key."""
    try:
        read = {
            name: tuple(bytes.fromhex(line) for line in (folder / name).read_text().split()) for name in FILES
        }
    except (OSError, ValueError):
        raise Refused(Finding("COL-NO-KEYS", found=", ".join(FILES))) from None
    if any(not keys or any(len(key) != 32 for key in keys) for keys in read.values()):
        raise Refused(Finding("COL-NO-KEYS", found=", ".join(FILES)))
    return AnswerKeys(read[ENCRYPTION], read[NAMING][-1], read[RESPONDENTS][-1])


def add_key(folder: Path) -> AnswerKeys:
    """Add a new encryption key, from now on the one to write with; the old ones still read."""
    keys = read_keys(folder)
    _write(folder, (*keys.encryption, secrets.token_bytes(32)))
    return read_keys(folder)


def drop_old_keys(folder: Path) -> AnswerKeys:
    """Forget every encryption key but the current one: what was not written anew is lost."""
    _write(folder, read_keys(folder).encryption[-1:])
    return read_keys(folder)


def _write(folder: Path, keys: tuple[bytes, ...]) -> None:
    new = folder / f"{ENCRYPTION}.new"
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.writelines(key.hex() + "\n" for key in keys)
        file.flush()
        os.fsync(file.fileno())
    new.replace(folder / ENCRYPTION)
