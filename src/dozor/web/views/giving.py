"""What an agency gives for a round in place of answers: rows of counts, or that there is nothing."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from dozor.apps.collection.aggregating import give_aggregates, rows_of
from dozor.apps.collection.models import Way
from dozor.apps.collection.versions import confirm_nil, latest_of
from dozor.apps.organisations.scope import Right
from dozor.core.answers.aggregates import (
    CENSUS,
    UNKNOWN,
    AggregateRow,
    blank_rows,
    estimate_rows,
)
from dozor.core.findings import Finding, Refused
from dozor.formats.aggregates import row_label
from dozor.language import percent, say
from dozor.web.desks import AtDesk, at_desk, here, people_named
from dozor.web.rights import FORM, asks
from dozor.web.round_estimates import without_interval

COUNTS = ("n", "numerator", "denominator")
AT_CELLS = (*COUNTS, "design")  # faults stand beside these; others beside the row's label
EFFECT = "effect"
NOTHING = "?"  # a design effect that was chosen and not given
NO_EFFECTS = (UNKNOWN, CENSUS, NOTHING)


@asks(Right.FILL_FORMS, methods=FORM)
def forms_nil(request: HttpRequest, pk: int) -> HttpResponse:
    """One question: is there truly nothing to report?"""
    at = at_desk(request, pk)
    context = at.context(request)
    if request.method == "POST":
        try:
            confirm_nil(at.round, agency=at.agency, way=Way.BROWSER, by=request.user.login, at=timezone.now())
        except Refused as refusal:
            context["words"] = [say(f, at.names.language).message for f in refusal.findings]
            return render(request, "forms_nil.html", context, status=HTTPStatus.UNPROCESSABLE_ENTITY)
        messages.success(request, _("Recorded: there is nothing to report. It counts as a confirmed zero."))
        return redirect(context["back"])
    latest = latest_of(at.round, at.agency)
    context |= {"latest": latest, "given_by": _named(latest.given_by) if latest else ""}
    return render(request, "forms_nil.html", context)


def _named(login: str) -> str:
    return people_named([login]).get(login, login)


@never_cache
@asks(Right.FILL_FORMS, methods=FORM)
def forms_aggregates(request: HttpRequest, pk: int) -> HttpResponse:
    """Rows of counts instead of answers: a table to fill in, with what the last version says."""
    at = at_desk(request, pk)
    plan, language = at.names.main_plan, at.names.language
    blank = blank_rows(at.round.instrument, at.agency.areas, plan.definitions)
    latest = at.round.aggregates.filter(agency=at.agency).order_by("number").last()
    context = at.context(request)
    rows, findings = _table(blank, rows_of(latest) if latest else []), []
    if request.method == "POST" and blank:
        rows = _posted(request, rows)
        try:
            summary = give_aggregates(
                at.round,
                enumerate(rows, start=1),
                agency=at.agency,
                way=Way.BROWSER,
                by=request.user.login,
                at=timezone.now(),
            )
            findings = summary.findings
        except Refused as refusal:
            findings = list(refusal.findings)
        if not findings:
            messages.success(
                request, _("The rows are kept as version %(number)s.") % {"number": summary.version}
            )
            return redirect(here("forms-aggregates", at.round, at.agency, request))
    wrong = {(f.row, f.column): _at_the_cell(f, language) for f in findings if f.row is not None}
    context |= {
        "rows": [
            {
                "label": row_label(plan, cells, language),
                "cells": cells,
                "number": number,
                "counts": [
                    {"name": c, "value": cells.get(c, ""), "fault": wrong.get((number, c), "")}
                    for c in COUNTS
                ],
                "fault": "; ".join(w for (n, c), w in wrong.items() if n == number and c not in AT_CELLS),
                "effect_fault": wrong.get((number, "design"), ""),
                "kind": cells["design"] if cells.get("design") in (UNKNOWN, CENSUS) else EFFECT,
                "effect": ""
                if cells.get("design") in (UNKNOWN, CENSUS, NOTHING)
                else cells.get("design", ""),
            }
            for number, cells in enumerate(rows, start=1)
        ],
        "faults": [
            (
                f"d_{n}" if c == "design" else f"c_{n}_{c}" if c in COUNTS else f"w_{n}",
                f"{n}. {row_label(plan, rows[n - 1], language)}: {w}",
            )
            for (n, c), w in wrong.items()
            if n is not None and n <= len(rows)
        ],
        "outside": [say(f, language).message for f in findings if f.row is None],
        "latest": latest,
        "counted_by": _named(latest.given_by) if latest else "",
        "estimates": _estimates(at, rows_of(latest)) if latest else [],
        "unit": rows[0].get("unit", "") if rows else "",
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if findings else HTTPStatus.OK
    return render(request, "forms_aggregates.html", context, status=status)


def _at_the_cell(finding: Finding, language: str) -> str:
    """A fault in the page's own words: a reader of the page has never met a file's codes of designs."""
    if finding.code == "AGG-DESIGN":
        return _("A number above 0, up to %(limit)s; where it is not known, choose “not known”.") % {
            "limit": finding.values["limit"]
        }
    return say(finding, language).words


def _table(blank: list[dict[str, str]], given: list[AggregateRow]) -> list[dict[str, str]]:
    """The rows to fill in, with what was given last in its place."""
    told = {(r.series, r.area, r.sex, r.age): r for r in given}
    rows = []
    for cells in blank:
        found = told.get((cells["series"], cells["area"], cells["sex"], cells["age"]))
        more = {k: str(v) for k, v in found.as_mapping().items()} if found else {"design": UNKNOWN}
        rows.append({**cells, **more})
    return rows


def _posted(request: HttpRequest, rows: list[dict[str, str]]) -> list[dict[str, str]]:
    post, unit = request.POST, request.POST.get("unit", "").strip()[:40]
    found = []
    for number, cells in enumerate(rows, start=1):
        kind = post.get(f"kind.{number}", UNKNOWN)
        design = kind if kind in (UNKNOWN, CENSUS) else post.get(f"effect.{number}", "").strip() or NOTHING
        counts = {c: post.get(f"{c}.{number}", "").strip() for c in COUNTS}
        found.append({**cells, **counts, "design": design, "unit": unit})
    return found


def _estimates(at: AtDesk, rows: list[AggregateRow]) -> list[dict[str, str]]:
    plan, language = at.names.main_plan, at.names.language
    found = []
    for row, e in estimate_rows(rows):
        share = percent(100 * (e.estimate or 0), language, 1)
        if e.lower is not None and e.upper is not None:
            interval = f"{percent(100 * e.lower, language, 1)} – {percent(100 * e.upper, language, 1)}"
        else:
            interval = without_interval(e.method)
        label = row_label(plan, {**row.as_mapping(), "series": row.series}, language)  # type: ignore[dict-item]
        found.append({"label": label, "share": share, "interval": interval, "n": str(row.denominator)})
    return found
