"""The signed sheet against the electronic rows (SHT).

SHT-001  A QR code and a checksum typed from under it are read; anything else is refused with its code.
SHT-002  Values agree however they are written; what differs is told in its line; the rest is not judged.
"""

from __future__ import annotations

import pytest

from dozor.core.findings import Refused
from dozor.core.submissions.content import Row
from dozor.core.submissions.sheets import Mark, compare_lines, read_mark

SUM = "0a" * 32
ROWS = (
    Row("4.1", "BY-HO", "2026", "percent", population="youth", value="32.50"),
    Row("4.2", "BY-HO", "2026", "percent", population="youth", missing="not-estimable"),
    Row("13.2", "BY-HO", "2026", "persons", value="1234"),
)
KNOWLEDGE, CONDOM, ORPHANS = (row.name for row in ROWS)


def test_sht_001_a_mark_is_read():
    assert read_mark(f"dozor:survey-youth:OCHEPH-HO:2026:{SUM}") == Mark(
        SUM, "survey-youth", "OCHEPH-HO", "2026"
    )
    assert read_mark(" ".join(SUM.upper()[i : i + 8] for i in range(0, 64, 8))) == Mark(SUM)


@pytest.mark.parametrize(
    "text", ["", "dozor", SUM[:-1], SUM + "0", f"other:a:b:2026:{SUM}", f"a:{SUM}", "g" * 64]
)
def test_sht_001_anything_else_is_refused(text):
    with pytest.raises(Refused, match="SHEET-MARK"):
        read_mark(text)


@pytest.mark.parametrize(
    ("name", "paper", "agrees"),
    [
        (KNOWLEDGE, "32,5", True),
        (KNOWLEDGE, "35,2", False),
        (KNOWLEDGE, "—", False),
        (CONDOM, "—", True),
        (CONDOM, "0", False),
        (ORPHANS, "1 234", True),
        (ORPHANS, "1 243", False),
        (ORPHANS, "неразборчиво", False),
    ],
)
def test_sht_002_line_by_line(name, paper, agrees):
    lines = {line.name: line for line in compare_lines(ROWS, {name: paper})}
    assert (lines[name].is_compared, lines[name].agrees) == (True, agrees)
    assert not any(line.is_compared for other, line in lines.items() if other != name)
