"""`dozor backup` and `dozor restore`, from either engine to either (BACK).

BACK-001 a restored instance holds every row and verifies, whatever engine it came from and goes to
BACK-002 a home or a database that is there is never written over
BACK-003 a damaged file, or one of a later version, is refused and leaves nothing behind
BACK-004 a stopped home copied elsewhere works
BACK-005 a backup holds the keys: its owner alone may read it
"""

from __future__ import annotations

import hashlib
import json
import shutil
import stat
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.instances import GIVEN_URL, PASSWORD, CopyOf, Instance, drop_database, new_database, table

New = Callable[[str], Instance]


@pytest.fixture
def new(tmp_path: Path) -> Iterator[New]:
    """A home not made yet on the engine named."""
    made: list[Instance] = []

    def one(engine: str) -> Instance:
        url = new_database() if engine == "postgresql" else ""
        made.append(Instance(tmp_path / f"new-{len(made)}" / "home", url))
        made[-1].home.parent.mkdir()
        return made[-1]

    yield one
    for instance in made:
        if instance.url:
            drop_database(instance.url)


@pytest.fixture(scope="module")
def saved(copy_of: CopyOf, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Instance, Path]]:
    """An instance with a history, and its backup."""
    with copy_of("init") as instance:
        (instance.home / "v.csv").write_text(table({"value": "30,80", "note": "ў і ё"}, {"period": "2018"}))
        assert instance.quick("values", "import", instance.home / "v.csv").code == 0
        (instance.home / "v.csv").write_text(table({"value": "31"}))
        assert instance.quick("values", "import", instance.home / "v.csv").code == 0
        file = tmp_path_factory.mktemp("backup") / "instance.dozor"
        ran = instance.quick("backup", file, "--format", "json")
        assert ran.code == 0, ran.err
        assert ran.json["rows"] > 300
        yield instance, file


def contents(instance: Instance) -> dict[str, Any]:
    """What the program says, so that engines may keep it in their own ways."""
    return {
        "values": instance.quick("values", "show", "11.1", "--format", "json").json,
        "then": instance.quick(
            "values", "show", "11.1", "--as-known-on", "2020-01-01", "--format", "json"
        ).json,
        "journal": instance.quick("audit", "export").json,
        "people": instance.quick("user", "list", "--format", "json").json,
    }


@pytest.fixture(scope="module")
def said(saved: tuple[Instance, Path]) -> dict[str, Any]:
    return contents(saved[0])


TARGETS = ["sqlite", "postgresql"] if GIVEN_URL else ["sqlite"]


@pytest.mark.parametrize("engine", TARGETS)
def test_back_001_every_row_comes_back_and_verifies(
    saved: tuple[Instance, Path], said: dict[str, Any], new: New, engine: str
) -> None:
    instance, file = saved
    restored = new(engine)
    ran = restored.quick("restore", file, "--format", "json")
    assert ran.code == 0, ran.err
    assert restored.quick("verify").code == 0
    assert contents(restored) == said
    assert restored.counts() == instance.counts()
    # and goes on: the next rows take the next keys
    (restored.home / "v.csv").write_text(table({"value": "32"}))
    assert restored.quick("values", "import", restored.home / "v.csv").code == 0
    added = ("user", "add", "next", "--role", "administrator", "--password", PASSWORD)
    assert restored.quick(*added).code == 0
    assert restored.quick("verify").code == 0


@pytest.mark.skipif(not GIVEN_URL, reason="needs both engines")
def test_back_001_from_sqlite_to_postgresql(
    saved: tuple[Instance, Path], said: dict[str, Any], new: New, tmp_path: Path
) -> None:
    there = new("sqlite")
    assert there.quick("restore", saved[1]).code == 0
    file = tmp_path / "from-sqlite.dozor"
    assert there.quick("backup", file).code == 0
    here = new("postgresql")
    ran = here.quick("restore", file)
    assert ran.code == 0, ran.err
    assert contents(here) == contents(there) == said


def test_back_002_nothing_that_is_there_is_written_over(
    saved: tuple[Instance, Path], copy_of: CopyOf, new: New
) -> None:
    _, file = saved
    with copy_of("init") as there:
        before = there.counts()
        ran = there.quick("restore", file, "--format", "json")
        assert (ran.code, ran.json["findings"][0]["code"]) == (2, "INST-EXISTS")
        if there.url:
            home = new("sqlite").home
            ran = Instance(home, there.url).quick("restore", file, "--format", "json")
            assert (ran.code, ran.json["findings"][0]["code"]) == (2, "INST-DATABASE-USED")
            assert not home.exists()
        assert there.counts() == before
        again = there.quick("backup", file, "--format", "json")
        assert (again.code, again.json["findings"][0]["code"]) == (2, "INST-FILE-EXISTS")
        lost = there.quick("backup", file.parent / "none" / "x", "--format", "json")
        assert (lost.code, lost.json["findings"][0]["code"]) == (2, "INST-NO-FOLDER")


def rewritten(file: Path, to: Path, **changed: Callable[[bytes], bytes | None]) -> Path:
    """A copy of a backup with some of its parts changed, or left out where nothing is returned."""
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in old.namelist():
            content: bytes | None = old.read(name)
            for part, change in changed.items():
                if part in name and content is not None:
                    content = change(content)
            if content is not None:
                archive.writestr(name, content)
    return to


