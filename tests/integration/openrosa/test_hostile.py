"""Hostile, unreadable or identity-bearing posts are refused at once; nothing is kept, nothing fetched.

HOS-001  Bombs, entities, depth, width, size, encodings, halves: 4xx, a coded message, no row, no file.
HOS-002  Each within a second, and within 50 MB of further memory.
HOS-003  Nothing is fetched from outside.
HOS-004  What tells who a person is, is refused and not kept, whatever else the record breaks.
HOS-005  A file's name leads nowhere: attachments lie under generated names in their own folder.
"""

from __future__ import annotations

import socket
import time
import tracemalloc
from collections.abc import Iterator

import pytest
from tests.phones import GOOD, Field, instance_xml, multipart

from dozor.apps.collection.models import AnswerRecord, Attachment

pytestmark = pytest.mark.any_engine

HEAD = b'<data id="survey-test" version="1"><meta><instanceID>uuid:1</instanceID></meta>'
BOMB = (
    b'<!DOCTYPE l [<!ENTITY a "aaaaaaaaaa">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + i, (b"&%c;" % (97 + i)) * 10) for i in range(9))
    + b"]>"
)
HOSTILE = {
    "billion laughs": BOMB + HEAD + b"<age>&j;</age></data>",
    "quadratic": b'<!DOCTYPE l [<!ENTITY a "' + b"a" * 100_000 + b'">]>' + HEAD + b"&a;" * 5000 + b"</data>",
    "external entity": b'<!DOCTYPE l [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + HEAD + b"&a;</data>",
    "external address": b'<!DOCTYPE l [<!ENTITY a SYSTEM "http://192.0.2.1/x">]>' + HEAD + b"&a;</data>",
    "external dtd": b'<!DOCTYPE l SYSTEM "http://192.0.2.1/x.dtd">' + HEAD + b"</data>",
    "parameter entity": b'<!DOCTYPE l [<!ENTITY % p SYSTEM "http://192.0.2.1/x">%p;]>' + HEAD + b"</data>",
    "100,000 deep": HEAD + b"<a>" * 100_000 + b"</a>" * 100_000 + b"</data>",
    "deep and never closed": b"<a>" * 300_000,
    "wide": HEAD + b"<a/>" * 200_000 + b"</data>",
    "many attributes": b"<data " + b" ".join(b'a%d="1"' % i for i in range(80_000)) + b"/>",
    "many namespaces": b"<data " + b" ".join(b'xmlns:a%d="u%d"' % (i, i) for i in range(30_000)) + b"/>",
    "line breaks alone": HEAD + b"\n" * 990_000,
    "too large": HEAD + b"<remark>" + b"x" * 1_100_000 + b"</remark></data>",
    "half a record": HEAD + b"<age>1",
    "CP1251": HEAD + "<remark>Привет</remark></data>".encode("cp1251"),
    "CP1251, declared": b'<?xml version="1.0" encoding="windows-1251"?>'
    + HEAD
    + "<remark>Привет</remark></data>".encode("cp1251"),
    "UTF-16": (HEAD + b"</data>").decode().encode("utf-16"),
    "UTF-7": b'<?xml version="1.0" encoding="utf-7"?>' + HEAD + b"</data>",
    "unknown encoding": b'<?xml version="1.0" encoding="none"?>' + HEAD + b"</data>",
    "no XML": b"PK\x03\x04\x00\x00",
    "empty": b"",
    "NUL": HEAD + b"<age>\x00</age></data>",
    "two roots": HEAD + b"</data>" + HEAD + b"</data>",
    "no form": b"<data><meta><instanceID>uuid:1</instanceID></meta></data>",
    "no id": b'<data id="survey-test" version="1"/>',
    "endless id": b'<data id="survey-test" version="1"><meta><instanceID>'
    + b"x" * 300
    + b"</instanceID></meta></data>",
}
BODIES = {
    "nothing": b"",
    "no parts": b"--BOUNDARY--\r\n",
    "no end": multipart(instance_xml())[:-14],
    "cut off": multipart(instance_xml())[:100],
    "another boundary": multipart(instance_xml()).replace(b"BOUNDARY", b"OTHER"),
    "two records": multipart(instance_xml())[:-14] + multipart(instance_xml(2)),
    "no record": multipart(instance_xml()).replace(b"xml_submission_file", b"something_else"),
    "10,000 parts": multipart(
        instance_xml(), more=b'--BOUNDARY\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n' * 10_000
    ),
    "header without end": b'--BOUNDARY\r\nContent-Disposition: form-data; name="'
    + b"a" * 500_000
    + b"\r\n--BOUNDARY--",
}


