"""`dozor form` and `dozor plan check` as scripts call them.

FORM-001  `form list` names every instrument and what it feeds; `form build` writes the file asked for.
FORM-002  What cannot be done exits with 2 and a code, and writes nothing.
FORM-003  `plan check` takes a code or a folder and gives the chain of all 51 series.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from dozor.cli import main
from dozor.formats.plan_folder import packaged_folder


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, Any]:
    with pytest.raises(SystemExit) as exit_:
        main([*arguments, "--format", "json"])
    return int(exit_.value.code or 0), json.loads(capsys.readouterr().out)


def refusal(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[str]:
    code, said = run(capsys, *arguments)
    assert code == 2
    return [finding["code"] for finding in said["findings"]]


def test_form_001_every_instrument_is_listed(capsys: pytest.CaptureFixture[str]) -> None:
    code, listed = run(capsys, "form", "list")
    assert code == 0
    by_code = {one["code"]: one for one in listed}
    assert by_code["survey-youth"]["indicators"] == ["4.1", "4.2", "4.3"]
    assert by_code["survey-heads-higher"]["indicators"] == ["2.10"]
    assert by_code["survey-pwid"]["kind"] == "person"
    assert set(by_code["sti-records"]["title"]) == {"ru", "be", "en"}
    assert len({one["version"] for one in listed}) == len(listed) > 30


def test_form_001_both_files_are_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    xform, book = tmp_path / "youth.xml", tmp_path / "youth.xlsx"
    code, said = run(capsys, "form", "build", "survey-youth", "--to", "xform", "--output", str(xform))
    assert code == 0
    assert said["sha256"] == hashlib.sha256(xform.read_bytes()).hexdigest()
    assert xform.read_bytes().startswith(b"<?xml")
    code, said = run(capsys, "form", "build", "survey-youth", "--to", "xlsx", "--output", str(book))
    sheets = openpyxl.load_workbook(book)
    assert sheets.sheetnames == ["survey", "choices", "settings"]
    headings = [cell.value for cell in sheets["survey"][1]]
    assert {"label::Русский (ru)", "label::Беларуская (be)", "label::English (en)", "indicators"} <= set(
        headings
    )
    settings = dict(zip(*([c.value for c in row] for row in sheets["settings"].rows), strict=True))
    assert (settings["default_language"], settings["version"]) == ("Русский (ru)", said["version"])


def test_form_002_what_cannot_be_done(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    output = tmp_path / "none" / "form.xml"
    asked = ["--to", "xform", "--output", str(output)]
    assert refusal(capsys, "form", "build", "survey-nobody", *asked) == ["FORM-NO-INSTRUMENT"]
    assert refusal(capsys, "form", "build", "survey-youth", *asked) == ["FORM-NOT-WRITTEN"]
    assert refusal(capsys, "form", "list", "--plan", "no-such-plan") == ["INST-PLAN"]
    assert refusal(capsys, "form", "list", "--plan", str(tmp_path / "x")) == ["PLAN-NO-FOLDER"]
    assert not output.exists()


def test_form_002_a_text_no_form_can_be_built_from(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = packaged_folder() / "by-hiv-2006-123"
    folder = tmp_path / "plan"
    (folder / "instruments" / "blocks").mkdir(parents=True)
    for path in [*source.glob("*.yaml"), *source.glob("instruments/**/*.md")]:
        target = folder / path.relative_to(source)
        target.write_bytes(path.read_bytes())
    block = folder / "instruments/blocks/stratum.md"
    text = block.read_text(encoding="utf-8")
    assert "| calculate | weight |" in text
    block.write_text(text.replace("| 1 |", "| |"), encoding="utf-8")
    asked = ["--to", "xform", "--output", str(tmp_path / "form.xml"), "--plan", str(folder)]
    assert refusal(capsys, "form", "build", "survey-youth", *asked) == ["FORM-NOT-BUILT"]
    assert not (tmp_path / "form.xml").exists()


@pytest.mark.parametrize("plan", ["by-hiv-2006-123", str(packaged_folder() / "by-hiv-2006-123")])
def test_form_003_the_chain_of_all_51(plan: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, said = run(capsys, "plan", "check", plan)
    assert code == 0
    law = [one for one in said["chain"] if one["wording"] == "law"]
    assert len(law) == len({one["definition"] for one in law}) == 51
    for one in law:
        assert one["instrument"] and one["fields"] and one["designs"]
        assert all(set(field["label"]) == {"ru", "be", "en"} for field in one["fields"])


def test_form_003_for_people_too(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as exit_:
        main(["plan", "check"])
    assert not exit_.value.code
    said = capsys.readouterr()
    assert "8.3/PWID: share, survey-pwid: consent, injected_month, syringe_new" in said.out
    assert "51" in said.err
