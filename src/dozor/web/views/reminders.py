"""Reminders in the page, how a person wants them, the calendar's secret address; reminding an agency."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dozor.apps.collection.models import Request
from dozor.apps.collection.queries import duties
from dozor.apps.organisations.scope import Right, may
from dozor.apps.reminders import actions, mailing
from dozor.apps.reminders.letters import line
from dozor.apps.reminders.models import Wish
from dozor.core.calendar.obligation import LATE, MET
from dozor.formats.calendar_file import calendar_file
from dozor.web.forms import TaskForm, choice_field, text_field
from dozor.web.mail_words import held_up_of
from dozor.web.names import Names
from dozor.web.rights import ACT, FORM, READING, asks
from dozor.web.tasks import agency_row, back_to, chosen_year, task

MOST_SHOWN = 60
KEY_ONCE = "calendar-once"


class WishForm(TaskForm):
    address = forms.EmailField(
        label=gettext_lazy("Mail address"),
        required=False,
        max_length=254,
        error_messages={"invalid": gettext_lazy("This is no mail address.")},
    )
    rhythm = choice_field(gettext_lazy("How often"))
    language = choice_field(gettext_lazy("Language of the letters"))


class RemindForm(TaskForm):
    words = text_field(
        gettext_lazy("What to say"),
        gettext_lazy("The agency's people see it at once; those who gave an address get it by mail."),
        longest=500,
    )


@asks(Right.READ_DUTIES, methods=FORM)
def reminders(request: HttpRequest) -> HttpResponse:
    names = Names.of(request)
    person = request.user
    held = mailing.wish_of(person)
    choices = {
        "rhythm": [
            (Wish.Rhythm.EACH, _("as they come")),
            (Wish.Rhythm.WEEKLY, _("a digest every Monday")),
            (Wish.Rhythm.NEVER, _("no mail")),
        ],
        "language": [("ru", "русский"), ("be", "беларуская"), ("en", "English")],
    }
    initial = {
        "address": held.address if held else "",
        "rhythm": held.rhythm if held else Wish.Rhythm.EACH,
        "language": held.language if held else names.language,
    }
    form = WishForm(request.POST or None, choices=choices, initial=initial)
    if request.method == "POST" and form.is_valid():
        actions.wish(person=person, at=timezone.now(), **form.cleaned_data)
        messages.success(request, _("Recorded."))
        return redirect("reminders")
    found = list(person.reminders.select_related("agency", "submission")[:MOST_SHOWN])
    token = request.session.pop(KEY_ONCE, "") if request.method == "GET" else ""
    context = {
        "form": form,
        "reminders": [
            {"when": r.made_at, "words": line(r, names.language), "is_new": r.seen_at is None, "one": r}
            for r in found
        ],
        "new": sum(r.seen_at is None for r in found),
        "has_mail": mailing.has_mail(),
        "held_up": held_up_of(person),
        "has_key": person.calendar_keys.filter(revoked_at__isnull=True).exists(),
        "address": request.build_absolute_uri(reverse("calendar-feed", args=[token])) if token else "",
    }
    return render(request, "reminders.html", context, status=422 if form.errors else 200)


@asks(Right.READ_DUTIES, methods=ACT)
def seen(request: HttpRequest) -> HttpResponse:
    actions.see(request.user.reminders.filter(seen_at__isnull=True), timezone.now())
    return redirect("reminders")


@asks(Right.READ_DUTIES, methods=ACT)
def new_key(request: HttpRequest) -> HttpResponse:
    """A new address, shown once; it lies in the session until it has been shown."""
    request.session[KEY_ONCE] = actions.new_calendar_key(person=request.user, at=timezone.now())
    return redirect("reminders")


@asks(Right.READ_DUTIES, methods=ACT)
def drop_key(request: HttpRequest) -> HttpResponse:
    actions.drop_calendar_key(person=request.user, at=timezone.now())
    messages.success(request, _("The address opens nothing any more."))
    return redirect("reminders")


def feed(request: HttpRequest, token: str) -> HttpResponse:
    """The calendar of whoever holds the secret address: what their own agency owes."""
    person = actions.person_of_key(token)
    if person is None or person.agency is None or not may(person, Right.READ_DUTIES, person.agency.code):
        return HttpResponse(
            _("This address opens nothing."), status=403, content_type="text/plain; charset=utf-8"
        )
    if request.method not in READING:
        return HttpResponseNotAllowed(READING)
    held = mailing.wish_of(person)
    names = Names(held.language if held else None)
    today = timezone.localdate()
    own = {person.agency.code}
    owed = [o for year in (today.year - 1, today.year) for o in duties(year=year, as_of=today, agency=own)]
    content = calendar_file(
        owed,
        plan=names.main_plan,
        agencies=names.agencies,
        language=names.language,
        made_at=timezone.localtime(),
    )
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Cache-Control"] = "private, no-store"
    return response


@asks(Right.REMIND, methods=FORM)
def remind(request: HttpRequest) -> HttpResponse:
    """Words to an agency that is late; what is late is proposed."""
    names = Names.of(request)
    agency = agency_row(request, Right.REMIND)
    today = timezone.localdate()
    year = chosen_year(request, today)
    late = [o for o in duties(year=year, as_of=today, agency={agency.code}) if o.status in LATE - MET]
    codes = ", ".join(o.indicator for o in late if o.indicator)
    proposed = _("late: %(codes)s. Please hand it in, or write why not.") % {"codes": codes} if codes else ""
    form = RemindForm(request.POST or None, choices={}, initial={"words": proposed[:500]})

    def record(data: dict[str, Any]) -> None:
        actions.remind_agency(
            agency=agency, year=year, words=data["words"], by=request.user.login, at=timezone.now()
        )

    return task(
        request,
        form,
        record,
        title=_("Remind"),
        help_text=f"{names.agency(agency.code)}, {year}",
        done=_("The reminder is recorded."),
        back=back_to(agency.code, year),
    )


@asks(Right.PREPARE_SUBMISSION)
def request_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """An oblast centre's request: which collections it asks about (para 9)."""
    names = Names.of(request)
    one = Request.objects.select_related("sender", "recipient").filter(pk=pk).first()
    if one is None or not may(request.user, Right.PREPARE_SUBMISSION, one.recipient.code):
        raise Http404
    context = {
        "one": one,
        "title": _("Request No. %(number)s of %(who)s")
        % {"number": one.number, "who": names.agency_short(one.sender.code)},
        "collections": [(c.code, names.say(c.name)) for c in names.main_plan.collections],
    }
    return render(request, "request_answer.html", context)
