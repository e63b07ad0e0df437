"""Opens a file of answers by what its name ends in."""

from __future__ import annotations

import os
from collections.abc import Collection
from pathlib import Path

import pyarrow as pa
from ibis.backends.duckdb import Backend as DuckDB

from dozor.core.findings import Finding, Refused
from dozor.formats.frames.delimited import read_delimited
from dozor.formats.frames.text_columns import typed_source
from dozor.formats.frames.typed import read_spreadsheet, read_spss, read_stata, whole_days, whole_numbers
from dozor.store.engine import connect
from dozor.store.source import Source, types_of

SUFFIXES = (".csv", ".tsv", ".txt", ".parquet", ".xlsx", ".dta", ".sav", ".zsav")


def open_source(
    path: Path | str,
    *,
    engine: DuckDB | None = None,
    mentioned: Collection[str] | None = None,
    missing: Collection[str] = (),
) -> Source:
    """Open a file of answers, one row per respondent.

    Parameters
    ----------
    path
        CSV (UTF-8 with or without a mark, UTF-16, or Windows-1251; comma, semicolon, tab or bar; decimal
        point or comma), Parquet (one file, or a folder or pattern of them), XLSX (first sheet), Stata, SPSS.
    mentioned
        Texts in which the columns that matter are named (the command's options); columns named in none
        of them are not read. ``None``: read all.
    missing
        Further texts that stand for a missing answer, such as ``NA``. An empty cell always does.

    Raises
    ------
    Refused
        ``EST-FILE-MISSING``, ``EST-FILE-KIND``, ``EST-FILE-UNREADABLE``, ``EST-FILE-HEADING``,
        ``EST-FILE-ROW``.
    """
    path = Path(path)
    pattern = any(sign in path.name for sign in "*?[")
    if not pattern and not path.exists():
        raise Refused(Finding("EST-FILE-MISSING", found=str(path), file=path.name))
    if pattern or path.is_dir() or path.suffix.lower() == ".parquet":
        if os.environ.get("DOZOR_ENGINE") == "spark":
            from dozor.store.spark import spark_source

            return spark_source(str(path))
        return _parquet(engine or connect(), path)
    engine = engine or connect()
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        known = ", ".join(SUFFIXES)
        raise Refused(Finding("EST-FILE-KIND", found=suffix, values={"known": known}, file=path.name))
    if suffix in {".csv", ".tsv", ".txt"}:
        return read_delimited(engine, path, mentioned=mentioned, missing=missing)
    read = {".xlsx": read_spreadsheet, ".dta": read_stata}.get(suffix, read_spss)
    try:
        table = read(path)
    except Refused:
        raise
    except Exception as fault:  # the readers raise whatever their libraries raise
        raise Refused(Finding("EST-FILE-UNREADABLE", found=str(fault)[:200], file=path.name)) from fault
    return typed_source(
        engine,
        whole_days(whole_numbers(table)),
        file=path.name,
        first_row=2 if suffix == ".xlsx" else 1,
        infer=suffix == ".xlsx",
        missing=missing,
    )


def source_of_arrow(table: pa.Table, *, engine: DuckDB | None = None, name: str = "") -> Source:
    """Hand a table in memory to the engine."""
    return typed_source(engine or connect(), table, file=name, first_row=1, infer=False)


def _parquet(engine: DuckDB, path: Path) -> Source:
    pattern = str(path / "**" / "*.parquet") if path.is_dir() else str(path)
    try:
        table = engine.read_parquet(pattern)
        quoted = pattern.replace("'", "''")
        counted = engine.raw_sql(
            "SELECT path_in_schema, sum(coalesce(stats_null_count, 1)) AS missing"  # noqa: S608 - quoted above
            f" FROM parquet_metadata('{quoted}') GROUP BY ALL"
        ).fetchall()
    except Exception as fault:
        raise Refused(Finding("EST-FILE-UNREADABLE", found=str(fault)[:200], file=path.name)) from fault
    schema = table.schema()
    # a decimal fraction may hold NaN, which the statistics do not count
    complete = frozenset(
        name
        for name, missing in counted
        if missing == 0 and name in schema and not schema[name].is_floating()
    )
    return Source(table=table, types=types_of(schema), complete=complete, file=path.name)
