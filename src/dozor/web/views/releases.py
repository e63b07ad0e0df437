"""Releases at work: making one, its audit, approval by two, publication, what it changes, its documents."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django import forms
from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dozor.apps.collection.queries import years_with_duties
from dozor.apps.organisations.models import Person
from dozor.apps.organisations.scope import Right, may
from dozor.apps.releases import content as files
from dozor.apps.releases.actions import approve_release, publish_release
from dozor.apps.releases.comparing import Difference, differences
from dozor.apps.releases.models import APPROVERS, Release, ReleaseOrder, ReleaseStep
from dozor.apps.releases.ordering import findings_of, order_release
from dozor.apps.releases.queries import content, disclosure_statement, latest, published
from dozor.core.findings import Refused
from dozor.core.observations.observation import Observation
from dozor.formats.plan_folder import load_audiences
from dozor.language import say
from dozor.language.words import RELEASE_STATES
from dozor.web.faces import face, show
from dozor.web.forms import TaskForm, choice_field
from dozor.web.names import Names
from dozor.web.rights import ACT, FORM, asks

MOST_DIFFERENCES = 50
TONES = {"refused": "late", "created": "soon", "approved": "soon", "published": "kept"}
# the files of a release; only the content is given out: the others hold the true table, hidden numbers too
DOCUMENTS = {
    files.CONTENT: ("content_checksum", gettext_lazy("What its readers get: every value as it is shown")),
    files.EDITION: (
        "edition_checksum",
        gettext_lazy("What later audits know; holds the hidden numbers"),
    ),
    files.CERTIFICATE: (
        "certificate_checksum",
        gettext_lazy("Proof that no hidden number can be worked out; holds the hidden numbers"),
    ),
}


class ReleaseForm(TaskForm):
    year = choice_field(gettext_lazy("Reporting year"), gettext_lazy("Later periods are left out."))
    audience = choice_field(gettext_lazy("For whom"))
    note = forms.CharField(
        label=gettext_lazy("What changed since the release before, and why"),
        help_text=gettext_lazy("Asked for when the year has a release already: readers will see it."),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


@dataclass(frozen=True)
class Row:
    """A release in the list."""

    one: Release
    audience: str
    tone: str
    state: str
    is_shown: bool  # the site shows this one


@asks(Right.READ_RELEASES)
def releases(request: HttpRequest) -> HttpResponse:
    names, now = Names.of(request), latest()
    rows = [_row(one, names, now) for one in Release.objects.prefetch_related("steps").order_by("-id")]
    orders = ReleaseOrder.objects.filter(state__in=(ReleaseOrder.State.WAITING, ReleaseOrder.State.WORKING))
    context = {
        "rows": rows,
        "orders": orders.filter(requested_by=request.user),
        "may_create": may(request.user, Right.CREATE_RELEASE),
    }
    return render(request, "releases.html", context)


def _row(one: Release, names: Names, now: Release | None) -> Row:
    audience = _audiences(names).get(one.audience, one.audience)
    return Row(one, audience, TONES[one.state], _(RELEASE_STATES[one.state]), now == one)


def _audiences(names: Names) -> dict[str, str]:
    return {a.code: names.say(a.name) for a in load_audiences()}


@asks(Right.CREATE_RELEASE, methods=FORM)
def create(request: HttpRequest) -> HttpResponse:
    names, today = Names.of(request), timezone.localdate()
    years = [y for y in years_with_duties(today) if y <= today.year]
    form = ReleaseForm(
        request.POST or None,
        choices={"year": [(str(y), str(y)) for y in years], "audience": list(_audiences(names).items())},
        initial={"year": next((y for y in years if y < today.year), years[0] if years else "")},
    )
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            order = order_release(
                year=int(said["year"]),
                audience=said["audience"],
                note=said["note"],
                by=_person(request),
                at=timezone.now(),
            )
        except Refused as refusal:
            form.refuse(refusal, names.language)
        else:
            return redirect("release-order", pk=order.pk)
    return render(
        request, "release_new.html", {"form": form}, status=422 if request.method == "POST" else 200
    )


def _person(request: HttpRequest) -> Person:
    return Person.objects.get(pk=request.user.pk)


@asks(Right.CREATE_RELEASE)
def order(request: HttpRequest, pk: int) -> HttpResponse:
    """How far a release is; the page may be left and come back to."""
    found = ReleaseOrder.objects.filter(pk=pk, requested_by=request.user.pk).select_related("release").first()
    if found is None:
        raise Http404
    names = Names.of(request)
    context = {
        "order": found,
        "audience": _audiences(names).get(found.audience, found.audience),
        "is_busy": found.state in (ReleaseOrder.State.WAITING, ReleaseOrder.State.WORKING),
        "findings": [say(f, names.language) for f in findings_of(found)],
    }
    template = "parts/release_order.html" if request.htmx else "release_order.html"  # type: ignore[attr-defined]
    return render(request, template, context)


@asks(Right.READ_RELEASES)
def release(request: HttpRequest, code: str) -> HttpResponse:
    return _page(request, _found(code))


def _found(code: str) -> Release:
    one = Release.objects.prefetch_related("steps").filter(code=code).first()
    if one is None:
        raise Http404
    return one


def _page(request: HttpRequest, one: Release, refusal: Refused | None = None) -> HttpResponse:
    names = Names.of(request)
    context: dict[str, Any] = {
        "row": _row(one, names, latest()),
        "steps": _steps(one),
        "lacking": max(APPROVERS - len(_approvers(one)), 0),
        "may_approve": _may_approve(request, one),
        "may_publish": may(request.user, Right.PUBLISH_RELEASE) and one.state == "approved",
        "documents": [
            {
                "name": name,
                "means": means,
                "checksum": getattr(one, column),
                "is_given": name == files.CONTENT,
            }
            for name, (column, means) in DOCUMENTS.items()
            if getattr(one, column)
        ],
        "reports": one.reports.all(),
        "refused": [say(f, names.language) for f in refusal.findings] if refusal else [],
        "culprits": [say(f, names.language) for f in findings_of(one.order)] if hasattr(one, "order") else [],
    }
    try:
        context |= _changes(one, names) | {"statement": disclosure_statement(one)}
    except Refused as gone:  # a file of the release is gone or was touched
        context["refused"] += [say(f, names.language) for f in gone.findings]
    return render(request, "release.html", context, status=422 if refusal else 200)


def _approvers(one: Release) -> list[str]:
    return [s.person for s in one.steps.all() if s.act == ReleaseStep.Act.APPROVED]


def _may_approve(request: HttpRequest, one: Release) -> bool:
    login = request.user.get_username()
    is_new = login != one.created_by and login not in _approvers(one)
    return may(request.user, Right.APPROVE_RELEASE) and is_new and one.state in ("created", "approved")


def _steps(one: Release) -> list[dict[str, Any]]:
    """Who did what when, the making first."""
    steps = list(one.steps.all())
    known = {p.login: p.name for p in Person.objects.filter(login__in=[one.created_by, *_people(steps)])}
    made = {"what": _("made"), "who": known.get(one.created_by, one.created_by), "at": one.created_at}
    words = {ReleaseStep.Act.APPROVED: _("approved"), ReleaseStep.Act.PUBLISHED: _("published")}
    return [
        made,
        *(
            {"what": words[ReleaseStep.Act(s.act)], "who": known.get(s.person, s.person), "at": s.at}
            for s in steps
        ),
    ]


def _people(steps: list[ReleaseStep]) -> list[str]:
    return [s.person for s in steps]


def _changes(one: Release, names: Names) -> dict[str, Any]:
    """What it shows otherwise than the newest published one its readers have had before it."""
    before = [
        r for r in published(audience=one.audience) if r.pk != one.pk and r.created_at <= one.created_at
    ]
    if not before:
        return {"before": None}
    found = list(differences(content(before[-1]), content(one)))
    return {
        "before": before[-1],
        "changed": Counter(d.kind for d in found),
        "differences": [_difference(d, names) for d in islice(found, MOST_DIFFERENCES)],
        "differences_in_all": len(found),
    }


def _difference(one: Difference, names: Names) -> dict[str, Any]:
    o = one.of
    return {
        "title": names.title(o.indicator),
        "where": names.area(o.area),
        "whom": ", ".join(
            words
            for words, is_said in (
                (names.population_short(o.population), True),
                (names.sex(o.sex), o.sex != "all"),
                (names.age(o.age), o.age != "all"),
            )
            if is_said and words
        ),
        "when": names.period(o.period),
        "before": _shown(one.before, names),
        "now": _shown(one.now, names),
    }


def _shown(o: Observation | None, names: Names) -> str:
    if o is None:
        return ""
    return face(o.figure.missing) if o.figure.missing is not None else show(o, names).text


@asks(Right.APPROVE_RELEASE, methods=ACT)
def approve(request: HttpRequest, code: str) -> HttpResponse:
    one, login = _found(code), request.user.get_username()
    try:
        approve_release(one, person=login, by=login, at=timezone.now())
    except Refused as refusal:
        return _page(request, _found(code), refusal)
    messages.success(request, _("Your approval is recorded."))
    return redirect("release", code=code)


@asks(Right.PUBLISH_RELEASE, methods=ACT)
def publish(request: HttpRequest, code: str) -> HttpResponse:
    one, login = _found(code), request.user.get_username()
    try:
        publish_release(one, person=login, by=login, at=timezone.now())
    except Refused as refusal:
        return _page(request, _found(code), refusal)
    messages.success(request, _("The release is published. The site shows it within a minute or two."))
    return redirect("release", code=code)


@asks(Right.READ_RELEASES)
def document(request: HttpRequest, code: str) -> HttpResponseBase:
    """The frozen content, as it was written; a touched file is not given out."""
    one = _found(code)
    try:
        files.read_bytes(one.code, files.CONTENT, one.content_checksum)
    except Refused as refusal:
        return _page(request, one, refusal)
    path = files.folder(one.code) / files.CONTENT
    return FileResponse(path.open("rb"), as_attachment=True, filename=f"{one.code}-{files.CONTENT}")
