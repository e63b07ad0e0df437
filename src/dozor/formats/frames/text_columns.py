"""What kind of value a column of texts holds, told from all of its cells."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import ibis
import ibis.expr.datatypes as dt
import pyarrow as pa
from ibis.backends.duckdb import Backend as DuckDB
from ibis.expr import types as ir
from ibis.util import gen_name

from dozor.store.source import Source, types_of

# a code such as 007 is a name, not a number
DECIMAL = r"^[+-]?((0|[1-9][0-9]*)([.][0-9]*)?|[.][0-9]+)([eE][+-]?[0-9]+)?$"
COMMA = r"^[+-]?((0|[1-9][0-9]*)([,][0-9]*)?|[,][0-9]+)$"
TRUTH = r"^([tT][rR][uU][eE]|[fF][aA][lL][sS][eE])$"


@dataclass(frozen=True)
class Kind:
    """Type of a column and whether every cell is filled."""

    type: str
    complete: bool


def source_of_texts(
    engine: DuckDB,
    table_name: str,
    names: Sequence[str],
    *,
    headings: Sequence[str],
    decimal_comma: bool,
    missing: Collection[str],
    file: str,
    first_row: int,
) -> Source:
    """Type the text columns of a table by what all their cells can be read as.

    Parameters
    ----------
    names
        The columns, all text with NULL for an empty cell.
    headings
        Every heading of the file, for messages; those beyond `names` were not read.
    """
    table = engine.table(table_name)
    cells = {name: _without(table[name], missing) for name in names}
    kinds = _kinds(table, cells, decimal_comma=decimal_comma)
    columns: dict[str, ir.Value] = {}
    printed: dict[str, str] = {}
    for i, (name, cell) in enumerate(cells.items()):
        kind = kinds[name].type
        columns[name] = _typed(cell, kind)
        if kind in {"decimal", "comma", "truth"}:
            printed[name] = f"dozor_text_{i}"
            columns[printed[name]] = cell
    typed = engine.create_table(gen_name("answers"), table.select(**columns), temp=True)
    engine.raw_sql(f"DROP TABLE {table_name}")
    types = types_of(typed.schema())
    return Source(
        table=typed,
        types={name: types[name] for name in headings if name in names},
        printed=printed,
        complete=frozenset(name for name in names if kinds[name].complete),
        file=file,
        first_row=first_row,
    )


def typed_source(
    engine: DuckDB,
    table: pa.Table,
    *,
    file: str,
    first_row: int,
    infer: bool,
    missing: Collection[str] = (),
) -> Source:
    """Hand over a table whose columns have types; with `infer`, texts that all read as numbers become so."""
    name_given = gen_name("given")
    engine.con.register(name_given, table)
    given = engine.table(name_given)
    schema = given.schema()
    cells = {
        name: _without(given[name], missing) if kind.is_string() else given[name]
        for name, kind in schema.items()
    }
    texts = {name: cell for name, cell in cells.items() if infer and schema[name].is_string()}
    kinds = _kinds(given, texts, decimal_comma=True)
    columns: dict[str, ir.Value] = {}
    printed: dict[str, str] = {}
    for i, (name, cell) in enumerate(cells.items()):
        kind = kinds[name].type if name in kinds else "text"
        columns[name] = _typed(cell, kind) if name in kinds else cell
        if kind in {"decimal", "comma", "truth"}:
            printed[name] = f"dozor_text_{i}"
            columns[printed[name]] = cell
    typed = engine.create_table(gen_name("answers"), given.select(**columns), temp=True)
    engine.con.unregister(name_given)
    types = types_of(typed.schema())
    filled = _filled(typed, [name for name in cells if name in types])
    return Source(
        table=typed,
        types={name: types[name] for name in cells if name in types},
        printed=printed,
        complete=filled,
        file=file,
        first_row=first_row,
    )


def _without(cell: ir.StringValue, missing: Collection[str]) -> ir.StringValue:
    filled = cell.strip().nullif("")
    for text in missing:
        filled = filled.nullif(text)
    return filled


def _kinds(table: ir.Table, cells: dict[str, ir.StringValue], *, decimal_comma: bool) -> dict[str, Kind]:
    """Look at every cell of every column: whole numbers first, the slower patterns only at the others."""
    if not cells:
        return {}
    whole = {name: {"whole": _is_whole(cell)} for name, cell in cells.items()}
    rows, filled, fits = _count(table, cells, whole)
    rest = {name: cell for name, cell in cells.items() if fits[name]["whole"] < filled[name]}
    patterns = {"decimal": DECIMAL, "comma": COMMA, "truth": TRUTH}
    if not decimal_comma:
        del patterns["comma"]
    if rest:
        tried = {
            name: {kind: cell.re_search(pattern) for kind, pattern in patterns.items()}
            for name, cell in rest.items()
        }
        fits |= _count(table, rest, tried)[2]
    kinds = {}
    for name in cells:
        fitting = [kind for kind, count in fits[name].items() if count == filled[name]]
        # a column without any answer may stand wherever a number is asked for
        kind = (fitting[0] if fitting else "text") if filled[name] else "decimal"
        kinds[name] = Kind(kind, complete=filled[name] == rows)
    return kinds


def _count(
    table: ir.Table, cells: dict[str, ir.StringValue], tried: dict[str, dict[str, ir.BooleanValue]]
) -> tuple[int, dict[str, int], dict[str, dict[str, int]]]:
    """Count rows, filled cells, and the cells that fit each kind."""
    sums: dict[str, ir.Value] = {"rows": table.count()}
    for i, (name, cell) in enumerate(cells.items()):
        sums[f"n{i}"] = cell.count()
        for kind, fit in tried[name].items():
            sums[f"{kind}{i}"] = fit.cast("int64").sum()
    found = table.aggregate(**sums).to_pyarrow().to_pylist()[0]
    filled = {name: int(found[f"n{i}"]) for i, name in enumerate(cells)}
    fits = {
        name: {kind: int(found[f"{kind}{i}"] or 0) for kind in tried[name]} for i, name in enumerate(cells)
    }
    return int(found["rows"]), filled, fits


def _is_whole(cell: ir.StringValue) -> ir.BooleanValue:
    """A whole number that prints as it stands: not 007, not +5, not 1.0."""
    return cell.try_cast("int64").cast("string") == cell


def _typed(cell: ir.StringValue, kind: str) -> ir.Value:
    match kind:
        case "whole":
            return cell.cast("int64")
        case "decimal":
            return cell.cast("float64")
        case "comma":
            return cell.replace(",", ".").cast("float64")
        case "truth":
            return cell.lower() == "true"
    return cell


def _filled(table: ir.Table, names: Sequence[str]) -> frozenset[str]:
    """Return the columns without a missing value, NaN counting as missing."""
    if not names:
        return frozenset()
    sums = {"rows": table.count()}
    for i, name in enumerate(names):
        column = table[name]
        sums[f"n{i}"] = _known(column).count() if column.type().is_floating() else column.count()
    found = table.aggregate(**sums).to_pyarrow().to_pylist()[0]
    return frozenset(name for i, name in enumerate(names) if found[f"n{i}"] == found["rows"])


def _known(column: ir.FloatingValue) -> ir.FloatingValue:
    return column.nullif(ibis.literal(float("nan"), type=dt.float64))
