"""Tables without columns that say nothing."""

from __future__ import annotations

from collections.abc import Sequence

from dozor.publishing.documents import Column, Row, Table, Words


def trimmed(
    caption: str,
    columns: Sequence[Column],
    rows: Sequence[Row],
    notes: Sequence[Words] = (),
    *,
    wider: int | None = None,
) -> Table:
    """Return a table without the columns that are empty in every full row.

    Their room goes to the column numbered `wider` in the full table, or to all.
    """
    full = [row for row in rows if len(row.cells) == len(columns)]
    kept = [place for place in range(len(columns)) if any(row.cells[place] for row in full)]
    freed = sum(column.width for place, column in enumerate(columns) if place not in kept)
    shown = []
    for place in kept:
        column = columns[place]
        extra = freed if place == wider else 0
        shown.append(Column(column.title, column.width + extra, column.align))
    made = [
        Row(tuple(row.cells[place] for place in kept)) if len(row.cells) == len(columns) else row
        for row in rows
    ]
    return Table(caption, tuple(shown), tuple(made), tuple(notes))
