"""The door of the API: who comes in, in which language, and how a refusal is said.

The session of the pages opens it, with the second factor where the role needs one; there is no key of its own
that could be lost. It only reads, so any method but GET and HEAD is refused before anything is looked at.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.serializers.json import DjangoJSONEncoder
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import URLPattern, path, reverse
from django.utils.cache import add_never_cache_headers
from django.views.decorators.csrf import csrf_exempt
from ninja import NinjaAPI
from ninja.errors import ValidationError
from ninja.renderers import BaseRenderer

import dozor
from dozor.apps.organisations.scope import Right, may
from dozor.core.findings import Finding, Refused
from dozor.core.text import LANGUAGES
from dozor.language import say
from dozor.web.api.reading import router
from dozor.web.names import DEFAULT_LANGUAGE
from dozor.web.pace import must_wait
from dozor.web.rights import READING

View = Callable[..., HttpResponseBase]
DESCRIPTION = "openapi.json"
ANYONE = frozenset({"api-description"})
NOT_THERE = frozenset({"INST-INDICATOR", "INST-AREA", "INST-POPULATION"})  # asked rightly
# routes that ask for a right; whose rows they show follows from it inside
RIGHTS = {
    "api-obligations": Right.READ_DUTIES,
    "api-rounds": Right.READ_ROUND,
    "api-round": Right.READ_ROUND,
    "api-submissions": Right.READ_SUBMISSION,
    "api-submission": Right.READ_SUBMISSION,
    "api-doubts": Right.READ_FINDINGS,
}
SESSION = {"type": "apiKey", "in": "cookie", "name": settings.SESSION_COOKIE_NAME}


class Json(BaseRenderer):
    """JSON in UTF-8, letters as letters."""

    media_type = "application/json"

    def render(self, request: HttpRequest, data: Any, *, response_status: int) -> str:
        return json.dumps(data, cls=DjangoJSONEncoder, ensure_ascii=False)


api = NinjaAPI(
    title="Dozor",
    version=dozor.__version__,
    description="Reads what a person may see. Sign in on the page first; the session's cookie opens it.",
    docs_url=None,
    openapi_url=None,  # the description has its own address below
    urls_namespace="api",
    renderer=Json(),
    openapi_extra={"components": {"securitySchemes": {"session": SESSION}}, "security": [{"session": []}]},
)
api.add_router("", router)


def _language(request: HttpRequest) -> str:
    asked = request.GET.get("language", "")
    return asked if asked in LANGUAGES else DEFAULT_LANGUAGE


def refusal(request: HttpRequest, status: int, *findings: Finding) -> HttpResponse:
    """The answer that says what was not as asked."""
    language = _language(request)
    said = [say(f, language) for f in findings]
    told = [{k: getattr(s, k) for k in ("code", "column", "found", "expected", "message")} for s in said]
    response = HttpResponse(
        json.dumps({"findings": told}, ensure_ascii=False),
        status=status,
        content_type="application/json; charset=utf-8",
    )
    if status == 405:
        response["Allow"] = ", ".join(READING)
    add_never_cache_headers(response)
    return response


@api.exception_handler(Refused)
def _refused(request: HttpRequest, refused: Refused) -> HttpResponse:
    is_gone = all(f.code in NOT_THERE for f in refused.findings)
    return refusal(request, 404 if is_gone else 422, *refused.findings)


@api.exception_handler(Http404)
def _gone(request: HttpRequest, problem: Http404) -> HttpResponse:
    return refusal(request, 404, Finding("API-NOTHING", found=request.path))


@api.exception_handler(PermissionDenied)
def _denied(request: HttpRequest, problem: PermissionDenied) -> HttpResponse:
    return refusal(request, 403, Finding("API-DENIED"))


@api.exception_handler(ValidationError)
def _misasked(request: HttpRequest, problem: ValidationError) -> HttpResponse:
    findings = []
    for error in problem.errors:
        column = str(error["loc"][-1])
        found = request.GET.get(column, "")[:200]
        code = {"missing": "API-MISSING", "extra_forbidden": "API-UNKNOWN"}.get(
            error["type"], "API-PARAMETER"
        )
        findings.append(Finding(code, found=found, column=column))
    return refusal(request, 422, *findings)


def door(name: str, view: View, known: frozenset[str] = frozenset()) -> View:
    """Ask who comes before the question is read, and refuse a parameter that is not `known`."""

    @csrf_exempt  # nothing but reading gets past: there is no act another site could have done
    @functools.wraps(view)
    def opened(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if seconds := must_wait(request):
            response = refusal(request, 429, Finding("API-PACE", found=str(seconds)))
            response["Retry-After"] = str(seconds)
            return response
        if name not in ANYONE:
            if not request.user.is_authenticated:
                return refusal(request, 401, Finding("API-SIGN-IN"))
            if name in RIGHTS and not may(request.user, RIGHTS[name]):
                return refusal(request, 403, Finding("API-DENIED"))
        if request.method not in READING:
            return refusal(request, 405, Finding("API-METHOD", found=str(request.method)))
        if unknown := sorted(set(request.GET) - known):
            return refusal(request, 422, *(Finding("API-UNKNOWN", column=c[:40]) for c in unknown[:20]))
        # which of two would count is a guess, and a guard could guess another than the answer
        if twice := sorted(name for name, said in request.GET.lists() if len(said) > 1):
            return refusal(request, 422, *(Finding("API-TWICE", column=c) for c in twice))
        method, request.method = request.method, "GET"
        response = view(request, *args, **kwargs)
        request.method = method
        if method == "HEAD":
            response["Content-Length"] = str(len(response.content))  # type: ignore[attr-defined]
            response.content = b""  # type: ignore[attr-defined]
        add_never_cache_headers(response)
        return response

    return opened


def description(request: HttpRequest) -> HttpResponse:
    """The API described as OpenAPI 3.1."""
    own = reverse("api-description")
    described = api.get_openapi_schema(path_prefix=own.removesuffix(DESCRIPTION))
    return HttpResponse(
        api.renderer.render(request, described, response_status=200), content_type=Json.media_type
    )


def _addresses() -> list[URLPattern]:
    """Addresses under the program's own names; the library's root has no page behind it."""
    described = api.get_openapi_schema(path_prefix="/")["paths"]
    found = [path(DESCRIPTION, door("api-description", description), name="api-description")]
    for pattern in api.urls[0]:
        if pattern.name == "api-root":
            continue
        route = str(pattern.pattern)
        asked = described["/" + route.replace("<", "{").replace(">", "}")]["get"]["parameters"]
        known = frozenset(p["name"] for p in asked if p["in"] == "query")
        found.append(path(route, door(pattern.name, pattern.callback, known), name=pattern.name))
    return found


urlpatterns = _addresses()
