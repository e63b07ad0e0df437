"""Homes of earlier versions, stored by `tools/earlier_home.py`, in the hands of this one (UPG).

UPG-001 a home of an earlier version is not touched before it is upgraded; then it says what its own version
        said of it, verifies, and its database is kept as it was
UPG-002 an upgrade killed anywhere is taken up again, with nothing lost
UPG-003 a backup made by an earlier version fills a home or a database of this one
"""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests.instances import GIVEN_URL, Instance, drop_database, new_database, opened, table

STORED = Path(__file__).parents[2] / "earlier"
NAMES = ("values-and-duties", "answers-and-rounds")
# an upgrade that dies, as a machine without power does, at a given statement that changes the tables
DYING = """
import os, sys
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

left, execute = int(sys.argv[1]), BaseDatabaseSchemaEditor.execute

def counted(self, *statement, **more):
    global left
    execute(self, *statement, **more)
    left -= 1
    if left == 0:
        os._exit(9)

BaseDatabaseSchemaEditor.execute = counted
from dozor.cli import main

try:
    main(["upgrade"])
finally:
    print(int(sys.argv[1]) - left)
"""


@dataclass(frozen=True)
class Earlier:
    """A home as an earlier version left it, its backup, and what that version said of it."""

    instance: Instance
    backup: Path
    said: dict[str, Any]


@pytest.fixture(params=NAMES)
def earlier(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Earlier]:
    with tarfile.open(STORED / f"{request.param}.tar.xz") as archive:
        archive.extractall(tmp_path, filter="data")
    folder = tmp_path / request.param
    said = json.loads((folder / "said.json").read_text(encoding="utf-8"))
    yield Earlier(Instance(folder / "home"), folder / "backup.dozor", said)


def told(instance: Instance, *command: str) -> Any:
    ran = instance.cli(*command, "--format", "json")
    assert ran.code == 0, ran.err + ran.out
    return ran.json


def same(now: list[dict[str, Any]], then: list[dict[str, Any]], *keys: str) -> None:
    """Every row that was told is told again; a later version may say more of it."""
    names = keys or tuple(then[0]) if then else ()
    assert [{n: row[n] for n in names} for row in now] == [{n: row[n] for n in names} for row in then]


def says_the_same(instance: Instance, said: dict[str, Any]) -> None:
    assert told(instance, "verify") == {"untouched": True, "findings": []}
    same(told(instance, "values", "show", "11.1"), said["values"])
    then = told(instance, "values", "show", "11.1", "--as-known-on", said["between"])
    same(then, said["values_between"])
    same(told(instance, "values", "show", "4.1"), said["estimated"])
    duties = told(instance, "obligations", "--year", "2025", "--as-of", "2026-02-01")
    same(duties, said["obligations"], "indicator", "executor", "agency", "recipient", "due_on", "expected_by")
    same(told(instance, "user", "list"), said["people"], "login", "name", "agency")
    for code, answers in said["answers"].items():
        same(told(instance, "answers", "export", "--round", code), answers)
    # the journal goes on from where it was
    head = json.loads((instance.home / "audit-head.json").read_text())
    assert head["sequence"] >= said["head"]["sequence"]


def goes_on(instance: Instance) -> None:
    """Values can be loaded, the old ones corrected."""
    file = instance.home / "next.csv"
    file.write_text(table({"source_title": "first", "value": "30.9"}))
    loaded = told(instance, "values", "import", str(file))
    assert (loaded["new"], loaded["changed"], loaded["refused"]) == (0, 1, 0)
    assert told(instance, "verify")["untouched"]


def bank(database: Path) -> list[tuple[Any, ...]]:
    with sqlite3.connect(database) as connection:
        return connection.execute("SELECT * FROM bank_observation ORDER BY id").fetchall()


def test_upg_001_nothing_is_lost(earlier: Earlier, django_db_blocker: Any) -> None:
    before = bank(earlier.instance.home / "dozor.sqlite3")
    ran = earlier.instance.quick("values", "import", "none.csv", "--format", "json")
    assert (ran.code, ran.json["findings"][0]["code"]) == (2, "INST-OLD")
    assert not (earlier.instance.home / "backups").exists()

    ran = earlier.instance.quick("upgrade")
    assert ran.code == 0, ran.err
    (copy,) = (earlier.instance.home / "backups").iterdir()
    assert bank(copy) == before
    with opened(earlier.instance, django_db_blocker):
        says_the_same(earlier.instance, earlier.said)
        goes_on(earlier.instance)


def upgrade_dying_at(instance: Instance, statement: int) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", DYING, str(statement)],
        env=instance.environment(),
        capture_output=True,
        text=True,
        check=False,
    )


def test_upg_002_an_interrupted_upgrade_is_taken_up_again(
    earlier: Earlier, tmp_path: Path, django_db_blocker: Any
) -> None:
    before = bank(earlier.instance.home / "dozor.sqlite3")
    # one that is never reached: how many there are, on a copy
    copy = Instance(tmp_path / "counted" / "home")
    shutil.copytree(earlier.instance.home, copy.home)
    statements = int(upgrade_dying_at(copy, 10**6).stdout)
    assert statements > 3
    for statement in (1, statements // 2):
        assert upgrade_dying_at(earlier.instance, statement).returncode == 9
    # half an upgrade is no version: nothing works on it until it is whole
    ran = earlier.instance.quick("values", "show", "11.1", "--format", "json")
    assert [f["code"] for f in ran.json["findings"]] == ["INST-OLD"]
    ran = earlier.instance.quick("upgrade")
    assert ran.code == 0, ran.err
    with opened(earlier.instance, django_db_blocker):
        says_the_same(earlier.instance, earlier.said)
    # the copy made first is the database as it was
    first = min((earlier.instance.home / "backups").glob("before-upgrade-*.sqlite3"))
    assert bank(first) == before


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"] if GIVEN_URL else ["sqlite"])
def test_upg_003_a_backup_of_an_earlier_version(
    earlier: Earlier, tmp_path: Path, engine: str, django_db_blocker: Any
) -> None:
    url = new_database() if engine == "postgresql" else ""
    restored = Instance(tmp_path / "restored" / "home", url)
    restored.home.parent.mkdir()
    try:
        ran = restored.quick("restore", earlier.backup)
        assert ran.code == 0, ran.err
        with opened(restored, django_db_blocker):
            says_the_same(restored, earlier.said)
            goes_on(restored)
    finally:
        if url:
            drop_database(url)
