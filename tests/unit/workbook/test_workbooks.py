"""Excel workbooks: written for one agency, filled in, read back; every change that could mislead is named.

WBK-001  A workbook filled in by its lists and rules is read back as rows of a table of answers.
WBK-002  What was changed or answered wrongly is named with sheet and cell, and nothing is read.
WBK-003  Another agency's, year's, instrument's or version's workbook is named and refused.
WBK-004  Last year's labels and denominators open the workbook, its results never.
WBK-005  A confirmed nil report is read; together with answers it is not taken.
WBK-006  An agency sees its own places only.
"""

from __future__ import annotations

import json
import time
import zipfile
from datetime import date
from functools import cache
from pathlib import Path

import openpyxl
import pytest
from openpyxl.utils import column_index_from_string, get_column_letter

from dozor.core.findings import Refused
from dozor.core.messages import WORDINGS
from dozor.core.plan.conditions import holds, read_condition
from dozor.formats.plan_folder import find_plan, load_agencies, load_areas, places_folder
from dozor.formats.workbook import (
    carried_fields,
    is_workbook,
    layout,
    previous_answers,
    read_workbook,
    write_workbook,
)
from dozor.formats.workbook.guide import nil_words
from dozor.formats.workbook.layout import FIRST_ROW, HEADING_ROW, NAME_ROW, NIL_CELL, SEAL_SHEET
from dozor.language import say

SCHOOLS = "survey-heads-general-secondary"
TODAY = date(2026, 11, 22)
SCHOOL = {
    "institution": "S-001",
    "school_year": 2026,
    "stratum": "town",
    "teachers_trained": 3,
    "taught": "Да, регулярно",
    **{f"classes_{g}": 4 for g in ("1_4", "5_9", "10_11")},
    **{f"pupils_{g}": 100 for g in ("1_4", "5_9", "10_11")},
    **{f"pupils_taught_{g}": 40 for g in ("1_4", "5_9", "10_11")},
    **{f"hours_{g}": 2.5 for g in ("1_4", "5_9", "10_11")},
}


@cache
def plan():
    return find_plan("by-hiv-2006-123")


@cache
def places():
    return load_areas(places_folder()), load_agencies(places_folder())


def laid_out(code=SCHOOLS, agency="OCHEPH-BR", year=2026, language="ru"):
    areas, agencies = places()
    instrument = plan().instruments[code]
    carried = carried_fields(instrument, plan().definitions)
    return instrument, layout(
        instrument,
        agency=agencies.agency(agency),
        areas=areas,
        year=year,
        language=language,
        carried=carried,
    )


def written(path, code=SCHOOLS, agency="OCHEPH-BR", year=2026, language="ru", previous=None):
    instrument, made = laid_out(code, agency, year, language)
    carried = previous_answers(previous, made) if previous else None
    path.write_bytes(write_workbook(instrument, made, agency=places()[1].agency(agency), carried=carried))
    return path


def fill(path, *rows, nil=None):
    book = openpyxl.load_workbook(path)
    page = book.worksheets[1]
    names = [cell.value for cell in page[NAME_ROW]]
    for number, row in enumerate(rows, start=FIRST_ROW):
        for field, said in row.items():
            page.cell(number, names.index(field) + 1, said)
    if nil is not None:
        book.worksheets[0][NIL_CELL] = nil
    book.save(path)
    return path


def change(path, what):
    """Let `what` change the open book; how people and their programs spoil a workbook."""
    book = openpyxl.load_workbook(path)
    what(book)
    book.save(path)
    return path


def read(path, code=SCHOOLS, agency="OCHEPH-BR", year=2026, version=None):
    return read_workbook(
        path,
        instrument=code,
        version=version or plan().instruments[code].version,
        year=year,
        agency=agency,
        today=TODAY,
    )


def refusal(path, **of):
    with pytest.raises(Refused) as refused:
        read(path, **of)
    for finding in refused.value.findings:
        for language in ("ru", "be", "en"):
            assert say(finding, language).message
    return refused.value.findings


