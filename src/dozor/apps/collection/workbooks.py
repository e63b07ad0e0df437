"""Agencies' Excel workbooks as they come into a round."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from django.utils import timezone

from dozor.apps.collection.models import Round
from dozor.formats.workbook import FilledWorkbook, read_workbook


def filled_workbook(path: Path, name: str, round_: Round, at: datetime) -> FilledWorkbook:
    """Read the workbook an agency sent for a round; raises `Refused` with ``WB-…``."""
    return read_workbook(
        path,
        instrument=round_.instrument,
        version=round_.form.version,
        year=round_.year,
        agency=round_.agency.code if round_.agency else None,
        name=name,
        today=timezone.localdate(at),
    )
