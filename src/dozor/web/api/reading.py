"""What the API answers: each question asks the same queries, with the same rights, as the page beside it."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest
from django.utils import timezone
from ninja import Path, Query, Router

from dozor.apps.bank.queries import observations
from dozor.apps.collection.designing import sample_of
from dozor.apps.collection.models import Round
from dozor.apps.collection.queries import duties
from dozor.apps.organisations.queries import agency_rows, areas
from dozor.apps.organisations.scope import Right, agencies_for
from dozor.apps.plans.queries import main_plan, plan_of, plans
from dozor.apps.quality import queries as quality
from dozor.apps.quality.showing import as_mappings
from dozor.apps.submissions.models import Submission
from dozor.core.calendar.showing import as_mapping as duty_mapping
from dozor.core.findings import Finding, Refused
from dozor.core.observations.showing import as_mapping as value_mapping
from dozor.core.plan.showing import as_mapping as plan_mapping
from dozor.web import doubts as doubts_shown
from dozor.web import rounds as rounds_shown
from dozor.web import submissions as submissions_shown
from dozor.web.api import shapes
from dozor.web.rights import must

router = Router()
# an address longer than the server takes is its own to refuse, before the program and without a finding
REFUSED = {**dict.fromkeys((401, 403, 404, 405, 422, 429), shapes.Findings), 414: None}
Submissions = list[shapes.SubmissionShown]
ById = Path[shapes.Id]


@router.get("plan", url_name="api-plan", response={200: shapes.PlanShown, **REFUSED})
def plan(request: HttpRequest, asked: Query[shapes.Question]) -> Any:
    """The plan in force: indicators with executors, frequency, method, definition."""
    return plan_mapping(main_plan())


@router.get("obligations", url_name="api-obligations", response={200: list[shapes.Duty], **REFUSED})
def obligations(request: HttpRequest, asked: Query[shapes.DutiesAsked]) -> Any:
    """Duties of a reporting year, of one agency or of all you may see."""
    _is_known(request, Right.READ_DUTIES, asked.agency)
    seen = agencies_for(request.user, Right.READ_DUTIES)
    found = duties(
        year=asked.year,
        as_of=asked.as_of or timezone.localdate(),
        agency=seen if asked.agency is None else {asked.agency},
    )
    return [duty_mapping(o, asked.language) for o in found]


@router.get("values", url_name="api-values", response={200: shapes.Values, **REFUSED})
def values(request: HttpRequest, asked: Query[shapes.ValuesAsked]) -> Any:
    """Values of an indicator as known now or on any day: every source that stands."""
    known = plans()
    of = plan_of(asked.indicator, known)
    place = None if asked.area is None else areas().find(asked.area)
    if asked.area is not None and place is None:
        raise Refused(Finding("INST-AREA", found=asked.area, column="area"))
    if asked.population is not None and not any(p.has_population(asked.population) for p in known):
        populations = ", ".join(of.indicator(asked.indicator).populations)
        raise Refused(
            Finding("INST-POPULATION", asked.population, {"known": populations}, column="population")
        )
    found = observations(
        indicators=[asked.indicator],
        areas=None if place is None else [place.code],
        population=asked.population,
        as_known_on=asked.as_known_on,
    )
    part = found[asked.offset : asked.offset + asked.limit]
    return {"count": len(found), "values": [value_mapping(o) for o in part]}


@router.get("rounds", url_name="api-rounds", response={200: list[shapes.RoundShown], **REFUSED})
def rounds(request: HttpRequest, asked: Query[shapes.OfAYear]) -> Any:
    """Rounds you may see and how far each is."""
    found = rounds_shown.seen_by(request.user).order_by("-id")
    return [_round(r) for r in (found if asked.year is None else found.filter(year=asked.year))]


@router.get("rounds/{id}", url_name="api-round", response={200: shapes.RoundShown, **REFUSED})
def one_round(request: HttpRequest, id: ById, asked: Query[shapes.Question]) -> Any:  # noqa: A002
    """One round."""
    found = rounds_shown.seen_by(request.user).filter(pk=id).first()
    if found is None:
        raise Http404
    return _round(found)


def _round(one: Round) -> dict[str, Any]:
    sample = sample_of(one)
    return {
        "id": one.pk,
        "code": one.code,
        "instrument": one.instrument,
        "year": one.year,
        "agency": one.agency.code if one.agency else None,
        "state": one.state(timezone.now()),
        "opens_at": one.opens_at,
        "planned_end_on": one.planned_end_on,
        "closed_at": one.closed_at,
        "records": rounds_shown.records_of(one),
        "kept_apart": rounds_shown.kept_apart(one),
        "planned": sample.planned if sample else None,
        "simulated": one.is_simulated,
    }


@router.get("submissions", url_name="api-submissions", response={200: Submissions, **REFUSED})
def submissions(request: HttpRequest, asked: Query[shapes.OfAYear]) -> Any:
    """Submissions you may see and where each stands."""
    return [_submission(s) for s in submissions_shown.seen_by(request.user, year=asked.year)]


@router.get("submissions/{id}", url_name="api-submission", response={200: shapes.SubmissionWhole, **REFUSED})
def one_submission(request: HttpRequest, id: ById, asked: Query[shapes.Question]) -> Any:  # noqa: A002
    """One submission with its rows."""
    found = next(iter(submissions_shown.seen_by(request.user, pk=id)), None)
    if found is None:
        raise Http404
    version = submissions_shown.shown_version(request.user, found)
    return _submission(found) | {
        "version": version.number if version else 0,
        "checksum": version.checksum if version else "",
        "handed_in_at": version.handed_in_at if version else None,
        "rows": list(version.rows) if version else [],
    }


@router.get("doubts", url_name="api-doubts", response={200: shapes.Doubts, **REFUSED})
def doubts(request: HttpRequest, asked: Query[shapes.DoubtsAsked]) -> Any:
    """Doubts of the quality rules about what you may see; those read in answers need the right to answers."""
    _is_known(request, Right.READ_FINDINGS, asked.agency)
    seen = agencies_for(request.user, Right.READ_FINDINGS) if asked.agency is None else {asked.agency}
    found = doubts_shown.handed_in(
        quality.doubts(year=asked.year, agencies=seen, state=asked.state), request.user
    )
    told = quality.in_order([d for d in found if doubts_shown.may_read(request.user, d)])
    part = told[asked.offset : asked.offset + asked.limit]
    return {"count": len(told), "doubts": as_mappings(part, asked.language)}


def _is_known(request: HttpRequest, right: Right, agency: str | None) -> None:
    """Refuse a code nobody has, and an agency whose rows this person may not read."""
    if agency is None:
        return
    if agency not in agency_rows():
        raise Http404
    must(request, right, agency)


def _submission(one: Submission) -> dict[str, Any]:
    return {
        "id": one.pk,
        "code": one.code,
        "agency": one.agency.code,
        "recipient": one.recipient.code,
        "collection": one.collection,
        "year": one.year,
        "state": one.state,
        "answer_due_on": one.answer_due_on,
        "submitted_version": one.submitted_number,
        "accepted_version": one.accepted_number,
    }
