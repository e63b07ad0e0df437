"""Signing in and out."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from dozor.web.rights import FORM


class SignInForm(AuthenticationForm):
    """Name and password; the same words whichever of the two is wrong."""

    error_messages: ClassVar[dict[str, Any]] = {
        "invalid_login": _(
            "This name and password do not go together. Check both; the password tells capital letters "
            "from small ones."
        ),
        "inactive": _("This account is closed. Ask your administrator."),
    }
    username = forms.CharField(
        label=_("Sign-in name"),
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

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
        return super().dispatch(request, *args, **kwargs)


class SignOut(LogoutView):
    http_method_names = ("post", "options")


def locked_out(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """Said after too many wrong passwords."""
    return render(request, "locked_out.html", status=429)
