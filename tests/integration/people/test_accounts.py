"""`dozor user add|list` (USER).

USER-001 an account is made with its rights, recorded, and its password shown once
USER-002 a weak password, a taken or impossible name, an unknown role or agency is refused and nothing changes
USER-003 a password is kept as a hash the journal seals; signing in does not change it
"""

from __future__ import annotations

import shlex
from unittest import mock

import pytest
from tests.instances import PASSWORD, Instance


def test_user_001_an_account_is_made_and_recorded(instance: Instance) -> None:
    ran = instance.cli(
        *"user add gomel.1 --role oblast-specialist --agency OCHEPH-HO --format json --name".split(),
        "Ганна Іванова",
    )
    assert ran.code == 0, ran.err
    assert set(ran.json) == {"login", "password", "role", "agency"}
    assert len(ran.json["password"]) >= 12
    people = {p["login"]: p for p in instance.cli("user", "list", "--format", "json").json}
    assert people["gomel.1"] == {
        "login": "gomel.1",
        "name": "Ганна Іванова",
        "role": "oblast-specialist",
        "agency": "OCHEPH-HO",
        "active": True,
        "second_factor": False,
    }
    from dozor.apps.organisations.models import Person

    kept = Person.objects.get(login="gomel.1")
    assert ran.json["password"] not in kept.password
    assert kept.check_password(ran.json["password"])
    event = instance.cli("audit", "export").json["events"][-1]
    assert (event["action"], event["subject"]) == ("person added", "gomel.1")
    assert ran.json["password"] not in str(event)
    assert instance.cli("verify").code == 0


# a command, and the codes of what it is told
BAD = f"""
INST-PASSWORD       x1 --role administrator --password short
INST-PASSWORD       x2 --role administrator --password password1234
INST-PASSWORD       x3 --role administrator --password 8527419638527
INST-PASSWORD       valentina.ivanova --role administrator --password valentina.ivanova
INST-LOGIN-TAKEN    admin --role administrator
INST-LOGIN-TAKEN    ADMIN --role administrator
INST-AGENCY         x4 --role oblast-specialist --agency OCHEPH-XX
INST-NEEDS-AGENCY   x5 --role oblast-specialist
INST-ROLE           x6 --role wizard
INST-LOGIN          '' --role administrator
INST-LOGIN          'a b' --role administrator
INST-LOGIN          {"x" * 81} --role administrator
INST-TOO-LONG       x7 --role administrator --name {"я" * 201}
INST-ROLE,INST-LOGIN-TAKEN,INST-PASSWORD   admin --role wizard --password short
"""


@pytest.mark.parametrize("line", BAD.strip().splitlines(), ids=lambda line: " ".join(line.split()[:2])[:40])
def test_user_002_what_cannot_be_is_refused_in_three_languages(untouched: Instance, line: str) -> None:
    codes, *options = shlex.split(line)
    before = untouched.counts()
    said = set()
    for language in ("ru", "be", "en"):
        given = options if "--password" in options else [*options, "--password", PASSWORD]
        ran = untouched.cli("user", "add", *given, "--format", "json", language=language)
        assert ran.code == 2
        assert [f["code"] for f in ran.json["findings"]] == codes.split(",")
        said.add(ran.json["findings"][0]["message"])
    assert len(said) == 3
    assert untouched.counts() == before


def test_user_003_signing_in_leaves_the_sealed_row_as_it_was(instance: Instance) -> None:
    from django.contrib.auth.hashers import Argon2PasswordHasher

    from dozor.apps.organisations.models import Person

    admin = Person.objects.get(login="admin")
    # as after an update that asks for more rounds of hashing

    with mock.patch.object(Argon2PasswordHasher, "time_cost", 3):
        assert admin.check_password(PASSWORD)
    assert not admin.check_password("another password altogether")
    assert instance.cli("verify").code == 0
