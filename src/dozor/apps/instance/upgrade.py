"""Brings an instance made by an earlier version to this one, without loss."""

from __future__ import annotations

import sqlite3
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor

from dozor.apps.audit.actions import record


def is_current() -> bool:
    """True when the database has every migration of this version."""
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def upgrade(*, at: datetime) -> Path | None:
    """Copy the database aside (SQLite), run the migrations, and note it in the journal.

    Returns where the copy lies; None on PostgreSQL, whose own tools copy it.
    """
    copy = _copy_aside(at) if connection.vendor == "sqlite" else None
    call_command("migrate", verbosity=0)
    with transaction.atomic():
        record(action="instance upgraded", by="system", at=at, details={"copy": copy.name if copy else ""})
    return copy


def _copy_aside(at: datetime) -> Path:
    folder = Path(settings.HOME) / "backups"
    folder.mkdir(exist_ok=True)
    target = folder / f"before-upgrade-{at:%Y%m%dT%H%M%S}.sqlite3"
    half = target.with_suffix(".part")  # a copy cut short is not taken for one
    half.unlink(missing_ok=True)
    connection.ensure_connection()
    copy = sqlite3.connect(half)
    try:
        connection.connection.backup(copy)
    finally:
        copy.close()
    half.replace(target)
    return target
