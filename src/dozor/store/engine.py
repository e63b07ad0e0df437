"""Connections to the engines that reduce rows to sums.

Ibis takes most of a second to load: only who asks a table for something pays for it, not who writes one.
"""

from __future__ import annotations

import os
import secrets
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import duckdb
import pyarrow as pa

if TYPE_CHECKING:
    from ibis.backends.duckdb import Backend as DuckDB
    from ibis.expr import types as ir


def connect(*, memory_limit: str | None = None) -> DuckDB:
    """Open a DuckDB engine in memory, asked through Ibis, that never reaches out to the network.

    Parameters
    ----------
    memory_limit
        For example ``"900MB"``; DuckDB's own default when left out. ``DOZOR_THREADS`` limits its threads.
    """
    import ibis

    engine = ibis.duckdb.from_connection(bare())
    _keep_quiet(engine)
    if memory_limit:
        engine.raw_sql(f"SET memory_limit = '{memory_limit}'")
    return engine


def bare() -> duckdb.DuckDBPyConnection:
    """The same engine without Ibis, for who only writes rows down."""
    engine = duckdb.connect()
    engine.execute("SET autoinstall_known_extensions = false")
    engine.execute("SET autoload_known_extensions = false")
    if threads := os.environ.get("DOZOR_THREADS"):
        engine.execute(f"SET threads = {int(threads)}")
    return engine


def held(table: pa.Table, engine: DuckDB) -> ir.Table:
    """A table of the engine's own memory: unlike one of Ibis's, a compiled query finds it by its name."""
    name = f"held_{secrets.token_hex(4)}"
    engine.con.register(name, table)
    with quiet():
        return engine.table(name)


@contextmanager
def quiet() -> Iterator[None]:
    """Ibis 12 calls DuckDB by names that DuckDB 1.5 has deprecated: nothing a reader could act on."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "fetch_", DeprecationWarning)
        yield


def batches(table: ir.Table, size: int) -> Iterator[pa.RecordBatch]:
    """Read a table in batches of rows."""
    reader = table.to_pyarrow_batches(chunk_size=size)
    while True:
        with quiet():
            try:
                batch = reader.read_next_batch()
            except StopIteration:
                return
        yield batch


def _keep_quiet(engine: DuckDB) -> None:
    read = engine.get_schema

    def get_schema(*arguments: Any, **named: Any) -> Any:
        with quiet():
            return read(*arguments, **named)

    engine.get_schema = get_schema
