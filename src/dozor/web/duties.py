"""Duties arranged for the person who owes them: one row for each collection, the next step on it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from dozor.apps.submissions.models import Submission
from dozor.core.calendar.obligation import LATE, MET, Obligation, Status
from dozor.core.submissions.progress import Stage, stage
from dozor.core.submissions.states import State
from dozor.language.numbers import date_text
from dozor.language.words import DUTY_STATES
from dozor.web.names import Names

TONES = {
    Status.OVERDUE: "late",
    Status.COLLECTION_OVERDUE: "late",
    Status.DUE_SOON: "soon",
    Status.RECEIVED: "kept",
    Status.RECEIVED_LATE: "kept",
}
# what needs a hand first
URGENCY = (
    Status.OVERDUE,
    Status.COLLECTION_OVERDUE,
    Status.DUE_SOON,
    Status.DUE,
    Status.COLLECTING,
    Status.COLLECTION_NOT_PLANNED,
    Status.NO_DATE_AGREED,
    Status.POSTPONED,
    Status.NOT_HELD,
    Status.RECEIVED_LATE,
    Status.RECEIVED,
    Status.NOT_RECORDED,
)


SUBMISSION_WORDS = {
    State.DRAFT: gettext_lazy("rows laid in, not submitted"),
    State.SUBMITTED: gettext_lazy("submitted, being checked"),
    State.RETURNED: gettext_lazy("sent back with remarks"),
    State.ACCEPTED: gettext_lazy("accepted"),
    State.LOCKED: gettext_lazy("locked"),
}


@dataclass(frozen=True)
class Step:
    """The next thing to do about a row, as a button."""

    label: str
    href: str
    is_first: bool = False


@dataclass(frozen=True)
class DutyRow:
    """What one agency owes from one collection."""

    name: str
    codes: tuple[str, ...]
    shared_codes: tuple[str, ...]
    shared_with: str
    status: Status
    left: str
    due: str
    due_note: str
    state: str
    basis: str
    step: Step | None
    days_left: int | None

    @property
    def tone(self) -> str:
        return TONES.get(self.status, "")


def rows(
    found: Sequence[Obligation],
    names: Names,
    *,
    may_record: bool,
    today: date,
    submissions: Mapping[str, Submission] | None = None,
    may_prepare: bool = False,
) -> list[DutyRow]:
    """One row for each collection an agency's duties rest on; the most urgent first.

    Parameters
    ----------
    may_record, may_prepare
        Whether the reader may record the facts of the round, and lay rows in.
    submissions
        The agency's own, by collection: the next step follows from where each stands.
    """
    plan = names.main_plan
    collections = {c.code: names.say(c.name) for c in plan.collections}
    by_collection: dict[str, list[Obligation]] = defaultdict(list)
    whole: list[Obligation] = []
    for o in found:
        if not o.collections:
            whole.append(o)
        for code in o.collections:
            by_collection[code].append(o)
    made = [_row_of_plan(o, names) for o in whole]
    for code, of_it in by_collection.items():
        own = [o for o in of_it if len(o.collections) == 1]
        shared = [o for o in of_it if len(o.collections) > 1]
        lead = _most_urgent(own or shared)
        others = {c for o in shared for c in o.collections if c != code}
        made.append(
            _row(
                lead,
                code,
                name=collections.get(code, code),
                codes=_codes(own or shared),
                shared_codes=_codes(shared) if own else (),
                shared_with="; ".join(collections.get(c, c) for c in sorted(others)),
                names=names,
                may_record=may_record,
                today=today,
                submission=(submissions or {}).get(code),
                may_prepare=may_prepare,
            )
        )
    made.sort(
        key=lambda r: (URGENCY.index(r.status), r.days_left if r.days_left is not None else 10_000, r.name)
    )
    return made


def _codes(found: Iterable[Obligation]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(o.indicator for o in found if o.indicator))


def _most_urgent(found: Sequence[Obligation]) -> Obligation:
    return min(found, key=lambda o: (URGENCY.index(o.status), o.due_on or date.max))


def _row(
    lead: Obligation,
    collection: str,
    *,
    name: str,
    codes: tuple[str, ...],
    shared_codes: tuple[str, ...],
    shared_with: str,
    names: Names,
    may_record: bool,
    today: date,
    submission: Submission | None,
    may_prepare: bool,
) -> DutyRow:
    due, note = due_words(lead, names)
    state = state_words(lead, names)
    step = _step(lead, collection, may_prepare=may_prepare) if may_record or may_prepare else None
    if submission is not None:
        words = str(SUBMISSION_WORDS[State(submission.state)])
        if lead.status in MET:
            state = f"{state}; {words}"
        elif stage(lead, submission.state) is Stage.PAPER:
            # why a duty whose rows are taken is owed still, and may be overdue
            state = _("%(state)s; the signed paper copy has not come") % {"state": words}
        else:
            state = words
        step = _submission_step(submission, lead, step)
    return DutyRow(
        name=name,
        codes=codes,
        shared_codes=shared_codes,
        shared_with=shared_with,
        status=lead.status,
        left=left_words(lead),
        due=due,
        due_note=note,
        state=state,
        basis=names.say(lead.basis),
        step=step,
        days_left=lead.days_left,
    )


def _row_of_plan(o: Obligation, names: Names) -> DutyRow:
    due, note = due_words(o, names)
    return DutyRow(
        name=_("Report on the plan as a whole"),
        codes=(),
        shared_codes=(),
        shared_with="",
        status=o.status,
        left=left_words(o),
        due=due,
        due_note=note,
        state=state_words(o, names),
        basis=names.say(o.basis),
        step=Step(_("Make the report"), reverse("reports"), is_first=True)
        if o.status not in MET and o.status is not Status.NOT_RECORDED
        else None,
        days_left=o.days_left,
    )


def left_words(o: Obligation) -> str:
    """Days left in words; where no date runs, why."""
    if o.status in MET or o.status is Status.NOT_RECORDED or o.days_left is None:
        return str(SHORT[o.status]) if o.status in SHORT else _(DUTY_STATES[o.status])
    if o.days_left < 0:
        return ngettext("%(days)s day overdue", "%(days)s days overdue", -o.days_left) % {
            "days": -o.days_left
        }
    if o.days_left == 0:
        return _("today")
    return ngettext("%(days)s day left", "%(days)s days left", o.days_left) % {"days": o.days_left}


SHORT = {
    Status.NOT_RECORDED: gettext_lazy("not recorded"),
    Status.COLLECTION_NOT_PLANNED: gettext_lazy("term not begun"),
    Status.COLLECTING: gettext_lazy("term not begun"),
}


def due_words(o: Obligation, names: Names) -> tuple[str, str]:
    """The due date, and what it follows from."""
    language = names.language
    if o.due_on is not None:
        note = ""
        if o.letter:
            note = _("agreed by letter %(number)s") % {"number": o.letter}
        elif o.target_on and o.target_on != o.due_on:
            note = _("aim at %(day)s, the last working day before it") % {
                "day": date_text(o.target_on, language)
            }
        return date_text(o.due_on, language), note
    if o.expected_by is not None:
        return _("after collection ends"), _("by the plan about %(day)s") % {
            "day": date_text(o.expected_by, language)
        }
    if o.status is Status.NO_DATE_AGREED:
        return _("no date agreed"), _("never overdue without one")
    if o.status is Status.NOT_RECORDED:
        return "", ""
    return _("after collection ends"), ""


def state_words(o: Obligation, names: Names) -> str:
    parts = [_(DUTY_STATES[o.status])]
    if o.decision is not None:
        parts.append(
            _("decision %(number)s of %(day)s: %(reason)s")
            % {
                "number": o.decision.number,
                "day": date_text(o.decision.dated_on, names.language),
                "reason": o.decision.reason,
            }
        )
    parts += [f"{medium_words(m)} {date_text(day, names.language)}" for m, day in o.received]
    return "; ".join(parts)


def medium_words(medium: str) -> str:
    return {"paper": _("on paper"), "electronic": _("electronically")}.get(medium, "")


def _submission_step(one: Submission, o: Obligation, otherwise: Step | None) -> Step | None:
    """The next step of a duty whose submission exists."""
    page = reverse("submission", args=[one.pk])
    if one.state == State.DRAFT:
        # what is not dated yet can be made ready; handed in it counts from the end of collection
        is_ready = o.status in (Status.DUE, Status.DUE_SOON, Status.OVERDUE, Status.NO_DATE_AGREED)
        return Step(_("Check and submit"), page, is_first=True) if is_ready else otherwise
    if one.state == State.RETURNED:
        return Step(_("Answer the remarks"), page, is_first=True)
    return Step(_("Open the submission"), page)


def _step(o: Obligation, collection: str, *, may_prepare: bool = True) -> Step | None:
    query = urlencode({"agency": o.agency, "year": o.year, "collection": collection})
    if o.status in (Status.COLLECTING, Status.COLLECTION_OVERDUE):
        return Step(_("Record the end of collection"), f"{reverse('obligation-end')}?{query}", is_first=True)
    if o.status is Status.COLLECTION_NOT_PLANNED:
        return Step(_("Record the planned end"), f"{reverse('round-plan')}?{query}")
    is_asked = o.status in (Status.DUE, Status.DUE_SOON, Status.OVERDUE, Status.NO_DATE_AGREED)
    if is_asked and o.indicator and may_prepare:
        return Step(_("Fill in the rows"), f"{reverse('submission-rows')}?{query}", is_first=True)
    return None


@dataclass(frozen=True)
class Tally:
    """How many duties stand how; the parts add up to all."""

    all: int
    late: int
    soon: int
    met: int
    open: int
    undated: int  # no collection planned, or no date agreed
    unknown: int


def tally(found: Iterable[Obligation]) -> Tally:
    counts = Counter(o.status for o in found)
    late = sum(counts[s] for s in LATE - MET)
    met = sum(counts[s] for s in MET)
    soon, unknown = counts[Status.DUE_SOON], counts[Status.NOT_RECORDED]
    undated = counts[Status.COLLECTION_NOT_PLANNED] + counts[Status.NO_DATE_AGREED]
    whole = counts.total()
    return Tally(
        all=whole,
        late=late,
        soon=soon,
        met=met,
        open=whole - late - met - soon - undated - unknown,
        undated=undated,
        unknown=unknown,
    )
