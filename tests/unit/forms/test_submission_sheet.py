"""The paper sheet beside an electronic submission.

SUB-001  Totals of each line are those of the file; sums of different currencies are never added.
SUB-002  The sheet carries both languages, places for numbers, signature and stamp, the checksum and its QR.
"""

from __future__ import annotations

import io
import json
import re
from decimal import Decimal
from functools import cache

import pypdf

from dozor.core.text import Text
from dozor.formats.plan_folder import find_plan
from dozor.publishing.forms import submission_sheet, totals_of

CHECKSUM = "ab" * 32


@cache
def plan():
    return find_plan("by-hiv-2006-123")


def totals(code, records, **more):
    return totals_of(plan().instruments[code], records, plan().definitions, **more)


def test_sub_001_numbers_are_summed_and_answers_counted():
    records = [
        {"institution": "A", "school_year": "2026", "pupils_1_4": "100", "hours_1_4": "2.1", "taught": "no"},
        {"institution": "B", "school_year": "2026", "pupils_1_4": "50", "hours_1_4": "0.2", "taught": "no"},
        {"institution": "C", "school_year": "2026", "pupils_1_4": ""},
    ]
    lines = totals("survey-heads-general-secondary", records)
    fields = [f for f in plan().instruments["survey-heads-general-secondary"].fields if f.is_asked]
    at = {fields[line.number - 1].name: line for line in lines if line.part is None}
    assert (at["pupils_1_4"].answers, at["pupils_1_4"].total) == (2, Decimal(150))
    assert at["hours_1_4"].total == Decimal("2.3")  # exact, not 2.3000000000000003
    assert (at["school_year"].answers, at["school_year"].total) == (3, None)
    (no,) = (line for line in lines if line.number == at["taught"].number and line.part)
    assert (no.answers, no.part.en) == (2, "No")
    assert at["pupils_1_4"].section.en == "Grades 1–4"
    without = totals("survey-heads-general-secondary", records, leave_out={"institution"})
    assert len(without) == len(lines) - 1


def test_sub_001_currencies_are_never_added():
    turns = [{"amount": "10.5", "currency": c} for c in ("BYN", "USD", "BYN")]
    lines = totals("expenditure-analysis", [{"unit": "MOE", "line": json.dumps(turns)}])
    amounts = [line for line in lines if line.label.en == "Amount"]
    assert [(line.answers, line.total) for line in amounts] == [
        (3, None),
        (2, Decimal(21)),
        (1, Decimal("10.5")),
    ]


def sheet(records, checksum=CHECKSUM):
    instrument = plan().instruments["survey-heads-higher"]
    return submission_sheet(
        instrument,
        agency=Text("Центр", "Цэнтр #panic()", "Centre"),
        agency_code="OCHEPH-BR",
        year=2026,
        records=len(records),
        lines=totals("survey-heads-higher", records),
        checksum=checksum,
    )


def printed(pdf):
    return re.sub(r"\s+", " ", " ".join(p.extract_text() for p in pypdf.PdfReader(io.BytesIO(pdf)).pages))


def test_sub_002_both_languages_and_the_places_to_sign():
    pdf = sheet([{"institution": "U", "students": "1234", "students_taught": "7"}])
    said = printed(pdf)
    wanted = ("Исх. №", "Зых. №", "Вх. №", "Уваход. №", "Руководитель", "Кіраўнік", "подпись", "М. П.")
    assert all(words in said for words in (*wanted, CHECKSUM, "Цэнтр #panic()", "1 234"))
    metadata = pypdf.PdfReader(io.BytesIO(pdf)).trailer["/Root"]["/Metadata"].get_object().get_data()
    assert b"pdfuaid:part" in metadata
    assert pdf == sheet([{"institution": "U", "students": "1234", "students_taught": "7"}])
    assert pdf != sheet([{"institution": "U", "students": "1234", "students_taught": "7"}], "cd" * 32)


def test_sub_002_a_nil_report_says_so():
    assert "0: нулевой отчёт подтверждён" in printed(sheet([]))
