"""Why reminders have not gone by mail, for those who wait and for whoever keeps the instance."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from dozor.apps.organisations.models import Person
from dozor.apps.reminders.mailing import held_up
from dozor.apps.reminders.models import Reminder

Problem = Reminder.Problem


@dataclass(frozen=True)
class HeldUp:
    """A letter that the server did not take: when it was tried, and why it did not go."""

    tried_at: datetime
    words: str


def held_up_of(person: Person) -> HeldUp | None:
    """What keeps a person's letter; None when nothing does."""
    one = person.reminders.filter(mailed_at__isnull=True).exclude(problem="").order_by("-tried_at").first()
    if one is None or one.tried_at is None:
        return None
    if one.problem == Problem.ADDRESS:
        return HeldUp(one.tried_at, _("the mail server refused your address. Look whether it is right."))
    return HeldUp(
        one.tried_at,
        _("the mail server did not take it. It is tried again every ten minutes; administrators see why."),
    )


def held_up_here() -> list[str]:
    """For the administrator: how many reminders wait for mail, by what keeps them."""
    words = {
        Problem.SERVER: _("the mail server does not answer or takes nothing"),
        Problem.SIGN_IN: _(
            "the mail server refuses the sign-in: see DOZOR_MAIL_USER and DOZOR_MAIL_PASSWORD"
        ),
        Problem.ENCRYPTION: _("no protected connection: see DOZOR_MAIL_TLS and the server's certificate"),
        Problem.ADDRESS: _("the mail server refuses the person's address"),
    }
    return [f"{words[Problem(kind)]} — {count}" for kind, count in sorted(held_up().items())]
