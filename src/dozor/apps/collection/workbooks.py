"""Agencies' Excel workbooks as they come into a round."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from django.utils import timezone

from dozor.apps.collection.models import Round
from dozor.apps.organisations.models import Agency
from dozor.apps.organisations.queries import agency_rows
from dozor.core.findings import Finding, Refused
from dozor.core.text import Text
from dozor.formats.workbook import FilledWorkbook, layout_of, read_workbook


def filled_workbook(path: Path, name: str, round_: Round, at: datetime) -> FilledWorkbook:
    """Read the workbook an agency sent for a round; raises `Refused` with ``WB-…``."""
    if round_.agency is not None:
        refuse_anothers(path, name, round_.agency)
    return read_workbook(
        path,
        instrument=round_.instrument,
        version=round_.form.version,
        year=round_.year,
        agency=round_.agency.code if round_.agency else None,
        name=name,
        today=timezone.localdate(at),
    )


def refuse_anothers(path: Path, name: str, agency: Agency) -> None:
    """Raise ``WB-AGENCY``, with both agencies named, unless the workbook is this agency's."""
    owner = layout_of(path, name).agency
    if owner != agency.code:
        values = {"whose": _named(owner), "wanted": _named(agency.code)}
        raise Refused(Finding("WB-AGENCY", owner, values, file=name))


def _named(code: str) -> Text | str:
    """An agency's short name with its code; the code alone where the instance knows none such."""
    one = agency_rows().get(code)
    if one is None:
        return code
    return Text(*(f"{name} ({code})" for name in (one.short_ru, one.short_be, one.short_en)))
