"""Passkeys: what the browser is asked, and its answer."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from dozor.apps.organisations import factors, passkeys
from dozor.apps.organisations.models import Person
from dozor.core.findings import Finding, Refused
from dozor.language import say
from dozor.web.names import reader_language
from dozor.web.rights import ACT, takes
from dozor.web.signing import enter, pending
from dozor.web.views.second_factor import first_time

CEREMONY = "passkey"


def origin(request: HttpRequest) -> str:
    return f"{request.scheme}://{request.get_host()}"


def _whose(request: HttpRequest) -> Person | None:
    if request.user.is_authenticated:
        return Person.objects.get(pk=request.user.pk)
    return pending(request)


@takes(ACT)
def ask(request: HttpRequest) -> HttpResponse:
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
def answer(request: HttpRequest) -> HttpResponse:
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
