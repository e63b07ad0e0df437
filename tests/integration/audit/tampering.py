"""Changes made behind the program's back, each of them undone again."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from tests.instances import Instance


@dataclass(frozen=True)
class Column:
    """A sealed column of a table."""

    name: str
    kind: str
    is_unique: bool


def sealed_tables() -> dict[str, list[Column]]:
    """Every table the journal vouches for, with its columns other than the key."""
    from django.apps import apps

    from dozor.apps.audit.sealing import sealed_columns
    from dozor.apps.audit.verification import BATCHED, SEALED

    tables = {}
    for label in (*SEALED, *BATCHED):
        model = apps.get_model(label)
        sealed = {name for name, _, _ in sealed_columns(model)}
        constrained = {name for c in model._meta.constraints for name in getattr(c, "fields", ())}
        tables[model._meta.db_table] = [
            Column(f.column, f.get_internal_type(), f.unique or f.name in constrained)
            for f in model._meta.concrete_fields
            if f.attname in sealed and not f.primary_key
        ]
    return tables


def keys(instance: Instance, table: str) -> list[Any]:
    return [key for (key,) in instance.execute(f"SELECT id FROM {table} ORDER BY id")]


def other(value: Any, kind: str, by: random.Random) -> Any:
    """Another value of the same kind."""
    if kind == "JSONField":
        held = json.loads(value)
        return json.dumps([*held, "x"] if isinstance(held, list) else {"was": held})
    if kind in ("CharField", "TextField"):
        text = value or ""
        place = by.randrange(len(text) + 1)
        return text[:place] + by.choice("xyz") + text[place + 1 :]
    if kind == "BooleanField":
        return not value
    if kind == "DateField":
        return str(date.fromisoformat(str(value or "2020-01-01")) + timedelta(days=by.randint(1, 99)))
    if kind == "DateTimeField":
        held_at = datetime.fromisoformat(str(value or "2020-01-01 00:00:00+00:00"))
        return str(held_at + timedelta(microseconds=by.randint(1, 10**9)))
    if kind == "DecimalField":
        # SQLite would keep digits that the column, as the program reads it, does not have
        return str(Decimal(str(value or 0)) + Decimal("0.01") * by.randint(1, 99))
    return (value or 0) + by.randint(1, 3)


@contextmanager
def altered(instance: Instance, table: str, key: Any, column: Column, by: random.Random) -> Iterator[bool]:
    """One cell is another; yields False when the database itself would not take the change."""
    ((before,),) = instance.execute(
        f"SELECT {_read(column.name, column.kind)} FROM {table} WHERE id = %s", key
    )
    after = other(before, column.kind, by)
    if str(after) == str(before) or not _changed(instance, table, key, column.name, after):
        yield False
        return
    ((stored,),) = instance.execute(
        f"SELECT {_read(column.name, column.kind)} FROM {table} WHERE id = %s", key
    )
    try:
        yield str(stored) != str(before)  # a column may hold fewer digits than it was given
    finally:
        assert _changed(instance, table, key, column.name, before)


def _changed(instance: Instance, table: str, key: Any, column: str, value: Any) -> bool:
    try:
        instance.execute(f'UPDATE {table} SET "{column}" = %s WHERE id = %s', value, key)
    except Exception as refusal:
        assert (
            "constraint" in str(refusal).lower() or "range" in str(refusal) or "too long" in str(refusal)
        ), refusal
        return False
    return True


@contextmanager
def removed(instance: Instance, table: str, key: Any) -> Iterator[None]:
    columns, row = _row(instance, table, key)
    instance.execute(f"DELETE FROM {table} WHERE id = %s", key)
    try:
        yield
    finally:
        _insert(instance, table, columns, row)


@contextmanager
def added(instance: Instance, table: str, key: Any) -> Iterator[Any]:
    """A row like another, under a new key and with other names where names are unique."""
    columns, row = _row(instance, table, key)
    new = max(keys(instance, table)) + 7
    unique = {c.name for c in sealed_tables()[table] if c.is_unique}
    copy = [
        new
        if c == "id"
        else f"~{v[1:]}"
        if c in unique and isinstance(v, str)
        else v + 7
        if c == "number" and c in unique and isinstance(v, int)
        else None
        if c == "supersedes_id"
        else v
        for c, v in zip(columns, row, strict=True)
    ]
    _insert(instance, table, columns, copy)
    try:
        yield new
    finally:
        instance.execute(f"DELETE FROM {table} WHERE id = %s", new)


def _row(instance: Instance, table: str, key: Any) -> tuple[list[str], list[Any]]:
    from django.apps import apps

    (model,) = (m for m in apps.get_models() if m._meta.db_table == table)
    columns = [(f.column, f.get_internal_type()) for f in model._meta.concrete_fields]
    read = ", ".join(_read(*c) for c in columns)
    ((*row,),) = instance.execute(f"SELECT {read} FROM {table} WHERE id = %s", key)
    return [name for name, _ in columns], row


def _read(column: str, kind: str) -> str:
    """A column as it can be written back: PostgreSQL reads JSON into objects."""
    return f'CAST("{column}" AS text)' if kind == "JSONField" else f'"{column}"'


def _insert(instance: Instance, table: str, columns: list[str], row: list[Any]) -> None:
    places = ", ".join(["%s"] * len(columns))
    instance.execute(f"INSERT INTO {table} ({_quoted(columns)}) VALUES ({places})", *row)


def _quoted(columns: list[str]) -> str:
    return ", ".join(f'"{c}"' for c in columns)
