"""What an agency gives for a round as one whole: a workbook, rows of counts, or that there is nothing."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, replace
from http import HTTPStatus
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from dozor.apps.collection.aggregating import give_aggregates, rows_of
from dozor.apps.collection.checked_workbooks import discard_checked, keep_checked, read_checked
from dozor.apps.collection.importing import AnswersSummary, import_answers
from dozor.apps.collection.models import Round, Way
from dozor.apps.collection.versions import confirm_nil, latest_of
from dozor.apps.collection.workbooks import refuse_anothers
from dozor.apps.organisations.models import Agency
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
from dozor.web.desks import here, own_agency, people_named, round_at
from dozor.web.names import Names
from dozor.web.rights import FORM, asks
from dozor.web.round_estimates import without_interval

COUNTS = ("n", "numerator", "denominator")
AT_CELLS = (*COUNTS, "design")  # faults stand beside these; others beside the row's label
EFFECT = "effect"
NOTHING = "?"  # a design effect that was chosen and not given
NO_EFFECTS = (UNKNOWN, CENSUS, NOTHING)
LARGEST = 5_000_000  # bytes of a workbook
CHECKED = "checked workbooks"  # in the session: a place's file name and the name it is sealed under


@dataclass(frozen=True)
class _At:
    """Where a page stands: whose round, in which words."""

    names: Names
    agency: Agency
    round: Round

    @property
    def is_open(self) -> bool:
        return self.round.state(timezone.now()) == "open"

    def context(self, request: HttpRequest) -> dict[str, Any]:
        instrument = self.names.main_plan.instruments[self.round.instrument]
        return {
            "agency": self.names.agencies.get(self.agency.code),
            "round": self.round,
            "instrument": instrument,
            "title": self.names.say(instrument.title),
            "is_open": self.is_open,
            "back": here("forms-round", self.round, self.agency, request),
        }


def _at(request: HttpRequest, pk: int) -> _At:
    names = Names.of(request)
    agency = own_agency(request)
    return _At(names, agency, round_at(pk, agency, names))


@asks(Right.FILL_FORMS, methods=FORM)
def forms_nil(request: HttpRequest, pk: int) -> HttpResponse:
    """One question: is there truly nothing to report?"""
    at = _at(request, pk)
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
    at = _at(request, pk)
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


def _estimates(at: _At, rows: list[AggregateRow]) -> list[dict[str, str]]:
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


@asks(Right.FILL_FORMS, methods=FORM)
def forms_workbook(request: HttpRequest, pk: int) -> HttpResponse:
    """An agency's workbook: taken, it is a version that replaces the one before."""
    at = _at(request, pk)
    context = at.context(request)
    # answers of persons come from phones, pages and paper, never in a table somebody holds
    context["takes_workbook"] = context["instrument"].kind != "person"
    summary: AnswersSummary | None = None
    if request.method == "POST" and context["takes_workbook"]:
        only_check = request.POST.get("act") == "check"
        sent = _sent(request, at)
        if sent is None:
            context["words"] = [_("Choose the filled-in workbook of this round.")]
        else:
            try:
                summary = _taken(at, sent, request.user.login, dry_run=only_check)
            except Refused as refusal:
                context["words"] = [say(f, at.names.language).message for f in refusal.findings]
        is_right = summary is not None and not summary.refused
        _remember(request, at, sent if is_right and only_check else None)
        if summary is not None and is_right and not only_check:
            messages.success(request, _("The workbook is version %(n)s.") % {"n": summary.version})
            return redirect(context["back"])
    found = summary.findings if summary else []
    context |= {
        "summary": summary,
        "checked": request.session.get(CHECKED, {}).get(_place(at), {}).get("file", ""),
        "findings": [say(f, at.names.language) for f in found[:100]],
        "latest": latest_of(at.round, at.agency),
        "file_address": here("forms-workbook-file", at.round, at.agency, request),
    }
    is_wrong = bool(context.get("words")) or bool(summary and summary.refused)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if is_wrong else HTTPStatus.OK
    return render(request, "forms_workbook.html", context, status=status)


