"""What `dozor form` makes for one agency: its workbook, and the paper sheet beside what it hands in."""

from __future__ import annotations

import hashlib
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


def build_sheet(file: Path, plan: Plan, *, language: str, checksum: str | None) -> tuple[bytes, str]:
    """Return the paper sheet of a filled-in workbook, and the file's SHA-256.

    Raises
    ------
    Refused
        ``WB-…`` as when the workbook is imported; ``WB-CHECKSUM``: the checksum on paper is another file's.
    """
    from dozor.formats.plan_folder import load_agencies, places_folder
    from dozor.formats.workbook import layout_of, read_workbook
    from dozor.publishing.forms import submission_sheet, totals_of

    layout = layout_of(file)
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    if checksum is not None and checksum.strip().lower().rpartition(":")[2] != digest:
        raise Refused(Finding("WB-CHECKSUM", checksum, {"wanted": digest}, file=file.name))
    if layout.instrument not in plan.instruments:
        known = ", ".join(plan.instruments)
        raise Refused(Finding("FORM-NO-INSTRUMENT", layout.instrument, {"known": known}))
    instrument = plan.instruments[layout.instrument]
    filled = read_workbook(
        file, instrument=instrument.code, version=instrument.version, year=layout.year, agency=layout.agency
    )
    agencies = load_agencies(places_folder())
    if layout.agency not in agencies:
        raise Refused(Finding("INST-AGENCY", found=layout.agency))
    records = [row.cells for row in filled.rows]
    pdf = submission_sheet(
        instrument,
        agency=agencies.agency(layout.agency).name,
        agency_code=layout.agency,
        year=layout.year,
        records=len(records),
        lines=totals_of(instrument, records, plan.definitions, leave_out=layout.constants),
        checksum=digest,
        languages=(language, "be" if language == "ru" else "ru"),
    )
    return pdf, digest


def build_aggregates(
    instrument: Instrument, plan: Plan, *, agency: str | None, year: int | None, language: str
) -> bytes:
    """Return a table of rows for counts; `Refused` with ``WB-AGENCY-YEAR``, ``INST-AGENCY``, ``AGG-…``."""
    from dozor.core.answers.aggregates import blank_rows
    from dozor.formats.aggregates import write_aggregates
    from dozor.formats.plan_folder import load_agencies, places_folder

    if agency is None or year is None:
        raise Refused(Finding("WB-AGENCY-YEAR"))
    agencies = load_agencies(places_folder())
    if agency not in agencies:
        raise Refused(Finding("INST-AGENCY", found=agency))
    one = agencies.agency(agency)
    rows = blank_rows(instrument.code, one.areas, plan.definitions)
    if not rows:
        raise Refused(Finding("AGG-NO-SHARES", found=instrument.code))
    return write_aggregates(instrument, plan, rows, agency=one, year=year, language=language)
