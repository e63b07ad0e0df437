"""A signed sheet on the recipient's desk: what it says beside the electronic rows."""

from __future__ import annotations

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dozor.apps.organisations.scope import Right
from dozor.apps.submissions.models import SheetMatch, Submission
from dozor.apps.submissions.sheets import match_sheet
from dozor.core.findings import Refused
from dozor.web import submissions as shown
from dozor.web.desks import people_named
from dozor.web.forms import TaskForm, day_field, text_field
from dozor.web.names import Names
from dozor.web.rights import FORM
from dozor.web.views.submission_steps import step


class SheetForm(TaskForm):
    mark = text_field(
        gettext_lazy("QR code or checksum"),
        gettext_lazy("Read the code with a reader, or type the checksum from under it."),
        longest=300,
    )
    outgoing_number = text_field(gettext_lazy("Outgoing number on the sheet"), required=False)
    outgoing_on = day_field(gettext_lazy("Date of the outgoing number"), required=False)
    number = text_field(gettext_lazy("Incoming number"))
    received_on = day_field(gettext_lazy("Day of receipt"))
    sent_on = day_field(gettext_lazy("Day it was sent"), required=False)


@step(Right.RECORD_RECEIPT, None, FORM)
def match(request: HttpRequest, one: Submission) -> HttpResponse:
    """Type in what the sheet says; see at once, line by line, where it differs from the file."""
    names = Names.of(request)
    held = one.submitted
    rows = shown.rows_shown(held, names) if held else []
    # numbered as the printed sheet numbers its lines
    typed = {row.row.name: request.POST.get(f"line.{n}", "") for n, row in enumerate(rows, start=1)}
    form = SheetForm(request.POST or None, choices={}, initial={"received_on": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        try:
            match_sheet(
                submission=one, typed=typed, by=request.user.login, at=timezone.now(), **form.cleaned_data
            )
        except Refused as refusal:
            form.refuse(refusal, names.language)
        else:
            return redirect(reverse("submission-sheet-match", args=[one.pk]) + "#matched")
    received = list(one.sheets.select_related("of", "held").order_by("-id"))
    people = people_named(m.matched_by for m in received)
    said = {row.row.name: shown.row_words(row.row.name, names) for row in rows}
    context = {
        "one": one,
        "title": _("The signed sheet and the electronic rows"),
        "back": reverse("submission", args=[one.pk]),
        "agency": names.agency(one.agency.code),
        "form": form,
        "rows": [
            {"number": n, "label": ", ".join(p for p in (f"{r.indicator} {r.what}", r.group, r.place) if p),
             "typed": typed[r.row.name]}
            for n, r in enumerate(rows, start=1)
        ],
        "matches": [
            {**_shown(m, said, names.language), "who": people.get(m.matched_by, m.matched_by)}
            for m in received
        ],
    }  # fmt: skip
    status = HTTPStatus.UNPROCESSABLE_ENTITY if request.method == "POST" else HTTPStatus.OK
    return render(request, "sheet_match.html", context, status=status)


def _shown(one: SheetMatch, said: dict[str, str], language: str) -> dict[str, object]:
    if one.of is None:
        words = _("The checksum is of no version that was handed in.")
    elif one.held is not None and one.of.pk != one.held.pk:
        words = _("The sheet is of version %(sheet)s, the recipient has version %(held)s.") % {
            "sheet": one.of.number, "held": one.held.number,
        }  # fmt: skip
    else:
        words = _("The checksum is that of the rows the recipient has.")
    lines = [
        {
            **line,
            "label": said.get(line["name"], line["name"]),
            "file": shown.number_text(line["file"], language),
        }
        for line in one.differing
    ]
    return {"one": one, "words": words, "lines": lines}
