"""Estimates as a table for people."""

from __future__ import annotations

from collections.abc import Sequence

from dozor.cli.output import language, print_table
from dozor.core.estimation.estimate import Estimate
from dozor.language import number

HEADINGS = ("Name", "Domain", "Estimate", "Standard error", "From", "To", "Answers", "Design effect")


def print_estimates(rows: Sequence[Estimate]) -> None:
    """Print one line for each estimate; a dash where there is none."""
    print_table(
        HEADINGS,
        (
            (
                row.name,
                ", ".join(f"{column} {value}" for column, value in row.domain.items()),
                _shown(row.estimate, row.estimand),
                _shown(row.se, row.estimand),
                _shown(row.lower, row.estimand),
                _shown(row.upper, row.estimand),
                number(row.n, language()),
                _shown(row.deff, "deff"),
            )
            for row in rows
        ),
        numeric=(2, 3, 4, 5, 6, 7),
    )


def _shown(value: float | None, estimand: str) -> str:
    """Write a number with four digits after the point for a share, and as many as tell it apart otherwise."""
    if value is None:
        return "–"
    if estimand in {"share", "standardised share", "ratio"}:
        return number(value, language(), 4)
    size = abs(value)
    return number(value, language(), 0 if size >= 1000 else 2)
