"""CSV files: their encoding, their delimiter, and their cells as text."""

from __future__ import annotations

import codecs
import re
import tempfile
from collections.abc import Collection
from fnmatch import fnmatchcase
from pathlib import Path

import duckdb
from ibis.backends.duckdb import Backend as DuckDB
from ibis.util import gen_name

from dozor.core.findings import Finding, Refused
from dozor.formats.frames.text_columns import source_of_texts
from dozor.store.source import Source

BLOCK = 1 << 22
DELIMITERS = ",;\t|"


def read_delimited(
    engine: DuckDB, path: Path, *, mentioned: Collection[str] | None, missing: Collection[str]
) -> Source:
    """Read a CSV file; see :func:`dozor.formats.frames.open_source`."""
    encoding = encoding_of(path)
    with tempfile.TemporaryDirectory() as folder:
        readable = path
        if encoding not in {"utf-8", "utf-8-sig"}:
            readable = Path(folder) / "utf-8.csv"
            _transcode(path, readable, encoding)
        delimiter = _delimiter(readable, path.name)
        headings = _headings(readable, delimiter, path.name)
        wanted = [
            name
            for name in headings
            if mentioned is None or any(name in text or fnmatchcase(name, text) for text in mentioned)
        ]
        cells = gen_name("cells")
        _load(engine, cells, readable, delimiter, wanted or headings[:1], path.name)
    return source_of_texts(
        engine,
        cells,
        wanted or headings[:1],
        headings=headings,
        decimal_comma=delimiter != ",",
        missing=missing,
        file=path.name,
        first_row=2,
    )


def _is_named(heading: str, texts: Collection[str]) -> bool:
    """Tell whether a heading occurs in some text, or fits one that is a pattern."""
    return any(heading in text or fnmatchcase(heading, text) for text in texts)


def encoding_of(path: Path) -> str:
    """Tell UTF-8 (with or without a mark), UTF-16 by its mark, and otherwise Windows-1251."""
    with path.open("rb") as file:
        head = file.read(4)
        if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "utf-16"
        decoder = codecs.getincrementaldecoder("utf-8")()
        try:
            decoder.decode(head)
            while block := file.read(BLOCK):
                decoder.decode(block)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "cp1251"
    return "utf-8-sig" if head.startswith(codecs.BOM_UTF8) else "utf-8"


def _transcode(source: Path, target: Path, encoding: str) -> None:
    with (
        source.open(encoding=encoding, errors="replace", newline="") as reader,
        target.open("w", encoding="utf-8", newline="") as writer,
    ):
        while block := reader.read(BLOCK):
            writer.write(block)


def _delimiter(path: Path, name: str) -> str:
    """Choose the sign that divides the heading, outside quotes."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        heading = file.readline()
    if not heading.strip():
        raise Refused(Finding("EST-NO-ROWS", file=name))
    bare = re.sub(r'"[^"]*"', "", heading)
    return max(DELIMITERS, key=bare.count)


def _headings(path: Path, delimiter: str, name: str) -> list[str]:
    import csv

    with path.open(encoding="utf-8-sig", newline="") as file:
        headings = next(csv.reader(file, delimiter=delimiter), [])
    headings = [heading.strip() for heading in headings]
    seen: dict[str, int] = {}
    for i, heading in enumerate(headings):
        if not heading or heading.lower() in seen:
            raise Refused(
                Finding("EST-FILE-HEADING", found=heading, row=1, file=name, values={"place": i + 1})
            )
        seen[heading.lower()] = i
    return headings


def _load(engine: DuckDB, table: str, path: Path, delimiter: str, wanted: list[str], name: str) -> None:
    """Make a table of the wanted columns as text, an empty cell being NULL."""
    headings = _headings(path, delimiter, name)
    columns = ", ".join(f"{_literal(heading)}: 'VARCHAR'" for heading in headings)
    chosen = ", ".join(f"nullif(trim({_quoted(heading)}), '') AS {_quoted(heading)}" for heading in wanted)
    query = (
        f"CREATE TABLE {table} AS SELECT {chosen} FROM read_csv({_literal(str(path))},"  # noqa: S608 - quoted
        f" delim={_literal(delimiter)}, quote='\"', escape='\"', header=true, auto_detect=false,"
        f" columns={{{columns}}}, strict_mode=true)"
    )
    try:
        engine.raw_sql(query)
    except duckdb.Error as fault:
        line = re.search(r"Line: (\d+)", str(fault))
        cells = re.search(r"Found: (\d+)", str(fault))
        detail = str(fault).splitlines()[0][:200]
        if line:
            values = {"cells": cells[1] if cells else "?", "headings": len(headings)}
            raise Refused(
                Finding("EST-FILE-ROW", found=detail, values=values, row=int(line[1]), file=name)
            ) from fault
        raise Refused(Finding("EST-FILE-UNREADABLE", found=detail, file=name)) from fault


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
