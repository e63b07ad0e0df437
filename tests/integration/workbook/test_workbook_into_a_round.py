"""A workbook from the command that makes it to the round that takes it.

WBK-010  A filled workbook is taken by `answers import`; the same file again brings nothing.
WBK-011  A workbook of another agency or with a wrong answer is refused, and nothing is kept.
WBK-012  A nil report is recorded once, and goes into the round as a zero or as not estimable.
"""

from __future__ import annotations

import openpyxl
import pytest

FORM = "survey-heads-higher"
AGENCY = "OCHEPH-BR"


@pytest.fixture
def round_code(instance):
    opened = instance.cli("round", "open", FORM, "--year", 2026, "--agency", AGENCY, "--format", "json")
    return opened.json["round"]


def workbook(instance, path, agency=AGENCY, **answers):
    made = instance.cli(
        *("form", "build", FORM, "--to", "workbook", "--agency", agency, "--year", 2026),
        *("--language", "be", "--output", path),
    )
    assert made.code == 0, made.err
    book = openpyxl.load_workbook(path)
    nil = answers.pop("nil", None)
    if nil:
        book.worksheets[0]["B8"] = nil
    names = [cell.value for cell in book.worksheets[1][4]]
    for field, said in answers.items():
        book.worksheets[1].cell(5, names.index(field) + 1, said)
    book.save(path)
    return path


def send(instance, path, round_code, *more):
    return instance.cli("answers", "import", FORM, path, "--round", round_code, "--format", "json", *more)


ANSWERS = {"institution": "U-1", "school_year": 2026, "stratum": "1", "students": 900, "students_taught": 300}


def test_wbk_010_a_workbook_is_taken_once(instance, round_code, tmp_path):
    path = workbook(instance, tmp_path / "w.xlsx", **ANSWERS)
    dry = send(instance, path, round_code, "--dry-run")
    assert (dry.code, dry.json["new"]) == (0, 1)
    sent = send(instance, path, round_code)
    assert (sent.code, sent.json["new"], sent.json["refused"]) == (0, 1, 0), sent.err
    assert send(instance, path, round_code).json["unchanged"] == 1
    (record,) = instance.cli("answers", "export", "--round", round_code).json
    assert (record["institution"], record["students"], record["area"]) == ("U-1", 900, "BY-BR")


def test_wbk_015_what_only_a_later_row_answers_is_kept(instance, tmp_path):
    """WBK-015  A cell that the first row leaves empty is taken from the rows that fill it."""
    form = "survey-heads-organisations"
    opened = instance.cli("round", "open", form, "--year", 2026, "--agency", AGENCY, "--format", "json")
    path = tmp_path / "w.xlsx"
    made = instance.cli(
        *("form", "build", form, "--to", "workbook", "--agency", AGENCY, "--year", 2026, "--output", path)
    )
    assert made.code == 0, made.err
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[1]
    names = [cell.value for cell in sheet[4]]
    held = ({"hiv_activities": "no"}, {"hiv_activities": "yes", "activities_number": 3})
    for row, more in enumerate(held, start=5):
        common = {"institution": f"O-{row}", "stratum": "1", "workers": 40, "hiv_policy": "no"}
        for name, said in {**common, **more}.items():
            sheet.cell(row, names.index(name) + 1, said)
    book.save(path)
    code = opened.json["round"]
    sent = instance.cli("answers", "import", form, path, "--round", code, "--format", "json")
    assert (sent.code, sent.json["new"]) == (0, 2), sent.out
    rows = instance.cli("answers", "export", "--round", code).json
    assert sorted(str(r["activities_number"]) for r in rows) == ["3", "None"]


def exported(instance, round_code, *more):
    return [r["students"] for r in instance.cli("answers", "export", "--round", round_code, *more).json]


