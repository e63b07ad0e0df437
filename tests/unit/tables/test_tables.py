"""Tables as people send them (TAB).

TAB-001 a cell means the same whatever the encoding, separator or kind of file
TAB-002 a row shorter than the heading has empty cells; a longer one is refused
TAB-003 what is no table is refused with a code, never with a traceback
TAB-004 rows come one by one and carry their number in the file
TAB-005 an exported cell is never a formula
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import date, datetime, time
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from dozor.core.findings import Finding, Refused
from dozor.formats import tables
from dozor.formats.tables import read_table, safe_cell

TEXT = 'place,value,note\nГомель,"30,8",ў і ё\nBrest,7,\n'
ROWS = [
    (2, {"place": "Гомель", "value": "30,8", "note": "ў і ё"}),
    (3, {"place": "Brest", "value": "7", "note": ""}),
]

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def put(content: bytes, name: str = "t.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(content)
        return path

    return put


def rows(path: Path) -> list[tuple[int, dict[str, str]]]:
    return [(r.number, r.cells) for r in read_table(path)]


def refused(path: Path) -> Finding:
    with pytest.raises(Refused) as refusal:
        list(read_table(path))
    assert len(refusal.value.findings) == 1
    return refusal.value.findings[0]


def book(*lines: list[object], change: Callable[[object], None] | None = None) -> bytes:
    made = openpyxl.Workbook()
    for line in lines:
        made.active.append(line)
    if change:
        change(made.active)
    content = io.BytesIO()
    made.save(content)
    return content.getvalue()


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (TEXT.encode(), "utf-8"),
        (b"\xef\xbb\xbf" + TEXT.encode(), "utf-8 with a mark"),
        (TEXT.encode("cp1251"), "windows-1251"),
        (TEXT.replace("\n", "\r\n").encode(), "windows line ends"),
        (TEXT.rstrip("\n").encode(), "no last line end"),
        ("place;value;note\nГомель;30,8;ў і ё\nBrest;7;\n".encode(), "semicolons"),
        ("place\tvalue\tnote\nГомель\t30,8\tў і ё\nBrest\t7\t\n".encode(), "tabs"),
        ("place;value;note\nГомель;30,8;ў і ё\nBrest;7\n".encode("cp1251"), "a short row"),
        (
            " Place ;VALUE;note;;\nГомель; 30,8 ;ў і ё;;\nBrest;7;;;\n".encode(),
            "spaces, capitals, empty columns",
        ),
    ],
    ids=lambda v: v if isinstance(v, str) else "",
)
def test_tab_001_a_table_reads_the_same_however_it_was_saved(write: Write, content: bytes, name: str) -> None:
    assert rows(write(content)) == ROWS


def test_tab_001_a_spreadsheet_reads_as_the_text_does(write: Write) -> None:
    path = write(book(["place", "value", "note"], ["Гомель", "30,8", "ў і ё"], ["Brest", 7]), "t.xlsx")
    assert rows(path) == ROWS


def test_tab_001_a_file_is_judged_by_its_content_not_its_name(write: Write) -> None:
    content = book(["place", "value", "note"], ["Гомель", "30,8", "ў і ё"], ["Brest", 7.0])
    assert rows(write(content, "from-a-form.upload")) == ROWS
    assert rows(write(TEXT.encode(), "t.xlsx")) == ROWS


def test_tab_001_cells_of_a_spreadsheet_become_the_text_a_person_would_type(write: Write) -> None:
    typed = [
        1,
        1.0,
        0.1,
        30.8,
        1e-7,
        True,
        date(2024, 3, 1),
        datetime.combine(date(2024, 3, 1), time()),
        datetime.combine(date(2024, 3, 1), time(8, 30)),
        " x ",
    ]
    path = write(book([f"c{i}" for i in range(len(typed))], typed), "t.xlsx")
    assert list(rows(path)[0][1].values()) == [
        *("1", "1", "0.1", "30.8", "1e-07", "1", "2024-03-01", "2024-03-01", "2024-03-01 08:30:00", "x"),
    ]


def test_tab_001_only_the_first_sheet_is_read(write: Write) -> None:
    made = openpyxl.Workbook()
    made.active.append(["a"])
    made.active.append(["1"])
    made.create_sheet("notes").append(["what this is"])
    content = io.BytesIO()
    made.save(content)
    assert rows(write(content.getvalue(), "t.xlsx")) == [(2, {"a": "1"})]


def test_tab_004_empty_lines_are_passed_over_and_counted(write: Write) -> None:
    assert [n for n, _ in rows(write(b"a,b\n\n1,2\n,\n3,4\n"))] == [3, 5]
    assert [n for n, _ in rows(write(book(["a", "b"], [None, None], [1, 2]), "t.xlsx"))] == [3]


def test_tab_004_rows_come_before_the_file_is_read_to_its_end(write: Write) -> None:
    path = write(b"a,b\n1,2\n1,2,3\n")
    stream = read_table(path)
    assert next(stream).cells == {"a": "1", "b": "2"}
    with pytest.raises(Refused):
        next(stream)


def test_tab_002_a_row_longer_than_the_heading_is_refused_with_its_place(write: Write) -> None:
    for path in (write(b"a,b\n1,2\n1,2,3\n"), write(book(["a", "b"], [1, 2], [1, 2, 3]), "t.xlsx")):
        finding = refused(path)
        assert (finding.code, finding.row, finding.found, finding.values["limit"]) == (
            "FILE-CELLS",
            3,
            "3",
            2,
        )


def merge(sheet: object) -> None:
    sheet.merge_cells("A2:B2")  # type: ignore[attr-defined]


def packed(**parts: bytes) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name.replace("__", "/"), part)
    return content.getvalue()


def repacked(content: bytes, **changed: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {i.filename: archive.read(i) for i in archive.infolist()}
    new = io.BytesIO()
    with zipfile.ZipFile(new, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in {**parts, **{k.replace("__", "/"): v for k, v in changed.items()}}.items():
            archive.writestr(name, part)
    return new.getvalue()


GOOD_BOOK = book(["a", "b"], [1, 2])
BOMB = b"<worksheet><sheetData>" + b"<row><c><v>1</v></c></row>" * 3_000_000 + b"</sheetData></worksheet>"
LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + i, b"&%c;" % (97 + i) * 20) for i in range(9))
    + b']><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row>'
    b'<c t="inlineStr"><is><t>&j;</t></is></c></row></sheetData></worksheet>'
)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "FILE-EMPTY"),
        (b" \r\n \n", "FILE-EMPTY"),
        (b"a,b\n", "FILE-EMPTY"),
        (b"a,b\n,\n\n", "FILE-EMPTY"),
        (b",,\n1,2,3\n", "FILE-EMPTY"),
        (book(), "FILE-EMPTY"),
        (book(["a", "b"]), "FILE-EMPTY"),
        (b"a,b,A\n1,2,3\n", "FILE-COLUMN-TWICE"),
        (book(["a", "b", "a "], [1, 2, 3]), "FILE-COLUMN-TWICE"),
        (book(["a", "b"], [1, None], change=merge), "FILE-MERGED"),
        (book(["a", "b"], ["=1+1", 2]), "FILE-FORMULA"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "FILE-NO-TABLE"),
        (b"%PDF-1.7\n1 0 obj\n", "FILE-NO-TABLE"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 100, "FILE-NO-TABLE"),
        (b"a,b\n" + b"1,2\n" * 5000 + b"1,\x002\n", "FILE-NO-TABLE"),
        (b"PK\x03\x04 but no archive", "FILE-NO-TABLE"),
        (packed(word__document=b"<w:document/>"), "FILE-NO-TABLE"),
        (GOOD_BOOK[: len(GOOD_BOOK) // 2], "FILE-NO-TABLE"),
        (
            repacked(
                GOOD_BOOK, xl__worksheets__sheet1=b"", **{"xl/worksheets/sheet1.xml": b"<worksheet><she"}
            ),
            "FILE-NO-TABLE",
        ),
        (repacked(GOOD_BOOK, **{"xl/worksheets/sheet1.xml": LAUGHS}), "FILE-NO-TABLE"),
        (repacked(GOOD_BOOK, **{"xl/worksheets/sheet1.xml": BOMB}), "FILE-TOO-LARGE"),
        ("a,b\n1,ў\n".encode("utf-16"), "FILE-ENCODING"),
        (b"a,b\n1,\x98\n", "FILE-ENCODING"),
        (b'a,b\n1,"never closed\n' + b"2,3\n" * 100_000, "FILE-CELL-TOO-LONG"),
        (b"a,b\n1," + b"x" * 30_000 + b"\n", "FILE-CELL-TOO-LONG"),
        (",".join(f"c{i}" for i in range(300)).encode() + b"\n1,2\n", "FILE-NO-TABLE"),
    ],
)
def test_tab_003_what_is_no_table_is_refused_with_a_code(write: Write, content: bytes, code: str) -> None:
    assert refused(write(content)).code == code


def test_tab_003_a_merged_range_is_named(write: Write) -> None:
    finding = refused(write(book(["a", "b"], [1, None], change=merge), "t.xlsx"))
    assert finding.found == "A2:B2"


def test_tab_003_a_formula_is_named_with_its_cell(write: Write) -> None:
    finding = refused(write(book(["a", "b"], [1, 2], [3, "=A2*2"]), "t.xlsx"))
    assert (finding.row, finding.column, finding.found) == (3, "b", "=A2*2")


def test_tab_003_an_array_formula_is_a_formula(write: Write) -> None:
    def fill(sheet: object) -> None:
        sheet["A2"] = openpyxl.worksheet.formula.ArrayFormula("A2:A2", "=SUM(B2:B3)")  # type: ignore[index]

    assert refused(write(book(["a", "b"], [1, 2], change=fill), "t.xlsx")).code == "FILE-FORMULA"


def test_tab_003_a_book_whose_shared_texts_would_fill_the_memory_is_refused(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "MOST_TEXTS", 100)
    content = io.BytesIO()
    with xlsxwriter.Workbook(content) as made:
        sheet = made.add_worksheet()
        sheet.write_row(0, 0, ["a", "b"])
        sheet.write_row(1, 0, ["x" * 90, "y" * 90])
    path = write(content.getvalue(), "t.xlsx")
    assert refused(path).code == "FILE-TOO-LARGE"
    monkeypatch.undo()
    assert rows(path) == [(2, {"a": "x" * 90, "b": "y" * 90})]


def test_tab_003_a_folder_or_nothing_at_all(tmp_path: Path) -> None:
    assert refused(tmp_path).code == "FILE-MISSING"
    assert refused(tmp_path / "none.csv").code == "FILE-MISSING"


@pytest.mark.parametrize("start", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_tab_005_an_exported_cell_is_never_a_formula(start: str) -> None:
    assert safe_cell(start) == "'" + start
    assert safe_cell("Брест") == "Брест"
    assert safe_cell("") == ""
