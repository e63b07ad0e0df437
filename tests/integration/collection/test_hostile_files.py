"""Files of answers that are hostile, broken or of persons: refused whole, at once, nothing kept.

HFI-001  Bombs, lies about size, names that climb, halves, what is no table: exit 2, a coded finding, no row.
HFI-002  What breaks the form's rules is named with its row and column; not one row of the file is taken.
HFI-003  Each in about a second of processor and under 50 MB of further memory; nothing is fetched.
HFI-004  Windows-1251 is what Excel writes here: it is read, and says what it says.
"""

from __future__ import annotations

import io
import socket
import time
import tracemalloc
import zipfile
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from tests.instances import Instance, Ran
from tests.phones import LEAST

pytestmark = pytest.mark.any_engine

ROUND = "airtime-statistics-2025"
SHEET = "xl/worksheets/sheet1.xml"


def workbook() -> bytes:
    book = openpyxl.Workbook()
    book.active.append(["channel", "hours"])
    book.active.append(["one", 1])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def rezipped(**changes: bytes) -> bytes:
    """A workbook with some of its parts put in place of the true ones."""
    file = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook())) as old,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        held = {name: old.read(name) for name in old.namelist()} | changes
        for name, content in held.items():
            new.writestr(name, content)
    return file.getvalue()


def sheet(inside: bytes, dimension: bytes = b"A1:B2") -> bytes:
    space = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return (
        b'<worksheet xmlns="' + space + b'"><dimension ref="' + dimension + b'"/>'
        b"<sheetData>" + inside + b"</sheetData></worksheet>"
    )


LAUGHS = (
    b'<!DOCTYPE l [<!ENTITY a "aaaaaaaaaa">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + i, (b"&%c;" % (97 + i)) * 10) for i in range(9))
    + b"]>"
)
CELL = b'<row r="1"><c r="A1" t="inlineStr"><is><t>%s</t></is></c></row>'
HOSTILE = {
    "zip bomb": rezipped(**{SHEET: sheet(b"<row/>" * 12_000_000)}),
    "bomb beside the sheet": rezipped(**{"xl/media/a.png": bytes(300_000_000)}),
    "laughs": rezipped(**{SHEET: LAUGHS + sheet(CELL % b"&j;")}),
    "entity from outside": rezipped(
        **{SHEET: b'<!DOCTYPE l [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + sheet(CELL % b"&a;")}
    ),
    "a name that climbs": rezipped(**{"../../../tmp/x.xml": b"<a/>"}),
    "a sheet that says it is endless": rezipped(**{SHEET: sheet(b"", b"A1:XFD1048576")}),
    "half a workbook": workbook()[: len(workbook()) // 2],
    "not a workbook": b"PK\x03\x04" + bytes(500),
    "a picture": b"\x89PNG\r\n\x1a\n" + bytes(500),
    "nothing": b"",
    "NUL": b"channel,hours\n\x00,1\n",
    "UTF-16": "channel,hours\none,1\n".encode("utf-16"),
    "one endless line": b"channel" * 2_000_000,
    "200,000 columns": b",".join(b"c%d" % n for n in range(200_000)) + b"\n1\n",
    "an open quotation": b'channel,hours\n"' + b"a" * 5_000_000,
}


@pytest.fixture
def round_open(instance: Instance) -> Iterator[Instance]:
    ran = instance.cli("round", "open", "airtime-statistics", "--year", 2025, "--format", "json")
    assert ran.code == 0, ran.err
    yield instance


def bring(instance: Instance, content: bytes, name: str = "answers.csv") -> Ran:
    path = instance.home / name
    path.write_bytes(content)
    return instance.cli("answers", "import", "airtime-statistics", path, "--round", ROUND, "--format", "json")


def files(instance: Instance) -> list[Path]:
    return [p for p in (instance.home / "answers").rglob("*") if p.is_file() and not p.name.startswith(".")]


def test_hfi_001_hostile_files_leave_nothing(round_open: Instance, monkeypatch: pytest.MonkeyPatch):
    def no_network(*_: object, **__: object) -> None:
        raise AssertionError("something was fetched from outside")

    if round_open.is_sqlite:
        monkeypatch.setattr(socket.socket, "connect", no_network)
    bring(round_open, workbook())  # what is loaded once is not the file's doing
    before = round_open.counts()
    for name, content in HOSTILE.items():
        started = time.process_time()
        ran = bring(round_open, content)
        took = time.process_time() - started
        assert ran.code == 2, (name, ran.out[:300])
        assert ran.json["findings"][0]["code"], name
        assert "root:" not in ran.out
        assert took < 1.5, (name, took)
        assert grown_by(round_open, content) < 50_000_000, name
    assert round_open.counts() == before
    assert files(round_open) == []


def grown_by(instance: Instance, content: bytes) -> int:
    (instance.home / "answers.csv").write_bytes(content)
    path = instance.home / "answers.csv"
    command = ("answers", "import", "airtime-statistics", path, "--round", ROUND, "--format", "json")
    tracemalloc.start()
    try:
        instance.cli(*command)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_hfi_002_one_wrong_row_keeps_the_whole_file_out(round_open: Instance):
    youth = round_open.cli("round", "open", "survey-youth", "--year", 2025, "--format", "json")
    assert youth.code == 0
    good = LEAST | {"interviewed_on": "2025-03-02"}
    wrong = {
        "COL-ANSWER-CHOICE": good | {"area": "Atlantis"},
        "COL-ANSWER-MISSING": good | {"respondent": ""},
        "COL-ANSWER-DATE": good | {"interviewed_on": "yesterday"},
        "PERSON-NAME": good | {"stratum": "Иванов Иван Иванович"},
        "PERSON-PHONE": good | {"site": "+375 29 123 45 67"},
        "COL-ANSWER-RULE": good | {"site": "Иванов"},
    }
    before = round_open.counts()
    path = round_open.home / "youth.csv"
    for code, row in wrong.items():
        lines = [",".join(good), *(",".join(r.values()) for r in (good, row, good | {"respondent": "R-2"}))]
        path.write_text("\n".join(lines), encoding="utf-8")
        ran = round_open.cli(
            "answers", "import", "survey-youth", path, "--round", "survey-youth-2025", "--format", "json"
        )
        assert ran.code == 2, code
        told = ran.json["findings"]
        assert [(f["code"], f["row"]) for f in told] == [(code, 3)], code
        assert "Иванов" not in ran.out + ran.err
        assert round_open.counts() == before
    heading = ",".join(["surname", *good])
    path.write_text(heading + "\n" + ",".join(["x", *good.values()]), encoding="utf-8")
    ran = round_open.cli(
        "answers", "import", "survey-youth", path, "--round", "survey-youth-2025", "--format", "json"
    )
    assert ran.json["findings"][0]["code"] == "PERSON-NAME"
    assert files(round_open) == []

    # HFI-004: a code in Cyrillic is kept as its hash, the same from either encoding
    for encoding in ("cp1251", "utf-8"):
        lines = [",".join(good), ",".join((good | {"respondent": f"Центр-{good['age']}"}).values())]
        path.write_bytes("\n".join(lines).encode(encoding))
        ran = round_open.cli(
            "answers", "import", "survey-youth", path, "--round", "survey-youth-2025", "--format", "json"
        )
        assert ran.json["new"] == 1, ran.out
        good = good | {"site": "c2"}
    told = round_open.cli("answers", "export", "--round", "survey-youth-2025").json
    assert [r["site"] for r in told] == ["c1", "c2"]
    assert len({r["respondent"] for r in told}) == 1
