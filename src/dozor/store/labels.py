"""Codes for the values of key columns, in the order a reader expects, and how these values print."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa

from dozor.core.design.stage import IntArray

MISSING = -1


def coded(column: pa.ChunkedArray) -> tuple[IntArray, list[str]]:
    """Number the distinct values in order; return each row's code (-1: missing) and the values as text."""
    array = column.combine_chunks()
    encoded = array.dictionary_encode() if not pa.types.is_dictionary(array.type) else array
    values = encoded.dictionary.to_pylist()
    order = _ordered(values)
    rank = np.empty(len(values) + 1, dtype=np.int64)
    rank[order] = np.arange(len(values))
    rank[len(values)] = MISSING
    indices = encoded.indices.fill_null(len(values)).to_numpy(zero_copy_only=False)
    return rank[indices], [printed(values[i]) for i in order]


def _ordered(values: Sequence[Any]) -> list[int]:
    """Order numbers, and texts that all read as numbers, by size; everything else by its text."""
    try:
        sizes = [float(value) for value in values if value is not None]
    except (TypeError, ValueError):
        sizes = []
    if len(sizes) == len(values):
        return sorted(range(len(values)), key=lambda i: (sizes[i], str(values[i])))
    return sorted(range(len(values)), key=lambda i: str(values[i]))


def printed(value: Any) -> str:
    """Write a value as it stands in the file: dates in ISO form, truth in small letters."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    return str(value)


def combined(codes: Sequence[IntArray], sizes: Sequence[int], rows: int) -> tuple[IntArray, IntArray]:
    """Number the distinct combinations of several codes.

    Returns
    -------
    cell
        Number of each row's combination; shape (rows,).
    members
        Code of each column in each combination; shape (combinations, columns).
    """
    if not codes:
        return np.zeros(rows, dtype=np.int64), np.zeros((1, 0), dtype=np.int64)
    key = np.zeros(rows, dtype=np.int64)
    for code, size in zip(codes, sizes, strict=True):
        key = key * (size + 1) + (code + 1)
    distinct, cell = np.unique(key, return_inverse=True)
    members = np.empty((len(distinct), len(codes)), dtype=np.int64)
    for i in range(len(codes) - 1, -1, -1):
        members[:, i] = distinct % (sizes[i] + 1) - 1
        distinct = distinct // (sizes[i] + 1)
    return cell.astype(np.int64), members