@pytest.fixture
def book(tmp_path):
    return written(tmp_path / "schools.xlsx")


def test_wbk_001_a_filled_workbook_gives_rows_of_answers(book):
    assert is_workbook(book)
    found = read(fill(book, SCHOOL, {**SCHOOL, "institution": "0007"}))
    assert [row.number for row in found.rows] == [FIRST_ROW, FIRST_ROW + 1]
    cells = found.rows[0].cells
    assert cells["taught"] == "regularly"
    assert (cells["area"], cells["weight"]) == ("BY-BR", "1")
    assert (cells["pupils_1_4"], cells["hours_1_4"]) == ("100", "2.5")
    assert found.rows[1].cells["institution"] == "0007"
    assert cells["instance_id"] != found.rows[1].cells["instance_id"]
    fields = {f.name for f in plan().instruments[SCHOOLS].fields}
    assert set(cells) <= fields | {"instance_id"}
    assert not found.is_nil


def test_wbk_001_lines_of_a_record_are_a_repeated_group(tmp_path):
    path = written(tmp_path / "money.xlsx", "expenditure-analysis", "MOE")
    line = {"area": "Республика в целом", "source": "Республиканский бюджет", "amount": "1 500,50"}
    line |= {"purpose": "Лечение", "currency": "BYN — белорусские рубли", "spent_on": date(2026, 3, 31)}
    fill(path, line, {**line, "spent_on": "30.04.2026"})
    (row,) = read(path, "expenditure-analysis", "MOE").rows
    assert (row.cells["unit"], row.cells["year"]) == ("MOE", "2026")
    turns = json.loads(row.cells["line"])
    assert [t["spent_on"] for t in turns] == ["2026-03-31", "2026-04-30"]
    assert turns[0]["amount"] == "1500.5"
    assert turns[0]["source"] == "republican"


def test_wbk_001_the_same_workbook_has_the_same_bytes(tmp_path, book):
    assert written(tmp_path / "again.xlsx").read_bytes() == book.read_bytes()


@pytest.mark.parametrize("language", ["ru", "be", "en"])
def test_wbk_001_every_form_of_institutions_and_records_has_a_workbook(tmp_path, language):
    for code, instrument in plan().instruments.items():
        if instrument.kind == "person":
            continue
        path = written(tmp_path / f"{code}.xlsx", code, "MCHE", language=language)
        yes, _ = nil_words(language)
        assert read(fill(path, nil=yes), code, "MCHE").is_nil


def test_wbk_001_lists_and_limits_stand_in_the_sheet(book):
    page = openpyxl.load_workbook(book)["Ответы"]
    names = [cell.value for cell in page[NAME_ROW]]
    of = {
        names[column_index_from_string(str(rule.sqref).split(str(FIRST_ROW))[0]) - 1]: rule
        for rule in page.data_validations.dataValidation
    }
    assert of["taught"].type == "list"
    assert (of["pupils_1_4"].type, of["pupils_1_4"].formula1, of["pupils_1_4"].formula2) == (
        "whole",
        "0",
        "5000",
    )
    letter = get_column_letter(names.index("pupils_1_4") + 1)
    assert of["pupils_taught_1_4"].formula2 == f"{letter}{FIRST_ROW}"
    assert page.protection.sheet
    assert page.cell(HEADING_ROW, 1).protection.locked
    assert not page.column_dimensions["A"].protection.locked


