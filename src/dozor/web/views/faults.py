"""Pages for when something did not go as asked."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from dozor.language import say
from dozor.web.names import Names


def bad_request(request: HttpRequest, exception: Any = None) -> HttpResponse:
    finding = getattr(exception, "finding", None)  # of a file that was not let in
    context = {"told": say(finding, Names.of(request).language)} if finding else {}
    return render(request, "400.html", context, status=400)


def denied(request: HttpRequest, exception: Any = None) -> HttpResponse:
    return render(request, "403.html", status=403)


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    return render(request, "403_form.html", status=403)


def not_found(request: HttpRequest, exception: Any = None) -> HttpResponse:
    return render(request, "404.html", status=404)


def broken(request: HttpRequest) -> HttpResponse:
    """Made without the database and without the page's frame: either may be what broke."""
    return HttpResponse(render_to_string("500.html"), status=500)
