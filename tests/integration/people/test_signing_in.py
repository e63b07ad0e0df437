"""Signing in, staying in, being let out (SIGN).

SIGN-001 a password alone opens nothing where the role asks for more; without one it leads to enrolment
SIGN-002 a code opens once; a recovery code opens once; after five wrong codes even the right one waits
SIGN-003 a session has a new key, ends by idleness and by age, and with password, role or account
SIGN-004 an unknown name, one without a password yet, a closed account: the same words, for the same work
SIGN-005 wrong passwords from one address close the door for that name at that address, for nobody else
SIGN-006 one sees where one is signed in and ends it, one's own alone
SIGN-007 secrets are not in the database as they are
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from unittest import mock

import pyotp
import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from tests.factors import example_accounts
from tests.instances import PASSWORD, Instance
from tests.integration.web.conftest import _pages

__all__ = ["_pages"]
NEW = "three mossy kettles"


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    with mock.patch("django.utils.timezone.now", return_value=moment):
        yield


def knock(login: str, password: str, *, client: Client | None = None, address: str = "10.0.0.1") -> Client:
    client = client or Client(REMOTE_ADDR=address)
    client.last = client.post("/sign-in/", {"username": login, "password": password})  # type: ignore[attr-defined]
    return client


def enter(example: Instance, login: str, moment: datetime | None = None) -> Client:
    """Somebody of the example, all the way in."""
    password, secret = example_accounts(example.home)[login]
    moment = moment or timezone.now()
    with at(moment):
        client = knock(login, password)
        if secret:
            code = pyotp.TOTP(secret).at(moment)
            reply = client.post("/sign-in/second/", {"code": code})
            assert reply.status_code == 302, reply.content.decode()
    return client


def is_in(client: Client, moment: datetime | None = None) -> bool:
    with at(moment or timezone.now()):
        return client.get(reverse("obligations")).status_code == 200


def step(n: int) -> datetime:
    """The n-th half minute from now: codes of different steps."""
    return timezone.now() + timedelta(seconds=30 * n)


def test_sign_001_a_password_alone_opens_nothing(example: Instance) -> None:
    password, _ = example_accounts(example.home)["national"]
    client = knock("national", password)
    assert client.last["Location"] == "/sign-in/second/"
    for page in ("/work/obligations/", "/work/account/", "/work/import/", "/work/people/"):
        reply = client.get(page)
        assert (reply.status_code, reply["Location"].split("?")[0]) == (302, "/sign-in/")


def test_sign_001_without_a_factor_it_leads_to_enrolment_alone(instance: Instance) -> None:
    client = knock("admin", PASSWORD)
    assert client.last["Location"] == "/sign-in/enrol/"
    assert client.get("/work/people/").status_code == 302
    secret = client.session["new-secret"] if client.get("/sign-in/enrol/").status_code == 200 else ""
    assert client.post("/sign-in/enrol/", {"code": "123"}).status_code == 422
    reply = client.post("/sign-in/enrol/", {"code": pyotp.TOTP(secret).now()})
    assert reply["Location"] == reverse("recovery-codes")
    assert client.get("/work/people/").status_code == 200
    actions = [e["action"] for e in instance.cli("audit", "export").json["events"][-3:]]
    assert actions == ["code app enrolled", "recovery codes drawn", "signed in"]
    assert instance.cli("verify").code == 0


def test_sign_001_the_half_open_door_closes_after_ten_minutes(example: Instance) -> None:
    password, secret = example_accounts(example.home)["national"]
    client = knock("national", password)
    late = timezone.now() + timedelta(minutes=11)
    with at(late):
        reply = client.post("/sign-in/second/", {"code": pyotp.TOTP(secret).at(late)})
    assert reply["Location"] == "/sign-in/"
    assert not is_in(client)


def test_sign_002_a_code_opens_once(example: Instance) -> None:
    password, secret = example_accounts(example.home)["national"]
    now = timezone.now()
    enter(example, "national", now)
    again = knock("national", password)
    with at(now):
        reply = again.post("/sign-in/second/", {"code": pyotp.TOTP(secret).at(now)})
        before = again.post("/sign-in/second/", {"code": pyotp.TOTP(secret).at(now - timedelta(seconds=30))})
    assert (reply.status_code, before.status_code) == (422, 422)
    assert not is_in(again)
    assert is_in(enter(example, "national", now + timedelta(seconds=30)))


def test_sign_002_a_recovery_code_opens_once(example: Instance) -> None:
    from dozor.apps.organisations.factors import make_recovery_codes
    from dozor.apps.organisations.models import Person

    password, _ = example_accounts(example.home)["national"]
    national = Person.objects.get(login="national")
    codes = make_recovery_codes(person=national, by="test", at=timezone.now())
    assert len(set(codes)) == 10
    first, second = knock("national", password), knock("national", password)
    assert first.post("/sign-in/second/", {"code": codes[0].upper()}).status_code == 302
    assert second.post("/sign-in/second/", {"code": codes[0]}).status_code == 422
    assert is_in(first)
    assert not is_in(second)
    make_recovery_codes(person=national, by="test", at=timezone.now())
    assert second.post("/sign-in/second/", {"code": codes[1]}).status_code == 422  # replaced
    assert example.cli("verify").code == 0


def test_sign_002_nobody_elses_code_opens(example: Instance) -> None:
    password, _ = example_accounts(example.home)["national"]
    _, others = example_accounts(example.home)["approver"]
    client = knock("national", password)
    assert client.post("/sign-in/second/", {"code": pyotp.TOTP(others).now()}).status_code == 422


def test_sign_002_after_five_wrong_codes_even_the_right_one_waits(example: Instance) -> None:
    password, secret = example_accounts(example.home)["national"]
    client = knock("national", password)
    for _ in range(5):
        assert client.post("/sign-in/second/", {"code": "000 000"}).status_code == 422
    now = timezone.now()
    with at(now):
        waits = client.post("/sign-in/second/", {"code": pyotp.TOTP(secret).at(now)})
    assert waits.status_code == 429
    assert "15" in waits.content.decode()
    assert is_in(enter(example, "approver"))  # nobody else waits
    later = now + timedelta(minutes=16)
    assert is_in(enter(example, "national", later), later)


def test_sign_003_the_key_of_a_session_changes_at_each_step(example: Instance) -> None:
    password, secret = example_accounts(example.home)["national"]
    client = Client()
    client.get("/sign-in/")
    client.cookies["sessionid"] = "a" * 32  # one an attacker has chosen
    knock("national", password, client=client)
    half = client.cookies["sessionid"].value
    client.post("/sign-in/second/", {"code": pyotp.TOTP(secret).now()})
    whole = client.cookies["sessionid"].value
    assert len({"a" * 32, half, whole}) == 3
    stale = Client()
    stale.cookies["sessionid"] = half
    assert not is_in(stale)


def test_sign_003_it_ends_by_idleness_and_by_age(example: Instance) -> None:
    start = timezone.now()
    idle = enter(example, "national", start)
    assert is_in(idle, start + timedelta(minutes=29))
    assert is_in(idle, start + timedelta(minutes=58))
    assert not is_in(idle, start + timedelta(minutes=89))
    assert not is_in(idle, start + timedelta(minutes=90))
    busy = enter(example, "national", start + timedelta(minutes=1))
    for n in range(1, 36):
        assert is_in(busy, start + timedelta(minutes=1 + 20 * n))
    assert not is_in(busy, start + timedelta(hours=12, minutes=2))


@pytest.mark.parametrize("act", ["rights", "close", "reset-factor", "password", "sign-out"])
def test_sign_003_it_ends_with_password_rights_account_or_by_leaving(example: Instance, act: str) -> None:
    here, elsewhere = enter(example, "gomel"), enter(example, "gomel", step(1))
    assert is_in(here)
    password, _ = example_accounts(example.home)["gomel"]
    if act == "rights":
        options = ("--role", "oblast-coordinator", "--agency", "OCHEPH-HO", "--reason", "promoted")
        assert example.cli("user", "rights", "gomel", *options).code == 0
    elif act == "password":
        wrong = here.post(reverse("account-password"), {"present": "no", "password": NEW, "again": NEW})
        assert wrong.status_code == 422
        assert is_in(elsewhere)
        done = here.post(reverse("account-password"), {"present": password, "password": NEW, "again": NEW})
        assert done.status_code == 302
    elif act == "sign-out":
        kept = here.cookies["sessionid"].value
        here.post("/sign-out/")
        here.cookies["sessionid"] = kept
        assert is_in(elsewhere)
        assert not is_in(here)
        return
    else:
        assert example.cli("user", act, "gomel", "--reason", "lost the phone").code == 0
    assert not is_in(here)
    assert not is_in(elsewhere)
    assert example.cli("verify").code == 0
    if act == "reset-factor":
        assert knock("gomel", password).last["Location"] == "/sign-in/enrol/"


def test_sign_004_an_unknown_name_gets_the_same_words_and_the_same_work(example: Instance) -> None:
    """What takes time is counted, not timed: passwords hashed and statements sent to the database."""
    assert example.cli("user", "close", "rechitsa", "--reason", "left").code == 0
    invited = ("--name", "Anna", "--role", "oblast-specialist", "--agency", "OCHEPH-BR")
    assert example.cli("user", "invite", "anna", *invited).code == 0
    rechitsa, _ = example_accounts(example.home)["rechitsa"]
    tried = {
        "national": "no such password",
        "nobody.of.this.name": "no such password",
        "anna": "no such password",  # has none yet
        "rechitsa": rechitsa,  # the right one, of a closed account
    }
    told, work = {}, {}
    knock("somebody.first", "no such password")  # what the first of all asks, the others find
    for login, password in tried.items():
        encode, verify = Argon2PasswordHasher.encode, Argon2PasswordHasher.verify
        with (
            mock.patch.object(Argon2PasswordHasher, "encode", autospec=True, side_effect=encode) as made,
            mock.patch.object(Argon2PasswordHasher, "verify", autospec=True, side_effect=verify) as compared,
            CaptureQueriesContext(connection) as asked,
        ):
            reply = knock(login, password).last
        main = reply.content.decode().replace(login, "").partition("<main")[2].partition("</main>")[0]
        told[login] = (reply.status_code, _without_token(main))
        work[login] = (made.call_count + compared.call_count, len(asked))
    assert len(set(told.values())) == 1
    assert len(set(work.values())) == 1, work
    assert work["national"][0] == 1


def _without_token(text: str) -> str:
    before, _, after = text.partition('name="csrfmiddlewaretoken" value="')
    return before + after[64:]


def test_sign_005_wrong_passwords_shut_out_nobody_else(example: Instance) -> None:
    password, _ = example_accounts(example.home)["gomel"]
    for _ in range(10):
        last = knock("gomel", "no", address="10.6.6.6").last
    assert last.status_code == 429
    assert knock("gomel", password, address="10.6.6.6").last.status_code == 429
    assert knock("gomel", password, address="10.0.0.7").last.status_code == 302
    ministry, _ = example_accounts(example.home)["ministry"]
    assert knock("ministry", ministry, address="10.6.6.6").last.status_code == 302


def test_sign_005_behind_a_proxy_the_address_is_the_one_it_adds(example: Instance, settings) -> None:
    password, _ = example_accounts(example.home)["gomel"]
    settings.TLS = True
    for n in range(10):  # whoever knocks may put anything before it
        client = Client(REMOTE_ADDR="127.0.0.1", HTTP_X_FORWARDED_FOR=f"10.9.9.{n}, 10.6.6.6")
        last = knock("gomel", "no", client=client).last
    assert last.status_code == 429
    others = Client(REMOTE_ADDR="127.0.0.1", HTTP_X_FORWARDED_FOR="10.0.0.7")
    assert knock("gomel", password, client=others).last.status_code == 302


def test_sign_006_one_sees_and_ends_ones_own_sessions(example: Instance) -> None:
    from dozor.apps.organisations.models import Visit

    here, elsewhere = enter(example, "gomel"), enter(example, "gomel", step(1))
    other = enter(example, "national")
    listed = here.get("/work/account/").content.decode()
    assert listed.count('name="visit"') == 2  # the other one, and "all but this"
    theirs = Visit.objects.get(person__login="national")
    assert here.post(reverse("account-session-end"), {"visit": theirs.pk}).status_code == 404
    assert is_in(other)
    mine = Visit.objects.get(session_key=elsewhere.cookies["sessionid"].value)
    assert here.post(reverse("account-session-end"), {"visit": mine.pk}).status_code == 302
    assert not is_in(elsewhere)
    assert is_in(here)
    third = enter(example, "gomel", step(2))
    assert here.post(reverse("account-session-end"), {"visit": "others"}).status_code == 302
    assert not is_in(third)
    assert is_in(here)


def test_sign_006_the_last_factor_stays_where_the_role_needs_one(example: Instance) -> None:
    from dozor.apps.organisations.models import SecondFactor

    client = enter(example, "gomel")
    password, _ = example_accounts(example.home)["gomel"]
    own = SecondFactor.objects.get(person__login="gomel", kind="totp")
    reply = client.post(f"/work/account/factors/{own.pk}/", {"present": password})
    assert reply.status_code == 422
    other = SecondFactor.objects.get(person__login="national", kind="totp")
    assert client.post(f"/work/account/factors/{other.pk}/", {"present": password}).status_code == 404
    # another app, with the password and its first code; the first one ends
    client.get(reverse("account-app"))
    secret = client.session["new-secret"]
    code = pyotp.TOTP(secret).now()
    assert client.post(reverse("account-app"), {"code": code, "present": "no"}).status_code == 422
    assert client.post(reverse("account-app"), {"code": code, "present": password}).status_code == 302
    own.refresh_from_db()
    assert own.ended_at is not None
    assert example.cli("verify").code == 0


def test_sign_007_secrets_are_not_in_the_database_as_they_are(example: Instance) -> None:
    from dozor.apps.organisations.factors import code_now, make_recovery_codes
    from dozor.apps.organisations.models import Invitation, Person, SecondFactor
    from dozor.apps.organisations.people import new_link

    _, secret = example_accounts(example.home)["national"]
    national = Person.objects.get(login="national")
    codes = make_recovery_codes(person=national, by="test", at=timezone.now())
    token = new_link(person=national, reason="forgot", by="test", at=timezone.now())
    kept = " ".join(
        str(v)
        for rows in (SecondFactor.objects.all().values_list(), Invitation.objects.all().values_list())
        for row in rows
        for v in row
    )
    for told in (secret, token, *codes, *(c.replace("-", "") for c in codes)):
        assert told not in kept
    with mock.patch("dozor.apps.organisations.factors.read_key", return_value="another instance's key"):
        assert code_now(national, timezone.now()) is None
