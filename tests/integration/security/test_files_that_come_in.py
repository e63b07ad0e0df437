"""Files that are not what they say, or do harm (FLOOR, control of kinds of files).

FLOOR-11  every file that comes in is shown to the operator's scanner; a harmful one, or any while the
          scanner is down, leaves nothing behind, by page and by phone alike
FLOOR-12  a file is what its content says, whatever its name; one that is two things at once is refused, or
          read as the one and kept as neither
FLOOR-13  no file that somebody sent is handed out as something a browser would run
"""

from __future__ import annotations

import io
import sys
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from tests.instances import Instance
from tests.integration.matrix import planted
from tests.integration.matrix.executing import routes
from tests.integration.web.conftest import _pages, browser
from tests.phones import GOOD, Field, in_field, instance_xml

from dozor.apps.collection.models import Round
from dozor.apps.packages.models import Package
from dozor.apps.submissions.models import Submission
from dozor.core.findings import Refused
from dozor.formats.package_file import read_package, write_package
from dozor.formats.tables import read_table

__all__ = ["_pages", "in_field"]
# the harmless file every scanner knows; in two halves, so that this one is not taken away by one
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + rb"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
TABLE = b"indicator,area,period,unit,value\n9.1,BY,2025,percent,3.2\n"
SCANNER = "import sys; sys.exit(b'EICAR-STANDARD' in sys.stdin.buffer.read())"
DOWN = {
    "another end": [sys.executable, "-c", "raise SystemExit(2)"],
    "no such command": ["/nowhere/scanner"],
}


@pytest.fixture
def scanner(settings) -> None:
    settings.SCANNER = [sys.executable, "-c", SCANNER]


def _kept(home: Path) -> set[Path]:
    return {p for p in (home / "files").rglob("*") if p.is_file()}


@pytest.fixture(scope="module")
def planter(untouched_example: Instance, django_db_blocker: Any) -> planted.Planter:
    """Rows of Gomel's centre, for addresses to be about."""
    with django_db_blocker.unblock():
        planted.publish_form()
        made = planted.Planter()
        for model in (Submission, Round, Package):
            made.row(model, "OCHEPH-HO")
    return made


# every route whose form takes a file: the field's name, and who sends it
FORMS = {
    "import": ("file", "national"),
    "submission-rows": ("file", "gomel-lead"),
    "forms-workbook": ("file", "gomel-lead"),
    "package-new": ("scan", "gomel-lead"),
    "package-import": ("file", "gomel-lead"),
}


@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize("ended", ["harmful", *DOWN])
def test_floor_11_a_harmful_file_leaves_nothing(
    untouched_example: Instance, planter: planted.Planter, settings, scanner, name: str, ended: str
) -> None:
    if ended != "harmful":
        settings.SCANNER = DOWN[ended]
    content = TABLE + (EICAR if ended == "harmful" else b"")
    (route,) = (r for r in routes() if r.name == name)
    row = planter.rows[planted.KINDS[route.kind][0], "OCHEPH-HO"].pk if route.kind in planted.KINDS else None
    path = reverse(name, args=[row] if row else [])
    path += "?agency=OCHEPH-HO&collection=survey-youth&year=2025" if route.about == "agency" else ""
    before, kept = untouched_example.counts(), _kept(untouched_example.home)
    field, login = FORMS[name]
    answer = browser(login).post(path, {field: SimpleUploadedFile("rows.csv", content)})
    assert answer.status_code == 400
    said = answer.content.decode()
    assert "rows.csv" in said
    assert ("не ответила" in said) == (ended != "harmful")
    assert untouched_example.counts() == before
    assert _kept(untouched_example.home) == kept


def test_floor_11_a_clean_file_is_read_whole(example: Instance, scanner) -> None:
    from dozor.web import uploads

    answer = browser("national").post(reverse("import"), {"file": SimpleUploadedFile("rows.csv", TABLE)})
    assert answer.status_code == 302
    (held,) = uploads.waiting(by="national")
    assert held.path.read_bytes() == TABLE


