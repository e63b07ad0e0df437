"""What a spreadsheet itself can check of a number or a date; the reader checks the rest."""

from __future__ import annotations

from datetime import date
from typing import Any

from xlsxwriter.utility import xl_col_to_name

from dozor.core.plan.conditions import (
    AllOf,
    Call,
    Comparison,
    Condition,
    Literal,
    Operand,
    Reference,
    read_condition,
)
from dozor.formats.workbook.layout import FIRST_ROW, WorkbookColumn, WorkbookSheet


def limits(column: WorkbookColumn, part: WorkbookSheet) -> dict[str, Any]:
    """The rule of data validation that keeps a cell within its question's constraint."""
    low, high = _ends(column, part)
    if column.kind == "date":
        low = date(1900, 1, 1) if low is None else low
        high = date(2100, 12, 31) if high is None else high
    if low is not None and high is not None:
        return {"validate": column.kind, "criteria": "between", "minimum": low, "maximum": high}
    if low is not None or high is not None:
        sign = ">=" if low is not None else "<="
        return {"validate": column.kind, "criteria": sign, "value": low if low is not None else high}
    return {"validate": column.kind, "criteria": ">=", "value": -1_000_000_000_000_000}


def _ends(column: WorkbookColumn, part: WorkbookSheet) -> tuple[Any, Any]:
    condition = read_condition(column.constraint) if column.constraint else None
    ends: dict[str, Any] = {}
    for one in _simple(condition):
        if (end := _end(one.right, part)) is not None:
            ends[one.sign] = end
    return ends.get(">="), ends.get("<=")


def _simple(condition: Condition | None) -> list[Comparison]:
    parts = condition.parts if isinstance(condition, AllOf) else (condition,)
    return [p for p in parts if isinstance(p, Comparison) and p.left == Reference()]


def _end(operand: Operand, part: WorkbookSheet) -> Any:
    if isinstance(operand, Literal):
        value = operand.value
        return int(value) if isinstance(value, float) and value.is_integer() else value
    if isinstance(operand, Call):
        return "=TODAY()" if operand.name == "today" else None
    names = [column.field for column in part.columns]
    if operand.name not in names:
        return None
    return f"={xl_col_to_name(names.index(operand.name))}{FIRST_ROW}"
