"""What changed between two versions of a submission, cell by cell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dozor.core.submissions.content import COLUMNS, NAMING, Row

TOLD = tuple(c for c in COLUMNS if c not in NAMING and c != "round")


@dataclass(frozen=True)
class Change:
    """One cell that says something else; an empty `was` or `became`: it said nothing."""

    row: Row
    column: str
    was: str
    became: str


def changes(before: Sequence[Row], now: Sequence[Row]) -> list[Change]:
    """Compare two versions: every cell that differs, rows of the newer version first.

    >>> was = Row("4.1", "BY", "2026", "percent", value="25")
    >>> became = Row("4.1", "BY", "2026", "percent", value="26")
    >>> [(c.column, c.was, c.became) for c in changes([was], [became])]
    [('value', '25', '26')]
    """
    old, new = {r.name: r for r in before}, {r.name: r for r in now}
    found: list[Change] = []
    for name, row in new.items():
        found += _cells(old.get(name), row, row)
    for name, row in old.items():
        if name not in new:
            found += _cells(row, None, row)
    return found


def _cells(was: Row | None, became: Row | None, row: Row) -> list[Change]:
    told = []
    for column in TOLD:
        before, now = _said(was, column), _said(became, column)
        if before != now:
            told.append(Change(row, column, before, now))
    return told


def _said(row: Row | None, column: str) -> str:
    cell = "" if row is None else getattr(row, column)
    return ("yes" if cell else "") if isinstance(cell, bool) else str(cell)
