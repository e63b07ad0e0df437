"""What no page, header, cookie, log or start of the program may lack (FLOOR).

FLOOR-01  each answer carries the content security policy, without inline scripts, and the other headers
FLOOR-02  no unsafe method of any route is taken without its form's token
FLOOR-03  cookies are kept from scripts and other sites; behind TLS they are bound to the host
FLOOR-04  nothing opens to others with DEBUG, a known key or plain HTTP
FLOOR-05  nothing reaches out of the machine
FLOOR-06  whoever asks for an address writes no line of the log, and no token stands in it
FLOOR-07  what is too large is refused before it is read
FLOOR-08  a page about a fault tells nothing of the program
FLOOR-09  an identifier from outside chooses among the known ones; nothing asked is in a statement's text
"""

from __future__ import annotations

import json
import logging
import os
import socket
import subprocess
import sys
from types import SimpleNamespace
from unittest import mock

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from tests.factors import example_accounts
from tests.instances import Instance
from tests.integration.matrix import planted
from tests.integration.matrix.executing import every_route, routes
from tests.integration.web.conftest import _pages, browser

from dozor.apps.logs import HideTokens
from dozor.config.guard import NO_KEY, refuse_unsafe
from dozor.core.findings import Refused

__all__ = ["_pages"]
PLAIN = [r.name for r in routes() if r.about == "-" and "GET" in r.methods]


@pytest.mark.parametrize("login", [None, "admin"])
def test_floor_01_each_answer_carries_the_policy_and_headers(untouched_example: Instance, login) -> None:
    client = browser(login)
    asked = [reverse(name, args=planted.ARGUMENTS.get(name, ())) for name in PLAIN]
    for path in (*asked, "/nothing/here/", "/work/import/..%2f/", "/key/x/formList"):
        answer = client.get(path)
        policy = answer.get("Content-Security-Policy", "")
        rules = dict(rule.strip().partition(" ")[::2] for rule in policy.split(";"))
        assert rules["default-src"] == "'none'", path
        assert rules["frame-ancestors"] == "'none'"
        assert rules["base-uri"] == "'none'"
        assert not {"unsafe-inline", "unsafe-eval", "*", "http:", "https:"} & set(
            policy.replace("'", "").split()
        )
        assert answer["X-Content-Type-Options"] == "nosniff", path
        assert answer["X-Frame-Options"] == "DENY", path
        assert answer["Referrer-Policy"] == "same-origin", path
        assert "Server" not in answer
        answer.close()


def test_floor_02_no_form_is_taken_without_its_token(untouched_example: Instance) -> None:
    from dozor.apps.organisations.models import Person

    client = Client(enforce_csrf_checks=True)
    admin = Person.objects.get(login="admin")
    client.force_login(admin, backend="django.contrib.auth.backends.ModelBackend")
    before = untouched_example.counts()
    phones = {r.name for r in routes() if r.rights == ("token",)}
    asked = 0
    for name in every_route():
        if name in phones:
            continue  # their token stands in the address: `matrix` and `openrosa` try those
        for values in ((), (1,), (1, 1), ("x",), ("x", "y"), (1, "x"), ("x", 1), (1, 1, 1), ("dataflow",)):
            try:
                path = reverse(name, args=values)
            except Exception:  # noqa: S112 - not this route's shape
                continue
            refused = 405 if name.startswith("api-") else 403  # the API takes no such method from anybody
            for method in ("post", "put", "patch", "delete"):
                assert getattr(client, method)(path).status_code == refused, (name, method)
                asked += 1
            break
        else:
            pytest.fail(f"no address of {name} was asked")
    assert asked >= 4 * 40
    assert untouched_example.counts() == before


