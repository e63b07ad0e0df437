"""The paper sheet beside the electronic submission: totals, numbers, signature, stamp, checksum."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dozor.core.plan.instruments import Instrument
from dozor.core.text import Text
from dozor.language import number
from dozor.publishing.forms.sheet import Languages, both, paper_sheet
from dozor.publishing.forms.totals import TotalLine


def submission_sheet(
    instrument: Instrument,
    *,
    agency: Text,
    agency_code: str,
    year: int,
    records: int,
    lines: Sequence[TotalLine],
    checksum: str,
    languages: Languages = ("ru", "be"),
) -> bytes:
    """Return the sheet as PDF/UA-1, in two languages at once.

    Parameters
    ----------
    records
        Number of records; 0: a confirmed nil report.
    checksum
        SHA-256 of the electronic submission's file, in hexadecimal; the QR code says it too.
    """
    held = [str(records)] if records else both("0: a nil report, confirmed", languages)
    return paper_sheet(
        title=instrument.title,
        facts=[
            (both("Agency", languages), [agency.in_language(language) for language in languages]),
            (both("Year reported on", languages), [str(year)]),
            (both("Version of the form", languages), [f"{instrument.code}, {instrument.version}"]),
            (both("Records", languages), held),
        ],
        columns=[
            both("No.", languages),
            both("Question", languages),
            both("Rows answered", languages),
            both("Control total", languages),
        ],
        lines=_lines(lines, languages),
        note=both(
            "A control total only shows that the paper and the file agree; it is no estimate.", languages
        ),
        checksum_label=both("Checksum of the file (SHA-256)", languages),
        checksum=checksum,
        code=f"{instrument.code}:{agency_code}:{year}",
        languages=languages,
    )


def _lines(lines: Sequence[TotalLine], languages: Languages) -> list[dict[str, Any]]:
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
