"""Agencies' Excel workbooks as they come into a round."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from dozor.apps.audit.actions import record
from dozor.apps.audit.models import Event
from dozor.apps.collection.models import Round
from dozor.formats.workbook import FilledWorkbook, read_workbook

NIL_ACTION = "nil report confirmed"


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


def confirm_nil(round_: Round, *, agency: str, source_digest: str, by: str, at: datetime) -> bool:
    """Record that an agency confirms to have nothing to report; False when it has been recorded before."""
    with transaction.atomic():
        held = Event.objects.filter(action=NIL_ACTION, subject=round_.code)
        if any(event.details.get("agency") == agency for event in held):
            return False
        details = {"agency": agency, "file": source_digest}
        record(action=NIL_ACTION, by=by, at=at, subject=round_.code, details=details)
    return True
