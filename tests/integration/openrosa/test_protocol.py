"""The door for phones speaks OpenRosa 1.0 as ODK Collect expects it.

ORS-001  Every reply names the version of OpenRosa and the length it accepts; XML is ``text/xml``.
ORS-002  The list of forms holds the open rounds of the phone's agency, with the MD5 of the very bytes.
ORS-003  HEAD on the submission's address is 204.
ORS-004  A record is kept once: 201, and 201 again for the same bytes; other bytes under its id are 409.
ORS-005  A token that is malformed is 401, an unknown or revoked one 403.
ORS-006  An unknown form or version is 404; a late or rule-breaking record is 202 and kept apart.
ORS-007  Attachments may come in several posts; what no answer speaks of is let go.
ORS-008  No address in a log holds a token.
"""

from __future__ import annotations

import hashlib
import logging
from datetime import timedelta
from io import BytesIO

import pytest
from defusedxml import ElementTree
from django.utils import timezone
from tests.phones import AT, GOOD, XML, Field, Phone, instance_xml, multipart, publish

from dozor.apps.audit.verification import verify
from dozor.apps.collection.devices import add_device, revoke_device
from dozor.apps.collection.gathering import decide_quarantine, gather, stored_records
from dozor.apps.collection.models import AnswerRecord, Attachment
from dozor.apps.logs import HideTokens
from dozor.apps.organisations.models import Agency

LIST = "{http://openrosa.org/xforms/xformsList}"
MESSAGE = "{http://openrosa.org/http/response}message"


def close(field: Field) -> None:
    field.round.closed_at = timezone.now()
    field.round.save()


def test_ors_001_every_reply_says_what_speaks(in_field: Field):
    phone = in_field.phone
    for reply in (phone.get("formList"), phone.head(), phone.post(b"<x"), phone.get("submission")):
        assert reply["X-OpenRosa-Version"] == "1.0"
        assert int(reply["X-OpenRosa-Accept-Content-Length"]) > 1_000_000
        assert reply["Date"]
    assert phone.get("formList")["Content-Type"] == "text/xml; charset=utf-8"


def test_ors_001_a_request_without_the_version_is_400(in_field: Field):
    for method in ("get", "head", "post"):
        path = "formList" if method == "get" else "submission"
        assert getattr(in_field.phone.client, method)(in_field.phone.at(path)).status_code == 400


def test_ors_002_the_list_names_the_form_and_its_bytes(in_field: Field):
    reply = in_field.phone.get("formList?deviceID=collect%3A1")
    (form,) = ElementTree.fromstring(reply.content)
    told = {child.tag.removeprefix(LIST): child.text for child in form}
    assert told["formID"] == "survey-test"
    assert told["version"] == "1"
    assert told["name"] == "Анкета & опрос"
    assert told["downloadUrl"].startswith(f"http://testserver/key/{in_field.phone.token}/")
    body = in_field.phone.client.get(told["downloadUrl"]).content
    assert told["hash"] == "md5:" + hashlib.md5(body, usedforsecurity=False).hexdigest()
    assert body == XML.encode()


def test_ors_002_one_form_may_be_asked_for(in_field: Field):
    assert b"survey-test" in in_field.phone.get("formList?formID=survey-test").content
    assert b"survey-test" not in in_field.phone.get("formList?formID=another").content


def test_ors_002_an_exercise_says_so_in_the_list(in_field: Field):
    assert "смоделированные данные" not in in_field.phone.get("formList").content.decode()
    in_field.round.is_simulated = True
    in_field.round.save()
    assert "[смоделированные данные]" in in_field.phone.get("formList").content.decode()


def test_ors_002_another_agency_is_offered_nothing(in_field: Field):
    in_field.round.agency = in_field.agency
    in_field.round.save()
    other = add_device(name="x", agency=Agency.objects.get(code="OCHEPH-BR"), by="test", at=AT)
    reply = Phone(other.token).get("formList")
    assert reply.status_code == 200
    assert list(ElementTree.fromstring(reply.content)) == []
    assert Phone(other.token).post(instance_xml()).status_code == 404


