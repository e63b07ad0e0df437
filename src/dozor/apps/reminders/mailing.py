"""Sends reminders by mail: a letter to a person, each reminder once; what a server did not take waits."""

from __future__ import annotations

import logging
import smtplib
import ssl
from datetime import datetime, timedelta
from email.utils import make_msgid

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from dozor.apps.organisations.models import Person
from dozor.apps.reminders.letters import letter
from dozor.apps.reminders.models import Reminder, Wish
from dozor.core.findings import Finding, Refused
from dozor.language import gettext

MONDAY = 0
TAKEN_FOR = timedelta(minutes=30)  # a process that died while sending leaves its letter to the next one
REFUSED_FOR = timedelta(hours=12)  # an address that the server refused is not asked for at every run
Problem = Reminder.Problem
log = logging.getLogger("dozor.reminders")


def has_mail() -> bool:
    """Whether a mail server is set; without one reminders stand in the page alone."""
    return bool(getattr(settings, "EMAIL_HOST", ""))


def wish_of(person: Person) -> Wish | None:
    return person.wishes.order_by("id").last()


def send_mail(at: datetime) -> int:
    """Send what was not sent yet, one letter to a person; return how many letters went.

    Reminders are taken before their letter goes and marked after it, and no lock is held meanwhile: of two
    processes one sends, and a slow server keeps nobody from writing. What the server does not take keeps the
    reason (`Reminder.problem`) and is tried again with the next run; a process killed between the server's
    answer and the mark is the one way to a second letter.
    """
    waiting = (
        [(p, w) for p in _unmailed() if (w := wish_of(p)) and _is_wanted(p, w, at)] if has_mail() else []
    )
    if not waiting:
        return 0
    connection = get_connection()
    sent = 0
    try:
        connection.open()
        for person, wanted in waiting:
            sent += _send(person, wanted, connection, at)
    except OSError as problem:  # the server's, smtplib's and the network's
        log.warning("the mail server does not answer: %s", type(problem).__name__)
        people = [person.pk for person, _wanted in waiting]
        left = Reminder.objects.filter(person__in=people, mailed_at__isnull=True)
        left.update(problem=problem_of(problem), tried_at=at)
    finally:
        connection.close()
    return sent


def _unmailed() -> list[Person]:
    return list(Person.objects.filter(is_active=True, reminders__mailed_at__isnull=True).distinct())


def _is_wanted(person: Person, wanted: Wish, at: datetime) -> bool:
    if not wanted.address or wanted.rhythm == Wish.Rhythm.NEVER:
        return False
    if wanted.rhythm == Wish.Rhythm.WEEKLY and timezone.localdate(at).weekday() != MONDAY:
        return False
    refused = person.reminders.filter(mailed_at__isnull=True, problem=Problem.ADDRESS)
    return not refused.filter(tried_at__gt=max(wanted.recorded_at, at - REFUSED_FOR)).exists()


def _send(person: Person, wanted: Wish, connection: object, at: datetime) -> bool:
    """Send one person's letter; OSError when the server is gone: nobody waits for it again."""
    taken = _take(person, at)
    if not taken:
        return False
    of_it = Reminder.objects.filter(pk__in=[r.pk for r in taken])
    title, text = letter(taken, wanted.language)
    headers = {"Message-ID": make_msgid(f"{taken[0].pk}-{taken[-1].pk}", domain="dozor.invalid")}
    mail = EmailMessage(title, text, settings.DEFAULT_FROM_EMAIL, [wanted.address], headers=headers)
    mail.connection = connection
    try:
        mail.send()
    except (OSError, ValueError) as problem:  # ValueError: an address that is none
        kind = problem_of(problem)
        of_it.update(taken_at=None, tried_at=at, problem=kind)
        log.warning("a letter was not taken: %s", type(problem).__name__)
        if _is_gone(problem):
            raise
        return False
    of_it.update(taken_at=None, mailed_at=at, problem="")
    return True


@transaction.atomic
def _take(person: Person, at: datetime) -> list[Reminder]:
    free = Q(taken_at__isnull=True) | Q(taken_at__lt=at - TAKEN_FOR)
    found = list(person.reminders.select_for_update().filter(free, mailed_at__isnull=True))
    Reminder.objects.filter(pk__in=[r.pk for r in found]).update(taken_at=at)
    return found


def problem_of(problem: Exception) -> Reminder.Problem:
    """What kind of help a failure needs: of the server, of the settings, of the person's address."""
    if isinstance(problem, smtplib.SMTPRecipientsRefused):
        codes = [code for code, _words in problem.recipients.values()]
        return Problem.SERVER if all(400 <= code < 500 for code in codes) else Problem.ADDRESS  # 4xx: not now
    if isinstance(problem, ValueError) and not isinstance(problem, ssl.SSLError):
        return Problem.ADDRESS
    if isinstance(problem, smtplib.SMTPAuthenticationError):
        return Problem.SIGN_IN
    if isinstance(problem, ssl.SSLError | smtplib.SMTPNotSupportedError):
        return Problem.ENCRYPTION
    return Problem.SERVER


def _is_gone(problem: Exception) -> bool:
    if isinstance(problem, smtplib.SMTPException):
        return isinstance(problem, smtplib.SMTPServerDisconnected)
    return isinstance(problem, OSError)


def try_mail(*, address: str, language: str) -> None:
    """Send a trial letter, to see that the settings work.

    Raises
    ------
    Refused
        ``MAIL-NONE``: no server is set; ``MAIL-SERVER``, ``MAIL-SIGN-IN``, ``MAIL-ENCRYPTION``,
        ``MAIL-ADDRESS``: it was not taken, with the server's own words.
    """
    if not has_mail():
        raise Refused(Finding("MAIL-NONE"))
    title = gettext("Dozor: a trial letter", language)
    text = gettext("The mail server takes letters of this instance. Nothing is to be done.", language)
    try:
        EmailMessage(title, f"{text}\n", settings.DEFAULT_FROM_EMAIL, [address]).send()
    except (OSError, ValueError) as problem:
        code = f"MAIL-{problem_of(problem).value.upper()}"
        raise Refused(Finding(code, found=str(problem) or type(problem).__name__)) from problem


def held_up() -> dict[str, int]:
    """How many reminders wait for mail by what kept them: the server, its sign-in, encryption, an address."""
    kinds = Reminder.objects.filter(mailed_at__isnull=True, person__is_active=True).exclude(problem="")
    counted: dict[str, int] = {}
    for kind in kinds.values_list("problem", flat=True):
        counted[kind] = counted.get(kind, 0) + 1
    return counted
