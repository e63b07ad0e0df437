"""Records gathered in encrypted Parquet: written once, read by the engine that estimates.

A repeated group is one column of JSON text, so that forms whose groups differ still make one table.
"""

from __future__ import annotations

import base64
import importlib.resources
import json
import os
import secrets
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from dozor.core.answers.form import AnswerForm
from dozor.core.findings import Finding, Refused
from dozor.store.answers_at_rest.keys import AnswerKeys
from dozor.store.answers_at_rest.waiting import StoredRecord
from dozor.store.engine import bare, connect, held

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection
    from ibis.backends.duckdb import Backend as DuckDB
    from ibis.expr import types as ir

SUFFIX = ".parquet"
INSTANCE_ID, VERSION = "instance_id", "form_version"
_TYPES: Mapping[str, pa.DataType] = {"integer": pa.int64(), "decimal": pa.float64(), "date": pa.date32()}


@dataclass(frozen=True)
class GatheredFile:
    """An encrypted table: `name` is the keyed hash of its rows."""

    name: str
    rows: int


def write_rows(
    folder: Path, form: AnswerForm, records: Iterable[StoredRecord], keys: AnswerKeys
) -> GatheredFile:
    """Write records of one form into one encrypted table; the same records give the same name."""
    rows = sorted(records, key=lambda r: r.instance_id)
    table = _table(form, rows)
    name = keys.name_of(_as_bytes(table))
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if _find(folder, name) is None:
        _write(folder, name, table, keys)
    return GatheredFile(name, len(rows))


def read_rows(
    folder: Path, names: Sequence[str], form_of_version: Mapping[str, AnswerForm], keys: AnswerKeys
) -> Iterator[StoredRecord]:
    """Give back every record that was written, repeated groups included."""
    for name in names:
        table = open_answers(folder, [name], keys)
        for row in table.order_by(INSTANCE_ID).to_pyarrow().to_pylist():
            form = form_of_version[row[VERSION]]
            yield StoredRecord(
                form.code,
                form.version,
                row[INSTANCE_ID],
                {f.name: _said(row[f.name]) for f in form.single},
                {group: json.loads(row[group] or "[]") for group in form.repeats},
            )


def open_answers(
    folder: Path, names: Sequence[str], keys: AnswerKeys, *, engine: DuckDB | None = None
) -> ir.Table:
    """Open gathered tables as one, on an engine in memory that holds the keys.

    A question that only later versions of the form ask is NULL in the rows of earlier ones.
    """
    engine = engine or connect()
    _hand_over(engine.con, keys)
    parts = []
    for name in names:
        path = _find(folder, name)
        if path is None:
            raise Refused(Finding("COL-SEALED", found=name[:12]))
        # one by one: DuckDB 1.5.5 cannot read encrypted files with union_by_name (its issue 21508)
        parts.append(_reading(path))
    view = f"answers_{secrets.token_hex(4)}"
    engine.raw_sql(f"CREATE TEMP VIEW {view} AS {' UNION ALL BY NAME '.join(parts)}")
    with warnings.catch_warnings():
        # Ibis 12 asks for a view's columns by a name that DuckDB 1.5 calls old
        warnings.filterwarnings("ignore", "fetch_arrow_table", DeprecationWarning)
        return engine.table(view)


def lay_out(form: AnswerForm, records: Sequence[StoredRecord]) -> ir.Table:
    """Records in memory as a table of an engine of its own, as `open_answers` gives those on disk."""
    return held(_table(form, records), connect())


def turns_of(table: ir.Table, form: AnswerForm, group: str) -> ir.Table:
    """Lay out a repeated group: a row for each turn, with the record's answers that were given once."""
    rows = table.to_pyarrow().to_pylist()
    single = [INSTANCE_ID, *(f.name for f in form.single if f.name in table.columns)]
    turns = [({n: row[n] for n in single}, turn) for row in rows for turn in json.loads(row[group] or "[]")]
    schema = table.select(*single).to_pyarrow().schema
    columns = {n: pa.array([once[n] for once, _ in turns], schema.field(n).type) for n in single}
    for f in form.repeats[group]:
        kind = _TYPES.get(f.kind, pa.string())
        columns[f.name] = _column([turn.get(f.name) for _, turn in turns], kind)
    return held(pa.table(columns), table.get_backend())