def test_ors_002_a_closed_round_leaves_the_list(in_field: Field):
    close(in_field)
    assert list(ElementTree.fromstring(in_field.phone.get("formList").content)) == []


def test_ors_002_the_manifest_is_whole(in_field: Field):
    reply = in_field.phone.get("forms/survey-test/1/manifest")
    assert reply["Content-Type"] == "text/xml; charset=utf-8"
    assert ElementTree.fromstring(reply.content).tag == "{http://openrosa.org/xforms/xformsManifest}manifest"


def test_ors_003_head_is_204(in_field: Field):
    assert in_field.phone.head().status_code == 204
    assert in_field.phone.get("submission").status_code == 204


def test_ors_004_a_record_is_kept_once(in_field: Field):
    assert in_field.phone.post(instance_xml()).status_code == 201
    again = in_field.phone.post(instance_xml())
    assert again.status_code == 201
    assert ElementTree.fromstring(again.content).find(MESSAGE).text
    assert AnswerRecord.objects.count() == 1
    assert len(in_field.files) == 1
    assert verify() == []


def test_ors_004_other_content_under_the_same_id_is_409(in_field: Field):
    in_field.phone.post(instance_xml())
    assert in_field.phone.post(instance_xml(answers={"age": "19", "sex": "male"})).status_code == 409
    assert [r.values["age"] for r in stored_records(in_field.round, by="t", at=AT)] == [18]


def test_ors_004_every_answer_comes_back_repeats_included(in_field: Field):
    partners = ({"partner_age": "20", "condom": "yes"}, {"partner_age": "31", "condom": "no"})
    in_field.phone.post(instance_xml(answers={**GOOD, "visited_on": "2026-02-28"}, partners=partners))
    (record,) = stored_records(in_field.round, by="t", at=AT)
    assert record.values["visited_on"] == "2026-02-28"
    assert record.values["remark"] is None
    assert record.repeats["partners"] == [
        {"partner_age": 20, "condom": "yes"},
        {"partner_age": 31, "condom": "no"},
    ]


def test_ors_004_an_edit_replaces_and_a_stale_one_is_refused(in_field: Field):
    in_field.phone.post(instance_xml(1))
    changed = {"age": "20", "sex": "female"}
    assert in_field.phone.post(instance_xml(2, answers=changed, replaces=1)).status_code == 201
    assert in_field.phone.post(instance_xml(3, answers=changed, replaces=1)).status_code == 409
    assert in_field.phone.post(instance_xml(4, answers=changed, replaces=77)).status_code == 404
    assert [r.values["age"] for r in stored_records(in_field.round, by="t", at=AT)] == [20]


@pytest.mark.parametrize(("token", "status"), [("short", 401), ("x" * 64, 403), ("ы" * 64, 401)])
def test_ors_005_the_wrong_token(in_field: Field, token: str, status: int):
    wrong = Phone(token)
    for reply in (wrong.get("formList"), wrong.head(), wrong.post(instance_xml())):
        assert reply.status_code == status
        assert ("WWW-Authenticate" in reply) == (status == 401)
    assert AnswerRecord.objects.count() == 0


def test_ors_005_a_revoked_phone_is_shut_out(in_field: Field):
    revoke_device(name="tablet 1", by="test", at=timezone.now())
    assert in_field.phone.post(instance_xml()).status_code == 403
    assert in_field.phone.get("formList").status_code == 403
    assert verify() == []


def test_ors_006_unknown_form_and_version(in_field: Field):
    assert in_field.phone.post(instance_xml(form="other")).status_code == 404
    assert in_field.phone.post(instance_xml(version="9")).status_code == 404
    assert in_field.files == []


def test_ors_006_an_old_published_version_is_taken(in_field: Field):
    publish("2")
    assert in_field.phone.post(instance_xml(version="2")).status_code == 201
    assert in_field.phone.post(instance_xml(2, version="1")).status_code == 201
    gather(in_field.round, by="t", at=AT)
    assert len(list(stored_records(in_field.round, by="t", at=AT))) == 2


