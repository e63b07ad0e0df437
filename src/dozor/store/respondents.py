"""Rows of a source in memory and in the order of the file: for methods that need every person at once."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from dozor.core.estimation.definition import Definition
from dozor.core.estimation.expression import fields_of, zero_one_fields
from dozor.core.estimation.truth import has_trait
from dozor.core.findings import Finding, Refused
from dozor.store.source import Source

CORE_FIRST_ROW = 2  # the core counts rows as in a table whose heading is row 1

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Respondents:
    """Columns of a source, read once.

    Parameters
    ----------
    source
        Where they come from; names the file and its columns.
    columns
        The columns read, and under ``printed <name>`` how the values of a grouping column print.
    """

    source: Source
    columns: pa.Table

    @property
    def size(self) -> int:
        return int(self.columns.num_rows)

    def numbers(self, name: str) -> Floats:
        """A column as numbers, missing as not-a-number; ``EST-NOT-NUMBER``."""
        self.source.require(name, numeric=True)
        column = self.columns[name].cast(pa.float64())
        return np.asarray(column.to_numpy(zero_copy_only=False), dtype=float)

    def texts(self, name: str) -> list[str]:
        """A column as text, missing as an empty one; whole numbers without a point."""
        column = self.columns[name]
        if pa.types.is_floating(column.type):
            values = column.to_pylist()
            return [
                "" if v is None or math.isnan(v) else f"{v:.0f}" if v == int(v) else repr(v) for v in values
            ]
        return [v or "" for v in column.cast(pa.string()).to_pylist()]

    def is_dated(self, name: str) -> bool:
        """Tell whether a column is to be read as days: dates, or text."""
        return self.source.types[name] in {"date", "text"}

    def days(self, name: str) -> list[date | None]:
        """A column of days, written 2024-03-31 or 31.03.2024 where it is text; a time of day is dropped.

        Raises
        ------
        Refused
            ``EST-NOT-DATE`` for every cell that is no day.
        """
        values = self.columns[name].to_pylist()
        if self.source.types[name] == "date":
            return [v.date() if isinstance(v, datetime) else v for v in values]
        days = [_day(v) if v else None for v in values]
        wrong = [i for i, (v, day) in enumerate(zip(values, days, strict=True)) if v and day is None]
        if wrong:
            file = self.source.file or None
            raise Refused([Finding("EST-NOT-DATE", values[i], {}, file, self.row(i), name) for i in wrong])
        return days

    def binary(self, definition: Definition) -> Floats:
        """Evaluate a definition: 1 with the trait, 0 without, not-a-number outside the denominator.

        Raises
        ------
        Refused
            ``EST-NOT-01``: a number that stands for yes or no is neither 1 nor 0.
        """
        for name in sorted(zero_one_fields(definition.whole)):
            values = self.numbers(name)
            odd = np.flatnonzero(~np.isnan(values) & (values != 0) & (values != 1))
            if len(odd):
                row = int(odd[0])
                raise Refused(
                    Finding("EST-NOT-01", f"{values[row]:g}", {}, self.source.file, self.row(row), name)
                )
        answers = {field.name: self._answers(field.name, field.type) for field in fields_of(definition.whole)}
        true, known = has_trait(definition, answers, self.size)
        return np.where(known, true.astype(float), np.nan)

    def domains(self, by: Sequence[str]) -> Iterator[tuple[dict[str, str], NDArray[np.bool_]]]:
        """Go through every combination of values of some columns that occurs, in order.

        Rows with a missing value in one of them belong to no domain.
        """
        if not by:
            yield {}, np.ones(self.size, dtype=bool)
            return
        keys = [self._keys(name) for name in by]
        combined = np.zeros(self.size, dtype=np.int64)
        known = np.ones(self.size, dtype=bool)
        for codes, names in keys:
            combined = combined * max(len(names), 1) + np.maximum(codes, 0)
            known &= codes >= 0
        for value in np.unique(combined[known]):
            rows = known & (combined == value)
            first = int(np.flatnonzero(rows)[0])
            place = {name: names[codes[first]] for name, (codes, names) in zip(by, keys, strict=True)}
            yield place, rows

    def levels(self, name: str) -> tuple[NDArray[np.intp], list[str]]:
        """Codes of a column's values and what they print as, in order; -1 where missing."""
        codes, names = self._keys(name)
        return codes.astype(np.intp), names

    def row(self, index: int) -> int:
        """Row of the file, as messages count it."""
        return index + self.source.first_row

    def _answers(self, name: str, kind: str) -> tuple[NDArray[Any], NDArray[np.bool_]]:
        column = self.columns[name]
        known = np.asarray(pc.is_valid(column).to_numpy(zero_copy_only=False), dtype=bool)
        if kind == "number":
            values = self.numbers(name)
            return values, known & ~np.isnan(values)
        if kind == "date":
            days = column.cast(pa.date32()).to_numpy(zero_copy_only=False)
            return days.astype("datetime64[D]"), known
        return np.array(column.to_pylist(), dtype=object), known

    def _keys(self, name: str) -> tuple[NDArray[np.int64], list[str]]:
        """Codes in the order of the values themselves (2 before 10), with their text in the file."""
        value = self.columns[name]
        if pa.types.is_floating(value.type):
            value = pc.if_else(pc.is_nan(value), pa.scalar(None, value.type), value)
        distinct = pc.unique(value).drop_null()
        distinct = distinct.take(pc.array_sort_indices(distinct))
        codes = pc.index_in(value, value_set=distinct).to_pylist()
        texts = self.columns[f"printed {name}"].cast(pa.string()).to_pylist()
        names = [""] * len(distinct)
        for code, text in zip(codes, texts, strict=True):
            if code is not None and not names[code]:
                names[code] = text
        return np.array([-1 if c is None else c for c in codes], dtype=np.int64), names


def _day(text: str) -> date | None:
    text = text.strip()[:10]
    for form in ("%Y-%m-%d", "%d.%m.%Y"):
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    return None


def read_respondents(source: Source, columns: Iterable[str], groupings: Iterable[str] = ()) -> Respondents:
    """Read columns into memory; ``EST-COLUMN`` when one is not there, ``EST-NO-ROWS`` for an empty file."""
    names, grouped = dict.fromkeys(columns), dict.fromkeys(groupings)
    for name in (*names, *grouped):
        source.require(name)
    chosen = {name: source.table[name] for name in (*names, *grouped)}
    chosen |= {f"printed {name}": source.key(name) for name in grouped}
    table = source.table.select(**chosen).to_pyarrow()
    if not table.num_rows:
        raise Refused(Finding("EST-NO-ROWS", file=source.file))
    return Respondents(source, table)


@contextmanager
def findings_of(source: Source) -> Iterator[None]:
    """Give findings of the core the file's name and its own row numbers."""
    try:
        yield
    except Refused as refused:
        raise Refused(in_file(source, refused.findings)) from None


def in_file(source: Source, findings: Iterable[Finding]) -> list[Finding]:
    """Return findings of the core as findings about a file."""
    shift = source.first_row - CORE_FIRST_ROW
    return [
        f
        if f.file
        else replace(
            f,
            file=source.file or None,
            row=None if f.row is None else f.row + shift,
            values={k: v + shift if k in {"first", "recruiter_row"} and isinstance(v, int) else v
                    for k, v in f.values.items()},
        )
        for f in findings
    ]  # fmt: skip
