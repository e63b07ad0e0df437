"""A submission arranged for reading: rows with their remarks, steps with their words, changes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import InvalidOperation
from types import MappingProxyType
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dozor.apps.organisations.scope import Right, agencies_for, may
from dozor.apps.packages.making import BY_PACKAGE
from dozor.apps.submissions.models import Submission, SubmissionEvent, SubmissionVersion
from dozor.apps.submissions.queries import submissions
from dozor.core.observations.checking import read_number
from dozor.core.observations.observation import Missing
from dozor.core.submissions.changes import Change, changes
from dozor.core.submissions.content import Row
from dozor.core.submissions.states import Act, State
from dozor.language.numbers import date_text
from dozor.language.numbers import number as written
from dozor.language.words import ROW_COLUMNS, SUBMISSION_ACTS
from dozor.web.faces import EXPLAINED
from dozor.web.names import Names
from dozor.web.people_words import nobody_words

TONES = {State.RETURNED: "late", State.SUBMITTED: "soon", State.ACCEPTED: "kept", State.LOCKED: "kept"}
CAME = {
    SubmissionVersion.Came.ROUND: gettext_lazy("estimated when a round was closed"),
    SubmissionVersion.Came.BROWSER: gettext_lazy("typed in on a page"),
    SubmissionVersion.Came.WORKBOOK: gettext_lazy("from a workbook"),
    SubmissionVersion.Came.AGGREGATES: gettext_lazy("from a table of rows"),
    SubmissionVersion.Came.PAPER: gettext_lazy("from paper"),
    SubmissionVersion.Came.PACKAGE: gettext_lazy("from a package"),
}
REMARKED = ("value", "numerator", "denominator", "lower", "upper", "n", "missing", "unit", "note")


@dataclass(frozen=True)
class RemarkShown:
    column: str
    reason: str
    text: str
    answer: str = ""


@dataclass(frozen=True)
class RowShown:
    """One row as a person reads it."""

    row: Row
    indicator: str
    what: str
    group: str
    place: str
    value: str
    interval: str
    counts: str
    note: str
    remarks: tuple[RemarkShown, ...] = ()
    was: str = ""  # the accepted value, where this one differs
    doubts: tuple[Any, ...] = ()  # see `dozor.web.doubts.DoubtShown`


@dataclass(frozen=True)
class StepShown:
    """One event in words."""

    when: Any
    who: str
    what: str
    details: tuple[str, ...]
    remarks: tuple[tuple[str, RemarkShown], ...]


def seen_by(person: Any, *, year: int | None = None, pk: int | None = None) -> list[Submission]:
    """Submissions a person may see, oldest first; what is not handed in yet is its own agency's alone."""
    found = submissions(year=year, agency=agencies_for(person, Right.READ_SUBMISSION), pk=pk)
    return [s for s in found if s.state != State.DRAFT or sees_drafts(person, s)]


def sees_drafts(person: Any, submission: Submission) -> bool:
    """Whether a person may see what was not handed in yet: its own agency's people may."""
    return may(person, Right.PREPARE_SUBMISSION, submission.agency.code)


def shown_version(person: Any, submission: Submission) -> SubmissionVersion | None:
    return submission.latest if sees_drafts(person, submission) else submission.submitted


def reason_words(names: Names, code: str) -> str:
    rule = names.main_plan.sending_back
    found = next((r for r in rule.reasons if r.code == code), None) if rule else None
    return names.say(found.name) if found else code


def number_text(text: str, language: str) -> str:
    """A cell as the reader's language writes numbers; what is no number stays as it is."""
    try:
        return written(read_number(text), language) if text else ""
    except InvalidOperation:
        return text


def value_text(row: Row, names: Names) -> str:
    if row.missing:
        return str(EXPLAINED[Missing(row.missing)]) if row.missing in set(Missing) else row.missing
    text = number_text(row.value, names.language)
    if not text:
        return "—"
    symbol = names.symbol(row.unit)
    joined = f"{text}\u00a0{symbol}" if symbol else text
    return joined + (f" ({_('confirmed')})" if row.is_nil else "")


def group_text(row: Row, names: Names) -> str:
    parts = [
        names.population(row.population) if row.population else "",
        names.sex(row.sex) if row.sex not in ("", "all") else "",
        names.age(row.age) if row.age not in ("", "all") else "",
    ]
    return ", ".join(p for p in parts if p)


