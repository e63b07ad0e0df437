"""Connections to the engines that reduce rows to sums."""

from __future__ import annotations

import os

import ibis
from ibis.backends.duckdb import Backend as DuckDB


def connect(*, memory_limit: str | None = None) -> DuckDB:
    """Open a DuckDB engine in memory that never reaches out to the network.

    Parameters
    ----------
    memory_limit
        For example ``"900MB"``; DuckDB's own default when left out.
    """
    engine = ibis.duckdb.connect()
    engine.raw_sql("SET autoinstall_known_extensions = false")
    engine.raw_sql("SET autoload_known_extensions = false")
    if memory_limit:
        engine.raw_sql(f"SET memory_limit = '{memory_limit}'")
    if threads := os.environ.get("DOZOR_THREADS"):
        engine.raw_sql(f"SET threads = {int(threads)}")
    return engine
