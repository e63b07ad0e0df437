"""What `dozor form build --to workbook` needs beside the instrument: the agency, its places, last year."""

from __future__ import annotations

from pathlib import Path

from dozor.core.findings import Finding, Refused
from dozor.core.plan import Plan
from dozor.core.plan.instruments import Instrument


def build_workbook(
    instrument: Instrument,
    plan: Plan,
    *,
    agency: str | None,
    year: int | None,
    previous: Path | None,
    language: str,
) -> bytes:
    """Return an agency's workbook; `Refused` when there is no such agency or it has no such form."""
    from dozor.formats.plan_folder import load_agencies, load_areas, places_folder
    from dozor.formats.workbook import carried_fields, layout, previous_answers, write_workbook

    if agency is None or year is None:
        raise Refused(Finding("WB-AGENCY-YEAR"))
    if not 2000 <= year <= 2100:
        raise Refused(Finding("WB-AGENCY-YEAR", found=str(year)))
    agencies = load_agencies(places_folder())
    if agency not in agencies:
        raise Refused(Finding("INST-AGENCY", found=agency))
    one = agencies.agency(agency)
    made = layout(
        instrument,
        agency=one,
        areas=load_areas(places_folder()),
        year=year,
        language=language,
        carried=carried_fields(instrument, plan.definitions),
    )
    carried = previous_answers(previous, made) if previous is not None else None
    return write_workbook(instrument, made, agency=one, carried=carried)
