"""An instrument as an XLSForm workbook and as the XForm that phones fill in."""

from __future__ import annotations

import io
import shutil
import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import xlsxwriter
from pyxform.errors import PyXFormError
from pyxform.validators.odk_validate import ODK_VALIDATE_PATH
from pyxform.validators.util import run_popen_with_timeout
from pyxform.xls2xform import convert

from dozor.core.findings import Finding, Refused
from dozor.core.plan.instruments import Instrument

# a form's default language repeats these words exactly, or no phone opens it in Russian
LANGUAGE_NAMES = {"ru": "Русский (ru)", "be": "Беларуская (be)", "en": "English (en)"}
DEFAULT_LANGUAGE = LANGUAGE_NAMES["ru"]
OURS = ("indicators",)  # columns that tell people something and phones nothing
_ASKED = (["integer"], ["decimal"], ["text"], ["date"], ["select_one"], ["select_multiple"])
_FIRST = ("list_name", "type", "name", "label", "hint", "relevant", "constraint", "constraint_message")
LONGEST = 120  # seconds for Java to read every form of a plan
_MADE = datetime(2006, 12, 30, tzinfo=UTC)  # the same instrument gives the same bytes on any day

Sheets = dict[str, list[dict[str, str]]]


def xlsform(instrument: Instrument) -> Sheets:
    """Return the sheets of the XLSForm: ``survey``, ``choices``, ``settings``; every cell is text."""
    sheets: Sheets = {}
    for name, rows in instrument.sheets.items():
        told = [
            {"required": "yes", **row} if row.get("type", "").split()[:1] in _ASKED else row for row in rows
        ]
        spoken = [{_column(column): said for column, said in row.items()} for row in told]
        sheets[name] = [{c: row[c] for c in _columns(spoken) if c in row} for row in spoken]
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
        for place, column in enumerate(_columns(rows)):
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


def validate_xforms(forms: Mapping[str, bytes]) -> None:
    """Let ODK Validate read forms, as a phone would: name → XForm, all in one run of Java.

    Raises
    ------
    Refused
        ``FORM-NOT-VALID`` with its words for each form it does not take; ``FORM-NO-JAVA``.
    """
    if shutil.which("java") is None:
        raise Refused(Finding("FORM-NO-JAVA"))
    with tempfile.TemporaryDirectory() as folder:
        paths = {name: Path(folder) / f"{place}.xml" for place, name in enumerate(forms)}
        for name, path in paths.items():
            path.write_bytes(forms[name])
        if not _complaint(*paths.values()):
            return
        findings = [
            Finding("FORM-NOT-VALID", said[:300], file=name)
            for name, path in paths.items()
            if (said := _complaint(path))
        ]
    raise Refused(findings)


def _complaint(*paths: Path) -> str:
    """What ODK Validate says against the forms; nothing when it takes them all."""
    command = ["java", "-Djava.awt.headless=true", "-jar", ODK_VALIDATE_PATH, *map(str, paths)]
    result = run_popen_with_timeout(command, LONGEST)
    if result.return_code == 0 and not result.timeout:
        return ""
    said = [line.strip() for line in (result.stderr or "").splitlines() if line.strip()]
    why = [line.partition("Exception: ")[2] for line in said if "Exception: " in line]
    return [*why, *said, "…"][0]


def _columns(rows: list[dict[str, str]]) -> list[str]:
    """Columns in one order, whichever row has them, so that every road leads to the same bytes."""
    languages = list(LANGUAGE_NAMES.values())

    def place(column: str) -> tuple[int, str, int]:
        word, _, language = column.partition("::")
        first = _FIRST.index(word) if word in _FIRST else len(_FIRST)
        return first, word, languages.index(language) if language in languages else 0

    return sorted({column for row in rows for column in row}, key=place)


def _column(column: str) -> str:
    """``label::ru`` is ``label::Русский (ru)`` in the XLSForm."""
    word, _, language = column.partition("::")
    return f"{word}::{LANGUAGE_NAMES[language]}" if language in LANGUAGE_NAMES else column
