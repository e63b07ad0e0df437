"""Signing in: name and password, then the second factor; the first enrolment of one; leaving."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, ClassVar
from urllib.parse import quote

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseNotAllowed,
    JsonResponse,
)
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters

from dozor.apps.organisations import factors, passkeys, people
from dozor.apps.organisations.models import Person, SecondFactor
from dozor.core.findings import Finding, Refused
from dozor.language import say
from dozor.publishing.forms.qr import qr_svg
from dozor.web.context import by_name
from dozor.web.forms import REQUIRED, TaskForm, password_field
from dozor.web.names import reader_language
from dozor.web.rights import ACT, FORM
from dozor.web.signing import after_password, enter, leave, pending

NEW_SECRET, CEREMONY, CODES_ONCE = "new-secret", "passkey", "codes-once"
View = Callable[..., HttpResponseBase]


def takes(methods: tuple[str, ...]) -> Callable[[View], View]:
    """Refuse methods a page does not understand, whoever asks."""

    def wrap(view: View) -> View:
        def taken(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.method not in methods:
                return HttpResponseNotAllowed(methods)
            return view(request, *args, **kwargs)

        return sensitive_post_parameters()(taken)

    return wrap


class SignInForm(AuthenticationForm):
    """Name and password; the same words whichever of the two is wrong."""

    error_messages: ClassVar[dict[str, Any]] = {
        "invalid_login": gettext_lazy(
            "This name and password do not go together. Check both; the password tells capital letters "
            "from small ones."
        ),
        "inactive": gettext_lazy("This account is closed. Ask your administrator."),
    }
    username = forms.CharField(
        label=gettext_lazy("Sign-in name"),
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )
    password = password_field(gettext_lazy("Password"), "current-password")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("username", "password"):
            self.fields[name].widget.attrs.pop("autofocus", None)


class SignIn(LoginView):
    template_name = "sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method not in FORM:  # before Django's own sends on whoever is signed in
            return HttpResponseNotAllowed(FORM)
        if request.method != "POST" and "by" in request.GET and not may_have_passkeys(request):
            # a link of the site, which does not know what this machine is called
            return redirect(by_name(request, request.path))
        return super().dispatch(request, *args, **kwargs)

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        person: Person = form.get_user()
        wanted = self.get_redirect_url()
        if after_password(self.request, person, back=wanted):
            return redirect(wanted or self.get_default_redirect_url())
        return redirect("sign-in-second" if factors.standing(person) else "sign-in-enrol")


@takes(ACT)
def sign_out(request: HttpRequest) -> HttpResponse:
    leave(request)
    return redirect("front")


def locked_out(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """Said after too many wrong passwords."""
    return render(request, "locked_out.html", status=429)


# --- the second factor --------------------------------------------------------------------------------


class CodeForm(TaskForm):
    code = forms.CharField(
        label=gettext_lazy("Code"),
        max_length=40,
        error_messages=REQUIRED,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )


@takes(FORM)
def second(request: HttpRequest) -> HttpResponse:
    """The code of the app, a recovery code, or a passkey."""
    person = pending(request)
    if person is None:
        return redirect("sign-in")
    kinds = {f.kind for f in factors.standing(person)}
    if not kinds:
        return redirect("sign-in-enrol")
    form = CodeForm(request.POST or None, choices={})
    has_app = SecondFactor.Kind.TOTP in kinds
    form.fields["code"].help_text = (
        _("Six digits from the app on your phone, or one of your recovery codes.")
        if has_app
        else _("One of your recovery codes.")
    )
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                proof = factors.prove(person=person, code=form.cleaned_data["code"], at=timezone.now())
            except Refused as refusal:
                form.refuse_beside("code", refusal, reader_language())
                status = 429 if refusal.findings[0].code == "SIGN-WAIT" else 422
            else:
                return redirect(enter(request, person, proof=proof) or "obligations")
    context = {
        "form": form,
        "person": person,
        "has_passkey": SecondFactor.Kind.PASSKEY in kinds,
        "may_have_passkeys": may_have_passkeys(request),
        "has_app": has_app,
    }
    return render(request, "second_factor.html", context, status=status)


@takes(FORM)
def enrol(request: HttpRequest) -> HttpResponse:
    """The first second factor: without one this role opens nothing."""
    person = pending(request)
    if person is None:
        return redirect("sign-in")
    if factors.standing(person):
        return redirect("sign-in-second")

    return app_page(
        request, person, done=lambda: redirect(first_time(request, person, "totp")), template="enrol.html"
    )


def first_time(request: HttpRequest, person: Person, proof: str) -> str:
    """After the first enrolment: in, and to the page that shows the recovery codes once."""
    codes = factors.make_recovery_codes(person=person, by=person.login, at=timezone.now())
    to = enter(request, person, proof=proof) or reverse("obligations")
    request.session[CODES_ONCE] = {"codes": codes, "to": to}
    return reverse("recovery-codes")


def app_page(
    request: HttpRequest,
    person: Person,
    *,
    done: Callable[[], HttpResponse],
    template: str,
    more: dict[str, Any] | None = None,
    is_only_shown: bool = False,
) -> HttpResponse:
    """Show an app its secret as a QR code and in letters, and take the first code it gives.

    `is_only_shown`: something else on the page is to be mended first.
    """
    secret = request.session.setdefault(NEW_SECRET, factors.new_secret())
    form = CodeForm(None if is_only_shown else request.POST or None, choices={})
    form.fields["code"].help_text = _("Six digits that the app now shows.")
    status = 200
    if request.method == "POST" and not is_only_shown:
        status = 422
        if form.is_valid():
            try:
                factors.add_app(
                    person=person,
                    secret=secret,
                    code=form.cleaned_data["code"],
                    by=person.login,
                    at=timezone.now(),
                )
            except Refused as refusal:
                form.refuse_beside("code", refusal, reader_language())
            else:
                request.session.pop(NEW_SECRET, None)
                return done()
    context = {
        "form": form,
        "person": person,
        "secret": " ".join(secret[n : n + 4] for n in range(0, len(secret), 4)),
        "may_have_passkeys": may_have_passkeys(request),
        **(more or {}),
        "qr": "data:image/svg+xml," + quote(qr_svg(factors.app_address(person, secret))),
    }
    return render(request, template, context, status=status)


# --- passkeys: what the browser is asked, and its answer ----------------------------------------------


def origin(request: HttpRequest) -> str:
    return f"{request.scheme}://{request.get_host()}"


def may_have_passkeys(request: HttpRequest) -> bool:
    """Browsers give passkeys to a name, never to a numeric address."""
    host = request.get_host()
    return not host.startswith("[") and not host.split(":")[0].replace(".", "").isdigit()


def _whose(request: HttpRequest) -> Person | None:
    if request.user.is_authenticated:
        return Person.objects.get(pk=request.user.pk)
    return pending(request)


@takes(ACT)
def passkey_ask(request: HttpRequest) -> HttpResponse:
    """Begin: to enrol a passkey, or to prove oneself with one."""
    person = _whose(request)
    if person is None:
        return redirect("sign-in")
    is_proof = request.POST.get("for") == "proof"
    if not is_proof and (refused := _may_not_enrol(request, person)):
        return JsonResponse({"said": refused}, status=422)
    begin = passkeys.begin_proof if is_proof else passkeys.begin_enrolment
    options, state = begin(person=person, origin=origin(request))
    request.session[CEREMONY] = {"for": "proof" if is_proof else "enrol", "state": state}
    return JsonResponse(options)


def _may_not_enrol(request: HttpRequest, person: Person) -> str:
    """Who is in gives the password once more; who is half in proves the factor there is first."""
    if request.user.is_authenticated:
        fits = person.check_password(request.POST.get("present", ""))
        return "" if fits else say(Finding("SIGN-PASSWORD"), reader_language()).message
    return say(Finding("SIGN-PASSKEY"), reader_language()).message if factors.standing(person) else ""


@takes(ACT)
def passkey_answer(request: HttpRequest) -> HttpResponse:
    """The browser's signed answer; the reply says where to go on."""
    person = _whose(request)
    if person is None:
        return redirect("sign-in")
    held = request.session.pop(CEREMONY, None)
    try:
        answer = json.loads(request.POST.get("answer", ""))
    except ValueError:
        answer = None
    if held is None or not isinstance(answer, dict):
        return JsonResponse({"said": say(Finding("SIGN-PASSKEY"), reader_language()).message}, status=422)
    now = timezone.now()
    about: dict[str, Any] = {"person": person, "origin": origin(request), "state": held["state"]}
    try:
        if held["for"] == "proof":
            passkeys.prove(**about, answer=answer, at=now)
        else:
            name = request.POST.get("name", "") or _("passkey")
            passkeys.enrol(**about, answer=answer, name=name, by=person.login, at=now)
    except Refused as refusal:
        return JsonResponse({"said": say(refusal.findings[0], reader_language()).message}, status=422)
    if request.user.is_authenticated:
        return JsonResponse({"to": reverse("account")})
    if held["for"] == "enrol":
        return JsonResponse({"to": first_time(request, person, "passkey")})
    return JsonResponse({"to": enter(request, person, proof="passkey") or reverse("obligations")})


