"""Reminders in words: a line each, and a letter of several."""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings
from django.utils import timezone

from dozor.apps.plans.queries import main_plan
from dozor.apps.reminders.models import Reminder
from dozor.language import gettext
from dozor.language.numbers import date_text

Kind = Reminder.Kind


def line(one: Reminder, language: str) -> str:
    """One reminder in a sentence."""

    def say(text: str, **words: object) -> str:
        return gettext(text, language).format(**words)

    plan = main_plan()
    name = next((c.name for c in plan.collections if c.code == one.collection), None)
    what = f"{name.in_language(language)}, {one.year}" if name else str(one.year)
    agency = getattr(one.agency, f"short_{language}")
    day = date_text(one.due_on, language) if one.due_on else ""
    is_late = one.due_on is not None and timezone.localdate(one.made_at) > one.due_on
    if is_late and one.kind == Kind.ANSWER:
        return say("{what}: sent back with remarks; the answer was due on {day}.", what=what, day=day)
    if is_late and one.kind == Kind.PAPER:
        return say("{what}: the signed paper copy was due on {day} and has not come.", what=what, day=day)
    if is_late and one.kind == Kind.DUE and name is None:
        return say("The report for {year} was due on {day}.", year=one.year, day=day)
    if is_late and one.kind == Kind.DUE:
        return say("{what}: was due on {day} and has not come.", what=what, day=day)
    if one.kind == Kind.ANSWER:
        return say("{what}: sent back with remarks; the answer is due on {day}.", what=what, day=day)
    if one.kind == Kind.CHECK:
        return say("{agency}, {what}: submitted and to be checked.", agency=agency, what=what)
    if one.kind == Kind.ASKED:
        words = one.words or gettext("please hand in what is late.", language)
        return say("{agency}, {what}: {words}", agency=agency, what=what, words=words)
    if one.kind == Kind.PAPER:
        return say("{what}: the signed paper copy is due on {day}.", what=what, day=day)
    if name is None:
        return say("The report for {year} is due on {day}.", year=one.year, day=day)
    return say("{what}: due on {day}.", what=what, day=day)


def letter(reminders: Sequence[Reminder], language: str) -> tuple[str, str]:
    """Title and text of one letter; it names duties and dates and holds no figure."""
    title = gettext("Dozor: what is due", language)
    lines = [f"— {line(one, language)}" for one in reminders]
    address = settings.PUBLIC_ADDRESS
    foot = [gettext("Everything that waits for you stands here: {address}", language).format(address=address)]
    return title, "\n".join([*lines, "", *(foot if address else [])]) + "\n"
