"""Puts the question "may this person?" in front of a page; the answer is the scope's alone."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters

from dozor.apps.organisations.scope import Right, may

View = Callable[..., HttpResponseBase]
READING = ("GET", "HEAD")
FORM = (*READING, "POST")
ACT = ("POST",)


def asks(*rights: Right, methods: tuple[str, ...] = READING) -> Callable[[View], View]:
    """Let a person in who has one of the rights; send a visitor to sign in, refuse anyone else.

    `methods` are those the page understands: a page that only shows takes no POST. A page of the bank made
    from a release (`dozor.apps.releases.site`) is everyone's.
    """

    def wrap(view: View) -> View:
        @functools.wraps(view)
        def asked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            of_release = hasattr(request, "release") and Right.READ_BANK in rights
            asked_for = (Right.READ_PUBLISHED,) if of_release else rights
            if not any(may(request.user, right) for right in asked_for):
                if not request.user.is_authenticated:
                    return to_sign_in(request)
                raise PermissionDenied
            if request.method not in methods:
                return HttpResponseNotAllowed(methods)
            if any("\x00" in text for _, texts in request.GET.lists() for text in texts):
                raise BadRequest("a NUL in the query")  # no database text holds one
            return view(request, *args, **kwargs)

        return asked

    return wrap


def must(request: HttpRequest, right: Right, agency: str) -> None:
    """Refuse unless the person may do this about that agency's rows."""
    if not may(request.user, right, agency):
        raise PermissionDenied


def to_sign_in(request: HttpRequest) -> HttpResponse:
    back = request.get_full_path() if request.method in ("GET", "HEAD") else reverse("obligations")
    return redirect(f"{reverse('sign-in')}?{urlencode({'next': back})}")


def takes(methods: tuple[str, ...]) -> Callable[[View], View]:
    """Refuse methods a page does not understand, whoever asks."""

    def wrap(view: View) -> View:
        def taken(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.method not in methods:
                return HttpResponseNotAllowed(methods)
            return view(request, *args, **kwargs)

        return sensitive_post_parameters()(taken)

    return wrap
