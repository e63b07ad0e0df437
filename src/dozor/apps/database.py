"""What to say when the database does not answer, or would not take a text."""

from __future__ import annotations

from django.db import OperationalError, connection, models

from dozor.core.findings import Finding, Refused


def database_finding(problem: BaseException) -> Finding | None:
    """A finding when another write kept the database busy, or when it cannot be reached; else None."""
    if not isinstance(problem, OperationalError):
        return None
    said = str(problem).strip()
    if "database is locked" in said or "lock timeout" in said:
        return Finding("INST-BUSY")
    if connection.connection is None:
        return Finding("INST-DATABASE", found=said.splitlines()[0] if said else connection.vendor)
    return None


def check_lengths(row: models.Model) -> None:
    """Refuse a text that is too long for its column: PostgreSQL would stop at it, SQLite keep it."""
    for field in row._meta.concrete_fields:
        text, limit = getattr(row, field.attname), getattr(field, "max_length", None)
        if isinstance(text, str) and limit is not None and len(text) > limit:
            raise Refused(Finding("INST-TOO-LONG", str(len(text)), {"limit": limit}, column=field.name))