def _settings(**environment: str) -> dict[str, object]:
    """The settings as a process of its own reads them."""
    names = (
        "SESSION_COOKIE_NAME CSRF_COOKIE_NAME SESSION_COOKIE_SECURE CSRF_COOKIE_SECURE "
        "SESSION_COOKIE_HTTPONLY CSRF_COOKIE_HTTPONLY SESSION_COOKIE_SAMESITE SECURE_HSTS_SECONDS "
        "SECURE_SSL_REDIRECT DEBUG"
    ).split()
    code = (
        "import json\nfrom dozor.config import settings as s\n"
        f"print(json.dumps({{n: getattr(s, n, None) for n in {names}}}))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    return json.loads(ran.stdout)


def test_floor_03_cookies_behind_tls() -> None:
    held = _settings(DOZOR_TLS="1", DOZOR_HOSTS="dozor.example", DEBUG="1", DJANGO_DEBUG="1")
    assert held["SESSION_COOKIE_NAME"] == "__Host-session"
    assert held["CSRF_COOKIE_NAME"] == "__Host-csrf"
    assert held["SESSION_COOKIE_SECURE"] and held["CSRF_COOKIE_SECURE"] and held["SECURE_SSL_REDIRECT"]
    assert held["SECURE_HSTS_SECONDS"] >= 31_536_000
    assert held["SESSION_COOKIE_HTTPONLY"] and held["CSRF_COOKIE_HTTPONLY"]
    assert held["SESSION_COOKIE_SAMESITE"] == "Lax"
    assert held["DEBUG"] is False  # nothing in the environment turns it on


def test_floor_03_cookies_as_they_are_set(untouched_example: Instance) -> None:
    client = Client()
    password, _secret = example_accounts(untouched_example.home)["ministry"]
    set_ = client.get("/sign-in/").cookies
    set_.update(client.post("/sign-in/", {"username": "ministry", "password": password}).cookies)
    assert set(set_) == {"csrftoken", "sessionid"}
    for held in set_.values():
        assert held["httponly"]
        assert held["samesite"] == "Lax"
        assert held["path"] == "/"
        assert not held["domain"]


MAIL = {
    "EMAIL_HOST": "mail.example",
    "EMAIL_HOST_PASSWORD": "s",
    "EMAIL_USE_TLS": True,
    "EMAIL_USE_SSL": False,
}
GOOD = {"DEBUG": False, "SECRET_KEY": "k" * 64, "ALLOWED_HOSTS": ["dozor.example"], "TLS": True, **MAIL}


@pytest.mark.parametrize(
    ("changed", "host", "code"),
    [
        ({"DEBUG": True}, "127.0.0.1", "INST-UNSAFE-DEBUG"),
        ({"SECRET_KEY": NO_KEY}, "127.0.0.1", "INST-UNSAFE-KEY"),
        ({"SECRET_KEY": "secret"}, "127.0.0.1", "INST-UNSAFE-KEY"),
        ({"TLS": False}, "127.0.0.1", "INST-UNSAFE-HTTP"),
        ({"TLS": False, "ALLOWED_HOSTS": ["*"]}, "127.0.0.1", "INST-UNSAFE-HTTP"),
        ({"TLS": False, "ALLOWED_HOSTS": ["localhost"]}, "0.0.0.0", "INST-UNSAFE-HTTP"),  # noqa: S104
        ({"EMAIL_USE_TLS": False}, "127.0.0.1", "INST-UNSAFE-MAIL"),
    ],
)
def test_floor_04_nothing_opens_unsafe(changed: dict[str, object], host: str, code: str) -> None:
    refuse_unsafe(SimpleNamespace(**GOOD))
    refuse_unsafe(SimpleNamespace(**{**GOOD, "TLS": False, "ALLOWED_HOSTS": ["localhost"]}))
    with pytest.raises(Refused) as refused:
        refuse_unsafe(SimpleNamespace(**{**GOOD, **changed}), host=host)
    assert [f.code for f in refused.value.findings] == [code]


def test_floor_04_the_command_refuses_too(untouched: Instance) -> None:
    ran = untouched.run("serve", "--port", 1, DOZOR_HOSTS="dozor.example", DOZOR_LANGUAGE="en")
    assert ran.code == 2
    assert "INST-UNSAFE-HTTP" in ran.err


def test_floor_04_the_frameworks_own_list_of_dangers_is_empty(untouched: Instance) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "django", "check", "--deploy", "--fail-level", "WARNING"],
        env=untouched.environment(
            DJANGO_SETTINGS_MODULE="dozor.config.settings", DOZOR_TLS="1", DOZOR_HOSTS="dozor.example"
        ),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert ran.returncode == 0, ran.stderr


def test_floor_05_nothing_reaches_out_of_the_machine() -> None:
    for family, address in ((socket.AF_INET, ("192.0.2.1", 443)), (socket.AF_INET6, ("2001:db8::1", 443))):
        with socket.socket(family) as out, pytest.raises(RuntimeError, match="out of the machine"):
            out.connect(address)


def test_floor_06_no_line_of_the_log_is_written_from_outside(untouched_example: Instance, capsys) -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(HideTokens())
    logger = logging.getLogger("django.request")
    with mock.patch.object(logger, "handlers", [handler]):
        Client().get("/x%0a2026-01-01%20INFO%20all%20is%20well%0d%0a/join/tell-nobody/")
        Client().get("/join/tell-nobody/?next=1")
        logger.warning("a file named %s", "x\n2026-01-01 INFO all is well")
    said = capsys.readouterr().err
    assert said.count("\n") >= 3
    assert "a file named x⏎2026-01-01" in said
    assert not [line for line in said.splitlines() if line.startswith("2026-01-01")]
    assert "tell-nobody" not in said


def test_floor_07_what_is_too_large_is_refused(untouched_example: Instance) -> None:
    form = "application/x-www-form-urlencoded"
    large = "password=x&username=" + "x" * 6_000_000
    assert Client().post("/sign-in/", large, content_type=form).status_code in (400, 413)
    many = "&".join(f"a{n}=1" for n in range(5000))
    assert Client().post("/sign-in/", many, content_type=form).status_code in (400, 413)


def test_floor_08_a_page_about_a_fault_tells_nothing_of_the_program(untouched_example: Instance) -> None:
    client = browser("admin")
    client.raise_request_exception = False
    with mock.patch("dozor.web.views.library.Names.of", side_effect=ValueError("a secret of the house")):
        answer = client.get("/work/sources/")
    said = answer.content.decode()
    assert answer.status_code == 500
    for told in ("a secret of the house", "Traceback", "ValueError", "site-packages", "library.py"):
        assert told not in said


@pytest.mark.parametrize(
    "tried",
    ["'", "1;DROP TABLE organisations_person", "password", "person__password", "-id", "*", "\x00", "%00"],
)
def test_floor_09_an_identifier_from_outside_chooses_among_the_known(
    untouched_example: Instance, tried: str
) -> None:
    client = browser("admin")
    before = untouched_example.counts()
    marked = tried + "x7asked"  # would stand in a statement built from it; a bound value stands beside one
    statements = []

    def heard(execute, sql, params, many, context):
        statements.append(sql)
        return execute(sql, params, many, context)

    for name in PLAIN:
        path = reverse(name, args=planted.ARGUMENTS.get(name, ()))
        for said in (tried, marked):
            query = dict.fromkeys(
                ("sort", "order", "by", "year", "agency", "area", "q", "page", "plan"), said
            )
            with connection.execute_wrapper(heard):
                answer = client.get(path, query)
            assert answer.status_code < 500, (name, said)
            answer.close()
    assert len(statements) > len(PLAIN)
    assert not [sql for sql in statements if "x7asked" in sql]
    assert untouched_example.counts() == before
