"""Rows of a submission read from a table."""

from __future__ import annotations

import hashlib
from pathlib import Path

from dozor.core.findings import Finding, Refused
from dozor.core.submissions.content import COLUMNS, Row, row_of
from dozor.formats.tables import read_table

REQUIRED = ("indicator", "area", "period", "unit")
IGNORED = ("source_", "#")  # of the bank's own tables: a submission is its own source
TRUE = frozenset({"1", "yes", "true", "да", "так"})


def rows_of_file(path: Path, name: str = "") -> tuple[list[Row], str]:
    """Read a CSV or XLSX of rows; return them with the file's SHA-256.

    Columns are those of `Row`; one that is not among them is refused, a missing optional one is empty.
    """
    rows, shown = [], name or path.name
    for line in read_table(path, shown):
        cells = line.cells
        if missing := [c for c in REQUIRED if c not in cells]:
            values = {"missing": ", ".join(missing), "required": ", ".join(REQUIRED)}
            raise Refused(Finding("FILE-COLUMNS", ", ".join(cells), values, file=shown, row=1))
        if unknown := [c for c in cells if c not in COLUMNS and not c.startswith(IGNORED)]:
            known = {"known": ", ".join(COLUMNS)}
            raise Refused(Finding("FILE-COLUMN-UNKNOWN", c, known, file=shown, row=1) for c in unknown)
        told: dict[str, object] = {c: (cells.get(c) or "").strip() for c in COLUMNS}
        told["is_nil"] = str(told["is_nil"]).lower() in TRUE
        rows.append(row_of(told))
    with path.open("rb") as file:
        return rows, hashlib.file_digest(file, "sha256").hexdigest()
