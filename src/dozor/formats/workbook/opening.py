"""Opens a workbook that may be anything: within bounds of size, and with what its reader cannot see."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl

from dozor.core.findings import Finding, Refused
from dozor.formats.tables import UNREADABLE
from dozor.formats.workbook.layout import MARK, SEAL_SHEET

MOST_UNPACKED = 40_000_000  # bytes; five thousand rows of forty columns take a third
MOST_RATIO = 200  # a workbook packs 5 to 30 times; far more is a trap
MOST_TEXTS = 8_000_000  # shared texts are held in memory
MOST_CELLS = 2_000  # in a row: a row is held in memory
LONGEST_TAG = 1_000_000
_CHUNK = 1 << 16
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml")
_TAG = re.compile(rb"<(?:\w+:)?(?:(row)|(col)|(c))\b[^>]*>")
_ATTRIBUTE = re.compile(rb'\b(min|max|r|hidden|width|ht)="([^"]*)"')


@dataclass(frozen=True)
class Hidden:
    """A hidden row, or hidden columns from `first` to `last`, counted from 1."""

    is_row: bool
    first: int
    last: int


def is_workbook(path: Path) -> bool:
    """Whether a file is one of our workbooks, whatever was done to it since."""
    try:
        with zipfile.ZipFile(path) as archive:
            for name in ("xl/workbook.xml", "docProps/custom.xml", "docProps/core.xml"):
                if name in archive.namelist():
                    with archive.open(name) as file:
                        start = file.read(_CHUNK)
                    if MARK.encode() in start or f'name="{SEAL_SHEET}"'.encode() in start:
                        return True
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, RuntimeError):
        return False
    return False


@contextmanager
def opened(path: Path, name: str) -> Iterator[Any]:
    try:
        with zipfile.ZipFile(path) as archive:
            sizes = {i.filename: i.file_size for i in archive.infolist()}
        limit = min(MOST_UNPACKED, MOST_RATIO * max(path.stat().st_size, 10_000))
        if (unpacked := sum(sizes.values())) > limit:
            raise Refused(Finding("FILE-TOO-LARGE", str(unpacked), {"limit": limit}, file=name))
        if (texts := sizes.get("xl/sharedStrings.xml", 0)) > MOST_TEXTS:
            raise Refused(Finding("FILE-TOO-LARGE", str(texts), {"limit": MOST_TEXTS}, file=name))
        for part in sizes:
            if _SHEET.fullmatch(part):
                _check_rows(path, part, name)
        with path.open("rb") as file:
            book = openpyxl.load_workbook(file, read_only=True)
            try:
                yield book
            finally:
                book.close()
    except FileNotFoundError:
        raise Refused(Finding("FILE-MISSING", found=name)) from None
    except UNREADABLE as problem:
        raise Refused(Finding("WB-UNREADABLE", file=name)) from problem


def hidden_parts(path: Path, part: str) -> Iterator[Hidden]:
    """Tell a sheet's hidden rows and columns; openpyxl does not see them when it reads row by row.

    Parameters
    ----------
    part
        The sheet's name inside the archive.
    """
    for kind, tag in _tags(path, part):
        said = dict(_ATTRIBUTE.findall(tag))
        if kind == "row" and b"r" in said and _is_hidden(said, b"ht"):
            yield Hidden(True, int(said[b"r"]), int(said[b"r"]))
        elif kind == "col" and _is_hidden(said, b"width"):
            yield Hidden(False, int(said.get(b"min", b"1")), int(said.get(b"max", b"1")))


def _check_rows(path: Path, part: str, name: str) -> None:
    cells = 0
    for kind, _ in _tags(path, part):
        cells = cells + 1 if kind == "c" else 0
        if cells > MOST_CELLS:
            raise Refused(Finding("FILE-TOO-LARGE", f">{MOST_CELLS}", {"limit": MOST_CELLS}, file=name))


def _tags(path: Path, part: str) -> Iterator[tuple[str, bytes]]:
    """The opening tags of rows, columns and cells, read in pieces."""
    with zipfile.ZipFile(path) as archive, archive.open(part) as file:
        tail = b""
        while chunk := file.read(_CHUNK):
            text = tail + chunk
            end = text.rfind(b"<")  # a tag cut in two waits for its other half
            whole, tail = text[: max(end, 0)], text[max(end, 0) :]
            if len(tail) > LONGEST_TAG:
                raise ValueError("a tag without an end")
            for match in _TAG.finditer(whole):
                yield ("row" if match[1] else "col" if match[2] else "c"), match[0]
        for match in _TAG.finditer(tail):
            yield ("row" if match[1] else "col" if match[2] else "c"), match[0]


def _is_hidden(said: Mapping[bytes, bytes], size: bytes) -> bool:
    try:
        return said.get(b"hidden") in {b"1", b"true"} or float(said.get(size, b"1")) == 0
    except ValueError:
        return True