@dataclass(frozen=True)
class _Sent:
    """A workbook as it came, now or when it was checked a while ago."""

    file: str
    content: bytes


def _place(at: _At) -> str:
    return f"{at.round.pk} {at.agency.code}"


def _sent(request: HttpRequest, at: _At) -> _Sent | None:
    """The file chosen now; else, to be handed in, the one that was checked and is still kept."""
    chosen = request.FILES.get("file")
    if chosen is not None:
        if not chosen.size or chosen.size > LARGEST:
            return None
        return _Sent(Path(chosen.name or "").name[:120], chosen.read())
    kept = request.session.get(CHECKED, {}).get(_place(at))
    content = read_checked(at.round, kept["name"], at=timezone.now()) if kept else None
    return _Sent(kept["file"], content) if kept and content is not None else None


def _remember(request: HttpRequest, at: _At, sent: _Sent | None) -> None:
    """Keep a workbook found right, in the place of the one kept before; None: keep none."""
    held = dict(request.session.get(CHECKED, {}))
    earlier = held.pop(_place(at), None)
    if sent is not None:
        held[_place(at)] = {
            "file": sent.file,
            "name": keep_checked(at.round, sent.content, at=timezone.now()),
        }
    if earlier and earlier["name"] != held.get(_place(at), {}).get("name"):
        discard_checked(at.round, earlier["name"])
    if earlier or sent:
        request.session[CHECKED] = held


def _taken(at: _At, sent: _Sent, by: str, *, dry_run: bool) -> AnswersSummary:
    """Read a workbook from a file that is gone when it has been read."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "workbook.xlsx"
        path.write_bytes(sent.content)
        refuse_anothers(path, sent.file, at.agency)
        return import_answers(
            path,
            instrument=at.round.instrument,
            round_=at.round,
            by=by,
            at=timezone.now(),
            name=sent.file,
            dry_run=dry_run,
        )


@asks(Right.FILL_FORMS, methods=FORM)
def forms_workbook_file(request: HttpRequest, pk: int) -> HttpResponse:
    """This agency's workbook of the round, in the reader's language: empty, or opened from last year's."""
    at = _at(request, pk)
    try:
        content = _workbook(at, request.FILES.get("previous") if request.method == "POST" else None)
    except Refused as refusal:
        for finding in refusal.findings:
            messages.warning(request, say(finding, at.names.language).message)
        return redirect(here("forms-workbook", at.round, at.agency, request))
    response = HttpResponse(
        content, content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    )
    name = f"{at.round.instrument}-{at.agency.code}-{at.round.year}.xlsx"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _workbook(at: _At, previous: UploadedFile | None) -> bytes:
    """The workbook's bytes; with last year's, its labels and denominators stand in it, never its results."""
    from dozor.formats.workbook import carried_fields, layout, previous_answers, write_workbook

    names, plan = at.names, at.names.main_plan
    instrument = plan.instruments[at.round.instrument]
    whose = names.agencies.get(at.agency.code)
    if whose is None:
        raise Http404
    made = layout(
        instrument,
        agency=whose,
        areas=names.areas,
        year=at.round.year,
        language=names.language,
        carried=carried_fields(instrument, plan.definitions),
    )
    if previous is None:
        return write_workbook(instrument, made, agency=whose)
    if not previous.size or previous.size > LARGEST:
        raise Refused(Finding("FILE-TOO-LARGE", str(previous.size), {"limit": LARGEST}, file=previous.name))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"previous{'.csv' if (previous.name or '').endswith('.csv') else '.xlsx'}"
        path.write_bytes(previous.read())
        try:
            carried = previous_answers(path, made)
        except Refused as refusal:
            raise Refused(replace(f, file=previous.name) for f in refusal.findings) from None
    return write_workbook(instrument, made, agency=whose, carried=carried)
