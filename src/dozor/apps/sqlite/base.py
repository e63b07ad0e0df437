"""A transaction takes its turn before it begins.

SQLite has one writer at a time and lets the others look again after ever longer naps, up to a tenth of a
second, in no order: on a deadline day most of a writer's time is naps, and some starve. Here the writers of a
process wait for one another on a lock that wakes them at once, and the one whose turn it is looks every
millisecond whether another process is done. PostgreSQL needs none of this.
"""

from __future__ import annotations

import fcntl
import threading
import time
from collections import defaultdict
from pathlib import Path
from typing import IO, Any

from django.db import OperationalError
from django.db.backends.sqlite3 import base

_LOOK_AGAIN = 0.001  # seconds
_inside: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)  # by the database's file


class DatabaseWrapper(base.DatabaseWrapper):  # type: ignore[misc]
    """Waits as long as SQLite would (`timeout`), and refuses in its words."""

    _turn: IO[str] | None = None

    def _start_transaction_under_autocommit(self) -> None:
        if self.transaction_mode != "DEFERRED":  # whoever only reads keeps nobody waiting
            self._take_turn()
        try:
            super()._start_transaction_under_autocommit()
        except BaseException:
            self._end_turn()
            raise

    def _commit(self) -> None:
        super()._commit()  # when it fails, Django rolls back
        self._end_turn()

    def _rollback(self) -> None:
        try:
            super()._rollback()
        finally:
            self._end_turn()

    def _close(self) -> None:
        try:
            super()._close()
        finally:
            self._end_turn()

    def _take_turn(self) -> None:
        if self._turn is not None or self.is_in_memory_db():
            return
        patience = float(self.settings_dict["OPTIONS"].get("timeout", 5))
        until, ours = time.monotonic() + patience, _inside[self._file]
        if not ours.acquire(timeout=patience):
            raise OperationalError("database is locked")
        turn: IO[str] | None = None
        try:
            turn = Path(self._file + ".turn").open("w")  # noqa: SIM115 - held until the transaction ends
            while not _is_ours(turn):
                if time.monotonic() > until:
                    raise OperationalError("database is locked")
                time.sleep(_LOOK_AGAIN)
        except BaseException:
            if turn is not None:
                turn.close()
            ours.release()
            raise
        self._turn = turn

    def _end_turn(self) -> None:
        if self._turn is not None:
            self._turn.close()
            self._turn = None
            _inside[self._file].release()

    @property
    def _file(self) -> str:
        return str(self.settings_dict["NAME"])


def _is_ours(turn: Any) -> bool:
    try:
        fcntl.flock(turn, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
