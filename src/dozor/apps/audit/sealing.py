"""Digests of rows: what the journal remembers of them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from django.db import models


def canonical(row: models.Model) -> str:
    """Write a row the same way on every engine: its sealed columns in order, instants in UTC."""
    return json.dumps(
        [_plain(getattr(row, name)) for name in sealed_columns(type(row))],
        ensure_ascii=False,
        separators=(",", ":"),
    )


def sealed_columns(model: type[models.Model]) -> list[str]:
    """All columns of a table, or those its model lists in ``SEALED``."""
    return list(getattr(model, "SEALED", None) or [f.attname for f in model._meta.concrete_fields])


def digest(row: models.Model) -> str:
    return hashlib.sha256(canonical(row).encode()).hexdigest()


def digest_many(rows: Iterable[models.Model]) -> tuple[int, str]:
    """Count the rows and digest them together, in the order given."""
    running = hashlib.sha256()
    count = 0
    for row in rows:
        running.update(canonical(row).encode())
        running.update(b"\n")
        count += 1
    return count, running.hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        # engines give back more or fewer zeros after the decimal sign
        return f"{value.normalize():f}"
    return value
