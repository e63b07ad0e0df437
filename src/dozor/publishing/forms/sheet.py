"""A paper sheet beside an electronic submission: facts, lines, numbers, signature, stamp, checksum."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import typst

from dozor.core.text import Text
from dozor.language import gettext
from dozor.publishing.fonts import FOLDER
from dozor.publishing.forms.qr import qr_svg

TEMPLATE = Path(__file__).parent / "submission.typ"
Languages = tuple[str, str]
_MADE = datetime(2006, 12, 30, tzinfo=UTC)  # the same submission gives the same sheet on any day


def both(text: str, languages: Languages) -> list[str]:
    """A text of the program in the sheet's two languages."""
    return [gettext(text, language) for language in languages]


def paper_sheet(
    *,
    title: Text,
    facts: Sequence[tuple[Sequence[str], Sequence[str]]],
    columns: Sequence[Sequence[str]],
    lines: Sequence[dict[str, Any]],
    note: Sequence[str],
    checksum_label: Sequence[str],
    checksum: str,
    code: str,
    languages: Languages,
) -> bytes:
    """Return a sheet as PDF/UA-1, in two languages at once.

    Parameters
    ----------
    facts
        Label in each language, and what it says, once or in each language.
    lines
        As the template reads them: number, label, is_part, answers, total, or a section's heading.
    code
        What the checksum is of; the QR code says both.
    """
    data = {
        "languages": languages,
        "title": [title.in_language(language) for language in languages],
        "heading": both("Accompanying sheet of a submission", languages),
        "facts": [[list(label), list(told)] for label, told in facts],
        "columns": [list(column) for column in columns],
        "lines": lines,
        "note": list(note),
        "sign": {
            "outgoing": both("Outgoing No.", languages),
            "incoming": both("Incoming No.", languages),
            "dated": both("dated", languages),
            "head": both("Head of the agency", languages),
            "signature": both("signature", languages),
            "name": both("initials, surname", languages),
            "stamp": both("Place of the stamp", languages),
        },
        "checksum_label": list(checksum_label),
        "checksum": checksum,
        "qr": qr_svg(f"dozor:{code}:{checksum}"),
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