def rewrite(path: Path, keys: AnswerKeys) -> None:
    """Write a table anew under the current key, then remove the one under an old key."""
    name, _, _ = path.stem.partition("-")
    new = path.with_name(_file_name(name, keys))
    if path == new:
        return
    if not new.exists():
        with bare() as engine:
            _hand_over(engine, keys)
            _copy(engine, _reading(path), new, keys)
    path.unlink()


def _write(folder: Path, name: str, table: pa.Table, keys: AnswerKeys) -> None:
    with bare() as engine:
        _hand_over(engine, keys)
        engine.register("rows_to_keep", table)
        _copy(engine, "SELECT * FROM rows_to_keep", folder / _file_name(name, keys), keys)


def _copy(engine: DuckDBPyConnection, query: str, target: Path, keys: AnswerKeys) -> None:
    # without OpenSSL, which comes with this extension, DuckDB reads encrypted files and writes none
    engine.execute(f"LOAD '{_openssl()}'")
    half = target.with_name(f".{secrets.token_hex(8)}.part")
    place = str(half).replace("'", "''")
    footer = f"k{keys.key_id(keys.current)}"
    engine.execute(
        f"COPY ({query}) TO '{place}' "
        f"(FORMAT parquet, COMPRESSION zstd, ENCRYPTION_CONFIG {{footer_key: '{footer}'}})"
    )
    half.chmod(0o600)
    with half.open("rb") as file:
        os.fsync(file.fileno())
    half.replace(target)


def _reading(path: Path) -> str:
    place = str(path).replace("'", "''")
    return f"SELECT * FROM read_parquet('{place}', encryption_config={{footer_key: 'k{_key_id(path)}'}})"  # noqa: S608


def _openssl() -> str:
    folder = importlib.resources.files("duckdb_extension_httpfs") / "extensions"
    found = sorted(Path(str(folder)).glob("*/httpfs.duckdb_extension"))
    return str(found[-1]).replace("'", "''")


def _hand_over(engine: DuckDBPyConnection, keys: AnswerKeys) -> None:
    for key in keys.encryption:
        text = base64.b64encode(key).decode()
        engine.execute(f"PRAGMA add_parquet_key('k{keys.key_id(key)}', '{text}')")


def _file_name(name: str, keys: AnswerKeys) -> str:
    return f"{name}-{keys.key_id(keys.current)}{SUFFIX}"


def _find(folder: Path, name: str) -> Path | None:
    return next(iter(sorted(folder.glob(f"{name}-*{SUFFIX}"))), None)


def _key_id(path: Path) -> str:
    return path.stem.rpartition("-")[2]


def _table(form: AnswerForm, rows: Sequence[StoredRecord]) -> pa.Table:
    columns: dict[str, pa.Array] = {
        INSTANCE_ID: pa.array([r.instance_id for r in rows], pa.string()),
        VERSION: pa.array([r.version for r in rows], pa.string()),
    }
    values = [r.values for r in rows]
    for f in form.single:
        name, kind = f.name, _TYPES.get(f.kind, pa.string())
        columns[name] = _column([one.get(name) for one in values], kind)
    for group in form.repeats:
        columns[group] = pa.array(
            [json.dumps(list(r.repeats.get(group, ())), ensure_ascii=False, default=str) for r in rows],
            pa.string(),
        )
    return pa.table(columns)


def _as_bytes(table: pa.Table) -> memoryview:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as stream:
        stream.write_table(table)
    return memoryview(sink.getvalue())


def _column(values: list[Any], kind: pa.DataType) -> pa.Array:
    if pa.types.is_date32(kind):
        values = [date.fromisoformat(v) if isinstance(v, str) else v for v in values]
    return pa.array(values, kind)


def _said(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