def test_ors_006_a_late_record_is_kept_apart(in_field: Field):
    close(in_field)
    reply = in_field.phone.post(instance_xml())
    assert reply.status_code == 202
    assert ElementTree.fromstring(reply.content).find(MESSAGE).text
    assert in_field.phone.post(instance_xml()).status_code == 202
    kept = AnswerRecord.objects.get()
    assert (kept.state, kept.reasons) == ("quarantined", [{"code": "COL-LATE", "column": ""}])
    assert list(stored_records(in_field.round, by="t", at=AT)) == []


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        ({"age": "18", "sex": "other"}, "COL-ANSWER-CHOICE"),
        ({"sex": "male"}, "COL-ANSWER-MISSING"),
        ({"age": "60"}, "COL-ANSWER-HIGH"),
        ({"age": "many"}, "COL-ANSWER-INTEGER"),
        ({"age": "18", "extra": "x"}, "COL-ANSWER-UNKNOWN"),
    ],
)
def test_ors_006_a_record_that_breaks_a_rule_waits_for_a_decision(in_field: Field, answers, code):
    reply = in_field.phone.post(instance_xml(answers=answers))
    assert reply.status_code == 202
    assert code in reply.content.decode()
    again = in_field.phone.post(instance_xml(answers=answers))  # the phone did not hear the answer
    assert again.status_code == 202
    assert again.content == reply.content
    assert list(stored_records(in_field.round, by="t", at=AT)) == []
    decide_quarantine(instance_id="uuid:1", is_taken=True, reason="asked again", by="t", at=AT)
    (record,) = stored_records(in_field.round, by="t", at=AT)
    assert "extra" not in record.values
    assert verify() == []


def test_ors_007_attachments_in_several_posts(in_field: Field):
    xml = instance_xml(answers={**GOOD, "photo": "a.jpg"})
    incomplete = b'--BOUNDARY\r\nContent-Disposition: form-data; name="*isIncomplete*"\r\n\r\nyes\r\n'
    assert in_field.phone.post(xml, ("unasked.jpg", b"u"), more=incomplete).status_code == 201
    assert in_field.phone.post(xml, ("a.jpg", b"picture")).status_code == 201
    assert in_field.phone.post(xml, ("a.jpg", b"another")).status_code == 201
    assert [a.file_name for a in Attachment.objects.all()] == ["a.jpg"]
    assert len(in_field.files) == 2
    assert not any(b"picture" in path.read_bytes() for path in in_field.files)
    assert verify() == []


def test_ors_008_no_token_in_logs(in_field: Field):
    written: list[str] = []

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            written.append(self.format(record))

    handler = Keep()
    handler.addFilter(HideTokens())
    logging.getLogger("django.request").addHandler(handler)
    try:
        in_field.phone.get("nothing-here")
        in_field.phone.post(b"<x")
        Phone("y" * 64).get("formList")
    finally:
        logging.getLogger("django.request").removeHandler(handler)
    assert any("/key/…/" in line for line in written)
    assert not any(in_field.phone.token in line or "y" * 64 in line for line in written)


def test_a_round_that_opens_later_is_not_in_the_field_yet(in_field: Field):
    in_field.round.opens_at = timezone.now() + timedelta(days=1)
    in_field.round.save()
    assert list(ElementTree.fromstring(in_field.phone.get("formList").content)) == []
    assert in_field.phone.post(instance_xml()).status_code == 404


def test_a_chunked_body_needs_no_length(in_field: Field):
    body = multipart(instance_xml())
    environ = {
        "wsgi.input": BytesIO(body),
        "HTTP_TRANSFER_ENCODING": "chunked",
        "CONTENT_TYPE": "multipart/form-data; boundary=BOUNDARY",
        "CONTENT_LENGTH": "",
        "HTTP_X_OPENROSA_VERSION": "1.0",
    }
    reply = in_field.phone.client.post(in_field.phone.at("submission"), **environ)
    assert reply.status_code == 201
