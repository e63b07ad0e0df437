"""Submissions: what an agency handed in, where it stands, what changed; laying rows in."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from dozor.apps.collection.models import Request
from dozor.apps.collection.queries import years_with_duties
from dozor.apps.organisations.models import Agency
from dozor.apps.organisations.queries import agency_rows
from dozor.apps.organisations.scope import Right, may
from dozor.apps.quality.keeping import last_checked
from dozor.apps.quality.models import RaisedDoubt
from dozor.apps.quality.submitted import subject_of
from dozor.apps.submissions import actions
from dozor.apps.submissions.files import rows_of_file
from dozor.apps.submissions.models import Submission, SubmissionVersion
from dozor.apps.submissions.queries import (
    changed_since_accepted,
    errand,
    findings,
    open_remarks,
    still_owed,
)
from dozor.core.findings import Finding, Refused
from dozor.core.quality.standing import DoubtState
from dozor.core.submissions.content import Row, row_of
from dozor.core.submissions.states import Act, State
from dozor.language import say
from dozor.language.words import SUBMISSION_STATES
from dozor.web import submissions as shown
from dozor.web.doubts import of_rows
from dozor.web.names import Names
from dozor.web.packages import goes_back, may_carry
from dozor.web.rights import FORM, asks, must
from dozor.web.submission_ways import ways
from dozor.web.tasks import chosen_year

EDITED = ("value", "numerator", "denominator", "missing", "note")
MISSING = ("not-held", "not-applicable", "not-estimable")
LONGEST_FILE = 5_000_000  # bytes


def found_for(request: HttpRequest, pk: int, right: Right) -> Submission:
    """The submission, for whoever has the right about its agency; for anyone else there is none."""
    found = Submission.objects.select_related("agency", "recipient").filter(pk=pk).first()
    if found is None or not may(request.user, right, found.agency.code):
        raise Http404
    return found


@asks(Right.READ_SUBMISSION)
def list_submissions(request: HttpRequest) -> HttpResponse:
    names = Names.of(request)
    today = timezone.localdate()
    year = chosen_year(request, today)
    found = shown.seen_by(request.user, year=year)
    own = request.user.agency.code if request.user.agency else None
    collections = {c.code: names.say(c.name) for c in names.main_plan.collections}

    changed = changed_since_accepted(found)

    def row(s: Submission) -> dict[str, Any]:
        return {
            "is_changed": s.pk in changed,
            "submission": s,
            "name": collections.get(s.collection, s.collection),
            "agency": names.agency_short(s.agency.code),
            "recipient": names.agency_short(s.recipient.code),
            "state": _(SUBMISSION_STATES[s.state]),
            "tone": shown.TONES.get(State(s.state), ""),
        }

    order = [State.SUBMITTED, State.RETURNED, State.DRAFT, State.ACCEPTED, State.LOCKED]
    found.sort(key=lambda s: (order.index(State(s.state)), s.code))
    context = {
        "year": year,
        "years": years_with_duties(today),
        "received": [row(s) for s in found if s.agency.code != own],
        "sent": [row(s) for s in found if s.agency.code == own],
        "may_lock": may(request.user, Right.LOCK_SUBMISSION)
        and any(
            s.state == State.ACCEPTED and may(request.user, Right.LOCK_SUBMISSION, s.agency.code)
            for s in found
        ),
        "waiting": sum(s.state == State.SUBMITTED and s.agency.code != own for s in found),
        "returned": sum(s.state == State.RETURNED and s.agency.code == own for s in found),
    }
    return render(request, "submissions.html", context)


@asks(Right.READ_SUBMISSION)
def submission(request: HttpRequest, pk: int) -> HttpResponse:
    names = Names.of(request)
    found = found_for(request, pk, Right.READ_SUBMISSION)
    if found.state == State.DRAFT and not shown.sees_drafts(request.user, found):
        raise Http404  # what is not handed in yet is its own agency's alone
    version = shown.shown_version(request.user, found)
    is_own = shown.sees_drafts(request.user, found)
    accepted = found.accepted
    wrong = findings(found, version.content) if version and is_own and _is_open(found) else []
    events = list(found.events.select_related("version"))
    if not is_own:
        events = [e for e in events if e.act != "hand-in"]
    numbers = sorted({e.version.number for e in events if e.version})
    taken = sorted({e.version.number for e in events if e.version and e.act == Act.ACCEPT})
    compared = _compared(request, numbers, taken, version)
    collection = next((c for c in names.main_plan.collections if c.code == found.collection), None)
    doubted = of_rows(found, names, request.user) if version else {}
    context = {
        "one": found,
        "name": names.say(collection.name) if collection else found.collection,
        "agency": names.agency_short(found.agency.code),
        "recipient": names.agency_short(found.recipient.code),
        "state": _(SUBMISSION_STATES[found.state]),
        "tone": shown.TONES.get(State(found.state), ""),
        "held": version,
        "came": shown.CAME.get(version.came_by) if version else "",  # type: ignore[call-overload]
        "accepted": accepted,
        "rows": shown.rows_shown(
            version, names, remarks=open_remarks(found), accepted=accepted, doubts=doubted
        )
        if version
        else [],
        "open_doubts": sum(d.is_open and d.doubt.is_severe for told in doubted.values() for d in told),
        "checked_at": last_checked(subject_of(found).name),
        "round_doubts": _round_doubts(version),
        "findings": [say(f, names.language) for f in wrong],
        "next_ways": ways(request.user, found, is_fit=not wrong),
        "may_edit": is_own and found.state != State.LOCKED,
        "may_carry": may_carry(request.user, found),
        "goes_back": goes_back(found),
        "steps": shown.steps_shown(events, names, shown.people_of(events)),
        "supplements": found.supplements.all() if may(request.user, Right.READ_BOARD) else [],
        "still_owed": still_owed(found, version),
        "sheet": found.sheets.last(),
        "may_match": may(request.user, Right.RECORD_RECEIPT, found.agency.code),
        "numbers": [(n, n in taken) for n in numbers],
        "since_accepted": bool(compared and compared[0].number in taken),
        "compared": compared,
        "changes": shown.changes_shown(*compared, names) if compared else [],
    }
    return render(request, "submission.html", context)


def _round_doubts(version: SubmissionVersion | None) -> list[dict[str, Any]]:
    """Rounds whose answers stand behind the rows, with the doubts about these that nobody has answered."""
    codes = sorted({r.round for r in version.content if r.round}) if version else []
    found = RaisedDoubt.objects.filter(round__code__in=codes, state=DoubtState.OPEN)
    told = found.order_by().values("round__pk", "round__code").annotate(count=Count("pk"))
    return [{"pk": t["round__pk"], "code": t["round__code"], "count": t["count"]} for t in told]


def _is_open(one: Submission) -> bool:
    latest = one.latest
    return one.state in (State.DRAFT, State.RETURNED) or (
        latest is not None and latest.number > one.submitted_number
    )


def _compared(
    request: HttpRequest, numbers: list[int], taken: list[int], version: SubmissionVersion | None
) -> tuple[SubmissionVersion, SubmissionVersion] | None:
    """The two versions set side by side: those asked for, else the accepted one before and the one shown."""
    if version is None or len(numbers) < 2:
        return None
    one = version.submission
    asked = [int(n) for n in (request.GET.get("from", ""), request.GET.get("to", "")) if n.isdecimal()]
    if len(asked) != 2:
        accepted_before = [n for n in taken if n < version.number]
        asked = [accepted_before[-1] if accepted_before else numbers[-2], version.number]
    if not set(asked) <= set(numbers):
        return None
    before, now = (one.version(n) for n in asked)
    return (before, now) if before and now and before.pk != now.pk else None


# --- laying rows in ---------------------------------------------------------------------------------


@asks(Right.PREPARE_SUBMISSION, methods=FORM)
def rows(request: HttpRequest) -> HttpResponse:
    """The rows an agency owes from one collection, to be typed in or read from a file."""
    names = Names.of(request)
    year = chosen_year(request, timezone.localdate())
    code, collection = (
        request.GET.get(name, "") or request.POST.get(name, "") for name in ("agency", "collection")
    )
    agency = agency_rows().get(code)
    if agency is None or collection not in {c.code for c in names.main_plan.collections}:
        raise Http404
    must(request, Right.PREPARE_SUBMISSION, agency.code)
    asked_by = _request_asked(request, agency, year)
    try:
        asked_by = errand(agency, collection, year, request=asked_by).request
    except Refused as refused:
        said = [say(f, names.language) for f in refused.findings]
        context = {"agency": agency, "agency_name": names.agency(agency.code), "year": year, "findings": said}
        return render(request, "submission_rows.html", context, status=422)
    own = Submission.objects.filter(agency=agency, collection=collection, year=year, request=asked_by)
    held = own.order_by("-id").first()
    latest = held.latest if held else None
    content = [*_content(latest), *_blank(names, agency, collection, year, latest)]
    wrong: list[Finding] = []
    if request.method == "POST":
        try:
            version = _laid_in(request, agency, collection, year, asked_by, latest, content)
        except Refused as refused:
            wrong = list(refused.findings)
            content = [_typed(request, n, row) for n, row in enumerate(content)]
        else:
            messages.success(request, _("The rows are laid in. Nothing is sent until you submit."))
            return redirect("submission", pk=version.submission.pk)
    context = {
        "agency": agency,
        "agency_name": names.agency(agency.code),
        "collection": collection,
        "name": next(names.say(c.name) for c in names.main_plan.collections if c.code == collection),
        "year": year,
        "held": held,
        "asked_by": asked_by,
        "base": latest.checksum if latest else "",
        "remarks": len(open_remarks(held)) if held else 0,
        "rows": [
            {
                "number": n,
                "row": row,
                "what": names.title(row.indicator),
                "group": shown.group_text(row, names),
                "place": names.area(row.area),
                "unit": names.unit(row.unit),
                "is_fixed": bool(row.round),
                "value": shown.value_text(row, names),
            }
            for n, row in enumerate(content)
        ],
        "kinds": [(k, shown.EXPLAINED[shown.Missing(k)]) for k in MISSING],
        "findings": [say(f, names.language) for f in wrong],
    }
    return render(request, "submission_rows.html", context, status=422 if wrong else 200)


def _request_asked(request: HttpRequest, agency: Agency, year: int) -> Request | None:
    """The request that is answered, where one is named; it was sent to this agency and for this year."""
    asked = request.GET.get("request", "") or request.POST.get("request", "")
    if not asked:
        return None
    found = Request.objects.filter(recipient=agency, year=year)
    found = found.filter(pk=int(asked)) if asked.isdecimal() and len(asked) < 19 else found.none()
    if (one := found.first()) is None:
        raise Http404
    return one


def _content(latest: SubmissionVersion | None) -> list[Row]:
    return list(latest.content) if latest else []


def _blank(
    names: Names, agency: Agency, collection: str, year: int, latest: SubmissionVersion | None
) -> list[Row]:
    """A row for each series asked for that has none yet, all but the figures filled in."""
    plan = names.main_plan
    asked = errand(agency, collection, year, plan).asked.indicators
    populations = next(c.populations for c in plan.collections if c.code == collection)
    held = {(r.indicator, r.population) for r in _content(latest)}
    area = agency.areas[0] if agency.areas else names.country.code
    return [
        Row(i.code, area, str(year), i.unit, population=population)
        for i in plan.indicators
        if i.code in asked
        for population in i.populations
        if population in populations and (i.code, population) not in held
    ]


def _typed(request: HttpRequest, number: int, row: Row) -> Row:
    """A row with what was typed into it; an estimate of a round is computed, never typed."""
    if row.round:
        return row
    cells = {name: request.POST.get(f"{number}-{name}", "").strip() for name in EDITED}
    return row_of({**row.as_mapping(), **cells, "is_nil": f"{number}-nil" in request.POST})


def _laid_in(
    request: HttpRequest,
    agency: Agency,
    collection: str,
    year: int,
    asked_by: Request | None,
    latest: SubmissionVersion | None,
    content: list[Row],
) -> SubmissionVersion:
    by, at = request.user.login, timezone.now()
    common: dict[str, Any] = {"agency": agency, "collection": collection, "year": year, "by": by, "at": at}
    common["request"] = asked_by
    if sent := request.FILES.get("file"):
        if sent.size > LONGEST_FILE:
            values = {"limit": LONGEST_FILE}
            raise Refused(Finding("FILE-TOO-LARGE", str(sent.size), values, file=sent.name))
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "file"
            path.write_bytes(sent.read())
            read, digest = rows_of_file(path, sent.name)
        computed = [r for r in _content(latest) if r.round]
        return actions.hand_in(
            **common,
            rows=[*computed, *read],
            came_by=actions.Came.AGGREGATES,
            file_name=sent.name,
            file_digest=digest,
        )
    if request.POST.get("base", "") != (latest.checksum if latest else ""):
        raise Refused(Finding("SUB-CHANGED-MEANWHILE", found=str(latest.number if latest else 0)))
    typed = [_typed(request, n, row) for n, row in enumerate(content)]
    filled = [r for r in typed if r.round or r.value or r.missing or r.is_nil]
    return actions.hand_in(**common, rows=filled, came_by=actions.Came.BROWSER)
