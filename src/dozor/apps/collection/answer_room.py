"""Where an instance keeps its answers: folders, keys, and the lock between writing and rotating."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from dozor.apps.collection.models import Round
from dozor.apps.home import keys_folder
from dozor.core.findings import Refused
from dozor.store.answers_at_rest import AnswerKeys, make_keys, read_keys


@dataclass(frozen=True)
class AnswerRoom:
    """The folders of one round's answers."""

    folder: Path

    @property
    def waiting(self) -> Path:
        return self.folder / "waiting"

    @property
    def quarantine(self) -> Path:
        return self.folder / "quarantine"

    @property
    def drafts(self) -> Path:
        return self.folder / "drafts"

    @property
    def checked(self) -> Path:
        return self.folder / "checked"

    @property
    def attachments(self) -> Path:
        return self.folder / "attachments"

    @property
    def tables(self) -> Path:
        return self.folder / "tables"


def answers_folder() -> Path:
    return Path(settings.HOME) / "answers"


def room_of(round_: Round) -> AnswerRoom:
    return AnswerRoom(answers_folder() / str(round_.pk))


def answer_keys() -> AnswerKeys:
    """The instance's keys; made with its first round, and never again while there are answers."""
    try:
        return read_keys(keys_folder())
    except Refused:
        if any(answers_folder().glob("*/*/*")):
            raise
        return make_keys(keys_folder())


@contextmanager
def writing() -> Iterator[None]:
    """Hold off a rotation of keys while answers are written; writers do not hold off one another."""
    with _locked(fcntl.LOCK_SH):
        yield


@contextmanager
def rotating() -> Iterator[None]:
    """Wait for the writers and hold them off."""
    with _locked(fcntl.LOCK_EX):
        yield


@contextmanager
def _locked(how: int) -> Iterator[None]:
    folder = answers_folder()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, how)
        yield