def test_wbk_014_a_corrected_workbook_is_a_further_version(instance, round_code, tmp_path):
    """WBK-014  Sent again with corrections it replaces the earlier rows, and they can still be asked for."""
    first = workbook(instance, tmp_path / "1.xlsx", **ANSWERS)
    second = workbook(instance, tmp_path / "2.xlsx", **{**ANSWERS, "students": 901})
    assert send(instance, first, round_code).json["version"] == 1
    dry = send(instance, second, round_code, "--dry-run").json
    assert (dry["version"], dry["replaced"], exported(instance, round_code)) == (2, 1, [900])
    sent = send(instance, second, round_code).json
    assert (sent["version"], sent["replaced"], sent["new"]) == (2, 1, 1)
    assert exported(instance, round_code) == [901]
    (listed,) = instance.cli("round", "list", "--format", "json").json
    assert (listed["stored"], listed["imported"]) == (1, 1)  # what was given anew counts once
    assert exported(instance, round_code, "--version", 1) == [900]
    # put back as it was, it is a third version, and the second one stays askable
    assert send(instance, first, round_code).json["version"] == 3
    assert exported(instance, round_code) == [900]
    assert exported(instance, round_code, "--version", 2) == [901]
    assert instance.cli("answers", "export", "--round", round_code, "--version", 4).code == 2
    nil = send(
        instance, workbook(instance, tmp_path / "n.xlsx", nil="Так, паведамляць няма чаго"), round_code
    )
    assert (nil.json["version"], nil.json["replaced"]) == (4, 1)
    assert instance.cli("answers", "export", "--round", round_code).json == []
    assert instance.cli("verify").code == 0


def test_wbk_011_what_is_wrong_is_refused(instance, round_code, tmp_path):
    before = instance.counts()
    other = send(instance, workbook(instance, tmp_path / "o.xlsx", "OCHEPH-VI", **ANSWERS), round_code)
    assert (other.code, [f["code"] for f in other.json["findings"]]) == (2, ["WB-AGENCY"])
    wrong = workbook(instance, tmp_path / "w.xlsx", **{**ANSWERS, "students_taught": 901})
    sent = send(instance, wrong, round_code)
    (finding,) = sent.json["findings"]
    assert (sent.code, finding["code"], finding["found"]) == (2, "WB-RANGE", "901")
    assert instance.counts() == before


def test_wbk_012_a_nil_report_is_recorded_once(instance, round_code, tmp_path):
    path = workbook(instance, tmp_path / "w.xlsx", nil="Так, паведамляць няма чаго")
    sent = send(instance, path, round_code)
    assert (sent.code, sent.json["nil"], sent.json["records"]) == (0, True, 0), sent.err
    after = instance.counts()
    assert send(instance, path, round_code).code == 0
    assert instance.counts() == after
    closed = instance.cli("round", "close", round_code, "--format", "json")
    assert closed.code == 0, closed.err
    # 2.10 is a share: of no students there is none, and the row says why
    (row,) = [e for e in closed.json if e["definition"] == "2.10/students"]
    assert (row["estimate"], row["method"]) == (None, "nil report")


def test_a_workbook_needs_its_agency_and_year(instance, tmp_path):
    for more, code in (((), "WB-AGENCY-YEAR"), (("--agency", "X", "--year", 2026), "INST-AGENCY")):
        ran = instance.cli("form", "build", FORM, "--to", "workbook", "-o", tmp_path / "x.xlsx", *more)
        assert (ran.code, code in ran.err) == (2, True)
    assert not (tmp_path / "x.xlsx").exists()


def test_the_paper_sheet_is_matched_to_its_file(instance, tmp_path):
    """WBK-013  The checksum on paper finds its file, and names another."""
    path, paper = workbook(instance, tmp_path / "w.xlsx", **ANSWERS), tmp_path / "w.pdf"
    ran = instance.cli("form", "sheet", path, "-o", paper, "--format", "json")
    assert (ran.code, paper.read_bytes()[:5]) == (0, b"%PDF-"), ran.err
    text = f"dozor:{FORM}:{AGENCY}:2026:{ran.json['checksum']}"
    assert instance.cli("form", "sheet", path, "-o", paper, "--checksum", text).code == 0
    paper.unlink()
    other = workbook(instance, tmp_path / "o.xlsx", **{**ANSWERS, "students": 901})
    ran = instance.cli("form", "sheet", other, "-o", paper, "--checksum", text)
    assert (ran.code, "WB-CHECKSUM" in ran.err, paper.exists()) == (2, True, False)
