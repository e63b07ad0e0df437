"""DB-TURN: writers of one SQLite file take turns; a turn ends with its transaction, however it ends."""

from __future__ import annotations

import fcntl
import subprocess
import sys
import textwrap
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, transaction
from django.db.utils import ConnectionHandler

from dozor.config.settings import database

pytestmark = pytest.mark.any_engine  # files of SQLite's own


def connections_to(folder: Path, timeout: float = 20) -> ConnectionHandler:
    settings = database("", folder)
    settings["OPTIONS"]["timeout"] = timeout
    return ConnectionHandler({"default": settings})


@pytest.fixture
def file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, django_db_blocker: Any
) -> Iterator[ConnectionHandler]:
    """One file for all that `transaction.atomic` opens here; each thread has a connection of its own."""
    handler = connections_to(tmp_path, timeout=0.2)
    monkeypatch.setattr(transaction, "connections", handler)
    with django_db_blocker.unblock():
        with handler["default"].cursor() as cursor:
            cursor.execute("CREATE TABLE t (n INTEGER)")
        yield handler
        handler["default"].close()


def is_free(folder: Path) -> bool:
    """Whether nobody has the turn."""
    with (folder / "dozor.sqlite3.turn").open("w") as turn:
        try:
            fcntl.flock(turn, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


def in_a_thread(act: object) -> list[BaseException]:
    problems: list[BaseException] = []

    def run() -> None:
        try:
            act()  # type: ignore[operator]
        except BaseException as problem:
            problems.append(problem)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    return problems


def test_db_turn_001_whoever_waits_too_long_is_told_it_is_locked(file: ConnectionHandler) -> None:
    def write() -> None:
        try:
            with transaction.atomic(), file["default"].cursor() as cursor:
                cursor.execute("INSERT INTO t VALUES (1)")
        finally:
            file["default"].close()

    with transaction.atomic():
        (problem,) = in_a_thread(write)
    assert isinstance(problem, OperationalError)
    assert "database is locked" in str(problem)
    assert in_a_thread(write) == []


@pytest.mark.parametrize("end", ["commit", "failure", "close"])
def test_db_turn_002_a_turn_ends_with_its_transaction(
    file: ConnectionHandler, tmp_path: Path, end: str
) -> None:
    def write() -> None:
        try:
            with transaction.atomic():
                assert not is_free(tmp_path)
                if end == "failure":
                    raise LookupError
                if end == "close":
                    file["default"].close()
        finally:
            file["default"].close()

    told = [type(problem) for problem in in_a_thread(write)]
    assert told == {"commit": [], "failure": [LookupError], "close": []}[end]
    assert is_free(tmp_path)
    with transaction.atomic():
        assert file["default"].in_atomic_block


def test_db_turn_005_nobody_writes_out_of_turn(file: ConnectionHandler, tmp_path: Path) -> None:
    with (tmp_path / "dozor.sqlite3.turn").open("w") as another:
        fcntl.flock(another, fcntl.LOCK_EX)  # SQLite's own lock is free
        with pytest.raises(OperationalError, match="locked"), transaction.atomic():
            pass
    with transaction.atomic():
        assert file["default"].in_atomic_block


def test_db_turn_003_a_turn_that_could_not_begin_is_given_on(file: ConnectionHandler, tmp_path: Path) -> None:
    outside = subprocess.Popen(
        [
            sys.executable,
            "-c",
            textwrap.dedent(
                """
                import sqlite3, sys
                held = sqlite3.connect(sys.argv[1], isolation_level=None)
                held.execute("BEGIN IMMEDIATE")
                print("held", flush=True)
                sys.stdin.readline()
                """
            ),
            str(tmp_path / "dozor.sqlite3"),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert outside.stdout is not None
    assert outside.stdout.readline() == "held\n"
    with pytest.raises(OperationalError, match="locked"), transaction.atomic():
        pass  # another program knows nothing of turns: SQLite's own lock holds
    outside.communicate("\n")
    with transaction.atomic():
        assert file["default"].in_atomic_block


def test_db_turn_004_processes_take_turns_too(file: ConnectionHandler, tmp_path: Path) -> None:
    script = textwrap.dedent(
        """
        import sys
        from pathlib import Path
        import django
        from django.conf import settings
        from dozor.config.settings import database
        settings.configure(DATABASES={"default": database("", Path(sys.argv[1]))})
        django.setup()
        from django.db import connection, transaction
        for _ in range(100):
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SELECT count(*) FROM t")
                (n,) = cursor.fetchone()
                cursor.execute("INSERT INTO t VALUES (%s)", [n])
        """
    )
    running = [subprocess.Popen([sys.executable, "-c", script, str(tmp_path)]) for _ in range(3)]
    assert [one.wait() for one in running] == [0, 0, 0]
    with file["default"].cursor() as cursor:
        cursor.execute("SELECT n FROM t ORDER BY n")
        assert [n for (n,) in cursor.fetchall()] == list(range(300))
