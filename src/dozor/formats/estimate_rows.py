"""Reads back what `dozor estimate … --format json` printed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from dozor.core.estimation.estimate import Estimate
from dozor.core.findings import Finding, Refused


def read_estimates(text: str, *, file: str = "") -> list[Estimate]:
    """Read a list of rows.

    Raises
    ------
    Refused
        ``POP-ESTIMATES``: no JSON, or not rows of estimates.
    """
    try:
        rows = json.loads(text)
    except ValueError:
        raise Refused(Finding("POP-ESTIMATES", found=text.strip()[:60], file=file or None)) from None
    return estimates_of(rows, file=file)


def estimates_of(rows: Iterable[Mapping[str, Any]], *, file: str = "") -> list[Estimate]:
    """Make estimates of rows as printed; differences and tests, which are none, are left out."""
    found = []
    try:
        for row in rows:
            if row["estimand"] in {"difference", "independence"}:
                continue
            numbers = {key: row[key] for key in ("estimate", "se", "lower", "upper")}
            if any(value is not None and not isinstance(value, int | float) for value in numbers.values()):
                raise ValueError(numbers)
            others = {key: row[key] for key in ("n", "n_effective", "deff")}
            domain = {str(column): str(value) for column, value in row["domain"].items()}
            found.append(Estimate(row["estimand"], row["name"], domain, **numbers, **others))
    except (AttributeError, KeyError, TypeError, ValueError):
        raise Refused(Finding("POP-ESTIMATES", found=str(rows)[:60], file=file or None)) from None
    return found
