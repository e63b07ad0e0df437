"""Instances for tests: made once by the real command, copied for each test, on the engine under test.

The engine is the one `DATABASE_URL` names: SQLite without it. `make test` runs these tests twice.
"""

from __future__ import annotations

import csv
import fcntl
import io
import itertools
import json
import os
import secrets
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any
from unittest import mock

import psycopg
import pytest
import typer.main
from psycopg import sql

ROOT = Path(__file__).parents[1]
GIVEN_URL = os.environ.get("DATABASE_URL", "")
_commands = cache(typer.main.get_command)  # made once, not for each command run in this process
_blocker: list[Any] = []  # pytest-django's, which keeps tests from databases they did not ask for
PASSWORD = "correct-horse-battery-staple"
PATIENCE = 180  # seconds for a server to open, on a machine that does other things too
MADE_AT = datetime(2026, 11, 20, 6, tzinfo=UTC)  # instances are made on this day, whichever day the tests run


@dataclass(frozen=True)
class Ran:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@dataclass(frozen=True)
class Running:
    """A command running in a process of its own."""

    process: subprocess.Popen[str]

    def wait(self) -> Ran:
        out, err = self.process.communicate(timeout=300)
        return Ran(self.process.returncode, out, err)

    def kill(self) -> Ran:
        self.process.kill()
        return self.wait()


@dataclass
class Served:
    """A server in a process of its own: where it says its address, and afterwards all that it wrote."""

    process: subprocess.Popen[str]
    announced: Path
    written: str = ""

    @property
    def address(self) -> str:
        return self.announced.read_text().strip().rstrip("/") if self.announced.exists() else ""


@dataclass(frozen=True)
class Instance:
    """A home and its database; `url` is empty for SQLite."""

    home: Path
    url: str = ""

    @property
    def is_sqlite(self) -> bool:
        return not self.url

    def environment(self, **more: str) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("DOZOR_", "DATABASE_URL"))}
        return {
            **kept,
            "DOZOR_HOME": str(self.home),
            **({"DATABASE_URL": self.url} if self.url else {}),
            **more,
        }

    def start(self, *arguments: object, **more: str) -> subprocess.Popen[str]:
        """Start a command in a process of its own."""
        return subprocess.Popen(
            [sys.executable, "-m", "dozor.cli", *map(str, arguments)],
            env=self.environment(**more),
            cwd=self.home.parent,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    @contextmanager
    def served(self, *options: object, **more: str) -> Iterator[Served]:
        """Serve the instance from a process of its own, at a free port, for as long as the block lasts.

        Whoever enters finds it answering; whoever has left finds what it wrote.
        """
        one = Served(self.start("serve", "--port", 0, *options, **more), self.home / "serving")
        try:
            until = time.monotonic() + PATIENCE
            while not one.address:
                assert one.process.poll() is None, one.process.communicate()[1]
                assert time.monotonic() < until, "the server did not open"
                time.sleep(0.1)
            yield one
        finally:
            one.process.terminate()
            one.written = "".join(one.process.communicate(timeout=PATIENCE))

    def run(self, *arguments: object, **more: str) -> Ran:
        """Run a command in a process of its own."""
        process = self.start(*arguments, **more)
        out, err = process.communicate(timeout=120)
        return Ran(process.returncode, out, err)

    def python(self, code: str, *arguments: object, **more: str) -> Ran:
        """Run a few lines in a process of its own, with the program's settings."""
        ran = subprocess.run(
            [sys.executable, "-c", code, *map(str, arguments)],
            env=self.environment(DJANGO_SETTINGS_MODULE="dozor.config.settings", **more),
            capture_output=True, text=True, check=False, timeout=300,
        )  # fmt: skip
        return Ran(ran.returncode, ran.stdout, ran.stderr)

    def cli(self, *arguments: object, language: str = "en") -> Ran:
        """Run a command in this process; quicker, for the instance that is open."""
        from dozor.cli import main

        out, err = io.StringIO(), io.StringIO()
        with (
            mock.patch.dict(os.environ, {"DOZOR_HOME": str(self.home), "DOZOR_LANGUAGE": language}),
            redirect_stdout(out),
            redirect_stderr(err),
            mock.patch("typer.main.get_command", _commands),
        ):
            try:
                main([str(a) for a in arguments])
                code = 0
            except SystemExit as end:
                code = int(end.code or 0)
        return Ran(code, out.getvalue(), err.getvalue())

    def fork(self, *arguments: object, language: str = "en") -> Running:
        """Run a command beside this process.

        A true fork would be quicker, but the engines loaded here keep threads, and a fork without them dies.
        """
        return Running(self.start(*arguments, DOZOR_LANGUAGE=language))

    def quick(self, *arguments: object, language: str = "en") -> Ran:
        """Run a command in a process of its own and wait for it: for an instance that is not open here."""
        return self.fork(*arguments, language=language).wait()

    def execute(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        """Raw SQL beside the program, as someone would who holds the database: no constraint in the way."""
        from dozor.apps.audit import kept

        kept.forget()  # it writes no event
        if self.is_sqlite:
            with sqlite3.connect(self.home / "dozor.sqlite3", timeout=20, isolation_level=None) as connection:
                connection.execute("PRAGMA foreign_keys=OFF")
                rows = connection.execute(statement.replace("%s", "?"), values).fetchall()
            connection.close()
            return rows
        cursor = _beside(self.url).execute(statement, values or None)
        return cursor.fetchall() if cursor.description else []

    def tables(self) -> list[str]:
        """The program's own tables."""
        found = self.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table'"
            if self.is_sqlite
            else "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
        )
        rooms = (
            *("audit_", "bank_", "collection_", "cooperation_", "organisations_", "plans_", "releases_"),
            *("reminders_", "submissions_"),
        )
        return sorted(name for (name,) in found if name.startswith(rooms))

    def counts(self) -> dict[str, int]:
        """Rows per table, and the end of the journal: equal before and after when nothing was changed."""
        counts = {t: self.execute(f"SELECT count(*) FROM {t}")[0][0] for t in self.tables()}
        return counts | {"head": self.execute("SELECT sequence, mac FROM audit_head")}

    def load(
        self, table: str | bytes | Path, *options: str, language: str = "en", name: str = "values.csv"
    ) -> Ran:
        """`dozor values import --format json` of a table given as text, bytes or a path."""
        path = table
        if not isinstance(table, Path):
            path = self.home / name
            path.write_bytes(table.encode() if isinstance(table, str) else table)
        return self.cli("values", "import", path, "--format", "json", *options, language=language)


CopyOf = Callable[[str], AbstractContextManager[Instance]]

HEADING = ("indicator", "population", "sex", "age", "area", "period", "value", "unit", "source_title")
GOOD_ROW = {
    "indicator": "11.1",
    "population": "",
    "sex": "",
    "age": "",
    "area": "BY-HO",
    "period": "2017",
    "value": "30.8",
    "unit": "percent",
    "source_title": "A survey",
}


def table(*rows: Mapping[str, object], separator: str = ",") -> str:
    """A CSV of good rows, each changed as told; further columns join the heading."""
    columns = list(dict.fromkeys(itertools.chain(HEADING, *rows)))
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, delimiter=separator, lineterminator="\n")
    writer.writeheader()
    writer.writerows({**GOOD_ROW, **row} for row in rows)
    return text.getvalue()


