"""The paper sheet beside a submission of rows: each row with its value, signature, stamp, checksum."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dozor.core.text import Text
from dozor.publishing.forms.sheet import Languages, both, paper_sheet


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
    languages: Languages = ("ru", "be"),
) -> bytes:
    """Return the sheet as PDF/UA-1, in two languages at once; the QR code says the rows' checksum."""
    return paper_sheet(
        title=title,
        facts=[
            (both("Agency", languages), [agency.in_language(language) for language in languages]),
            (both("Year reported on", languages), [str(year)]),
            (both("Version", languages), [str(version)]),
            (both("Rows", languages), [str(len(lines))]),
        ],
        columns=[
            both("No.", languages),
            both("Row", languages),
            both("Out of", languages),
            both("Value", languages),
        ],
        lines=[
            {
                "number": str(n),
                "label": list(one.label),
                "is_part": False,
                "answers": one.out_of,
                "total": one.value,
            }
            for n, one in enumerate(lines, start=1)
        ],
        note=both("The checksum is of the rows as they were submitted electronically.", languages),
        checksum_label=both("Checksum of the rows (SHA-256)", languages),
        checksum=checksum,
        code=f"{collection}:{agency_code}:{year}",
        languages=languages,
    )
