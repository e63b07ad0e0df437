"""What an administrator does about accounts (PEOPLE).

PEOPLE-001 an invitation's link opens once, for three days, and only the last one made
PEOPLE-002 every act has a reason and is one event; nobody acts on themselves; an administrator remains
PEOPLE-003 a form gives no more than it shows: fields it does not have change nothing
"""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.instances import Instance
from tests.integration.people.test_signing_in import NEW, at
from tests.integration.web.conftest import _pages, browser

__all__ = ["_pages"]


def invite(instance: Instance, login: str = "brest.1", *options: str) -> str:
    given = options or ("--role", "oblast-specialist", "--agency", "OCHEPH-BR")
    ran = instance.cli("user", "invite", login, *given, "--format", "json")
    assert ran.code == 0, ran.err
    link: str = ran.json["link"]
    return link.removeprefix("http://localhost:8000")


def test_people_001_a_link_opens_once(instance: Instance) -> None:
    link, client = invite(instance), Client()
    assert client.get(link).status_code == 200
    assert client.post(link, {"password": "short", "again": "short"}).status_code == 422
    assert client.post(link, {"password": NEW, "again": NEW + "!"}).status_code == 422
    joined = client.post(link, {"password": NEW, "again": NEW})
    assert joined["Location"] == "/sign-in/enrol/"
    again = Client()
    assert again.get(link).status_code == 404
    assert again.post(link, {"password": NEW, "again": NEW}).status_code == 404
    assert instance.cli("verify").code == 0
    events = [e["action"] for e in instance.cli("audit", "export").json["events"][-3:]]
    assert events == ["person added", "link made", "password set by link"]


@pytest.mark.parametrize("why", ["late", "replaced", "closed", "never made"])
def test_people_001_a_link_that_opens_nothing(instance: Instance, why: str) -> None:
    link, moment = invite(instance), timezone.now()
    if why == "late":
        moment += timedelta(days=3, seconds=1)
    elif why == "replaced":
        assert instance.cli("user", "link", "brest.1", "--reason", "lost").code == 0
    elif why == "closed":
        assert instance.cli("user", "close", "brest.1", "--reason", "left").code == 0
    else:
        link = "/join/" + "x" * 43 + "/"
    with at(moment):
        reply = Client().get(link)
        assert reply.status_code == 404
        assert Client().post(link, {"password": NEW, "again": NEW}).status_code == 404
    assert "администратор" in reply.content.decode()


def test_people_002_every_act_has_its_reason_and_its_event(instance: Instance) -> None:
    from dozor.apps.organisations.models import Person

    invite(instance)
    brest = Person.objects.get(login="brest.1")
    admin = browser("admin")
    forms = {
        "rights": {"role": "oblast-coordinator", "agency": "OCHEPH-BR"},
        "reset": {},
        "close": {},
        "open": {},
        "link": {},
    }
    for act, form in forms.items():
        before = instance.counts()
        path = reverse("person-act", args=[brest.pk, act])
        assert admin.post(path, form).status_code == 422, act
        assert admin.post(path, {**form, "reason": " "}).status_code == 422, act
        assert instance.counts() == before
        assert (
            admin.post(
                reverse("person-act", args=[brest.pk, act]), {**form, "reason": "asked by letter 7"}
            ).status_code
            == 302
        )
        event = instance.cli("audit", "export").json["events"][-1]
        assert (event["by"], event["subject"]) == ("admin", "brest.1")
        assert event["details"]["reason"] == "asked by letter 7"
    assert instance.cli("verify").code == 0


def test_people_002_nobody_acts_on_themselves_and_an_administrator_remains(instance: Instance) -> None:
    from dozor.apps.organisations.models import Person

    admin = Person.objects.get(login="admin")
    client = browser("admin")
    for act in ("close", "reset", "link", "rights"):
        form = {"reason": "why not", "role": "auditor", "agency": "MOH"}
        assert client.post(reverse("person-act", args=[admin.pk, act]), form).status_code == 422, act
    for options in (("close",), ("rights", "--role", "auditor", "--agency", "MOH")):
        ran = instance.cli("user", options[0], "admin", *options[1:], "--reason", "why not")
        assert ran.code == 2
        assert "SIGN-LAST-ADMINISTRATOR" in ran.err
    admin.refresh_from_db()
    assert (admin.role, admin.is_active) == ("administrator", True)


def test_people_003_fields_a_form_does_not_have_change_nothing(instance: Instance) -> None:
    from dozor.apps.organisations.models import Person

    invite(instance)
    brest = Person.objects.get(login="brest.1")
    sent = {
        "is_active": "", "password": "x", "login": "owner", "role": "administrator", "agency": "", "pk": "1",
        "is_superuser": "1", "is_staff": "1", "wrong_codes": "0",
    }  # fmt: skip
    browser("admin").post(reverse("person-act", args=[brest.pk, "link"]), {"reason": "lost", **sent})
    person = browser("brest.1")
    for page in (
        reverse("account-password"),
        reverse("account-app"),
        reverse("recovery-codes"),
        reverse("account-session-end"),
    ):
        person.post(page, sent)
    after = Person.objects.get(pk=brest.pk)
    names = ("login", "name", "role", "agency_id", "is_active", "password")
    assert [getattr(after, n) for n in names] == [getattr(brest, n) for n in names]
