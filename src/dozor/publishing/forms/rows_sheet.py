"""The paper sheet beside a submission of rows: each row with its value, signature, stamp, checksum."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import typst

from dozor.core.text import Text
from dozor.language import gettext
from dozor.publishing.fonts import FOLDER
from dozor.publishing.forms.qr import qr_svg
from dozor.publishing.forms.submission import _MADE

TEMPLATE = Path(__file__).parent / "submission.typ"


@dataclass(frozen=True)
class SheetLine:
    """One row in two languages: what it speaks of, out of how many, its value."""

    label: tuple[str, str]
    out_of: str
    value: str


def rows_sheet(
    *,
    title: Text,
    agency: Text,
    agency_code: str,
    collection: str,
    year: int,
    version: int,
    lines: Sequence[SheetLine],
    checksum: str,
    languages: tuple[str, str] = ("ru", "be"),
) -> bytes:
    """Return the sheet as PDF/UA-1, in two languages at once; the QR code says the rows' checksum."""

    def both(text: str) -> list[str]:
        return [gettext(text, language) for language in languages]

    def said(text: Text) -> list[str]:
        return [text.in_language(language) for language in languages]

    data = {
        "languages": languages,
        "title": said(title),
        "heading": both("Accompanying sheet of a submission"),
        "facts": [
            [both("Agency"), said(agency)],
            [both("Year reported on"), [str(year)]],
            [both("Version"), [str(version)]],
            [both("Rows"), [str(len(lines))]],
        ],
        "columns": [both("No."), both("Row"), both("Out of"), both("Value")],
        "lines": [
            {
                "number": str(n),
                "label": list(one.label),
                "is_part": False,
                "answers": one.out_of,
                "total": one.value,
            }
            for n, one in enumerate(lines, start=1)
        ],
        "note": both("The checksum is of the rows as they were submitted electronically."),
        "sign": {
            "outgoing": both("Outgoing No."),
            "incoming": both("Incoming No."),
            "dated": both("dated"),
            "head": both("Head of the agency"),
            "signature": both("signature"),
            "name": both("initials, surname"),
            "stamp": both("Place of the stamp"),
        },
        "checksum_label": both("Checksum of the rows (SHA-256)"),
        "checksum": checksum,
        "qr": qr_svg(f"dozor:{collection}:{agency_code}:{year}:{checksum}"),
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
