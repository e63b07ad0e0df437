"""Counts who was seen the first time, the second time and both times."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from dozor.core.findings import Finding, Refused
from dozor.store.respondents import read_respondents
from dozor.store.source import Source


@dataclass(frozen=True)
class Captures:
    """People seen the first time, the second time, and both times."""

    first: int
    second: int
    both: int

    @property
    def seen(self) -> int:
        return self.first + self.second - self.both


def count_captures(
    source: Source, columns: tuple[str, str], by_sets: Sequence[tuple[str, ...]]
) -> Iterator[tuple[dict[str, str], Captures]]:
    """Count the people of a file with one row per person.

    Parameters
    ----------
    columns
        1 for those seen that time, 0 or empty for those not.

    Raises
    ------
    Refused
        ``EST-COLUMN``, ``EST-NOT-NUMBER``, ``EST-NOT-01``.
    """
    rows = read_respondents(source, columns, [name for by in by_sets for name in by])
    seen = []
    for name in columns:
        values = rows.numbers(name)
        odd = np.flatnonzero(~np.isnan(values) & (values != 0) & (values != 1))
        if len(odd):
            row = int(odd[0])
            raise Refused(Finding("EST-NOT-01", f"{values[row]:g}", {}, source.file, rows.row(row), name))
        seen.append(values == 1)
    first, second = seen
    for by in by_sets:
        for place, kept in rows.domains(by):
            yield (
                place,
                Captures(
                    int((first & kept).sum()), int((second & kept).sum()), int((first & second & kept).sum())
                ),
            )