def write_rows(path: Path, rows: Sequence[Mapping[str, object]]) -> Path:
    """A CSV of rows, with every column that one of them has."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(dict.fromkeys(itertools.chain(*rows))))
        writer.writeheader()
        writer.writerows(rows)
    return path


@contextmanager
def opened(instance: Instance, blocker: Any) -> Iterator[Instance]:
    """Point Django, in this process, at the instance, on whichever engine it is."""
    from django.db import connections
    from django.test import override_settings

    from dozor.config.settings import database

    known = connections.settings["default"]
    before, connection = dict(known), connections["default"]
    known.update(database(instance.url, instance.home))
    connections["default"] = connections.create_connection("default")
    try:
        with (
            mock.patch.dict(os.environ, {"DOZOR_HOME": str(instance.home)}),
            override_settings(HOME=instance.home),
            blocker.unblock(),
        ):
            yield instance
    finally:
        connections["default"].close()
        known.clear()
        known.update(before)
        connections["default"] = connection


def database_of(url: str) -> str:
    return str(psycopg.conninfo.conninfo_to_dict(url)["dbname"])


_connections: dict[
    str, psycopg.Connection[Any]
] = {}  # by address: a new one for each statement costs more than it


def _beside(url: str) -> psycopg.Connection[Any]:
    """A connection whose changes no constraint and no trigger meets."""
    if url not in _connections or _connections[url].closed:
        connection = _connections[url] = psycopg.connect(url, autocommit=True)
        connection.execute("SET session_replication_role = replica")
    return _connections[url]


def _leave(url: str) -> None:
    """PostgreSQL copies and drops a database that nobody is connected to."""
    if url in _connections:
        _connections.pop(url).close()


def new_database(template: str = "") -> str:
    """Make a database on the server under test, empty or a copy; return its address."""
    _leave(template)
    name = f"dozor_{secrets.token_hex(6)}"
    with psycopg.connect(GIVEN_URL, autocommit=True) as connection:
        statement = sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name))
        if template:
            statement += sql.SQL(" TEMPLATE {}").format(sql.Identifier(database_of(template)))
        connection.execute(statement)
    return address_of(name)


def address_of(database: str) -> str:
    head, _, query = GIVEN_URL.partition("?")
    return f"{head.rsplit('/', 1)[0]}/{database}" + (f"?{query}" if query else "")


def drop_database(url: str) -> None:
    _leave(url)
    with psycopg.connect(GIVEN_URL, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(database_of(url))))


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory, django_db_blocker: Any) -> Callable[[str], Instance]:
    """Make an instance once by `dozor init` or `dozor demo`, whoever asks first."""
    _blocker[:] = [django_db_blocker]
    from dozor.apps.plans.queries import plans
    from dozor.cli.application import app

    # what is loaded here need not be loaded again in every fork
    _commands(app)
    for room in ("bank.actions", "instance.backup"):
        import_module(f"dozor.apps.{room}")
    known: dict[str, Instance] = {}
    # test processes share the folder above their own
    shared = tmp_path_factory.getbasetemp()
    shared = (shared.parent if "PYTEST_XDIST_WORKER" in os.environ else shared) / "made"
    shared.mkdir(exist_ok=True)

    def make(how: str) -> Instance:
        if how not in known:
            instance = known[how] = _own_copy(how, shared, tmp_path_factory.mktemp(how))
            with opened(instance, django_db_blocker):
                plans()
        return known[how]

    return make


def _own_copy(how: str, shared: Path, folder: Path) -> Instance:
    """A test process's own copy of an instance that the first process to ask for it makes for all of them.

    ``demo with its site`` is the example as it is once it was served for a while: the public site is built,
    the pages of charts are drawn, styles are packed.
    """
    with (shared / f"{how}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        told = shared / f"{how}.url"
        if not told.exists():
            home = shared / how / "home"
            if how == "demo with its site":
                made = _copied(_own_copy("demo", shared, folder / "without"), home)
                ran = made.python(_WITH_SITE)
            else:
                home.parent.mkdir()
                made = Instance(home, new_database() if GIVEN_URL else "")
                options = ("--password", PASSWORD) if how == "init" else ()
                given = (how, "--format", "json", *options)
                ran = made.python(_MAKING, MADE_AT.isoformat(), *given, DOZOR_LANGUAGE="en")
            assert ran.code == 0, ran.err
            told.write_text(made.url)
        return _copied(Instance(shared / how / "home", told.read_text()), folder / "home")


_MAKING = """
import sys
from datetime import datetime
from unittest import mock
from dozor.cli import main
with mock.patch("django.utils.timezone.now", return_value=datetime.fromisoformat(sys.argv[1])):
    main(sys.argv[2:])
