"""A table of answers that an engine can read, with what is known about its columns."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

import ibis
import ibis.expr.datatypes as dt
import pyarrow as pa
from ibis.expr import types as ir

from dozor.core.estimation.expression import FieldType
from dozor.core.findings import Finding, Refused

T = TypeVar("T")


@dataclass(frozen=True)
class Source:
    """A table of answers, one row per respondent.

    Parameters
    ----------
    table
        An Ibis table on whichever engine; every missing answer is NULL.
    types
        What a definition may do with each column; columns of other types are not listed.
    printed
        For a column whose values would not print as they stand in the file, the column of their text.
    complete
        Columns known to hold no missing value; a shorter way of counting is then taken.
    file
        What a message calls the table.
    first_row
        Number of the first answer's row in the file (2 under a heading).
    remembered
        What was worked out before, by what was asked: the engine's SQL, measures.
    """

    table: ir.Table
    types: Mapping[str, FieldType]
    printed: Mapping[str, str] = field(default_factory=dict)
    complete: frozenset[str] = frozenset()
    file: str = ""
    first_row: int = 1
    remembered: dict[Hashable, Any] = field(default_factory=dict, compare=False, repr=False)

    def once(self, asked: Hashable, work_out: Callable[[], T]) -> T:
        """Work something out about this table once and remember it."""
        key = (self.table.op(), asked)
        if key not in self.remembered:
            self.remembered[key] = work_out()
        return self.remembered[key]

    def run(self, asked: Hashable, build: Callable[[], ir.Table]) -> pa.Table:
        """Run a query, building and compiling it only when it is asked for the first time.

        Compiling twenty indicators takes as long as DuckDB takes to sum 100,000 rows.
        """
        engine = self.table.get_backend()
        if engine.name != "duckdb":
            return build().to_pyarrow()
        query = self.once(asked, lambda: engine.compile(build()))
        return engine.con.execute(query).to_arrow_table()

    def require(self, column: str, *, numeric: bool = False) -> None:
        """Raise ``EST-COLUMN`` when there is no such column, ``EST-NOT-NUMBER`` when it must be numeric."""
        if column not in self.types:
            known = ", ".join(list(self.types)[:30])
            raise Refused(Finding("EST-COLUMN", found=column, values={"known": known}, file=self.file))
        if numeric and self.types[column] not in {"number", "truth"}:
            raise Refused(self._not_a_number(column))

    def _not_a_number(self, column: str) -> Finding:
        text = self.table[column].cast("string")
        bad = text.try_cast("float64").isnull() & text.notnull()
        rows = self.table.mutate(dozor_row=ibis.row_number(), dozor_text=text)
        found = rows.filter(bad).select("dozor_row", "dozor_text").limit(1).to_pyarrow().to_pylist()
        if not found:
            return Finding("EST-NOT-NUMBER", found="", column=column, file=self.file)
        return Finding(
            "EST-NOT-NUMBER",
            found=str(found[0]["dozor_text"]),
            row=int(found[0]["dozor_row"]) + self.first_row,
            column=column,
            file=self.file,
        )

    def refuse_missing(self, column: str) -> Refused:
        """Return the refusal of an empty cell in a column of the design."""
        empty = self.table[column].isnull()
        rows = self.table.mutate(dozor_row=ibis.row_number()).filter(empty).select("dozor_row")
        found = rows.limit(1).to_pyarrow().to_pylist()
        row = int(found[0]["dozor_row"]) + self.first_row if found else None
        return Refused(Finding("EST-DESIGN-MISSING", row=row, column=column, file=self.file))

    def number(self, column: str) -> ir.NumericValue:
        """The column as numbers, NaN read as missing."""
        values = self.table[column]
        if values.type().is_boolean():
            return values.cast("int8")
        if values.type().is_floating():
            return values.cast("float64").nullif(float("nan"))
        return values.cast("float64") if values.type().is_decimal() else values

    def key(self, column: str) -> ir.Value:
        """The column to group by, in the form it prints in."""
        return self.table[self.printed.get(column, column)]


def types_of(schema: Mapping[str, dt.DataType]) -> dict[str, FieldType]:
    """Return the field type of every column a definition may read."""
    types: dict[str, FieldType] = {}
    for name, kind in schema.items():
        if kind.is_boolean():
            types[name] = "truth"
        elif kind.is_numeric():
            types[name] = "number"
        elif kind.is_date() or kind.is_timestamp():
            types[name] = "date"
        elif kind.is_string():
            types[name] = "text"
    return types
