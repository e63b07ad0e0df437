"""The first page of an instance that has published nothing yet; afterwards the site stands here."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from dozor.apps.organisations.scope import Right
from dozor.web.rights import asks


@asks(Right.READ_PUBLISHED)
def front(request: HttpRequest) -> HttpResponse:
    return render(request, "front.html")
