"""The paper sheet beside the electronic submission: totals, numbers, signature, stamp, checksum."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import typst

from dozor.core.plan.instruments import Instrument
from dozor.core.text import Text
from dozor.language import gettext, number
from dozor.publishing.fonts import FOLDER
from dozor.publishing.forms.qr import qr_svg
from dozor.publishing.forms.totals import TotalLine

TEMPLATE = Path(__file__).parent / "submission.typ"
_MADE = datetime(2006, 12, 30, tzinfo=UTC)  # the same submission gives the same sheet on any day


def submission_sheet(
    instrument: Instrument,
    *,
    agency: Text,
    agency_code: str,
    year: int,
    records: int,
    lines: Sequence[TotalLine],
    checksum: str,
    languages: tuple[str, str] = ("ru", "be"),
) -> bytes:
    """Return the sheet as PDF/UA-1, in two languages at once.

    Parameters
    ----------
    records
        Number of records; 0: a confirmed nil report.
    checksum
        SHA-256 of the electronic submission's file, in hexadecimal; the QR code says it too.
    """

    def said(text: Text) -> list[str]:
        return [text.in_language(language) for language in languages]

    data = {
        "languages": languages,
        "title": said(instrument.title),
        "heading": [gettext("Accompanying sheet of a submission", language) for language in languages],
        "facts": [
            [[gettext("Agency", one) for one in languages], said(agency)],
            [[gettext("Year reported on", one) for one in languages], [str(year)]],
            [
                [gettext("Version of the form", one) for one in languages],
                [f"{instrument.code}, {instrument.version}"],
            ],
            [
                [gettext("Records", one) for one in languages],
                [str(records)]
                if records
                else [gettext("0: a nil report, confirmed", language) for language in languages],
            ],
        ],
        "columns": [
            [gettext("No.", language) for language in languages],
            [gettext("Question", language) for language in languages],
            [gettext("Rows answered", language) for language in languages],
            [gettext("Control total", language) for language in languages],
        ],
        "lines": _lines(lines, languages),
        "note": [
            gettext(
                "A control total only shows that the paper and the file agree; it is no estimate.", language
            )
            for language in languages
        ],
        "sign": {
            "outgoing": [gettext("Outgoing No.", language) for language in languages],
            "incoming": [gettext("Incoming No.", language) for language in languages],
            "dated": [gettext("dated", language) for language in languages],
            "head": [gettext("Head of the agency", language) for language in languages],
            "signature": [gettext("signature", language) for language in languages],
            "name": [gettext("initials, surname", language) for language in languages],
            "stamp": [gettext("Place of the stamp", language) for language in languages],
        },
        "checksum_label": [gettext("Checksum of the file (SHA-256)", language) for language in languages],
        "checksum": checksum,
        "qr": qr_svg(f"dozor:{instrument.code}:{agency_code}:{year}:{checksum}"),
        "page": gettext("Page {page} of {pages}", languages[0]),
    }
    pdf = typst.compile(
        str(TEMPLATE),
        root=str(TEMPLATE.parent),
        font_paths=[str(FOLDER)],
        ignore_system_fonts=True,
        format="pdf",
        pdf_standards=["ua-1"],
        timestamp=_MADE,
        sys_inputs={"sheet": json.dumps(data, ensure_ascii=False)},
    )
    if not isinstance(pdf, bytes):
        raise TypeError("Typst gave no document")
    return pdf


def _lines(lines: Sequence[TotalLine], languages: tuple[str, str]) -> list[dict[str, Any]]:
    """Lines with a heading wherever another group of questions begins."""
    laid: list[dict[str, Any]] = []
    section: Text | None = None
    for one in lines:
        if one.section is not None and one.section != section:
            laid.append({"section": [one.section.in_language(language) for language in languages]})
        section = one.section
        words = one.part or one.label
        laid.append(
            {
                "number": "" if one.part else str(one.number),
                "label": [words.in_language(language) for language in languages],
                "is_part": one.part is not None,
                "answers": number(one.answers, languages[0]),
                "total": "" if one.total is None else number(one.total, languages[0]),
            }
        )
    return laid