SPOILED = {
    "WB-SHEET": lambda b: setattr(b["Ответы"], "title", "Лист1"),
    "WB-SHEET-MORE": lambda b: b.create_sheet("Черновик"),
    "WB-SHEET-HIDDEN": lambda b: setattr(b["Ответы"], "sheet_state", "hidden"),
    "WB-HEADING": lambda b: b["Ответы"].__setitem__("D3", "Учителя"),
    "WB-COLUMN": lambda b: b["Ответы"].__setitem__("AA5", "пояснение"),
    "WB-FORMULA": lambda b: b["Ответы"].__setitem__("D5", "=1+2"),
    "WB-HIDDEN-COLUMN": lambda b: setattr(b["Ответы"].column_dimensions["E"], "hidden", True),
    "WB-HIDDEN-ROW": lambda b: setattr(b["Ответы"].row_dimensions[5], "hidden", True),
    "WB-CHOICE": lambda b: b["Ответы"].__setitem__("E5", "Иногда"),
    "WB-NUMBER": lambda b: b["Ответы"].__setitem__("D5", "трое"),
    "WB-WHOLE": lambda b: b["Ответы"].__setitem__("D5", 2.5),
    "WB-RANGE": lambda b: b["Ответы"].__setitem__("D5", 501),
    "WB-MISSING": lambda b: b["Ответы"].__setitem__("D5", None),
    "WB-SEAL": lambda b: b.remove(b[SEAL_SHEET]),
}


@pytest.mark.parametrize("code", SPOILED)
def test_wbk_002_every_change_is_named(book, code):
    fill(book, SCHOOL)
    read(book)
    findings = refusal(change(book, SPOILED[code]))
    assert {f.code for f in findings} == {code}
    assert findings[0].file == "schools.xlsx"
    if code not in {"WB-SEAL", "WB-SHEET", "WB-SHEET-MORE", "WB-SHEET-HIDDEN"}:
        assert findings[0].column.startswith("Ответы!")


def test_wbk_002_place_found_and_expected_are_told(book):
    fill(book, {**SCHOOL, "pupils_taught_1_4": 101, "taught": "Иногда"})
    by_code = {f.code: f for f in refusal(book)}
    choice = say(by_code["WB-CHOICE"], "ru")
    assert (choice.row, choice.column, choice.found) == (5, "Ответы!E5", "Иногда")
    assert "Да, регулярно; Да, но не регулярно; Нет" in choice.expected
    # a choice that was not understood does not hide the other answers
    (range_,) = refusal(fill(book, {"taught": "Нет"}))
    said = say(range_, "ru")
    assert (said.code, said.found, said.expected) == ("WB-RANGE", "101", "Не больше числа учащихся.")


def test_wbk_002_an_answer_where_nothing_is_asked(book):
    (finding,) = refusal(fill(book, {**SCHOOL, "classes_10_11": 0}))
    assert finding.code == "WB-NOT-ASKED"
    assert "больше 0" in say(finding, "ru").expected


def test_wbk_002_a_changed_seal_is_seen(book):
    def shift(b):
        cell = b[SEAL_SHEET]["A7"]
        cell.value = cell.value.replace("OCHEPH-BR", "OCHEPH-VI")

    (finding,) = refusal(change(fill(book, SCHOOL), shift), agency="OCHEPH-VI")
    assert finding.code == "WB-SEAL"


def test_wbk_002_a_trap_is_refused_before_it_is_opened(tmp_path, book):
    trap = tmp_path / "trap.xlsx"
    with zipfile.ZipFile(book) as old, zipfile.ZipFile(trap, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, old.read(name))
        new.writestr("xl/media/zeros.bin", b"\0" * 60_000_000)
    assert is_workbook(trap)
    assert [f.code for f in refusal(trap)] == ["FILE-TOO-LARGE"]
    cut = tmp_path / "cut.xlsx"
    cut.write_bytes(book.read_bytes()[:-200])
    assert [f.code for f in refusal(cut)] == ["WB-UNREADABLE"]
    assert not is_workbook(cut)


def rewritten(book, path, change):
    """The same workbook with its sheet of answers written anew, as no spreadsheet would."""
    with zipfile.ZipFile(book) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            said = old.read(name)
            new.writestr(name, change(said) if name == "xl/worksheets/sheet2.xml" else said)
    return path


