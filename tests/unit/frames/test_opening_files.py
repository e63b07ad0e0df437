"""Files of answers as they come.

FRM-001  CSV in UTF-8 with and without a mark, in UTF-16 and in Windows-1251; commas, semicolons, tabs.
FRM-002  A decimal comma is a decimal point; an empty cell is a missing answer, and so is what is named so.
FRM-003  A code such as 007 stays text; a value prints as in the file.
FRM-004  Parquet, XLSX, Stata and SPSS give the same answers as CSV.
FRM-005  What cannot be read is refused with a code, a place and what to do.
FRM-006  Only the columns that are named are read.
"""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pyreadstat
import pytest

from dozor.core.findings import Refused
from dozor.formats.frames import open_source

TEXT = "область;w;возраст;код;да\nБрест;1,5;20;007;true\nГомель;2;;010;false\nМинск;0,25;31;120;\n"


def columns(path: Path, **options: Any) -> dict[str, list[Any]]:
    source = open_source(path, **options)
    table = source.table.select(*source.types).to_pyarrow()
    return {name: table[name].to_pylist() for name in source.types}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1251"])
def test_frm_001_encodings(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(TEXT.encode(encoding))
    assert columns(path) == {
        "область": ["Брест", "Гомель", "Минск"],
        "w": [1.5, 2.0, 0.25],
        "возраст": [20, None, 31],
        "код": ["007", "010", "120"],
        "да": [True, False, None],
    }


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_frm_001_delimiters(tmp_path: Path, delimiter: str) -> None:
    path = tmp_path / "a.csv"
    lines = [["a", "b"], ["1", '"x, y; z|\tw"'], ["2", '"say ""no"""']]
    path.write_text("\n".join(delimiter.join(line) for line in lines))
    assert columns(path) == {"a": [1, 2], "b": ["x, y; z|\tw", 'say "no"']}


def test_frm_002_missing_answers(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('a,b,c\n1, ,NA\n2,"",3\n,x,NA\n')
    assert columns(path)["c"] == ["NA", "3", "NA"]
    assert columns(path, missing=["NA"]) == {"a": [1, 2, None], "b": [None, None, "x"], "c": [None, 3, None]}


def test_frm_003_values_print_as_in_the_file(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("a,b,c,d\n1.50,TRUE,+5,007\n2,false,6,8\n")
    source = open_source(path)
    keys = source.table.select(**{name: source.key(name).cast("string") for name in "abcd"})
    assert keys.to_pyarrow().to_pylist() == [
        {"a": "1.50", "b": "TRUE", "c": "+5", "d": "007"},
        {"a": "2", "b": "false", "c": "6", "d": "8"},
    ]
    assert source.types == {"a": "number", "b": "truth", "c": "number", "d": "text"}


def test_frm_004_other_kinds_of_files(tmp_path: Path) -> None:
    expected = {"area": ["Брест", "Гомель", None], "w": [1.5, 2.0, 0.3], "age": [20, None, 31]}
    frame = pl.DataFrame(expected)
    frame.write_parquet(tmp_path / "a.parquet")
    frame.write_excel(tmp_path / "a.xlsx")
    pyreadstat.write_dta(frame, str(tmp_path / "a.dta"))
    pyreadstat.write_sav(frame, str(tmp_path / "a.sav"))
    for suffix in ("parquet", "xlsx", "dta", "sav"):
        assert columns(tmp_path / f"a.{suffix}") == expected, suffix


def test_frm_004_days_print_as_days(tmp_path: Path) -> None:
    frame = pl.DataFrame(
        {"day": [date(2024, 3, 1), None], "at": [datetime(2024, 3, 1, 12, 30), datetime(2024, 3, 2)]}  # noqa: DTZ001
    )
    frame.write_excel(tmp_path / "a.xlsx")
    pyreadstat.write_dta(frame, str(tmp_path / "a.dta"))
    pyreadstat.write_sav(frame, str(tmp_path / "a.sav"))
    for suffix in ("xlsx", "dta", "sav"):
        found = columns(tmp_path / f"a.{suffix}")
        assert found["day"] == [date(2024, 3, 1), None], suffix
        assert found["at"][0] == datetime(2024, 3, 1, 12, 30), suffix  # noqa: DTZ001


def test_frm_004_texts_of_a_workbook_that_read_as_numbers(tmp_path: Path) -> None:
    pl.DataFrame({"a": ["0,5", "1"], "b": ["01", "2"]}).write_excel(tmp_path / "a.xlsx")
    assert columns(tmp_path / "a.xlsx") == {"a": [0.5, 1.0], "b": ["01", "2"]}


@pytest.mark.parametrize(
    ("name", "content", "code", "row"),
    [
        ("none.csv", None, "EST-FILE-MISSING", None),
        ("a.pdf", b"%PDF", "EST-FILE-KIND", None),
        ("a.xlsx", b"not a workbook", "EST-FILE-UNREADABLE", None),
        ("a.parquet", b"not parquet", "EST-FILE-UNREADABLE", None),
        ("a.dta", b"not stata", "EST-FILE-UNREADABLE", None),
        ("a.csv", b"", "EST-NO-ROWS", None),
        ("a.csv", b"a,a\n1,2\n", "EST-FILE-HEADING", 1),
        ("a.csv", b"a,A\n1,2\n", "EST-FILE-HEADING", 1),
        ("a.csv", b"a,\n1,2\n", "EST-FILE-HEADING", 1),
        ("a.csv", b"a,b\n1,2\n1\n", "EST-FILE-ROW", 3),
        ("a.csv", b"a,b\n1,2,3\n", "EST-FILE-ROW", 2),
    ],
)
def test_frm_005_refused(
    tmp_path: Path, name: str, content: bytes | None, code: str, row: int | None
) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(Refused) as refusal:
        open_source(path)
    (finding,) = refusal.value.findings
    assert (finding.code, finding.row, finding.file) == (code, row, name)


def test_frm_006_columns_that_are_named(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("age,w,other,rep_1,rep_2\n1,2,3,4,5\n")
    assert list(open_source(path, mentioned=["a=age > 1", "w", "rep_*"]).types) == [
        "age",
        "w",
        "rep_1",
        "rep_2",
    ]
