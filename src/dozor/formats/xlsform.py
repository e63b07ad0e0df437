"""An instrument as an XLSForm workbook and as the XForm that phones fill in."""

from __future__ import annotations

import io
import shutil
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import xlsxwriter
from pyxform.errors import PyXFormError
from pyxform.validators.odk_validate import ODKValidateError, check_xform
from pyxform.xls2xform import convert

from dozor.core.findings import Finding, Refused
from dozor.core.plan.instruments import Instrument

# a form's default language repeats these words exactly, or no phone opens it in Russian
LANGUAGE_NAMES = {"ru": "Русский (ru)", "be": "Беларуская (be)", "en": "English (en)"}
DEFAULT_LANGUAGE = LANGUAGE_NAMES["ru"]
OURS = ("indicators",)  # columns that tell people something and phones nothing
_ASKED = {"integer", "decimal", "text", "date", "select_one", "select_multiple"}
_MADE = datetime(2006, 12, 30, tzinfo=UTC)  # the same instrument gives the same bytes on any day

Sheets = dict[str, list[dict[str, str]]]


def xlsform(instrument: Instrument) -> Sheets:
    """Return the sheets of the XLSForm: ``survey``, ``choices``, ``settings``; every cell is text."""
    sheets = {
        name: [{_column(column): said for column, said in row.items()} for row in rows]
        for name, rows in instrument.sheets.items()
    }
    for row in sheets["survey"]:
        if row["type"].split()[0] in _ASKED:
            row.setdefault("required", "yes")
    settings = {
        "form_title": instrument.title.ru,
        "form_id": instrument.code,
        "version": instrument.version,
        "default_language": DEFAULT_LANGUAGE,
    }
    own = instrument.sheets["settings"][0]
    if "instance_name" in own:
        settings["instance_name"] = own["instance_name"]
    sheets["settings"] = [settings]
    return sheets


def write_xlsx(instrument: Instrument) -> bytes:
    """Return the XLSForm workbook; any tool that reads XLSForm takes it, the same bytes every time."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    book.set_properties({"created": _MADE.replace(tzinfo=None), "title": instrument.title.ru})
    bold = book.add_format({"bold": True})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    for name, rows in xlsform(instrument).items():
        sheet = book.add_worksheet(name)
        sheet.freeze_panes(1, 0)
        for place, column in enumerate(dict.fromkeys(column for row in rows for column in row)):
            sheet.write_string(0, place, column, bold)
            sheet.set_column(place, place, 44 if "::" in column else 22)
            for number, row in enumerate(rows, start=1):
                if column in row:
                    sheet.write_string(number, place, row[column], wrapped)
    book.close()
    return target.getvalue()


def to_xform(instrument: Instrument) -> bytes:
    """Return the XForm in UTF-8.

    Raises
    ------
    Refused
        ``FORM-NOT-BUILT``: pyxform found a fault in the tables.
    """
    sheets = xlsform(instrument)
    told = [{c: said for c, said in row.items() if c not in OURS} for row in sheets["survey"]]
    try:
        made = convert({**sheets, "survey": told, "sheet_names": list(sheets)}, form_name="data")
    except PyXFormError as wrong:
        found = str(wrong).strip().splitlines()[0][:200]
        raise Refused(Finding("FORM-NOT-BUILT", found, file=instrument.file)) from None
    return made.xform.encode()


def validate_xform(xform: bytes, name: str = "") -> None:
    """Let ODK Validate read a form, as a phone would.

    Raises
    ------
    Refused
        ``FORM-NOT-VALID`` with its words; ``FORM-NO-JAVA``.
    """
    if shutil.which("java") is None:
        raise Refused(Finding("FORM-NO-JAVA", file=name or None))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "form.xml"
        path.write_bytes(xform)
        try:
            check_xform(str(path))
        except ODKValidateError as wrong:
            found = " ".join(str(wrong).split())[:300]
            raise Refused(Finding("FORM-NOT-VALID", found, file=name or None)) from None


def _column(column: str) -> str:
    """``label::ru`` is ``label::Русский (ru)`` in the XLSForm."""
    word, _, language = column.partition("::")
    return f"{word}::{LANGUAGE_NAMES[language]}" if language in LANGUAGE_NAMES else column
