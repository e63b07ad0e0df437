"""Reads tables that people send: CSV in the encodings and separators they use, and XLSX.

Rows come one by one, so that a file of any size is read in little memory. Every cell is text, trimmed;
a date cell of a spreadsheet becomes ``2024-03-01``, a whole number loses its ``.0``.
"""

from __future__ import annotations

import codecs
import csv
import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import zip_longest
from pathlib import Path
from typing import IO, Any

import openpyxl
from defusedxml.common import DefusedXmlException
from openpyxl.worksheet.formula import ArrayFormula, DataTableFormula

from dozor.core.findings import Finding, Refused

MOST_COLUMNS = 200
MOST_CELL = 20_000
MOST_LINE = 2_000_000
MOST_UNPACKED = 4_000_000_000
MOST_TEXTS = 200_000_000  # a spreadsheet's shared texts are held in memory
MOST_RATIO = 200  # a spreadsheet packs 10 to 30 times; far more is a trap
_CHUNK = 1 << 20
# what openpyxl raises over a spreadsheet that is none, or only half of one; parsers' own are SyntaxErrors
UNREADABLE: tuple[type[Exception], ...] = (
    *(zipfile.BadZipFile, zlib.error, SyntaxError, DefusedXmlException, KeyError, ValueError, EOFError),
    *(OSError, TypeError, AttributeError, IndexError, NotImplementedError, RuntimeError),
)


@dataclass(frozen=True)
class TableRow:
    """A row with its number in the file (the heading is row 1) and its cells by column name."""

    number: int
    cells: dict[str, str]


def read_table(path: Path, name: str = "") -> Iterator[TableRow]:
    """Read a table row by row; raise `Refused` when the file is no table.

    Parameters
    ----------
    name
        The file's name as its sender knows it, for messages; by default the path's own.
    """
    name = name or path.name
    try:
        with path.open("rb") as file:
            start = file.read(8192)
    except OSError:
        raise Refused(Finding("FILE-MISSING", found=name)) from None
    if not start.strip():
        raise Refused(Finding("FILE-EMPTY", file=name))
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise Refused(Finding("FILE-ENCODING", file=name))
    if start.startswith(b"PK\x03\x04"):
        yield from _read_xlsx(path, name)
    elif b"\x00" in start or start.startswith((b"\xd0\xcf\x11\xe0", b"%PDF", b"\x89PNG", b"\xff\xd8\xff")):
        raise Refused(Finding("FILE-NO-TABLE", file=name))
    else:
        yield from _read_csv(path, name)


def _read_csv(path: Path, name: str) -> Iterator[TableRow]:
    encoding = _encoding(path, name)
    with path.open(encoding=encoding, newline="") as text:
        first = text.readline(MOST_CELL)
        separator = max(",;\t", key=first.count)
        text.seek(0)
        csv.field_size_limit(MOST_CELL * 10)
        rows = csv.reader(_lines(text), delimiter=separator)
        number = 0
        try:
            columns = _columns([c.lstrip("\ufeff") for c in next(rows, [])], name)
            number, empty = 1, True
            for row in rows:
                # an embedded line break makes the reader's line number run ahead of the row's own
                number += 1
                if not any(row):
                    continue
                if len(row) > len(columns) and any(row[len(columns) :]):
                    raise Refused(
                        Finding(
                            "FILE-CELLS",
                            found=str(len(row)),
                            values={"limit": len(columns)},
                            file=name,
                            row=number,
                        )
                    )
                # a short row lacks its last cells; a long one holds only empty ones beyond the columns
                full = row if len(row) == len(columns) else [*row, *[""] * len(columns)][: len(columns)]
                cells = dict(zip(columns, map(str.strip, full), strict=True))
                _check_cells(cells, name, number)
                empty = False
                yield TableRow(number, cells)
        except csv.Error:
            # the reader gives up in one case alone: a cell or a line that does not end
            limit = {"limit": MOST_CELL}
            raise Refused(
                Finding("FILE-CELL-TOO-LONG", f">{10 * MOST_CELL}", limit, file=name, row=number + 1)
            ) from None
        if empty:
            raise Refused(Finding("FILE-EMPTY", file=name))


def _lines(text: IO[str]) -> Iterator[str]:
    while line := text.readline(MOST_LINE):
        if len(line) == MOST_LINE and not line.endswith("\n"):
            raise csv.Error
        yield line


def _encoding(path: Path, name: str) -> str:
    """UTF-8 when the whole file is UTF-8, else Windows-1251, in which only one byte has no letter."""
    decoder = codecs.getincrementaldecoder("utf-8-sig")()
    try:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        return "utf-8-sig"
    except UnicodeDecodeError:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                if b"\x98" in chunk:
                    raise Refused(Finding("FILE-ENCODING", file=name)) from None
        return "cp1251"