def test_wbk_002_endless_rows_are_refused_in_bounded_time(tmp_path, book):
    fill(book, SCHOOL)
    cells = b'<row r="6">' + b'<c r="A6"><v>1</v></c>' * 200_000 + b"</row></sheetData>"
    wide = rewritten(book, tmp_path / "wide.xlsx", lambda said: said.replace(b"</sheetData>", cells))
    far = b'<row r="1048576"><c r="A1048576"><v>1</v></c></row></sheetData>'
    deep = rewritten(book, tmp_path / "deep.xlsx", lambda said: said.replace(b"</sheetData>", far))
    started = time.process_time()
    assert [f.code for f in refusal(wide)] == ["FILE-TOO-LARGE"]
    assert [f.code for f in refusal(deep)] == ["WB-ROWS"]
    assert time.process_time() - started < 5  # seconds of a processor


def test_wbk_002_a_hidden_column_cannot_hide_behind_a_long_tag(tmp_path, book):
    fill(book, SCHOOL)
    long = b'<cols><col min="4" max="4" note="' + b"x" * 200_000 + b'" hidden="1" width="9"/>'
    path = rewritten(book, tmp_path / "long.xlsx", lambda said: said.replace(b"<cols>", long))
    assert "WB-HIDDEN-COLUMN" in {f.code for f in refusal(path)}


@pytest.mark.parametrize(
    ("of", "code"),
    [
        ({"agency": "OCHEPH-VI"}, "WB-AGENCY"),
        ({"year": 2027}, "WB-YEAR"),
        ({"code": "survey-heads-higher"}, "WB-INSTRUMENT"),
        ({"version": "2020-01-01.00000000"}, "WB-VERSION"),
    ],
)
def test_wbk_003_whose_workbook_it_is(book, of, code):
    fill(book, SCHOOL)
    assert [f.code for f in refusal(book, **of)] == [code]
    assert read(book, agency=None).rows


def test_wbk_004_labels_and_denominators_never_results(tmp_path):
    last = fill(written(tmp_path / "last.xlsx", year=2025), SCHOOL, {**SCHOOL, "institution": "S-002"})
    path = written(tmp_path / "this.xlsx", previous=last)
    page = openpyxl.load_workbook(path)["Ответы"]
    names = [cell.value for cell in page[NAME_ROW]]
    row = dict(zip(names, [cell.value for cell in page[FIRST_ROW]], strict=False))
    assert (row["institution"], row["stratum"], row["classes_5_9"], row["pupils_5_9"]) == (
        "S-001",
        "town",
        4,
        100,
    )
    results = {"teachers_trained", "taught", "hours_5_9", "pupils_taught_5_9", "school_year"}
    assert {row[name] for name in results} == {None}
    assert page.cell(FIRST_ROW + 1, 1).value == "S-002"
    assert {f.code for f in refusal(path)} == {"WB-MISSING"}
    yes, _ = nil_words("ru")
    assert read(fill(path, nil=yes)).is_nil  # untouched labels are no answers


def test_wbk_004_no_definition_counts_a_carried_field_as_a_result():
    for code, instrument in plan().instruments.items():
        carried = carried_fields(instrument, plan().definitions)
        for definition in (d for d in plan().definitions if d.instrument == code):
            results = {
                c for n, c in definition.columns.items() if n in {"numerator", "value", "amount", "exit"}
            }
            assert not carried & results
    codes = {"sti-records", "statistics-deliveries", "statistics-art-cohort", "sentinel-pwid", "coupon-desk"}
    assert all(not carried_fields(plan().instruments[c], plan().definitions) for c in codes)


def test_wbk_004_exported_answers_bring_the_agencys_own_rows_only(tmp_path):
    table = tmp_path / "answers.csv"
    table.write_text(
        "institution,area,stratum,pupils_1_4,teachers_trained\n"
        "S-1,BY-BR,town,90,5\nS-2,BY-VI,town,80,4\n=cmd,BY-BR,town,1,1\n"
    )
    _, made = laid_out()
    rows = previous_answers(table, made)[""]
    assert [r["institution"] for r in rows] == ["S-1", "=cmd"]
    assert all("teachers_trained" not in r for r in rows)
    with zipfile.ZipFile(written(tmp_path / "w.xlsx", previous=table)) as archive:
        sheets = [archive.read(n) for n in archive.namelist() if n.startswith("xl/worksheets/sheet")]
        assert "=cmd" in archive.read("xl/sharedStrings.xml").decode()
    assert all(b"<f>" not in sheet for sheet in sheets)  # a text, whatever it begins with