def rows_shown(
    version: SubmissionVersion,
    names: Names,
    *,
    remarks: Iterable[dict[str, str]] = (),
    accepted: SubmissionVersion | None = None,
    doubts: Mapping[tuple[str, ...], Sequence[Any]] = MappingProxyType({}),
) -> list[RowShown]:
    """Rows in the plan's order, each with remarks and doubts, and what stood there when it was accepted."""
    of_row: dict[str, list[RemarkShown]] = defaultdict(list)
    for one in remarks:
        of_row[one["row"]].append(remark_shown(one, names))
    before = {r.name: r for r in accepted.content} if accepted and accepted.pk != version.pk else {}
    order = {i.code: n for n, i in enumerate(names.main_plan.indicators)}
    found = []
    for row in sorted(version.content, key=lambda r: order.get(r.indicator, len(order))):
        now = value_text(row, names)
        was = value_text(before[row.name], names) if row.name in before else ""
        low, high = (number_text(cell, names.language) for cell in (row.lower, row.upper))
        found.append(
            RowShown(
                row=row,
                indicator=row.indicator,
                what=names.title(row.indicator),
                group=group_text(row, names),
                place=names.area(row.area),
                value=now,
                interval=f"{low}–{high}" if low and high else "",
                counts=_counts(row, names.language),
                note=row.note,
                remarks=tuple(of_row.get(row.name, ())),
                was=was if was != now else "",
                doubts=tuple(doubts.get(_told_by(row), ())),
            )
        )
    return found


def _told_by(row: Row) -> tuple[str, ...]:
    return row.indicator, row.population, row.sex, row.age, row.area


def _counts(row: Row, language: str) -> str:
    if row.numerator and row.denominator:
        top, bottom = (number_text(c, language) for c in (row.numerator, row.denominator))
        return _("%(part)s of %(whole)s") % {"part": top, "whole": bottom}
    if row.n:
        return f"n\u00a0=\u00a0{number_text(row.n, language)}"
    return number_text(row.numerator or row.denominator, language)


def remark_shown(one: dict[str, str], names: Names) -> RemarkShown:
    column = column_words(one["column"])
    return RemarkShown(column, reason_words(names, one["reason"]), one["text"], one.get("answer", ""))


def column_words(column: str) -> str:
    return _(ROW_COLUMNS[column]) if column in ROW_COLUMNS else column


def row_words(name: str, names: Names) -> str:
    """A row's name as a person says it."""
    indicator, population, sex, age, area, _period = (name.split("|") + [""] * 6)[:6]
    row = Row(indicator, area, "", "", population=population, sex=sex, age=age)
    return ", ".join(p for p in (indicator, group_text(row, names), names.area(area)) if p)


def actor_words(by: str, names: Names, people: Mapping[str, str]) -> str:
    """Who acted: a person by name, another agency by its package, an operator by the command."""
    if by.startswith(BY_PACKAGE):
        return _("package of: %(agency)s") % {"agency": names.agency_short(by.removeprefix(BY_PACKAGE))}
    return nobody_words(by) or people.get(by, by)


def steps_shown(events: Iterable[SubmissionEvent], names: Names, people: dict[str, str]) -> list[StepShown]:
    """What happened, the last first."""
    found = []
    for e in events:
        details = []
        if e.version is not None:
            details.append(_("version %(number)s") % {"number": e.version.number})
            if e.act == Act.HAND_IN:
                details.append(str(CAME.get(e.version.came_by, e.version.came_by)))
        if e.number:
            dated = date_text(e.dated_on, names.language) if e.dated_on else ""
            numbered = _("No. %(number)s") % {"number": e.number}
            details.append(
                _("%(number)s of %(day)s") % {"number": numbered, "day": dated} if dated else numbered
            )
        elif e.dated_on:  # in the recipient's own instance, before its package came
            details.append(_("decided on %(day)s") % {"day": date_text(e.dated_on, names.language)})
        if e.due_on:
            details.append(_("answer by %(day)s") % {"day": date_text(e.due_on, names.language)})
        if e.on_behalf_of:
            who = people.get(e.on_behalf_of, e.on_behalf_of)
            details.append(_("standing in for %(who)s") % {"who": who})
        if e.note:
            details.append(e.note)
        found.append(
            StepShown(
                when=e.at,
                who=actor_words(e.by, names, people),
                what=_(SUBMISSION_ACTS[e.act]),
                details=tuple(details),
                remarks=tuple((row_words(r["row"], names), remark_shown(r, names)) for r in e.remarks),
            )
        )
    return found[::-1]


@dataclass(frozen=True)
class ChangeShown:
    row: str
    column: str
    was: str
    became: str


def changes_shown(before: SubmissionVersion, now: SubmissionVersion, names: Names) -> list[ChangeShown]:
    def said(change: Change, text: str) -> str:
        return number_text(text, names.language) or "—"

    return [
        ChangeShown(
            row_words(c.row.name, names),
            column_words(c.column),
            said(c, c.was),
            said(c, c.became),
        )
        for c in changes(before.content, now.content)
    ]


def people_of(events: Sequence[SubmissionEvent]) -> dict[str, str]:
    """Names of those who acted, by login; a command's operator has none."""
    from dozor.apps.organisations.models import Person

    logins = {e.by for e in events} | {e.on_behalf_of for e in events}
    return dict(Person.objects.filter(login__in=logins).values_list("login", "name"))
