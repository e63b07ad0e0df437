"""Submissions as they stand, and what an agency is asked to hand in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone

from dozor.apps.bank.vocabulary import vocabulary
from dozor.apps.collection.models import Request
from dozor.apps.organisations.models import Agency
from dozor.apps.organisations.queries import agency_rows, areas, with_agencies
from dozor.apps.plans.queries import main_plan
from dozor.apps.submissions.models import Submission, SubmissionEvent, SubmissionVersion
from dozor.core.findings import Finding, Refused
from dozor.core.plan.duties import OnRequest
from dozor.core.plan.model import Plan
from dozor.core.submissions.content import Asked, Row, check_content
from dozor.core.submissions.handed_in import HandedIn
from dozor.core.submissions.states import Act


@dataclass(frozen=True)
class Errand:
    """What an agency is to hand in from one collection: what is asked, by whom, on which request."""

    asked: Asked
    recipient: Agency
    request: Request | None = None


def submission_of(code: str) -> Submission:
    """A submission by its code; raises ``SUB-UNKNOWN``."""
    found = Submission.objects.select_related("agency", "recipient").filter(code=code).first()
    if found is None:
        raise Refused(Finding("SUB-UNKNOWN", found=code))
    return found


def submissions(
    *,
    year: int | None = None,
    agency: Collection[str] | None = None,
    recipient: Collection[str] | None = None,
    pk: int | None = None,
    states: Collection[str] | None = None,
) -> list[Submission]:
    """Submissions, oldest first; `agency` and `recipient` keep those of the agencies named (either way)."""
    found: Any = Submission.objects.all()
    if pk is not None:
        found = found.filter(pk=pk)
    if year is not None:
        found = found.filter(year=year)
    if agency is not None:
        found = found.filter(agency__in=[a.pk for c, a in agency_rows().items() if c in agency])
    if recipient is not None:
        found = found.filter(recipient__in=[a.pk for c, a in agency_rows().items() if c in recipient])
    if states is not None:
        found = found.filter(state__in=list(states))
    return with_agencies(found, "agency", "recipient")


def states_by_collection(years: Collection[int]) -> dict[tuple[str, int, str], str]:
    """State of each submission that answers a duty, by agency, year and collection."""
    found = Submission.objects.filter(year__in=years, request__isnull=True)
    return {(a, y, c): s for a, y, c, s in found.values_list("agency__code", "year", "collection", "state")}


def handed_in(*, year: int, until: date) -> list[HandedIn]:
    """When each submission that answers a duty was first submitted and last accepted, up to a day."""
    found: dict[tuple[str, str], HandedIn] = {}
    events = SubmissionEvent.objects.filter(
        act__in=(Act.SUBMIT, Act.ACCEPT), submission__year=year, submission__request__isnull=True
    ).order_by("id")
    columns = ("submission__agency__code", "submission__collection", "act", "at")
    for agency, collection, act, at in events.values_list(*columns):
        day = timezone.localdate(at)
        if day > until:
            continue
        so_far = found.get((agency, collection), HandedIn(agency, collection))
        found[agency, collection] = HandedIn(
            agency,
            collection,
            so_far.submitted_on or (day if act == Act.SUBMIT else None),
            day if act == Act.ACCEPT else so_far.accepted_on,
        )
    return [found[key] for key in sorted(found)]


def standing_rows(*, year: int, agency: Collection[str] | None = None) -> dict[str, list[Row]]:
    """Rows that stand, by agency: of what was accepted, else of what was submitted."""
    found: dict[str, list[Row]] = {}
    for one in submissions(year=year, agency=agency):
        if one.request_id is None and (version := one.accepted or one.submitted):
            found.setdefault(one.agency.code, []).extend(version.content)
    return found


def sent_back(*, year: int, agency: Collection[str] | None = None) -> dict[tuple[str, str], bool]:
    """By agency and collection, whether what was submitted was ever sent back."""
    found: Any = Submission.objects.filter(year=year, submitted_number__gt=0)
    if agency is not None:
        found = found.filter(agency__code__in=agency)
    returned = set(
        SubmissionEvent.objects.filter(act=Act.SEND_BACK, submission__in=found).values_list(
            "submission", flat=True
        )
    )
    told: dict[tuple[str, str], bool] = {}
    for pk, code, collection in found.values_list("pk", "agency__code", "collection"):
        told[code, collection] = told.get((code, collection), False) or pk in returned
    return told


def reasons_given(*, year: int, agency: Collection[str] | None = None) -> Counter[tuple[str, str, str]]:
    """How often each reason was given for sending back, by agency and collection."""
    events: Any = SubmissionEvent.objects.filter(act="send-back", submission__year=year)
    if agency is not None:
        events = events.filter(submission__agency__code__in=agency)
    columns = ("submission__agency__code", "submission__collection", "remarks")
    return Counter((a, c, r["reason"]) for a, c, remarks in events.values_list(*columns) for r in remarks)


def errand(
    agency: Agency, collection: str, year: int, plan: Plan | None = None, *, request: Request | None = None
) -> Errand:
    """What the plan or a request asks of an agency; raises ``INST-COLLECTION``, ``SUB-NOT-OWED``.

    Parameters
    ----------
    request
        The one that is answered, where an agency was asked several times in a year; None: the last.
    """
    of = plan or main_plan()
    known = [c.code for c in of.collections]
    if collection not in known:
        raise Refused(Finding("INST-COLLECTION", found=collection, values={"known": ", ".join(known)}))
    feeding = [i for i in of.indicators if collection in i.collections]
    named = frozenset(i.code for i in feeding if set(i.executors) & set(agency.roles))
    recipient, answered, request = _recipient(agency, of), request, None
    if _is_asked_by_request(agency, of):
        asked_for = Request.objects.filter(recipient=agency, year=year, plan=of.code)
        if answered is not None:
            asked_for = asked_for.filter(pk=answered.pk)
        request = asked_for.order_by("-id").first()
        named = frozenset(i.code for i in feeding) if request else frozenset()
    if not named or recipient is None:
        values = {"collection": collection, "year": year}
        raise Refused(Finding("SUB-NOT-OWED", found=agency.code, values=values))
    return Errand(Asked(named, year, own_area(agency)), recipient, request)


def request_to(agency: Agency, year: int, number: str, sender: Agency | None = None) -> Request:
    """The last request of a number that an agency was sent in a year; raises ``SUB-REQUEST``."""
    sent = Request.objects.filter(recipient=agency, year=year).order_by("-id")
    if sender is not None:
        sent = sent.filter(sender=sender)
    found = sent.filter(number=number.strip()).first()
    if found is None:
        known = ", ".join(sent.values_list("number", flat=True)) or "—"
        raise Refused(Finding("SUB-REQUEST", found=number, values={"agency": agency.code, "known": known}))
    return found


def _is_asked_by_request(agency: Agency, plan: Plan) -> bool:
    rules = [duty.rule for role in agency.roles if (duty := plan.duty_of(role))]
    return bool(rules) and all(isinstance(rule, OnRequest) for rule in rules)


def _recipient(agency: Agency, plan: Plan) -> Agency | None:
    """Who receives an agency's rows; the republican centre's own stay with itself, for another person."""
    if _is_asked_by_request(agency, plan):
        return agency_rows().get(agency.parent or "")
    for role in agency.roles:
        duty = plan.duty_of(role)
        if duty is not None and duty.about == "indicator":
            return next((a for a in agency_rows().values() if duty.recipient in a.roles), None)
    return agency


def enters_bank(submission: Submission) -> bool:
    """Whether accepted rows become values of the bank: a district's stay with its oblast centre (para 9)."""
    return submission.request_id is None


