"""Digests of rows: what the journal remembers of them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any

from django.db import models


def canonical(row: models.Model) -> str:
    """Write a row the same way on every engine and in later versions: its sealed columns, instants in UTC.

    A column that holds its default is left out, so that a column added by a later version does not unseal
    the rows written before it.
    """
    columns = sealed_columns(type(row))
    return _written(columns, [getattr(row, name) for name, _, _ in columns])


@cache
def sealed_columns(model: type[models.Model]) -> tuple[tuple[str, str, Any], ...]:
    """Name, name in the seal and default of all columns of a table, or of those in its model's ``SEALED``.

    A column renamed since keeps its first name in the seal (``SEALED_AS``), or old rows would come unsealed.
    """
    listed = getattr(model, "SEALED", None)
    first = getattr(model, "SEALED_AS", {})
    return tuple(
        (f.attname, first.get(f.attname, f.attname), _plain(f.get_default()))
        for f in model._meta.concrete_fields
        if listed is None or f.attname in listed
    )


def digest(row: models.Model) -> str:
    return hashlib.sha256(canonical(row).encode()).hexdigest()


def digest_many(rows: models.QuerySet[Any]) -> tuple[int, str]:
    """Count the rows and digest them together, in the order given."""
    columns = sealed_columns(rows.model)
    running = hashlib.sha256()
    count = 0
    # plain values: a million rows need no million model instances
    for values in rows.values_list(*(name for name, _, _ in columns)).iterator(5000):
        running.update(_written(columns, values).encode())
        running.update(b"\n")
        count += 1
    return count, running.hexdigest()


def _written(columns: Iterable[tuple[str, str, Any]], values: Iterable[Any]) -> str:
    told = {}
    for (_, name, default), value in zip(columns, values, strict=True):
        plain = value if type(value) in _PLAIN else _plain(value)
        if plain != default:
            told[name] = plain
    return _encode(told)


_PLAIN = (str, int, type(None))
_encode = json.JSONEncoder(
    ensure_ascii=False,
    sort_keys=True,  # PostgreSQL gives a JSON column's keys back in its own order
    separators=(",", ":"),
).encode


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, str | int):
        return value
    if isinstance(value, datetime):
        return _in_utc(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        # engines give back more or fewer zeros after the decimal sign
        return f"{value.normalize():f}"
    return value


@lru_cache(maxsize=100)
def _in_utc(instant: datetime) -> str:
    """The rows of one act share their instant."""
    return instant.astimezone(UTC).isoformat(timespec="microseconds")