# --- a link ------------------------------------------------------------------------------------------------


class NewPasswordForm(TaskForm):
    password = password_field(
        gettext_lazy("New password"),
        "new-password",
        gettext_lazy("At least 12 characters; a few words that only you would put together do well."),
    )
    again = password_field(gettext_lazy("The same once more"), "new-password")

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if found.get("password") and found.get("again") and found["password"] != found["again"]:
            self.add_error("again", _("The two differ. Enter the same twice."))
        return found


@takes(FORM)
def join(request: HttpRequest, token: str) -> HttpResponse:
    """Whoever was invited sets a password; then, if their role needs it, the second factor."""
    now = timezone.now()
    try:
        person = people.invited(token, now).person
    except Refused as refusal:
        said = say(refusal.findings[0], reader_language()).message
        return render(request, "join_closed.html", {"said": said}, status=404)
    form = NewPasswordForm(request.POST or None, choices={})
    if request.method == "POST" and form.is_valid():
        try:
            person = people.join(token=token, password=form.cleaned_data["password"], at=now)
        except Refused as refusal:
            form.refuse(refusal, reader_language())
        else:
            if after_password(request, person):
                return redirect("obligations")
            return redirect("sign-in-second" if factors.standing(person) else "sign-in-enrol")
    return render(
        request,
        "join.html",
        {"form": form, "person": person},
        status=422 if request.method == "POST" else 200,
    )