def test_floor_11_a_phones_file_too(in_field: Field, settings, scanner) -> None:
    record = instance_xml(answers={**GOOD, "photo": "a.jpg"})
    refused = in_field.phone.post(record, ("a.jpg", b"\xff\xd8\xff" + EICAR))
    assert refused.status_code == 400
    assert "FILE-HARMFUL" in refused.content.decode()
    settings.SCANNER = DOWN["another end"]
    assert in_field.phone.post(record, ("a.jpg", b"\xff\xd8\xff")).status_code == 503  # it tries again later
    assert in_field.files == []
    settings.SCANNER = [sys.executable, "-c", SCANNER]
    assert in_field.phone.post(record, ("a.jpg", b"\xff\xd8\xff")).status_code == 201


# --- what a file is ---


def _workbook() -> bytes:
    book, held = openpyxl.Workbook(), io.BytesIO()
    for line in TABLE.decode().splitlines():
        book.active.append(line.split(","))
    book.save(held)
    return held.getvalue()


def _other_archive() -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("a.exe", b"MZ")
    return held.getvalue()


STARTS = {
    "picture": b"GIF89a\x01\x00\x01\x00",
    "portable": b"\x89PNG\r\n\x1a\n",
    "photo": b"\xff\xd8\xff\xe0\x00\x10JFIF",
    "document": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n",
    "program": b"MZ\x90\x00\x03",
    "linux": b"\x7fELF\x02\x01\x01\x00",
    "page": b"<!doctype html><script>alert(1)</script>",
    "old office": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
}


@pytest.mark.parametrize("kind", STARTS)
@pytest.mark.parametrize("name", ["a.csv", "a.xlsx", "a.png"])
def test_floor_12_what_begins_as_another_thing_is_no_table(tmp_path: Path, kind: str, name: str) -> None:
    for behind in (b"", TABLE, _workbook()):
        path = tmp_path / name
        path.write_bytes(STARTS[kind] + behind)
        if kind == "page" and behind == TABLE:  # text all through: a table whose first column nobody knows
            assert all("indicator" not in row.cells for row in read_table(path))
            continue
        with pytest.raises(Refused) as refused:
            list(read_table(path))
        assert all(f.code.startswith("FILE-") for f in refused.value.findings)


def test_floor_12_an_archive_of_other_things_is_no_table(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(_other_archive())
    with pytest.raises(Refused):
        list(read_table(tmp_path / "a.xlsx"))


@pytest.mark.parametrize("where", ["before", "behind"])
@pytest.mark.parametrize("kind", STARTS)
def test_floor_12_a_package_is_nothing_besides(where: str, kind: str) -> None:
    good = write_package({"kind": "submission"}, {"rows.json": b"[]"}, Ed25519PrivateKey.generate())
    read_package(good)
    both = STARTS[kind] + good if where == "before" else good + STARTS[kind]
    with pytest.raises(Refused) as refused:
        read_package(both)
    assert [f.code for f in refused.value.findings] == ["PKG-FILE"]


def test_floor_12_of_a_workbook_with_a_page_behind_it_the_rows_alone_are_kept(example: Instance) -> None:
    """Programs that open archives look for their end and pass over what follows; so it has to go."""
    behind = b"<script>canary-behind</script>"
    person, name = browser("national"), "rows.csv"  # it says it is something else again
    sent = person.post(reverse("import"), {"file": SimpleUploadedFile(name, _workbook() + behind)})
    assert sent.status_code == 302
    page = person.get(sent["Location"])
    assert page.status_code == 200
    assert "canary-behind" not in page.content.decode()
    person.post(sent["Location"] + "apply/")
    person.post(sent["Location"] + "drop/")
    assert not [p for p in _kept(example.home) if behind in p.read_bytes()]


# --- what is handed out ---


def test_floor_13_what_was_sent_comes_back_as_a_file_to_keep(planter: planted.Planter) -> None:
    """The one route that gives back bytes somebody sent: packages."""
    package = planter.rows["packages.Package", "OCHEPH-HO"]
    answer = browser("admin").get(reverse("package-file", args=[package.pk]))
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment;")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in answer["Content-Security-Policy"]
