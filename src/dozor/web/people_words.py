"""Words about people: roles, second factors, browsers."""

from __future__ import annotations

import re
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dozor.apps.organisations.models import Role, SecondFactor

ROLES: dict[str, Any] = {
    Role.DISTRICT_SPECIALIST: gettext_lazy("district specialist"),
    Role.OBLAST_SPECIALIST: gettext_lazy("oblast specialist"),
    Role.OBLAST_COORDINATOR: gettext_lazy("oblast coordinator"),
    Role.MINISTRY_FOCAL_POINT: gettext_lazy("ministry focal point"),
    Role.NATIONAL_ANALYST: gettext_lazy("national analyst"),
    Role.NATIONAL_APPROVER: gettext_lazy("national approver"),
    Role.MINISTRY_READER: gettext_lazy("Ministry of Health reader"),
    Role.AUDITOR: gettext_lazy("auditor"),
    Role.ADMINISTRATOR: gettext_lazy("administrator"),
}


BY_COMMAND = "cli:"  # an operator at the server: “cli:NAME”
_BY_ITSELF = "system"


def nobody_words(by: str) -> str:
    """Who acted where it was no person's account: a command at the server, the program; else empty."""
    if by.startswith(BY_COMMAND):
        return _("command of %(who)s") % {"who": by.removeprefix(BY_COMMAND)}
    return _("the program itself") if by == _BY_ITSELF else ""


def factor_words(factor: SecondFactor) -> str:
    if factor.kind == SecondFactor.Kind.TOTP:
        return _("app that shows codes")
    return _("passkey “%(name)s”") % {"name": factor.name or "—"}


def proof_words(proof: str) -> str:
    return {
        "password": _("password alone"),
        "totp": _("password and the app's code"),
        "passkey": _("password and a passkey"),
        "recovery": _("password and a recovery code"),
    }.get(proof, proof)


_BROWSERS = (("Edg/", "Edge"), ("YaBrowser/", "Yandex"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"),
             ("Safari/", "Safari"))  # fmt: skip
_SYSTEMS = (("Android", "Android"), ("iPhone", "iOS"), ("iPad", "iOS"), ("Windows", "Windows"),
            ("Mac OS", "macOS"), ("Linux", "Linux"))  # fmt: skip


def browser_words(agent: str) -> str:
    """A browser by name and system, as far as it says."""
    browser = next((name for mark, name in _BROWSERS if mark in agent), "")
    system = next((name for mark, name in _SYSTEMS if mark in agent), "")
    named = ", ".join(filter(None, (browser, system)))
    return named or re.sub(r"[^\w ./-]", "", agent)[:40] or _("browser not named")
