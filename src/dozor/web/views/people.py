"""People and their rights, for the administrator: who there is, inviting, changing, closing, resetting."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dozor.apps.organisations import factors, people
from dozor.apps.organisations.models import Person, SecondFactor
from dozor.apps.organisations.scope import Right, needs_second_factor
from dozor.core.findings import Refused
from dozor.language import say
from dozor.web.forms import TaskForm, choice_field, text_field
from dozor.web.mail_words import held_up_here
from dozor.web.names import Names, reader_language
from dozor.web.people_words import ROLES, factor_words
from dozor.web.rights import FORM, asks

LINK_ONCE = "link-once"
_FIELD = {
    "INST-ROLE": "role", "INST-AGENCY": "agency", "INST-NEEDS-AGENCY": "agency",
    "INST-LOGIN": "login", "INST-LOGIN-TAKEN": "login", "INST-TOO-LONG": "name",
}  # fmt: skip


class PersonForm(TaskForm):
    login = text_field(
        gettext_lazy("Sign-in name"),
        gettext_lazy("Latin letters and digits, for example gomel.1."),
        longest=80,
    )
    name = text_field(
        gettext_lazy("Name"), gettext_lazy("As colleagues know them; pages show it."), longest=200
    )
    role = choice_field(gettext_lazy("Role"))
    agency = choice_field(gettext_lazy("Acts for"), required=False)


class RightsForm(TaskForm):
    role = choice_field(gettext_lazy("Role"))
    agency = choice_field(gettext_lazy("Acts for"), required=False)
    reason = text_field(gettext_lazy("Reason"), gettext_lazy("It stands in the journal."), longest=500)


class ReasonForm(TaskForm):
    reason = text_field(gettext_lazy("Reason"), gettext_lazy("It stands in the journal."), longest=500)


@asks(Right.MANAGE_PEOPLE)
def everyone(request: HttpRequest) -> HttpResponse:
    names = Names.of(request)
    asked = request.GET.get("q", "").strip()
    found = Person.objects.select_related("agency").annotate(
        has_factor=Count(
            "factors",
            filter=Q(factors__ended_at__isnull=True) & ~Q(factors__kind=SecondFactor.Kind.RECOVERY),
        )
    )
    if asked:
        by_agency = [code for code, a in names.agencies.items() if asked.lower() in names.say(a.name).lower()]
        found = found.filter(
            Q(login__icontains=asked) | Q(name__icontains=asked) | Q(agency__code__in=by_agency)
        )
    rows = [_row(p, names) for p in found]
    context = {"rows": rows, "asked": asked, "total": Person.objects.count(), "held_up": held_up_here()}
    return render(request, "people.html", context)


def _row(p: Any, names: Names) -> dict[str, Any]:
    needed = needs_second_factor(p.role)
    return {
        "person": p,
        "role": ROLES.get(p.role, p.role),
        "agency": names.agency_short(p.agency.code) if p.agency else "",
        "has_factor": bool(p.has_factor),
        "lacks_factor": needed and not p.has_factor,
        "is_invited": not p.has_usable_password(),
    }


@asks(Right.MANAGE_PEOPLE, methods=FORM)
def add(request: HttpRequest) -> HttpResponse:
    form = PersonForm(request.POST or None, choices=_choices(Names.of(request)))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            person, token = people.invite(
                login=given["login"],
                name=given["name"],
                role=given["role"],
                agency=given["agency"] or None,
                by=request.user.login,
                at=timezone.now(),
            )
        except Refused as refusal:
            _refuse(form, refusal)
        else:
            return _with_link(request, person, token)
    return _task(
        request,
        form,
        title=_("Invite someone"),
        help_text=_(
            "They get a link that opens once, within three days; with it they set a password of their own "
            "and, where the role asks for it, a second factor."
        ),
        button=_("Make the link"),
        back=reverse("people"),
    )


def _choices(names: Names) -> dict[str, list[tuple[str, str]]]:
    return {
        "role": [(code, str(words)) for code, words in ROLES.items()],
        "agency": [
            ("", _("nobody (an administrator alone)")),
            *((a.code, names.say(a.name)) for a in names.agencies.values()),
        ],
    }


def _with_link(request: HttpRequest, person: Person, token: str) -> HttpResponse:
    request.session[LINK_ONCE] = {"person": person.pk, "link": link(request, token)}
    return redirect("person", pk=person.pk)


def link(request: HttpRequest, token: str) -> str:
    """The address of an invitation; on one's own machine by its name, which passkeys ask for."""
    address = request.build_absolute_uri(reverse("join", args=[token]))
    host = urlsplit(address).hostname or ""
    return address.replace(host, "localhost", 1) if host in ("127.0.0.1", "::1") else address


