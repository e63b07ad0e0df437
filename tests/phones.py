"""A round in the field with one phone let in, and a client that speaks as ODK Collect does."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from dozor.apps.audit.actions import record
from dozor.apps.collection.answer_room import room_of
from dozor.apps.collection.devices import add_device
from dozor.apps.collection.models import Form, Round
from dozor.apps.collection.rounds import publish as keep_form
from dozor.apps.organisations.models import Agency
from dozor.core.answers.form import AnswerField, AnswerForm
from tests.instances import Instance

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
FORM = AnswerForm(
    "survey-test",
    "1",
    (
        AnswerField("age", "integer", is_required=True, minimum=15, maximum=24),
        AnswerField("sex", "choice", ("male", "female")),
        AnswerField("visited_on", "date"),
        AnswerField("remark", "text"),
        AnswerField("respondent_code", "text", is_code=True),
        AnswerField("photo", "file"),
        AnswerField("partner_age", "integer", repeat="partners"),
        AnswerField("condom", "choice", ("yes", "no"), repeat="partners"),
    ),
)
XML = "<h:html><!-- a form: Анкета --></h:html>"
GOOD = {"age": "18", "sex": "male"}


def instance_xml(
    number: int = 1,
    *,
    answers: dict[str, str] | None = None,
    partners: tuple[dict[str, str], ...] = (),
    version: str = "1",
    form: str = "survey-test",
    replaces: int | None = None,
) -> bytes:
    given = GOOD if answers is None else answers
    inside = "".join(f"<{n}>{t}</{n}>" for n, t in given.items())
    turns = "".join(
        "<partners>" + "".join(f"<{n}>{t}</{n}>" for n, t in turn.items()) + "</partners>"
        for turn in partners
    )
    old = f"<orx:deprecatedID>uuid:{replaces}</orx:deprecatedID>" if replaces else ""
    return (
        f'<data id="{form}" version="{version}" xmlns:orx="http://openrosa.org/xforms"><main>{inside}</main>'
        f"{turns}<orx:meta><orx:instanceID>uuid:{number}</orx:instanceID>{old}</orx:meta></data>"
    ).encode()


# the least a respondent of survey-youth can answer: met before, so nothing more is asked
LEAST = {
    "interviewed_on": "2026-03-02",
    "interviewer": "I1",
    "respondent": "R-1",
    "area": "BY-HO",
    "stratum": "s1",
    "site": "c1",
    "met_before": "yes",
    "sex": "male",
    "age": "18",
}


def filled(xform: bytes, instance_id: str) -> bytes:
    """The record of a respondent who answers the least."""
    version = xform.decode().partition('id="survey-youth" version="')[2].partition('"')[0]
    inside = "".join(f"<{n}>{a}</{n}>" for n, a in LEAST.items())
    return (
        f'<data id="survey-youth" version="{version}" xmlns:orx="http://openrosa.org/xforms">{inside}'
        f"<orx:meta><orx:instanceID>{instance_id}</orx:instanceID></orx:meta></data>"
    ).encode()


@dataclass
class Phone:
    """Speaks OpenRosa over Django's client."""

    token: str
    client: Client = field(default_factory=Client)
    headers: dict[str, str] = field(default_factory=lambda: {"X-OpenRosa-Version": "1.0"})

    def at(self, path: str) -> str:
        return f"/key/{self.token}/{path}"

    def get(self, path: str, **headers: str) -> Any:
        return self.client.get(self.at(path), headers=self.headers | headers)

    def head(self, path: str = "submission?deviceID=collect%3A1") -> Any:
        return self.client.head(self.at(path), headers=self.headers)

    def raw(self, body: bytes, boundary: str = "BOUNDARY") -> Any:
        return self.client.generic(
            "POST",
            self.at("submission?deviceID=collect%3A1"),
            body,
            content_type=f"multipart/form-data; boundary={boundary}",
            headers=self.headers,
        )

    def post(self, xml: bytes, *files: tuple[str, bytes], more: bytes = b"") -> Any:
        return self.raw(multipart(xml, *files, more=more))


def multipart(xml: bytes, *files: tuple[str, bytes], more: bytes = b"") -> bytes:
    parts = [("xml_submission_file", "instance.xml", "text/xml", xml)]
    parts += [(name, name, "image/jpeg", content) for name, content in files]
    body = b""
    for name, file_name, kind, content in parts:
        body += (
            f'--BOUNDARY\r\nContent-Disposition: form-data; name="{name}"; filename="{file_name}"\r\n'
            f"Content-Type: {kind}\r\n\r\n"
        ).encode()
        body += content + b"\r\n"
    return body + more + b"--BOUNDARY--\r\n"


def publish(version: str = "1", form: AnswerForm = FORM) -> Form:
    mapping = form.as_mapping() | {"version": version}
    made = Form(
        instrument=form.code,
        version=version,
        title_ru="Анкета & опрос",
        title_be="Анкета",
        title_en="Form",
        xml=XML,
        md5=hashlib.md5(XML.encode(), usedforsecurity=False).hexdigest(),
        fields=mapping,
        published_at=AT,
        published_by="test",
    )
    with transaction.atomic():
        return keep_form(made, by="test", at=AT)


def open_round(form: Form, agency: Agency | None = None, year: int = 2026) -> Round:
    with transaction.atomic():
        opened = Round.objects.create(
            code=f"{form.instrument}-{year}",
            form=form,
            instrument=form.instrument,
            year=year,
            agency=agency,
            opens_at=AT,
            opened_by="test",
        )
        record(action="round opened", by="test", at=AT, subject=opened.code, rows=[opened])
    return opened


@dataclass
class Field:
    """A round in the field."""

    instance: Instance
    round: Round
    phone: Phone
    agency: Agency

    @property
    def files(self) -> list[Any]:
        """Every file of answers there is."""
        return sorted(p for p in room_of(self.round).folder.rglob("*") if p.is_file())


@pytest.fixture
def in_field(instance: Instance, settings: Any) -> Iterator[Field]:
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
    settings.AXES_ENABLED = True  # the app's own default, lost when the tests read the settings anew
    agency = Agency.objects.get(code="OCHEPH-HO")
    opened = open_round(publish())
    added = add_device(name="tablet 1", agency=agency, by="test", at=AT)
    yield Field(instance, opened, Phone(added.token), agency)
