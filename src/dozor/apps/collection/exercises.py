"""Values of simulated rounds: in the bank under sources that say so, read only by who asks for them."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from dozor.apps.bank.actions import import_values
from dozor.apps.bank.vocabulary import vocabulary
from dozor.apps.collection.models import Round
from dozor.core.findings import Finding, Refused
from dozor.core.observations.checking import COLUMNS
from dozor.core.plan import Plan
from dozor.core.submissions.content import Row

MARK = "[смоделированные данные]"  # a source's title stands in one language, the plan's own


def keep_exercise(round_: Round, rows: Sequence[Row], plan: Plan, *, by: str, at: datetime) -> list[Finding]:
    """Load a simulated round's values by the road of any table; what cannot be is told and left out."""
    if not round_.is_simulated:
        raise ValueError("a round of real answers goes through its agency's submission")
    known, name = vocabulary([plan]), f"{round_.code}.csv"
    cells = [_cells(round_, row, plan) for row in rows]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        _write(path, cells)
        tried = import_values(path, vocabulary=known, by=by, at=at, dry_run=True)
        wrong = {f.row for f in tried.findings}
        fitting = [row for number, row in enumerate(cells, start=2) if number not in wrong]
        if fitting:
            _write(path, fitting)
            summary = import_values(path, name=name, vocabulary=known, by=by, at=at, is_simulated=True)
            if summary.refused:
                raise Refused(summary.findings)
    return tried.findings


def _cells(round_: Round, row: Row, plan: Plan) -> dict[str, str]:
    told = {name: str(cell) for name, cell in row.as_mapping().items() if name in COLUMNS}
    # sums in several currencies stand side by side: each is a source of its own
    currency = f", {row.unit}" if plan.unit(row.unit).currency else ""
    notes = [row.method, f"n = {row.n}" if row.n else "", row.note]
    return told | {
        "source_title": f"{MARK} {round_.form.title_ru}, {round_.code}{currency}",
        "source_year": str(round_.year),
        "note": "; ".join(part for part in notes if part),
    }


def _write(path: Path, rows: Sequence[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)
