"""Reminders through a real mail server, with its own certificate and sign-in (MAIL).

MAIL-001  The environment the guide names is enough: STARTTLS, a sign-in, the server's own authority.
MAIL-002  A letter goes once; what a server does not take waits, the page says so, and it goes later.
MAIL-003  One refused address keeps nobody else's letter.
MAIL-004  What is wrong with the settings is told apart: no server, no trust, no sign-in.
"""

from __future__ import annotations

import smtplib
import socket
import ssl
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from ipaddress import ip_address
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.test import override_settings
from django.urls import reverse
from tests.instances import Instance
from tests.integration.web.conftest import _pages, browser

from dozor.apps.collection.actions import agree_date
from dozor.apps.organisations.models import Agency, Person
from dozor.apps.reminders import actions, mailing
from dozor.apps.reminders.models import Reminder

__all__ = ["_pages"]
DUE = date(2026, 10, 30)
USER, PASSWORD = "dozor", "a-password-of-the-tests"


class Office:
    """Keeps the letters a server takes; refuses those to nobody."""

    def __init__(self) -> None:
        self.letters: list[tuple[list[str], EmailMessage]] = []

    async def handle_RCPT(  # noqa: N802 - the server's own name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address.startswith("nobody@"):
            return "550 no such person"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        letter = message_from_bytes(bytes(envelope.content or b""), policy=policy.default)
        self.letters.append((envelope.rcpt_tos, letter))
        return "250 taken"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
        .not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=2))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    path = tmp_path_factory.mktemp("mail") / "server.pem"
    plain = serialization.NoEncryption()
    path.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    )
    return path


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


class Server:
    """A mail server of this machine that can be stopped and started at the same address."""

    def __init__(self, certificate: Path) -> None:
        self.office, self.port, self.certificate = Office(), free_port(), certificate
        self.controller: Controller | None = None

    def start(self) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate)

        def known(*given: object) -> AuthResult:
            data = given[-1]
            is_right = isinstance(data, LoginPassword) and (data.login, data.password) == (
                USER.encode(),
                PASSWORD.encode(),
            )
            return AuthResult(success=is_right, handled=is_right)

        self.controller = Controller(
            self.office, hostname="127.0.0.1", port=self.port, tls_context=context, require_starttls=True,
            auth_required=True, authenticator=known,
        )  # fmt: skip
        self.controller.start()

    def stop(self) -> None:
        if self.controller:
            self.controller.stop(no_assert=True)
            self.controller = None

    def environment(self, **changed: str) -> dict[str, str]:
        named = {
            "DOZOR_MAIL_HOST": "127.0.0.1",
            "DOZOR_MAIL_PORT": str(self.port),
            "DOZOR_MAIL_USER": USER,
            "DOZOR_MAIL_PASSWORD": PASSWORD,
            "SSL_CERT_FILE": str(self.certificate),
            "DOZOR_LANGUAGE": "en",
        }
        return {**named, **changed}

    def settings(self) -> override_settings:
        return override_settings(
            EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend", EMAIL_HOST="127.0.0.1",
            EMAIL_PORT=self.port, EMAIL_HOST_USER=USER, EMAIL_HOST_PASSWORD=PASSWORD, EMAIL_USE_TLS=True,
        )  # fmt: skip


