"""One's own account: second factors, password, where one is signed in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.sessions.models import Session
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dozor.apps.organisations import factors, people
from dozor.apps.organisations.models import Person, Visit
from dozor.apps.organisations.scope import needs_second_factor
from dozor.core.findings import Finding, Refused
from dozor.web.forms import TaskForm, password_field
from dozor.web.names import reader_language
from dozor.web.people_words import browser_words, factor_words, proof_words
from dozor.web.rights import ACT, FORM, READING, takes, to_sign_in
from dozor.web.signing import SEEN, may_have_passkeys
from dozor.web.views.second_factor import CODES_ONCE, app_page
from dozor.web.views.sign_in import NewPasswordForm


def signed_in(view: Any) -> Any:
    """Let in anybody who is signed in; everything here is about themselves."""

    def asked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return to_sign_in(request)
        answer: HttpResponseBase = view(request, *args, **kwargs)
        return answer

    return asked


def me(request: HttpRequest) -> Person:
    """The reader's own row; `request.user` is a promise of one, which the journal cannot seal."""
    return Person.objects.select_related("agency").get(pk=request.user.pk)


@dataclass(frozen=True)
class Place:
    """One session of the reader's."""

    pk: int
    browser: str
    proof: str
    address: str
    started_at: datetime
    seen_at: datetime | None
    is_here: bool


class PresentForm(TaskForm):
    present = password_field(gettext_lazy("Your present password"), "current-password")

    def is_right(self, person: Person) -> bool:
        """Whether the form holds the person's password; says so beside the field when not."""
        if not self.is_valid():
            return False
        if person.check_password(self.cleaned_data["present"]):
            return True
        self.refuse_beside("present", Refused(Finding("SIGN-PASSWORD")), reader_language())
        return False


class ChangePasswordForm(PresentForm, NewPasswordForm):
    field_order = ("present", "password", "again")


@signed_in
@takes(READING)
def account(request: HttpRequest) -> HttpResponse:
    person = me(request)
    context = {
        "factors": [(f, factor_words(f)) for f in factors.standing(person)],
        "recovery_left": factors.recovery_left(person),
        "is_needed": needs_second_factor(person.role),
        "places": places(request, person),
        "may_have_passkeys": may_have_passkeys(request),
    }
    return render(request, "account.html", context)


def places(request: HttpRequest, person: Person) -> list[Place]:
    """Sessions of a person that are open, the newest first."""
    visits = list(Visit.objects.filter(person=person))
    alive = {
        s.session_key: s
        for s in Session.objects.filter(
            session_key__in=[v.session_key for v in visits], expire_date__gt=timezone.now()
        )
    }
    found = []
    for v in visits:
        if v.session_key in alive:
            seen = alive[v.session_key].get_decoded().get(SEEN)
            found.append(
                Place(
                    v.pk,
                    browser_words(v.browser),
                    proof_words(v.proof),
                    v.address,
                    v.started_at,
                    datetime.fromisoformat(seen) if seen else None,
                    v.session_key == request.session.session_key,
                )
            )
    return found


@signed_in
@takes(FORM)
def password(request: HttpRequest) -> HttpResponse:
    """Another password; all sessions end, this one too."""
    person = me(request)
    form = ChangePasswordForm(request.POST or None, choices={})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            people.change_password(
                person=person, present=given["present"], new=given["password"], at=timezone.now()
            )
        except Refused as refusal:
            form.refuse(refusal, reader_language())
        else:
            request.session.flush()
            messages.success(request, _("The password is changed. Sign in with the new one."))
            return redirect("sign-in")
    return _form(
        request,
        form,
        title=_("Another password"),
        help_text=_("Afterwards you sign in anew, here and wherever else you are signed in."),
        button=_("Change the password"),
    )


@signed_in
@takes(FORM)
def app(request: HttpRequest) -> HttpResponse:
    """Another app for codes; the one enrolled before ends."""
    person = me(request)
    present = PresentForm(request.POST or None, choices={})
    if request.method == "POST" and not present.is_right(person):
        return _form_of_app(request, person, present, status=422)

    def done() -> HttpResponse:
        people.end_visits(person, but=request.session.session_key)
        messages.success(request, _("The app is enrolled."))
        return redirect("account")

    return app_page(request, person, done=done, template="account_app.html", more={"present": present})


def _form_of_app(request: HttpRequest, person: Person, present: PresentForm, status: int) -> HttpResponse:
    shown = app_page(
        request,
        person,
        done=HttpResponse,  # never called: nothing is taken
        template="account_app.html",
        more={"present": present, "faulty": present},
        is_only_shown=True,
    )
    shown.status_code = status
    return shown


@signed_in
@takes(FORM)
def recovery(request: HttpRequest) -> HttpResponse:
    """Recovery codes: those just drawn, shown once; or the form to draw new ones."""
    person = me(request)
    if request.method == "GET" and (held := request.session.pop(CODES_ONCE, None)):
        return render(request, "recovery_codes.html", held)
    form = PresentForm(request.POST or None, choices={})
    if request.method == "POST" and form.is_right(person):
        codes = factors.make_recovery_codes(person=person, by=person.login, at=timezone.now())
        return render(request, "recovery_codes.html", {"codes": codes, "to": ""})
    return _form(
        request,
        form,
        title=_("New recovery codes"),
        help_text=_("Ten codes for the day your phone is not with you; each opens once. Earlier ones end."),
        button=_("Draw the codes"),
    )


@signed_in
@takes(FORM)
def factor_end(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one of one's own second factors away."""
    person = me(request)
    standing = factors.standing(person)
    one = next((f for f in standing if f.pk == pk), None)
    if one is None:
        raise Http404
    form = PresentForm(request.POST or None, choices={})
    if request.method == "POST" and form.is_right(person):
        if len(standing) == 1 and needs_second_factor(person.role):
            form.refuse(Refused(Finding("SIGN-LAST-FACTOR")), reader_language())
        else:
            factors.end_factors(
                person=person,
                factors=[one],
                action="second factor taken away",
                reason="",
                by=person.login,
                at=timezone.now(),
            )
            people.end_visits(person, but=request.session.session_key)
            messages.success(request, _("It is taken away and opens nothing any more."))
            return redirect("account")
    return _form(
        request,
        form,
        title=_("Take a second factor away"),
        help_text=factor_words(one),
        button=_("Take it away"),
    )


@signed_in
@takes(ACT)
def session_end(request: HttpRequest) -> HttpResponse:
    """End one of one's own sessions, or all but this one."""
    person = me(request)
    here = request.session.session_key
    which = request.POST.get("visit", "")
    if which == "others":
        people.end_visits(person, but=here)
    elif which.isdigit() and (one := Visit.objects.filter(person=person, pk=int(which)).first()):
        if one.session_key == here:
            raise PermissionDenied
        Session.objects.filter(session_key=one.session_key).delete()
        one.delete()
    else:
        raise Http404
    messages.success(request, _("Ended. Whoever sits there has to sign in again."))
    return redirect("account")


def _form(request: HttpRequest, form: TaskForm, *, title: str, help_text: str, button: str) -> HttpResponse:
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "title": title, "help": help_text, "button": button, "back": "account"}
    return render(request, "account_form.html", context, status=status)