def own_area(agency: Agency) -> Callable[[str], bool]:
    """Whether a place is one of those an agency serves, or lies in one of them."""
    tree = areas()

    def is_own(name: str) -> bool:
        found = tree.find(name)
        return found is not None and any(tree.is_within(found.code, own) for own in agency.areas)

    return is_own if agency.areas else lambda name: True


def national_centre(plan: Plan) -> Agency:
    """The agency that reports on the plan as a whole: rounds of no agency of their own are its."""
    senders = {s for duty in plan.duties if duty.about == "plan" for s in duty.senders}
    return next(a for a in agency_rows().values() if senders & set(a.roles))


def findings(submission: Submission, rows: Sequence[Row]) -> list[Finding]:
    """What keeps rows from being submitted."""
    plan = main_plan()
    standing = submission.accepted
    return check_content(
        rows,
        errand(submission.agency, submission.collection, submission.year, plan).asked,
        vocabulary([plan]),
        standing.content if standing else (),
    )


def still_owed(submission: Submission, version: SubmissionVersion | None) -> list[str]:
    """Indicators the agency owes from the collection that a version has no row for; in the plan's order."""
    plan = main_plan()
    if version is None or submission.request_id is not None:
        return []
    try:
        asked = errand(submission.agency, submission.collection, submission.year, plan).asked.indicators
    except Refused:  # asked for no more: the agency's role or the plan is another today
        return []
    given = {row.indicator for row in version.content}
    return [i.code for i in plan.indicators if i.code in asked - given]


def changed_since_accepted(found: Collection[Submission]) -> set[int]:
    """Keys of those whose rows were handed in anew after they had been accepted once."""
    taken = SubmissionEvent.objects.filter(act=Act.ACCEPT, submission__in=[s.pk for s in found])
    first: dict[int, int] = {}
    for pk, number in taken.order_by("id").values_list("submission_id", "version__number"):
        first.setdefault(pk, number)
    return {s.pk for s in found if s.submitted_number > first.get(s.pk, s.submitted_number)}


def open_remarks(submission: Submission) -> list[dict[str, str]]:
    """The remarks a returned submission has to answer."""
    last = submission.events.filter(act="send-back").order_by("id").last()
    return list(last.remarks) if last and submission.state == "returned" else []