def manifest(change: Callable[[dict[str, Any]], None]) -> Callable[[bytes], bytes]:
    def changed(content: bytes) -> bytes:
        value = json.loads(content)
        change(value)
        return json.dumps(value).encode()

    return changed


def later(value: dict[str, Any]) -> None:
    value["migrations"]["bank"] = "0999_of_a_later_version"


def without(part: str) -> Callable[[Path, Path], Path]:
    return lambda file, to: rewritten(file, to, **{part: lambda _: None})


def with_changed(part: str, change: Callable[[bytes], bytes]) -> Callable[[Path, Path], Path]:
    return lambda file, to: rewritten(file, to, **{part: change})


def with_bytes(change: Callable[[bytes], bytes]) -> Callable[[Path, Path], Path]:
    def write(file: Path, to: Path) -> Path:
        to.write_bytes(change(file.read_bytes()))
        return to

    return write


def turned(content: bytes) -> bytes:
    middle = content.index(b"tables/bank.Observation.jsonl") + 60
    return content[:middle] + bytes([content[middle] ^ 0x10]) + content[middle + 1 :]


DAMAGE = {
    "cut": with_bytes(lambda c: c[:-2000]),
    "a bit turned": with_bytes(turned),
    "no zip": with_bytes(lambda _: b"hello"),
    "no manifest": without("manifest.json"),
    "a table missing": without("Observation"),
    "a key missing": without("audit.key"),
    "a value altered": with_changed("Observation", lambda c: c.replace(b"30.80", b"30.90")),
    "a row lost": with_changed("Observation", lambda c: c.split(b"\n", 1)[1]),
    "not JSON": with_changed("Observation", lambda c: c[:-20] + b"\n"),
    "a manifest of nothing": with_changed("manifest.json", lambda _: b"{}"),
    "a manifest that is a list": with_changed("manifest.json", lambda _: b"[]"),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_back_003_a_damaged_file_leaves_nothing_behind(
    saved: tuple[Instance, Path], new: New, tmp_path: Path, damage: str
) -> None:
    file = DAMAGE[damage](saved[1], tmp_path / "damaged.dozor")
    instance = new("sqlite")
    ran = instance.quick("restore", file, "--format", "json")
    assert (ran.code, ran.json["findings"][0]["code"]) == (2, "INST-BACKUP"), ran.err
    assert not instance.home.exists()


@pytest.mark.parametrize("change", [later, lambda m: m.update(format=99)])
def test_back_003_a_file_of_a_later_version_is_refused(
    saved: tuple[Instance, Path], new: New, tmp_path: Path, change: Callable[[dict[str, Any]], None]
) -> None:
    file = rewritten(saved[1], tmp_path / "later.dozor", **{"manifest.json": manifest(change)})
    instance = new("sqlite")
    ran = instance.quick("restore", file, "--format", "json")
    assert (ran.code, ran.json["findings"][0]["code"]) == (2, "INST-BACKUP-NEWER"), ran.err
    assert not instance.home.exists()


def test_back_003_a_backup_altered_with_its_checksums_does_not_verify(
    saved: tuple[Instance, Path], new: New, tmp_path: Path
) -> None:
    """Whoever rewrites the checksums too still lacks the journal's seals."""
    with zipfile.ZipFile(saved[1]) as archive:
        name = "tables/bank.Observation.jsonl"
        content = archive.read(name).replace(b"30.80", b"30.90")
    digest = hashlib.sha256(content).hexdigest()
    change = manifest(lambda m: m["tables"]["bank.Observation"].update(sha256=digest))
    file = rewritten(
        saved[1], tmp_path / "forged.dozor", **{"Observation": lambda _: content, "manifest.json": change}
    )
    ran = new("sqlite").quick("restore", file, "--format", "json")
    assert (ran.code, [f["code"] for f in ran.json["findings"]]) == (1, ["AUD-BATCH-ALTERED"])


def test_back_003_a_file_that_is_not_there(new: New, tmp_path: Path) -> None:
    ran = new("sqlite").quick("restore", tmp_path / "none", "--format", "json")
    assert (ran.code, ran.json["findings"][0]["code"]) == (2, "INST-BACKUP")


def test_back_004_a_stopped_home_copied_elsewhere_works(copy_of: CopyOf, tmp_path: Path) -> None:
    with copy_of("init") as instance:
        elsewhere = Instance(tmp_path / "other place" / "дом", instance.url)
        shutil.copytree(instance.home, elsewhere.home)
        shutil.move(instance.home, instance.home.with_name("gone"))
        instance.home.mkdir()
        (elsewhere.home / "v.csv").write_text(table({}))
        assert elsewhere.quick("values", "import", elsewhere.home / "v.csv").code == 0
        assert elsewhere.quick("verify").code == 0


def test_back_005_its_owner_alone_may_read_it(saved: tuple[Instance, Path]) -> None:
    assert stat.filemode(saved[1].stat().st_mode) == "-rw-------"
    assert [p.name for p in saved[1].parent.iterdir()] == [saved[1].name]
