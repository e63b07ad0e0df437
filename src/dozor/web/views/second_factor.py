"""The second factor: proving it after the password, and the first enrolment of one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dozor.apps.organisations import factors
from dozor.apps.organisations.models import Person, SecondFactor
from dozor.core.findings import Refused
from dozor.publishing.forms.qr import qr_svg
from dozor.web.forms import REQUIRED, TaskForm
from dozor.web.names import reader_language
from dozor.web.rights import FORM, takes
from dozor.web.signing import enter, may_have_passkeys, pending

NEW_SECRET, CODES_ONCE = "new-secret", "codes-once"


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
