"""What an administrator does about accounts: invite, change, close, open, reset; each act has its reason."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.db import transaction

from dozor.apps.audit.actions import record
from dozor.apps.organisations import factors
from dozor.apps.organisations.actions import account
from dozor.apps.organisations.models import Invitation, Person, Role, Visit
from dozor.core.findings import Finding, Refused

LINK_LASTS = timedelta(days=3)


def person_of(login: str) -> Person:
    """An account by its sign-in name; raises ``SIGN-PERSON``."""
    found = Person.objects.select_related("agency").filter(login__iexact=login).first()
    if found is None:
        raise Refused(Finding("SIGN-PERSON", found=login))
    return found


# --- invitations ------------------------------------------------------------------------------------


@transaction.atomic
def invite(
    *, login: str, name: str, role: str, agency: str | None, by: str, at: datetime
) -> tuple[Person, str]:
    """Make an account without a password, and the token of the link with which its person sets one."""
    person = account(login=login, name=name, role=role, agency=agency, password=None)
    person.password = make_password(None)
    person.save(force_insert=True)
    details = {"role": role, "agency": agency or ""}
    record(action="person added", by=by, at=at, subject=login, details=details, rows=[person])
    return person, new_link(person=person, reason="invited", by=by, at=at)


@transaction.atomic
def new_link(*, person: Person, reason: str, by: str, at: datetime) -> str:
    """Draw a link's token; earlier ones open nothing any more. The token is shown once."""
    _check(person, reason, by)
    earlier = list(person.invitations.filter(used_at__isnull=True, withdrawn_at__isnull=True))
    for one in earlier:
        one.withdrawn_at = at
        one.save(update_fields=["withdrawn_at"])
    token = secrets.token_urlsafe(32)
    made = Invitation(
        person=person, token_digest=_digest(token), made_at=at, made_by=by, expires_at=at + LINK_LASTS
    )
    made.save(force_insert=True)
    details = {"reason": reason}
    record(action="link made", by=by, at=at, subject=person.login, details=details, rows=[*earlier, made])
    return token


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def invited(token: str, at: datetime) -> Invitation:
    """The invitation a link's token opens; raises ``SIGN-INVITATION``, the same for every cause."""
    found = Invitation.objects.select_related("person").filter(token_digest=_digest(token)).first()
    is_open = found is not None and found.used_at is None and found.withdrawn_at is None
    if found is None or not is_open or found.expires_at <= at or not found.person.is_active:
        raise Refused(Finding("SIGN-INVITATION"))
    return found


@transaction.atomic
def join(*, token: str, password: str, at: datetime) -> Person:
    """Set the password of whoever was invited; the link opens nothing afterwards."""
    invitation = invited(token, at)
    person = invitation.person
    if not Invitation.objects.filter(pk=invitation.pk, used_at__isnull=True).update(used_at=at):
        raise Refused(Finding("SIGN-INVITATION"))
    invitation.refresh_from_db()
    _set_password(person, password)
    record(action="password set by link", by=person.login, at=at, subject=person.login,
           rows=[person, invitation])  # fmt: skip
    end_visits(person)
    return person


@transaction.atomic
def change_password(*, person: Person, present: str, new: str, at: datetime) -> None:
    """Change one's own password; every session of the person ends."""
    if not person.check_password(present):
        raise Refused(Finding("SIGN-PASSWORD", column="present"))
    _set_password(person, new)
    record(action="password changed", by=person.login, at=at, subject=person.login, rows=[person])
    end_visits(person)


def _set_password(person: Person, password: str) -> None:
    try:
        validate_password(password, person)
    except ValidationError as problem:
        found = " ".join(problem.messages)
        raise Refused(Finding("INST-PASSWORD", found=found, column="password")) from problem
    person.set_password(password)
    person.save(update_fields=["password"])


# --- an administrator's acts ------------------------------------------------------------------------


@transaction.atomic
def change_rights(
    *, person: Person, role: str, agency: str | None, reason: str, by: str, at: datetime
) -> None:
    """Give a person another role or agency; their sessions end."""
    _check(person, reason, by)
    if role != Role.ADMINISTRATOR:
        _check_not_last(person)
    changed = account(
        login=person.login, name=person.name, role=role, agency=agency, password=None, of=person
    )
    before = {"role": person.role, "agency": person.agency.code if person.agency else ""}
    person.role, person.agency = changed.role, changed.agency
    person.save(update_fields=["role", "agency"])
    details = {"was": before, "became": {"role": role, "agency": agency or ""}, "reason": reason}
    record(action="rights changed", by=by, at=at, subject=person.login, details=details, rows=[person])
    end_visits(person)


@transaction.atomic
def close(*, person: Person, reason: str, by: str, at: datetime) -> None:
    """Close an account: its sessions end, nothing it did is touched."""
    _check(person, reason, by)
    _check_not_last(person)
    _switch(person, "account closed", is_active=False, reason=reason, by=by, at=at)


@transaction.atomic
def reopen(*, person: Person, reason: str, by: str, at: datetime) -> None:
    _check(person, reason, by)
    _switch(person, "account opened again", is_active=True, reason=reason, by=by, at=at)


def _switch(person: Person, action: str, *, is_active: bool, reason: str, by: str, at: datetime) -> None:
    person.is_active = is_active
    person.save(update_fields=["is_active"])
    record(action=action, by=by, at=at, subject=person.login, details={"reason": reason}, rows=[person])
    end_visits(person)


@transaction.atomic
def reset_factors(*, person: Person, reason: str, by: str, at: datetime) -> None:
    """Take all second factors away, for someone who lost theirs; they enrol anew when they sign in."""
    _check(person, reason, by)
    ended = list(person.factors.filter(ended_at__isnull=True))
    factors.end_factors(
        person=person, factors=ended, action="second factors reset", reason=reason, by=by, at=at
    )
    Person.objects.filter(pk=person.pk).update(wrong_codes=0, wrong_since=None)
    end_visits(person)


def _check(person: Person, reason: str, by: str) -> None:
    if not reason.strip():
        raise Refused(Finding("SIGN-REASON", column="reason"))
    if person.login == by:
        raise Refused(Finding("SIGN-SELF", found=person.login))


def _check_not_last(person: Person) -> None:
    others = Person.objects.filter(role=Role.ADMINISTRATOR, is_active=True).exclude(pk=person.pk)
    if person.role == Role.ADMINISTRATOR and person.is_active and not others.exists():
        raise Refused(Finding("SIGN-LAST-ADMINISTRATOR", found=person.login))


# --- where a person is signed in ----------------------------------------------------------------------


def end_visits(person: Person, *, but: str | None = None) -> int:
    """End a person's sessions, all or all but one; returns how many."""
    keys = list(
        Visit.objects.filter(person=person).exclude(session_key=but).values_list("session_key", flat=True)
    )
    ended, _ = Session.objects.filter(session_key__in=keys).delete()
    Visit.objects.filter(session_key__in=keys).delete()
    return ended
