"""Accepted rows on their way into the bank, by the road every table of values takes."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from dozor.apps.bank.actions import ImportSummary, import_values
from dozor.apps.bank.vocabulary import vocabulary
from dozor.apps.plans.queries import main_plan
from dozor.apps.submissions.models import Submission, SubmissionVersion
from dozor.core.findings import Refused
from dozor.core.observations.checking import COLUMNS
from dozor.core.plan.model import Plan


def to_bank(submission: Submission, version: SubmissionVersion, *, by: str, at: datetime) -> ImportSummary:
    """Load a version's rows; a later version of the same submission corrects the values of the earlier."""
    plan = main_plan()
    name = f"{submission.code}-v{version.number}.csv"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, COLUMNS)
            writer.writeheader()
            writer.writerows(_values(submission, version, plan))
        summary = import_values(path, name=name, vocabulary=vocabulary([plan]), by=by, at=at)
    if summary.refused:
        raise Refused(summary.findings)
    return summary


def source_title(submission: Submission, plan: Plan) -> str:
    """What the bank names as the source: the same for every version, so that one corrects another."""
    collection = next((c.name.ru for c in plan.collections if c.code == submission.collection), "")
    return f"{submission.agency.short_ru}: {collection or submission.collection}, {submission.year}"


def _values(submission: Submission, version: SubmissionVersion, plan: Plan) -> Iterator[dict[str, str]]:
    title = source_title(submission, plan)
    for row in version.content:
        cells = {name: str(cell) for name, cell in row.as_mapping().items() if name in COLUMNS}
        # a bank's source says one thing of one cell: sums in several currencies come from as many sources
        currency = f" ({row.unit})" if plan.unit(row.unit).currency else ""
        unit = plan.unit(row.unit)
        if row.n and not row.denominator and not unit.is_count and not unit.currency:
            cells["denominator"] = row.n  # a median's respondents too: too few of them are not to be shown
        told = [row.method, f"n = {row.n}" if row.n else "", row.note]
        yield cells | {
            "source_title": title + currency,
            "source_year": str(submission.year),
            "note": "; ".join(part for part in told if part),
        }
