"""Conditions of a form over whole columns of answers, and the bounds a constraint sets to a number.

A column of chosen answers and texts holds ``""`` where nothing was answered, one of numbers NaN, one of
dates NaT: the same three kinds of nothing that XPath's empty text stands for.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dozor.core.plan.conditions import (
    AllOf,
    AnyOf,
    Comparison,
    Condition,
    Literal,
    Matches,
    Operand,
    Reference,
)
from dozor.core.plan.instruments import ValueType

Column = NDArray[Any]
Columns = Mapping[str, Column]
Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
_NUMERIC: Mapping[str, Callable[[Any, Any], Any]] = {
    "=": np.equal,
    "!=": np.not_equal,
    "<": np.less,
    "<=": np.less_equal,
    ">": np.greater,
    ">=": np.greater_equal,
}


@dataclass(frozen=True)
class Setting:
    """What a condition is read against: the columns drawn so far, how many rows, and what today is."""

    columns: Columns
    rows: int
    today: date


def empty(kind: ValueType, rows: int) -> Column:
    """A column of nothing answered."""
    if kind == "number":
        return np.full(rows, np.nan)
    if kind == "date":
        return np.full(rows, np.datetime64("NaT"), dtype="datetime64[D]")
    return np.full(rows, "", dtype=object)


def is_answered(column: Column) -> Bools:
    """Where a column holds an answer."""
    if column.dtype == object:
        return np.asarray(column != "", dtype=np.bool_)
    return np.asarray(~np.isnat(column) if column.dtype.kind == "M" else ~np.isnan(column), dtype=np.bool_)


def holds_in(condition: Condition, setting: Setting, this: Column | None = None) -> Bools:
    """Where a condition is true; the same answer for each row as `dozor.core.plan.conditions.holds`."""
    if isinstance(condition, AllOf | AnyOf):
        parts = np.array([holds_in(part, setting, this) for part in condition.parts])
        return np.asarray(parts.all(axis=0) if isinstance(condition, AllOf) else parts.any(axis=0))
    if isinstance(condition, Matches):
        pattern = re.compile(condition.pattern)
        texts = _values(condition.operand, setting, this)
        found = np.fromiter((pattern.search(str(t)) is not None for t in texts), dtype=bool, count=len(texts))
        return np.asarray(found != condition.is_denied)
    left, right = (_values(side, setting, this) for side in (condition.left, condition.right))
    if left.dtype == object and right.dtype == object and condition.sign in {"=", "!="}:
        return np.asarray((left == right) == (condition.sign == "="), dtype=np.bool_)
    a, b = as_numbers(left), as_numbers(right)
    found = np.asarray(_NUMERIC[condition.sign](a, b), dtype=np.bool_)
    if condition.sign in {"=", "!="}:
        # nothing answered on either side: XPath compares two empty texts
        found = np.where(np.isnan(a) & np.isnan(b), condition.sign == "=", found)
    return found


def as_numbers(column: Column) -> Floats:
    """A column as XPath's numbers: days for dates, NaN where there is none."""
    if column.dtype == object:
        return np.array([_number(text) for text in column], dtype=np.float64)
    if column.dtype.kind == "M":
        return np.where(np.isnat(column), np.nan, column.astype(np.int64).astype(np.float64))
    return column.astype(np.float64)


def bounds_of(condition: Condition | None, setting: Setting) -> tuple[Floats, Floats, bool]:
    """The least and the greatest number a constraint allows in each row, and whether an answer limits it.

    Read from comparisons of the answer itself joined by ``and``; anything else bounds nothing.
    """
    low, high = np.full(setting.rows, -np.inf), np.full(setting.rows, np.inf)
    by_answer = False
    parts = condition.parts if isinstance(condition, AllOf) else () if condition is None else (condition,)
    for part in parts:
        if not isinstance(part, Comparison) or part.left != Reference():
            continue
        limit = as_numbers(_values(part.right, setting, None))
        if part.sign in {">", ">="}:
            low = np.fmax(low, limit + (part.sign == ">"))
        elif part.sign in {"<", "<="}:
            high = np.fmin(high, limit - (part.sign == "<"))
            by_answer |= isinstance(part.right, Reference)
    return low, high, by_answer


def _values(operand: Operand, setting: Setting, this: Column | None) -> Column:
    if isinstance(operand, Literal):
        kind = object if isinstance(operand.value, str) else np.float64
        return np.full(setting.rows, operand.value, dtype=kind)
    if isinstance(operand, Reference):
        if operand.name:
            return setting.columns[operand.name]
        if this is None:
            raise ValueError("the answer itself is not known here")
        return this
    if operand.name == "today":
        day = setting.today
    else:
        said = operand.arguments[0]
        if not isinstance(said, Literal):
            raise ValueError("a date is a text")
        day = date.fromisoformat(str(said.value))
    return np.full(setting.rows, np.datetime64(day), dtype="datetime64[D]")


def _number(text: object) -> float:
    try:
        return float(str(text))
    except ValueError:
        return float("nan")