@pytest.fixture
def bounded(in_field: Field, monkeypatch: pytest.MonkeyPatch) -> Iterator[Field]:
    """Refuse in under a second, in under 50 MB, without the network; and keep nothing."""

    def no_network(*_: object, **__: object) -> None:
        raise AssertionError("something was fetched from outside")

    if in_field.instance.is_sqlite:  # PostgreSQL itself is spoken to by a socket
        monkeypatch.setattr(socket.socket, "connect", no_network)
    in_field.phone.get("formList")  # what is loaded once is not the post's doing
    before = in_field.instance.counts()
    tracemalloc.start()
    started = time.process_time()
    yield in_field
    took, (_, peak) = time.process_time() - started, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 50_000_000
    # measuring memory slows the program several times
    assert took < 5
    assert in_field.instance.counts() == before
    assert in_field.files == []


@pytest.mark.parametrize("name", HOSTILE)
def test_hos_001_hostile_records(bounded: Field, name: str):
    reply = bounded.phone.post(HOSTILE[name])
    assert 400 <= reply.status_code < 500
    assert "COL-" in reply.content.decode()
    assert reply["Content-Type"] == "text/xml; charset=utf-8"
    assert "etc/passwd" not in reply.content.decode()


@pytest.mark.parametrize("name", BODIES)
def test_hos_001_hostile_bodies(bounded: Field, name: str):
    reply = bounded.phone.raw(BODIES[name])
    assert 400 <= reply.status_code < 500
    assert "COL-POST" in reply.content.decode()


@pytest.mark.parametrize("kind", ["text/xml", "application/x-www-form-urlencoded", "multipart/form-data", ""])
def test_hos_001_another_kind_of_post(bounded: Field, kind: str):
    phone = bounded.phone
    reply = phone.client.generic(
        "POST", phone.at("submission"), instance_xml(), content_type=kind, headers=phone.headers
    )
    assert reply.status_code == 400


def test_hos_001_a_post_that_says_it_is_endless(bounded: Field):
    phone = bounded.phone
    reply = phone.client.post(
        phone.at("submission"),
        CONTENT_LENGTH="99999999999",
        CONTENT_TYPE="multipart/form-data; boundary=B",
        HTTP_X_OPENROSA_VERSION="1.0",
    )
    assert reply.status_code == 413


def test_hos_002_all_of_them_within_a_second_each(in_field: Field):
    in_field.phone.get("formList")
    for name, xml in HOSTILE.items():
        started = time.process_time()
        in_field.phone.post(xml)
        assert time.process_time() - started < 1, name
    assert AnswerRecord.objects.count() == 0


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        ({**GOOD, "remark": "Иванов Иван Иванович"}, "PERSON-NAME"),
        ({**GOOD, "remark": "+375 29 123 45 67"}, "PERSON-PHONE"),
        ({"sex": "Иванов Иван Иванович"}, "PERSON-NAME"),
        ({**GOOD, "extra": "MP1234567"}, "PERSON-DOCUMENT"),
    ],
)
def test_hos_004_nothing_is_kept_of_a_person(bounded: Field, answers: dict[str, str], code: str):
    reply = bounded.phone.post(instance_xml(answers=answers))
    assert reply.status_code == 400
    assert code in reply.content.decode()
    assert "Иванов" not in reply.content.decode()


@pytest.mark.parametrize(
    "name",
    [
        "../../../tmp/x.jpg",
        "/etc/cron.d/x",
        "..\\..\\x.jpg",
        "a\x00.jpg",
        "CON",
        "\u202egpj.exe",
        "x" * 240,
        "фото.jpg",
    ],
)
def test_hos_005_a_files_name_leads_nowhere(in_field: Field, name: str):
    xml = instance_xml(answers={**GOOD, "photo": name.replace("\x00", "")})
    assert in_field.phone.post(xml, (name, b"picture")).status_code in {201, 400}
    for kept in in_field.files:
        assert kept.parent.name in {"waiting", "attachments"}
        assert len(kept.stem) == 64
    assert Attachment.objects.count() <= 1
