"""Surveys for tests: tables written as text, and the textbook's formulas spelt out row by row."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from dozor.core.estimation.definition import parse_named
from dozor.core.estimation.estimate import Estimate
from dozor.core.estimation.request import DesignColumns, SurveyRequest
from dozor.formats.frames import source_of_arrow
from dozor.store.source import Source
from dozor.store.survey import estimate_survey

Rows = Mapping[str, Sequence[Any]]


def rows_of(text: str) -> dict[str, list[Any]]:
    """Read a table written with spaces between cells; ``-`` is an empty cell."""
    lines = [line.split() for line in text.strip().splitlines()]
    columns = {name: [row[i] for row in lines[1:]] for i, name in enumerate(lines[0])}
    return {name: [_value(cell) for cell in cells] for name, cells in columns.items()}


def _value(cell: str) -> Any:
    if cell == "-":
        return None
    for kind in (int, float):
        try:
            return kind(cell)
        except ValueError:
            continue
    return cell


def source_of(rows: Rows) -> Source:
    return source_of_arrow(pa.table({name: pa.array(list(cells)) for name, cells in rows.items()}))


def ask(rows: Rows, *, shares: Mapping[str, str] | None = None, **asked: Any) -> list[Estimate]:
    """Estimate from rows; columns ``h``, ``c``, ``w`` are strata, clusters and weights where they stand."""
    source = source_of(rows)
    design = {
        "weight": "w" if "w" in rows else None,
        "stratum": "h" if "h" in rows else None,
        "cluster": ("c",) if "c" in rows else (),
    }
    design |= {k: asked.pop(k) for k in list(asked) if k in DesignColumns.__dataclass_fields__}
    definitions = tuple(parse_named(f"{n}={e}", source.types) for n, e in (shares or {}).items())
    return estimate_survey(source, SurveyRequest(DesignColumns(**design), definitions, **asked))


def by_domain(rows: Sequence[Estimate]) -> dict[tuple[str, ...], Estimate]:
    return {tuple(row.domain.values()): row for row in rows}


def to_csv(rows: Rows, delimiter: str = ",") -> str:
    """Write rows as CSV text, an empty cell for a missing answer."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter)
    writer.writerow(rows)
    writer.writerows(zip(*rows.values(), strict=True))
    return text.getvalue()


def textbook_ratio(
    y: np.ndarray, x: np.ndarray, h: np.ndarray, c: np.ndarray, w: np.ndarray, inside: np.ndarray
) -> tuple[float, float]:
    """Estimate of ``sum(w y) / sum(w x)`` in a domain and its standard error, cluster by cluster.

    `y` is NaN where there is no answer; a cluster outside the domain has the total zero.
    """
    has = inside & ~np.isnan(y)
    numerator = float(np.sum(w[has] * y[has]))
    denominator = float(np.sum(w[has] * x[has]))
    ratio = numerator / denominator
    influence = np.where(has, w * (np.nan_to_num(y) - ratio * x) / denominator, 0.0)
    variance = 0.0
    for stratum in np.unique(h):
        clusters = np.unique(c[h == stratum])
        totals = np.array([influence[(h == stratum) & (c == cluster)].sum() for cluster in clusters])
        n = len(totals)
        variance += n / (n - 1) * float(np.sum((totals - totals.mean()) ** 2))
    return ratio, float(np.sqrt(variance))
