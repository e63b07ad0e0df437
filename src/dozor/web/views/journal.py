"""The journal for whoever answers for it: what was done, by whom, and whether its chain holds.

A look at it and a copy of it are events of their own.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dozor.apps.audit.actions import record
from dozor.apps.audit.models import Event
from dozor.apps.audit.queries import Selection, broken, in_pieces, leaf, selected
from dozor.apps.audit.standing import standing
from dozor.apps.organisations.scope import Right
from dozor.core.findings import Finding
from dozor.formats.tables import safe_cell
from dozor.language import say
from dozor.language.words import JOURNAL_ACTS
from dozor.web import journal as words
from dozor.web.forms import TaskForm, choice_field, day_field, text_field
from dozor.web.names import Names, reader_language
from dozor.web.rights import asks

SIZE = 50
_PIECE = 500
KINDS = {"csv": "text/csv; charset=utf-8", "jsonl": "application/jsonl; charset=utf-8"}
COLUMNS = (
    "number", "at", "person", "name", "in_place_of", "act_code", "act", "about", "agency", "why",
    "details", "seal",
)  # fmt: skip
# an event whole, as `dozor audit export` writes it
WHOLE = ("sequence", "at", "by", "action", "subject", "details", "rows", "previous", "mac")


class SelectionForm(TaskForm):
    person = text_field(gettext_lazy("Who"), gettext_lazy("Name or sign-in name, or a part."), required=False)
    action = choice_field(gettext_lazy("What was done"), required=False)
    about = text_field(
        gettext_lazy("About what"),
        gettext_lazy("Code of a round, submission or release, a sign-in name."),
        required=False,
    )
    agency = choice_field(gettext_lazy("Agency"), required=False)
    since = day_field(gettext_lazy("From day"), required=False)
    until = day_field(gettext_lazy("To day"), required=False)
    before = forms.IntegerField(
        min_value=1, max_value=2**62, required=False, widget=forms.HiddenInput, label=gettext_lazy("Page")
    )

    def asked(self) -> Selection:
        given = self.cleaned_data
        return Selection(**{name: given[name] for name in vars(Selection()) if given[name]})


def _form(request: HttpRequest, names: Names) -> SelectionForm:
    acts = sorted(((code, words.act_words(code)) for code in JOURNAL_ACTS), key=lambda one: one[1].casefold())
    agencies = [(a.code, names.say(a.name)) for a in names.agencies.values()]
    return SelectionForm(
        request.GET,
        choices={"action": [("", _("everything")), *acts], "agency": [("", _("all agencies")), *agencies]},
    )


@asks(Right.READ_AUDIT)
def journal(request: HttpRequest) -> HttpResponse:
    names = Names.of(request)
    form = _form(request, names)
    if not form.is_valid():
        return render(request, "journal.html", {"form": form, "chain": standing()}, status=422)
    asked, before = form.asked(), form.cleaned_data["before"]
    page = leaf(selected(asked), before=before, size=SIZE)
    apart = broken(page.events)
    query = urlencode(asked.plain())
    context = {
        "form": form,
        "chain": standing(),
        "rows": words.shown(page.events, request.user, names, broken=apart),
        "apart": [say(Finding("AUD-CHAIN", found=str(n)), reader_language()).message for n in sorted(apart)],
        "asked": asked.plain(),
        "query": query,
        "is_first": before is None,
        "newer": None if page.newer is None else _address(query, page.newer),
        "earlier": None if page.earlier is None else _address(query, page.earlier),
    }
    response = render(request, "journal.html", context)
    if request.method == "GET":
        _note("journal seen", request, asked, {"before": before} if before else {})
    return response


def _address(query: str, before: int) -> str:
    return "?" + "&".join(filter(None, (query, f"before={before}" if before else "")))


@asks(Right.READ_AUDIT)
def journal_file(request: HttpRequest, kind: str) -> HttpResponseBase:
    """The same selection whole: a table for a spreadsheet, or its events as they are, a line of JSON each."""
    if kind not in KINDS:
        raise Http404
    names = Names.of(request)
    form = _form(request, names)
    if not form.is_valid():
        return render(request, "journal.html", {"form": form, "chain": standing()}, status=422)
    asked, to = form.asked(), standing().events
    if request.method == "GET":
        _note("journal exported", request, asked, {"form": kind, "to": to})
    events = in_pieces(selected(asked), to=to)
    lines = _table(events, request.user, names) if kind == "csv" else map(_line, events)
    response = StreamingHttpResponse(lines, content_type=KINDS[kind])
    response["Content-Disposition"] = f'attachment; filename="dozor-journal-{to}.{kind}"'
    return response


@transaction.atomic
def _note(action: str, request: HttpRequest, asked: Selection, more: dict[str, Any]) -> None:
    record(action=action, by=request.user.login, at=timezone.now(), details={**asked.plain(), **more})


def _line(event: Event) -> str:
    held = {name: getattr(event, name) for name in WHOLE}
    held["at"] = _utc(event.at)
    return json.dumps(held, ensure_ascii=False) + "\n"


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _table(events: Iterator[Event], reader: Any, names: Names) -> Iterator[str]:
    """The table in pieces; the byte order mark lets a spreadsheet program read the letters right."""
    yield "\ufeff" + _written([COLUMNS])
    while piece := list(islice(events, _PIECE)):
        yield _written(_cells(one) for one in words.shown(piece, reader, names))


def _cells(one: words.Shown) -> list[str]:
    e = one.event
    cells = (
        str(e.sequence), _utc(e.at), e.by, one.who, one.behalf, e.action, one.act, e.subject, one.agency,
        "; ".join(one.why), json.dumps(e.details, ensure_ascii=False) if e.details else "", e.mac,
    )  # fmt: skip
    return [safe_cell(cell) for cell in cells]


def _written(rows: Any) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue()
