"""What every page knows: where it stands, who reads it, in which language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

import dozor
from dozor.apps.audit.kept import kept
from dozor.apps.bank.models import ValuesImport
from dozor.apps.organisations.scope import Right, may
from dozor.apps.plans.queries import IS_EXAMPLE, setting
from dozor.apps.releases.queries import latest
from dozor.apps.releases.site import URLS as SITE_URLS
from dozor.web.names import DEFAULT_LANGUAGE, Names, reader_language

LANGUAGE_LABELS = {"ru": "Рус", "be": "Бел", "en": "Eng"}


@dataclass(frozen=True)
class Way:
    """A link of the navigation; `routes` are the pages on which it is the current one."""

    route: str
    label: Any
    routes: tuple[str, ...] = ()
    rights: tuple[Right, ...] = (Right.READ_BANK,)

    def is_current(self, route: str) -> bool:
        return route == self.route or route in self.routes


BANK = (
    Way("glance", _("Overview")),
    Way("indicators", _("Indicators"), ("indicator", "value")),
    Way("places", _("Places"), ("place",)),
    Way("topics", _("Topics"), ("topic",)),
    Way("projects", _("Programme")),
    Way("data", _("Data"), ("sources",)),
)
SITE = (*BANK, Way("releases", _("Releases")))
WORK = (
    Way(
        "obligations", _("Obligations"), ("obligation-end", "request-new", "round-plan"), (Right.READ_DUTIES,)
    ),
    Way("rounds", _("Rounds"), ("round", "round-close", "round-decide"), (Right.READ_ROUND,)),
    Way(
        "submissions",
        _("Submissions"),
        (
            "submission",
            "submission-rows",
            "submission-submit",
            "submission-correct",
            "submission-answer",
            "submission-send-back",
            "submission-reopen",
            "submission-paper",
            "submission-sheet-match",
            "documents",
            "submission-reasons",
            "packages",
            "package-import",
            "package-check",
            "package-new",
            "package-owner",
            "key-trust",
        ),
        (Right.READ_SUBMISSION,),
    ),
    Way(
        "quality",
        _("Quality of data"),
        ("quality-agency", "doubt", "doubt-answer", "recount"),
        (Right.READ_FINDINGS,),
    ),
    Way(
        "forms",
        _("Forms"),
        (
            "forms-round",
            "form-new",
            "form-draft",
            "forms-nil",
            "forms-aggregates",
            "forms-workbook",
            "forms-papers",
            "paper-settle",
        ),
        (Right.FILL_FORMS,),
    ),
    Way(
        "board",
        _("All executors"),
        ("board-cycle", "shared-rows", "collector", "board-agree", "board-receipt", "board-decision"),
        (Right.READ_BOARD,),
    ),
    Way("reminders", _("Reminders"), (), (Right.READ_DUTIES,)),
    Way("deputies", _("Deputies"), ("deputy-appoint",), (Right.APPOINT_DEPUTY,)),
    Way("import", _("Import"), ("import-file",), (Right.IMPORT_VALUES,)),
    Way("reports", _("Reports"), ("report",), (Right.MAKE_REPORT,)),
    Way("releases", _("Releases"), ("release", "release-new", "release-order"), (Right.READ_RELEASES,)),
    Way("people", _("People"), ("person", "person-add", "person-act"), (Right.MANAGE_PEOPLE,)),
)


def page(request: HttpRequest) -> dict[str, Any]:
    match = getattr(request, "resolver_match", None)
    route = (match.url_name or "") if match else ""
    language = reader_language()
    return {
        "language": language,
        "route": route,
        "ways": SimpleLazyObject(lambda: _ways(request, route)),
        "help_ways": SimpleLazyObject(lambda: _help(request)),
        "first_page": SimpleLazyObject(lambda: _first_page(request)),
        # SimpleLazyObject: an error page before sign-in was looked at must not ask who reads it
        "work_ways": SimpleLazyObject(lambda: _links(WORK, request, route)),
        "sign_in": SimpleLazyObject(lambda: _door(request)),
        "languages": [
            {
                "code": code,
                "label": label,
                "name": dict(settings.LANGUAGES)[code],
                "href": in_language(request, code),
            }
            for code, label in LANGUAGE_LABELS.items()
        ],
        "names": SimpleLazyObject(lambda: Names.of(request)),
        "last_import": SimpleLazyObject(_last_import),
        "is_example": SimpleLazyObject(lambda: bool(setting(IS_EXAMPLE, False))),
        "version": dozor.__version__,
        "release": getattr(request, "release", None),
        "is_site": getattr(request, "release", None) is not None,
        "is_beside_work": getattr(request, "is_beside_work", False),
    }


def by_name(request: HttpRequest, path: str) -> str:
    """A path; where this machine is called by its number, the address by its name: passkeys ask for one."""
    address = request.build_absolute_uri(path)
    host = urlsplit(address).hostname or ""
    return address.replace(host, "localhost", 1) if host == "127.0.0.1" else path


def _last_import() -> ValuesImport | None:
    return kept(("last import",), (ValuesImport,), _find_last_import)


def _find_last_import() -> ValuesImport | None:
    return ValuesImport.objects.filter(is_simulated=False).order_by("-id").first()


def _is_visitor(request: HttpRequest) -> bool:
    return not getattr(getattr(request, "user", None), "is_authenticated", False)


def _ways(request: HttpRequest, route: str) -> list[dict[str, Any]]:
    """Sections: the site's for its pages and for a visitor, the bank's for whoever has signed in."""
    if hasattr(request, "release"):
        return [_link(w, route) for w in SITE]
    if _is_visitor(request):
        return [_link(w, "", SITE_URLS) for w in SITE] if latest() else []
    return _links(BANK, request, route)


def _help(request: HttpRequest) -> list[dict[str, Any]]:
    ways = (Way("how-to-read", _("How to read the tables")), Way("sources", _("Sources")))
    ways = (*ways, Way("data", _("Open data")))
    if _is_visitor(request) and not hasattr(request, "release"):
        return [_link(w, "", SITE_URLS) for w in ways] if latest() else []
    return [_link(w, "") for w in ways]


def _first_page(request: HttpRequest) -> str:
    """Where the mark leads: the site's first page, or the bank's for whoever has signed in."""
    return reverse("front") if _is_visitor(request) and not hasattr(request, "release") else reverse("glance")


def _door(request: HttpRequest) -> str:
    """The way in; a page of the site does not know what its server is called, the door itself does."""
    if hasattr(request, "release"):
        return reverse("sign-in", urlconf=settings.ROOT_URLCONF) + "?by=name"
    return by_name(request, reverse("sign-in"))


def _link(way: Way, route: str, urlconf: str | None = None) -> dict[str, Any]:
    return {
        "href": reverse(way.route, urlconf=urlconf),
        "label": way.label,
        "is_current": way.is_current(route),
    }


def _links(ways: tuple[Way, ...], request: HttpRequest, route: str) -> list[dict[str, Any]]:
    person = getattr(request, "user", None)
    return [_link(w, route) for w in ways if any(may(person, right) for right in w.rights)]


def in_language(request: HttpRequest, language: str) -> str:
    """This page's address in another language; a page that does not exist there says so in that language."""
    path = request.path
    for code in LANGUAGE_LABELS:
        if path == f"/{code}" or path.startswith(f"/{code}/"):
            path = path[len(code) + 1 :] or "/"
    query = request.META.get("QUERY_STRING", "")
    prefix = "" if language == DEFAULT_LANGUAGE else f"/{language}"
    return prefix + path + (f"?{query}" if query and request.method == "GET" else "")
