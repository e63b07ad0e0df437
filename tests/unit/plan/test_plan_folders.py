"""Folders of plans on disk.

FOLDER-001  Several plans, and several versions of one plan, stand side by side.
FOLDER-002  The same texts have the same digest; one letter, one name more, and it is another.
FOLDER-003  A folder that cannot be read says why, in words.
"""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest
from tests.unit.plan import texts

from dozor.core.findings import Refused
from dozor.formats import plan_folder


def write(folder: Path) -> Path:
    folder.mkdir(parents=True)
    for name, text in texts.files().items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_folder_001_versions_side_by_side(tmp_path: Path) -> None:
    write(tmp_path / "anything")
    write(tmp_path / "other").joinpath("plan.yaml").write_text(
        texts.PLAN.replace('version: "2006-12-30"', 'version: "2011-01-01"').replace(
            'in_force_from: "2006-12-30"\n  in_force_to: "2010-12-31"', 'in_force_from: "2011-01-01"'
        ),
        encoding="utf-8",
    )
    (tmp_path / "vocabulary").mkdir()  # nothing shared: these plans define their own words
    plans = plan_folder.load_plans(tmp_path)
    small = [(p.code, p.version) for p in plans if p.code == "small"]
    assert small == [("small", "2006-12-30"), ("small", "2011-01-01")]
    assert {p.code for p in plans} == {"small", "by-context", "by-hiv-2006-123"}
    old, new = (p for p in plans if p.code == "small")
    assert old.is_confirmed_on(date(2010, 12, 31))
    assert not old.is_confirmed_on(date(2011, 1, 1))
    assert new.is_confirmed_on(date(2011, 1, 1))


def test_folder_001_packaged_plans_are_found() -> None:
    assert {"by-hiv-2006-123", "by-context"} == {f.name for f in plan_folder.plan_folders()}


def test_folder_002_digest(tmp_path: Path) -> None:
    folder = plan_folder.packaged_folder() / "by-hiv-2006-123"
    mine = plan_folder.plan_texts(folder)
    assert plan_folder.digest(mine) == plan_folder.digest(dict(reversed(mine.items())))
    assert len(plan_folder.digest(mine)) == 64
    altered = mine | {"plan.yaml": mine["plan.yaml"].replace("2010", "2011", 1)}
    renamed = {("x" + name if name == "plan.yaml" else name): text for name, text in mine.items()}
    split = mine | {"plan.yaml": "", "empty.yaml": mine["plan.yaml"]}
    windows = {name: text.replace("\n", "\r\n") for name, text in mine.items()}
    digests = [plan_folder.digest(t) for t in (mine, altered, renamed, split)]
    assert len(set(digests)) == 4
    assert plan_folder.digest(windows) == digests[0]


def test_folder_002_the_shared_words_are_part_of_a_plan(tmp_path: Path) -> None:
    shutil.copytree(plan_folder.packaged_folder(), tmp_path / "plans")
    copied = plan_folder.plan_texts(tmp_path / "plans" / "by-hiv-2006-123")
    assert copied == plan_folder.plan_texts(plan_folder.packaged_folder() / "by-hiv-2006-123")
    assert "vocabulary/populations.yaml" in copied


def test_folder_003_no_folder(tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        plan_folder.load_plan(tmp_path / "nowhere")
    assert [f.code for f in refused.value.findings] == ["PLAN-NO-FOLDER"]


def test_folder_003_not_utf_8(tmp_path: Path) -> None:
    folder = write(tmp_path / "plan")
    (folder / "roles.yaml").write_bytes("a: b\nимя: Центр\n".encode("cp1251"))
    with pytest.raises(Refused) as refused:
        plan_folder.load_plan(folder)
    assert [(f.code, f.file, f.row) for f in refused.value.findings] == [("PLAN-NOT-UTF-8", "roles.yaml", 2)]


def test_folder_003_a_byte_order_mark_is_no_fault(tmp_path: Path) -> None:
    folder = write(tmp_path / "plan")
    (folder / "plan.yaml").write_text(texts.PLAN, encoding="utf-8-sig")
    (tmp_path / "vocabulary").mkdir()
    assert plan_folder.load_plan(folder).code == "small"


def test_folder_003_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plan_folder, "LARGEST_FILE", 100)
    with pytest.raises(Refused) as refused:
        plan_folder.read_texts(write(tmp_path / "plan"))
    assert {f.code for f in refused.value.findings} == {"PLAN-TOO-LARGE"}


def test_folder_003_a_folder_named_like_a_file(tmp_path: Path) -> None:
    folder = write(tmp_path / "plan")
    (folder / "odd.yaml").mkdir()
    with pytest.raises(Refused) as refused:
        plan_folder.load_plan(folder)
    assert [(f.code, f.file) for f in refused.value.findings] == [("PLAN-UNREADABLE", "odd.yaml")]