def _read_xlsx(path: Path, name: str) -> Iterator[TableRow]:
    with _opened(path, name) as book:
        sheet = book.worksheets[0] if book.worksheets else None
        if sheet is None:
            raise Refused(Finding("FILE-EMPTY", file=name))
        if merged := _merged(path, sheet):
            raise Refused(Finding("FILE-MERGED", found=merged, file=name))
        sheet.reset_dimensions()  # a sheet may lie about its size
        columns: list[str] | None = None
        empty = True
        for number, row in enumerate(sheet.iter_rows(values_only=True), start=1):
            if columns is None:
                columns = _columns([_cell(v) for v in row], name)
                continue
            if all(v is None for v in row):
                continue
            if len(row) > len(columns) and any(v is not None for v in row[len(columns) :]):
                raise Refused(
                    Finding(
                        "FILE-CELLS",
                        found=str(len(row)),
                        values={"limit": len(columns)},
                        file=name,
                        row=number,
                    )
                )
            cells = {c: _cell(v) for c, v in zip_longest(columns, row[: len(columns)])}
            for column, cell in cells.items():
                if cell.startswith("="):
                    raise Refused(Finding("FILE-FORMULA", found=cell, file=name, row=number, column=column))
            _check_cells(cells, name, number)
            empty = False
            yield TableRow(number, cells)
        if empty:
            raise Refused(Finding("FILE-EMPTY", file=name))


@contextmanager
def _opened(path: Path, name: str) -> Iterator[Any]:
    try:
        with zipfile.ZipFile(path) as archive:
            sizes = {i.filename: i.file_size for i in archive.infolist()}
        unpacked = sum(sizes.values())
        limit = min(MOST_UNPACKED, MOST_RATIO * max(path.stat().st_size, 10_000))
        if unpacked > limit:
            raise Refused(Finding("FILE-TOO-LARGE", str(unpacked), {"limit": limit}, file=name))
        if (texts := sizes.get("xl/sharedStrings.xml", 0)) > MOST_TEXTS:
            raise Refused(Finding("FILE-TOO-LARGE", str(texts), {"limit": MOST_TEXTS}, file=name))
        with path.open("rb") as file:  # given a path, openpyxl would judge the file by its name
            book = openpyxl.load_workbook(file, read_only=True)
            try:
                yield book
            finally:
                book.close()
    except UNREADABLE as problem:
        raise Refused(Finding("FILE-NO-TABLE", file=name)) from problem


def _merged(path: Path, sheet: Any) -> str:
    """The first merged ranges of a sheet; openpyxl does not see them when it reads row by row."""
    with zipfile.ZipFile(path) as archive, archive.open(sheet._worksheet_path) as file:
        return ", ".join(_merged_ranges(file))


def _merged_ranges(file: IO[bytes], most: int = 5) -> list[str]:
    found: list[str] = []
    tail = b""
    while chunk := file.read(_CHUNK):
        for m in re.finditer(rb'<mergeCell\s[^>]*ref="([A-Z0-9:]+)"', tail + chunk):
            ref = m[1].decode()
            if ref not in found:
                found.append(ref)
            if len(found) >= most:
                return found
        tail = chunk[-100:]
    return found


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, ArrayFormula | DataTableFormula):
        return getattr(value, "text", None) or "="
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    return str(value).strip()


def _columns(names: list[str], file: str) -> list[str]:
    names = [n.strip().lower() for n in names]
    while names and not names[-1]:
        names.pop()
    if not names:
        raise Refused(Finding("FILE-EMPTY", file=file))
    if len(names) > MOST_COLUMNS or any(len(n) > MOST_CELL for n in names):
        raise Refused(Finding("FILE-NO-TABLE", file=file))
    for position, column in enumerate(names):
        if column and column in names[:position]:
            raise Refused(Finding("FILE-COLUMN-TWICE", found=column, file=file, row=1))
    return [n or f"#{i + 1}" for i, n in enumerate(names)]


def _check_cells(cells: dict[str, str], file: str, row: int) -> None:
    together = "".join(cells.values())
    if len(together) <= MOST_CELL and "\x00" not in together:
        return
    for column, cell in cells.items():
        if len(cell) > MOST_CELL:
            limit = {"limit": MOST_CELL}
            raise Refused(Finding("FILE-CELL-TOO-LONG", str(len(cell)), limit, file, row, column))
        if "\x00" in cell:
            raise Refused(Finding("FILE-NO-TABLE", file=file, row=row, column=column))


def safe_cell(text: str) -> str:
    """Text for an exported cell: a spreadsheet must not take it for a formula.

    >>> safe_cell("=1+1")
    "'=1+1"
    """
    return "'" + text if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
