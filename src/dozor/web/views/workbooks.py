"""An agency's workbook of a round: made, opened from last year's, checked, taken as a version."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, replace
from http import HTTPStatus
from pathlib import Path

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from dozor.apps.collection.checked_workbooks import discard_checked, keep_checked, read_checked
from dozor.apps.collection.importing import AnswersSummary, import_answers
from dozor.apps.collection.versions import latest_of
from dozor.apps.collection.workbooks import refuse_anothers
from dozor.apps.organisations.scope import Right
from dozor.core.findings import Finding, Refused
from dozor.language import say
from dozor.web.desks import AtDesk, at_desk, here
from dozor.web.rights import FORM, asks

LARGEST = 5_000_000  # bytes of a workbook
CHECKED = "checked workbooks"  # in the session: a place's file name and the name it is sealed under


@asks(Right.FILL_FORMS, methods=FORM)
def forms_workbook(request: HttpRequest, pk: int) -> HttpResponse:
    """An agency's workbook: taken, it is a version that replaces the one before."""
    at = at_desk(request, pk)
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


def _place(at: AtDesk) -> str:
    return f"{at.round.pk} {at.agency.code}"


def _sent(request: HttpRequest, at: AtDesk) -> _Sent | None:
    """The file chosen now; else, to be handed in, the one that was checked and is still kept."""
    chosen = request.FILES.get("file")
    if chosen is not None:
        if not chosen.size or chosen.size > LARGEST:
            return None
        return _Sent(Path(chosen.name or "").name[:120], chosen.read())
    kept = request.session.get(CHECKED, {}).get(_place(at))
    content = read_checked(at.round, kept["name"], at=timezone.now()) if kept else None
    return _Sent(kept["file"], content) if kept and content is not None else None


def _remember(request: HttpRequest, at: AtDesk, sent: _Sent | None) -> None:
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


def _taken(at: AtDesk, sent: _Sent, by: str, *, dry_run: bool) -> AnswersSummary:
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
    at = at_desk(request, pk)
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


def _workbook(at: AtDesk, previous: UploadedFile | None) -> bytes:
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