"""
_WITH_SITE = """
import django
django.setup()
from dozor.apps.releases.serving import keep_built
from dozor.web.ahead import prepare_pages
assert keep_built()
prepare_pages()
"""


def _copied(template: Instance, home: Path) -> Instance:
    shutil.copytree(template.home, home, symlinks=True)
    return Instance(home, new_database(template.url) if GIVEN_URL else "")


@pytest.fixture(scope="session")
def copy_of(made: Callable[[str], Instance], tmp_path_factory: pytest.TempPathFactory) -> CopyOf:
    """`with copy_of("init") as instance`: a copy of a made instance, to be spoilt."""

    @contextmanager
    def copy(how: str) -> Iterator[Instance]:
        copied = _copied(made(how), tmp_path_factory.mktemp(how) / "home")
        try:
            yield copied
        finally:
            shutil.rmtree(copied.home)
            if copied.url:
                drop_database(copied.url)

    return copy


@pytest.fixture
def instance(copy_of: CopyOf, django_db_blocker: Any) -> Iterator[Instance]:
    """An empty instance of its own for this test, open in this process."""
    with copy_of("init") as one, opened(one, django_db_blocker):
        yield one


@pytest.fixture(scope="module")
def untouched(copy_of: CopyOf, django_db_blocker: Any) -> Iterator[Instance]:
    """An empty instance for tests that must change nothing in it, open in this process."""
    with copy_of("init") as one, opened(one, django_db_blocker):
        yield one


@pytest.fixture
def example(copy_of: CopyOf, django_db_blocker: Any) -> Iterator[Instance]:
    """An example instance of its own for this test, open in this process."""
    with copy_of("demo") as one, opened(one, django_db_blocker):
        yield one


@pytest.fixture(scope="module")
def untouched_example(copy_of: CopyOf, django_db_blocker: Any) -> Iterator[Instance]:
    """An example instance for tests that must change nothing in it, open in this process."""
    with copy_of("demo") as one, opened(one, django_db_blocker):
        yield one
