"""What one cell of a workbook says, by the question of its column."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from dozor.core.plan.conditions import Value
from dozor.formats.workbook.layout import WorkbookColumn

_NUMBER = re.compile(r"[+-]?\d{1,18}(?:[.,]\d{1,12})?", re.ASCII)
_DAY = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})", re.ASCII)


@dataclass(frozen=True)
class Misread:
    """What a cell says that is no answer: the finding's code and the words it needs."""

    code: str
    values: Mapping[str, object] = field(default_factory=dict)


def answer_of(column: WorkbookColumn, value: object) -> tuple[str, Value] | Misread:
    """A cell's answer as text (a choice by its code) and as a value; empty: ``("", None)``."""
    said = said_of(value)
    if not said:
        return "", None
    heading = {"heading": column.heading}
    if column.choices:
        return _chosen(column, said)
    if column.kind in {"integer", "decimal"}:
        plain = re.sub(r"[\s\u00a0\u202f]", "", said)
        if isinstance(value, date | bool) or not _NUMBER.fullmatch(plain):
            return Misread("WB-NUMBER", heading)
        number = float(plain.replace(",", "."))
        if column.kind == "integer" and not number.is_integer():
            return Misread("WB-WHOLE", heading)
        return (str(int(number)) if number.is_integer() else repr(number)), number
    if column.kind == "date":
        day = _day(value)
        return Misread("WB-DATE", heading) if day is None else (day.isoformat(), day)
    return said, said


def _chosen(column: WorkbookColumn, said: str) -> tuple[str, Value] | Misread:
    codes = {label.strip(): code for code, label in column.choices}
    codes |= {code: code for code, _ in column.choices if code not in codes}
    several = column.kind == "select_multiple"
    given = [one.strip() for one in said.split(";")] if several else [said]
    if any(one not in codes for one in given):
        return Misread("WB-CHOICE", {"known": "; ".join(label for _, label in column.choices[:20])})
    text = " ".join(codes[one] for one in given)
    return text, text


def said_of(value: object) -> str:
    """A cell's content as text, a whole number without a point, a date as 2026-03-01."""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat()
    return str(value).strip()


def _day(value: object) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    said = str(value).strip()
    try:
        if found := _DAY.fullmatch(said):
            return date(int(found[3]), int(found[2]), int(found[1]))
        return date.fromisoformat(said)
    except ValueError:
        return None
