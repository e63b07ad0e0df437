"""The signed sheet of paper against the electronic rows it accompanies, line by line (para 10)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import InvalidOperation

from dozor.core.findings import Finding, Refused
from dozor.core.observations.checking import read_number
from dozor.core.submissions.content import Row

_CHECKSUM = re.compile(r"[0-9a-f]{64}")
_DASHES = {"-", "–", "—"}  # how a sheet prints a row without a value


@dataclass(frozen=True)
class Mark:
    """What a sheet's QR code says; the checksum alone where only that was typed in."""

    checksum: str
    collection: str = ""
    agency: str = ""
    year: str = ""


def read_mark(text: str) -> Mark:
    """Read a QR code's text, or a checksum typed from under it; spaces and letter case do not count.

    >>> read_mark("dozor:survey-youth:OCHEPH-HO:2026:" + "0a" * 32).agency
    'OCHEPH-HO'

    Raises
    ------
    Refused
        ``SHEET-MARK``: neither of the two.
    """
    plain = "".join(text.split())
    parts = plain.split(":")
    checksum = parts[-1].lower()
    if (
        not _CHECKSUM.fullmatch(checksum)
        or len(parts) not in (1, 5)
        or (len(parts) == 5 and parts[0] != "dozor")
    ):
        raise Refused(Finding("SHEET-MARK", found=plain[:40], column="mark"))
    return Mark(checksum, *parts[1:4])


@dataclass(frozen=True)
class SheetLine:
    """One row as the paper says it and as the file does; `paper` empty: not typed in."""

    name: str
    paper: str
    file: str

    @property
    def is_compared(self) -> bool:
        return bool(self.paper)

    @property
    def agrees(self) -> bool:
        """Whether both say the same number, however it is written; or both say that there is none."""
        try:
            return read_number(self.paper) == read_number(self.file)
        except InvalidOperation:
            return self.paper in _DASHES and not self.file


def compare_lines(rows: Sequence[Row], typed: Mapping[str, str]) -> tuple[SheetLine, ...]:
    """Lay what was typed from the paper beside the rows, in the rows' order.

    Parameters
    ----------
    typed
        The row's name → the value on paper; rows left out are not compared.
    """
    return tuple(SheetLine(row.name, typed.get(row.name, "").strip(), row.value) for row in rows)