@asks(Right.MANAGE_PEOPLE)
def person(request: HttpRequest, pk: int) -> HttpResponse:
    names = Names.of(request)
    one = get_object_or_404(Person.objects.select_related("agency"), pk=pk)
    held = request.session.pop(LINK_ONCE, None)
    context = {
        "person": one,
        "role": ROLES.get(one.role, one.role),
        "agency": names.agency(one.agency.code) if one.agency else "",
        "factors": [(f, factor_words(f)) for f in factors.standing(one)],
        "recovery_left": factors.recovery_left(one),
        "is_needed": needs_second_factor(one.role),
        "is_invited": not one.has_usable_password(),
        "visits": one.visits.count(),
        "is_self": one.pk == request.user.pk,
        "link": held["link"] if held and held["person"] == one.pk else "",
        "lasts": people.LINK_LASTS.days,
    }
    return render(request, "person.html", context)


@asks(Right.MANAGE_PEOPLE, methods=FORM)
def act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """One act about an account, with its reason: rights, link, reset, close, open."""
    one = get_object_or_404(Person.objects.select_related("agency"), pk=pk)
    acts = {
        "rights": (
            _("Another role or agency"), _("Change"),
            _("Open sessions end; the next one has the new rights."),
        ),
        "link": (
            _("New link"), _("Make the link"),
            _("For someone who has forgotten the password: the link sets a new one. Earlier links close."),
        ),
        "reset": (
            _("Reset the second factor"), _("Reset"),
            _("For someone who lost the phone or key. Apps, passkeys and recovery codes end; a new one is "
              "enrolled at the next sign-in. Make sure that it is really them who asks."),
        ),
        "close": (_("Close the account"), _("Close"), _("Open sessions end. What was done under it stays.")),
        "open": (_("Open the account again"), _("Open"), ""),
    }  # fmt: skip
    if act not in acts:
        raise Http404
    title, button, help_text = acts[act]
    names = Names.of(request)
    made = RightsForm if act == "rights" else ReasonForm
    form = made(
        request.POST or None,
        choices=_choices(names),
        initial={"role": one.role, "agency": one.agency.code if one.agency else ""},
    )
    if request.method == "POST" and form.is_valid():
        try:
            token = _do(one, act, form.cleaned_data, by=request.user.login)
        except Refused as refusal:
            _refuse(form, refusal)
        else:
            if token:
                return _with_link(request, one, token)
            messages.success(request, _("Done. The journal holds the act and its reason."))
            return redirect("person", pk=one.pk)
    return _task(
        request,
        form,
        title=title,
        help_text=f"{one.name} ({one.login}). {help_text}",
        button=button,
        back=reverse("person", args=[one.pk]),
    )


def _do(one: Person, act: str, given: dict[str, Any], *, by: str) -> str:
    about: dict[str, Any] = {"person": one, "reason": given["reason"], "by": by, "at": timezone.now()}
    if act == "link":
        return people.new_link(**about)
    if act == "rights":
        people.change_rights(role=given["role"], agency=given["agency"] or None, **about)
    elif act == "reset":
        people.reset_factors(**about)
    elif act == "close":
        people.close(**about)
    else:
        people.reopen(**about)
    return ""


def _refuse(form: TaskForm, refusal: Refused) -> None:
    for finding in refusal.findings:
        column = finding.column or _FIELD.get(finding.code)
        said = say(finding, reader_language())
        form.add_error(column if column in form.fields else None, said.words)


def _task(
    request: HttpRequest, form: TaskForm, *, title: str, help_text: str, button: str, back: str
) -> HttpResponse:
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "title": title, "help": help_text, "button": button, "back": back}
    return render(request, "person_form.html", context, status=status)
