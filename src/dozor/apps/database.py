"""What to say when the database does not answer."""

from __future__ import annotations

from django.db import OperationalError, connection

from dozor.core.findings import Finding


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
