"""Signing in by name and password, leaving, and the link of an invitation."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseNotAllowed,
)
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dozor.apps.organisations import factors, people
from dozor.apps.organisations.models import Person
from dozor.core.findings import Refused
from dozor.language import say
from dozor.web.context import by_name
from dozor.web.forms import TaskForm, password_field
from dozor.web.names import reader_language
from dozor.web.pace import guesses_too_much
from dozor.web.rights import ACT, FORM, takes
from dozor.web.signing import after_password, leave, may_have_passkeys


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
        if request.method == "POST" and guesses_too_much(request):
            return locked_out(request)
        return super().dispatch(request, *args, **kwargs)

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        person: Person = form.get_user()
        wanted = self.get_redirect_url()
        if after_password(self.request, person, back=wanted):
            return redirect(wanted or self.get_default_redirect_url())
        return redirect("sign-in-second" if factors.standing(person) else "sign-in-enrol")

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        guesses_too_much(self.request, was_wrong=True)
        return super().form_invalid(form)


@takes(ACT)
def sign_out(request: HttpRequest) -> HttpResponse:
    leave(request)
    return redirect("front")


def locked_out(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """Said after too many wrong passwords."""
    return render(request, "locked_out.html", status=429)


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