def test_wbk_004_another_agencys_or_a_later_workbook_does_not_open_it(tmp_path):
    for name, agency, year in (("other", "OCHEPH-VI", 2025), ("same", "OCHEPH-BR", 2026)):
        last = written(tmp_path / f"{name}.xlsx", agency=agency, year=year)
        with pytest.raises(Refused) as refused:
            written(tmp_path / "this.xlsx", previous=last)
        assert [f.code for f in refused.value.findings] == ["WB-PREVIOUS"]


def test_wbk_005_a_nil_report(book):
    yes, no = nil_words("ru")
    assert {f.code for f in refusal(book)} == {"WB-EMPTY"}
    found = read(fill(book, nil=yes))
    assert (found.is_nil, found.rows) == (True, ())
    assert {f.code for f in refusal(fill(book, SCHOOL))} == {"WB-NIL-ROWS"}
    assert not read(fill(book, nil=no)).is_nil
    assert {f.code for f in refusal(fill(book, nil="да"))} == {"WB-CHOICE"}


def test_wbk_006_own_places_only():
    _, oblast = laid_out("expenditure-analysis", "OCHEPH-BR")
    _, district = laid_out("screening-youth", "DCHE-BR-bereza")
    _, ministry = laid_out("expenditure-analysis", "MOE")
    places_of = {
        one.agency: [code for c in one.sheets[0].columns if c.field == "area" for code, _ in c.choices]
        for one in (oblast, ministry)
    }
    assert places_of["OCHEPH-BR"] == ["BY-BR"]
    assert len(places_of["MOE"]) == 8
    assert district.constants["area"] == "BY-BR"


def test_a_questionnaire_for_persons_has_no_workbook():
    with pytest.raises(Refused) as refused:
        laid_out("survey-youth")
    assert [f.code for f in refused.value.findings] == ["WB-KIND"]


@pytest.mark.parametrize(
    ("text", "values", "this", "expected"),
    [
        ("${a} = 'yes' and ${b} > 3", {"a": "yes", "b": 4}, None, True),
        ("${a} = 'yes' and ${b} > 3", {"a": "yes", "b": None}, None, False),
        ("not(${b} >= 18 and ${b} <= 45)", {"b": 46}, None, True),
        ("not(${b} >= 18 and ${b} <= 45)", {"b": 18}, None, False),
        ("${a} != ''", {}, None, False),
        (". <= today() and . >= date('2026-01-01')", {}, date(2026, 11, 22), True),
        (". <= today()", {}, date(2026, 11, 23), False),
        ("regex(., '^[A-Z]{2}$')", {}, "AB", True),
        ("not(regex(., '^[A-Z]{2}$'))", {}, "AB", False),
        ("(. = 'X' or ${b} < 2) and . != 'Z'", {"b": 1}, "Y", True),
    ],
)
def test_conditions_mean_what_xpath_means(text, values, this, expected):
    assert holds(read_condition(text), values, this=this, today=TODAY) is expected


@pytest.mark.parametrize("text", ["", "${a}", "${a} = 'b' c", "count(${a}) > 1", "(" * 200, "date('x') = 1"])
def test_conditions_say_what_they_do_not_understand(text):
    with pytest.raises(ValueError, match=r".+"):
        read_condition(text)


def test_every_condition_of_the_plan_is_understood():
    for instrument in plan().instruments.values():
        for line in instrument.lines:
            for text in (line.relevant, getattr(line, "constraint", ""), *(g.relevant for g in line.groups)):
                if text:
                    read_condition(text)


def test_messages_of_workbooks_are_used():
    source = "".join(p.read_text() for p in (Path(__file__).parents[3] / "src/dozor").rglob("*.py"))
    for code in (c for c in WORDINGS if c.startswith("WB-")):
        assert source.count(f'"{code}"') > 1, code
