"""Sessions: half open after the password, open after the second factor, ended by idleness and by age.

A person whose role needs a second factor is nobody until it is proved: between the password and the proof
the session names them in `PENDING` alone, and every page treats them as a visitor.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth import login, logout
from django.db import transaction
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from dozor.apps.audit.actions import record
from dozor.apps.organisations.factors import standing
from dozor.apps.organisations.models import Person, Visit
from dozor.apps.organisations.queries import with_agencies
from dozor.apps.organisations.scope import needs_second_factor
from dozor.web.visitor import address

BACKEND = "django.contrib.auth.backends.ModelBackend"
PENDING, STARTED, SEEN, PROOF = "pending", "started", "seen", "proof"
HALF_OPEN = timedelta(minutes=10)  # from the password to the second factor
IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
_NOTED_EVERY = timedelta(minutes=3)  # each note is a write


def after_password(request: HttpRequest, person: Person, *, back: str = "") -> bool:
    """Whether the password was enough; otherwise the session waits for the second factor."""
    if not needs_second_factor(person.role) and not standing(person):
        enter(request, person, proof="password")
        return True
    request.session.flush()
    request.session[PENDING] = {"person": person.pk, "at": timezone.now().isoformat(), "back": back,
                                "hash": person.get_session_auth_hash()}  # fmt: skip
    return False


def pending(request: HttpRequest) -> Person | None:
    """Who has given their password here and not yet the second factor."""
    held = request.session.get(PENDING)
    if held is None:
        return None
    person = Person.objects.select_related("agency").filter(pk=held["person"], is_active=True).first()
    is_late = timezone.now() - datetime.fromisoformat(held["at"]) > HALF_OPEN
    if person is None or is_late or held["hash"] != person.get_session_auth_hash():
        del request.session[PENDING]
        return None
    return person


def enter(request: HttpRequest, person: Person, *, proof: str) -> str:
    """Sign someone in under a new session key; returns the page they wanted, if it is one of ours."""
    back = (request.session.get(PENDING) or {}).get("back", "")
    request.session.flush()
    now = timezone.now()
    with transaction.atomic():
        login(request, person, backend=BACKEND)
        request.session[STARTED] = request.session[SEEN] = now.isoformat()
        request.session[PROOF] = proof
        request.session.save()
        Visit.objects.create(
            person=person,
            session_key=request.session.session_key,
            started_at=now,
            proof=proof,
            address=address(request),
            browser=request.headers.get("User-Agent", "")[:300],
        )
        record(action="signed in", by=person.login, at=now, subject=person.login, details={"proof": proof})
    is_ours = url_has_allowed_host_and_scheme(
        back, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return back if is_ours else ""


def leave(request: HttpRequest) -> None:
    Visit.objects.filter(session_key=request.session.session_key or "").delete()
    logout(request)


class SessionEnds:
    """Signs out whoever was idle for half an hour, or came in twelve hours ago."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        # an anonymous visitor has no session to look into
        if request.session.get("_auth_user_id") is not None:
            self._look(request)
        return self.get_response(request)

    def _look(self, request: HttpRequest) -> None:
        if request.user.is_authenticated:
            with_agencies([request.user], "agency")
        now = timezone.now()
        started = _instant(request.session.get(STARTED)) or now
        seen = _instant(request.session.get(SEEN)) or now
        if now - seen > IDLE or now - started > LONGEST:
            leave(request)
            messages.info(request, _("Your session has ended. Sign in again to go on."))
        elif STARTED not in request.session or now - seen > _NOTED_EVERY:
            request.session[STARTED], request.session[SEEN] = started.isoformat(), now.isoformat()


def _instant(text: Any) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def may_have_passkeys(request: HttpRequest) -> bool:
    """Browsers give passkeys to a name, never to a numeric address."""
    host = request.get_host()
    return not host.startswith("[") and not host.split(":")[0].replace(".", "").isdigit()