@pytest.fixture
def server(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    one = Server(certificate)
    one.start()
    with one.settings():
        yield one
    one.stop()


def at(day: date, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, 9, minute, tzinfo=UTC)


@pytest.fixture
def dated(example: Instance) -> Instance:
    for code, number in (("MOE", "1"), ("MIA", "2")):
        agency = Agency.objects.get(code=code)
        agree_date(agency=agency, year=2026, due_on=DUE, number=number, by="t", at=at(DUE))
    return example


def write_to(login: str, address: str, rhythm: str = "each", day: date = DUE) -> Person:
    person = Person.objects.get(login=login)
    actions.wish(person=person, address=address, language="ru", rhythm=rhythm, at=at(day))
    return person


def test_mail_001_004_the_environment_is_enough(untouched: Instance, server: Server):
    ran = untouched.run("mail", "someone@example.org", **server.environment())
    assert (ran.code, len(server.office.letters)) == (0, 1), ran.err
    wrong = [
        ({"DOZOR_MAIL_HOST": ""}, "MAIL-NONE"),
        ({"DOZOR_MAIL_PASSWORD": "another"}, "MAIL-SIGN-IN"),
        ({"SSL_CERT_FILE": ""}, "MAIL-ENCRYPTION"),
        ({"DOZOR_MAIL_PORT": str(free_port())}, "MAIL-SERVER"),
    ]
    for changed, code in wrong:
        ran = untouched.run(
            "mail", "someone@example.org", "--format", "json", **server.environment(**changed)
        )
        assert (ran.code, [f["code"] for f in ran.json["findings"]]) == (2, [code])
    assert len(server.office.letters) == 1
    refused = untouched.run("mail", "nobody@example.org", "--format", "json", **server.environment())
    assert [f["code"] for f in refused.json["findings"]] == ["MAIL-ADDRESS"]


def test_mail_002_before_and_after_the_due_date_each_once(dated: Instance, server: Server):
    write_to("interior", "interior@example.org")
    for n in range(-20, 12):
        day = DUE + timedelta(days=n)
        actions.remind(at(day))
        for minute in (0, 10, 20):
            mailing.send_mail(at(day, minute))
    days = [letter["Subject"] for _to, letter in server.office.letters]
    assert len(days) == 6  # 14, 7 and 1 days before, the day itself, 1 and 7 days after
    assert {tuple(to) for to, _letter in server.office.letters} == {("interior@example.org",)}
    lines = [
        x for _to, letter in server.office.letters for x in letter.get_content().splitlines() if "— " in x
    ]
    assert len(lines) == Reminder.objects.filter(person__login="interior").count()
    assert len({letter["Message-ID"] for _to, letter in server.office.letters}) == 6


def test_mail_002_a_server_that_is_down_loses_nothing_and_the_page_says_so(dated: Instance, server: Server):
    write_to("interior", "interior@example.org")
    server.stop()
    actions.remind(at(DUE))
    assert mailing.send_mail(at(DUE)) == 0
    told = browser("interior").get(reverse("reminders")).content.decode()
    assert "Письмо вам ещё не ушло" in told
    assert "почтовый сервер не отвечает" in browser("admin").get(reverse("people")).content.decode()
    server.start()
    assert mailing.send_mail(at(DUE, 10)) == 1
    assert mailing.send_mail(at(DUE, 20)) == 0
    assert "Письмо вам ещё не ушло" not in browser("interior").get(reverse("reminders")).content.decode()
    assert mailing.held_up() == {}
    write_to("interior", "interior@example.org", "weekly", day=DUE + timedelta(days=1))
    for n in range(1, 12):
        actions.remind(at(DUE + timedelta(days=n)))
        mailing.send_mail(at(DUE + timedelta(days=n)))
    mondays = [letter.get_content().count("— ") for _to, letter in server.office.letters[1:]]
    assert len(mondays) == 2  # 2 and 9 November: a day after and a week after
    assert sum(mondays) == Reminder.objects.filter(kind="due", subject__regex=r"\+[17]$").count() > 2


def test_mail_003_a_refused_address_keeps_nobody_elses_letter(dated: Instance, server: Server):
    write_to("interior", "nobody@example.org")
    write_to("education", "education@example.org")
    actions.remind(at(DUE))
    education = Agency.objects.get(code="MOE")
    actions.remind_agency(agency=education, year=2026, words="please", by="national", at=at(DUE))
    assert mailing.send_mail(at(DUE)) == 1
    assert list(mailing.held_up()) == ["address"]
    assert "отказал вашему адресу" in browser("interior").get(reverse("reminders")).content.decode()
    assert mailing.send_mail(at(DUE, 10)) == 0  # not asked for again at once
    write_to("interior", "right@example.org", day=DUE + timedelta(days=1))
    assert mailing.send_mail(at(DUE + timedelta(days=1))) == 1


def test_mail_002_of_two_processes_one_sends(
    dated: Instance, server: Server, monkeypatch: pytest.MonkeyPatch
):
    write_to("interior", "interior@example.org")
    actions.remind(at(DUE))
    send = smtplib.SMTP.sendmail

    def meanwhile(self: smtplib.SMTP, *given: object, **more: object) -> object:
        monkeypatch.setattr(smtplib.SMTP, "sendmail", send)
        assert mailing.send_mail(at(DUE)) == 0
        return send(self, *given, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(smtplib.SMTP, "sendmail", meanwhile)
    assert mailing.send_mail(at(DUE)) == 1
    assert len(server.office.letters) == 1
    taken = Reminder.objects.filter(person__login="interior")
    taken.update(mailed_at=None, taken_at=at(DUE))  # as a process leaves it that died while sending
    assert mailing.send_mail(at(DUE, 10)) == 0
    assert mailing.send_mail(at(DUE, 40)) == 1
