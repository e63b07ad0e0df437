"""What every page knows: where it stands, who reads it, in which language."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
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
from dozor.web.layout import LanguageLink, Link, drawn
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
            "paper-remove",
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
    Way("journal", _("Journal"), (), (Right.READ_AUDIT,)),
    Way("people", _("People"), ("person", "person-add", "person-act"), (Right.MANAGE_PEOPLE,)),
)


def page(request: HttpRequest) -> dict[str, Any]:
    match = getattr(request, "resolver_match", None)
    route = (match.url_name or "") if match else ""
    language = reader_language()
    return {
        "language": language,
        "route": route,
        # asked when drawn: an error page before sign-in was looked at must not ask who reads it
        "masthead": partial(_masthead, request, route),
        "work_ways": partial(_work, request, route),
        "colophon": partial(_colophon, request),
        "first_page": partial(_first_page, request),
        "sign_in": partial(_door, request),
        "languages": _languages(request),
        "names": SimpleLazyObject(lambda: Names.of(request)),
        "release": getattr(request, "release", None),
        "is_site": _is_site(request),
    }


def _masthead(request: HttpRequest, route: str) -> str:
    return drawn(
        "parts/masthead.html",
        language=reader_language(),
        languages=_languages(request),
        first_page=_first_page(request),
        ways=_ways(request, route),
        search=_link(Way("search", ""), route) if _is_site(request) else None,
        sign_in=Link(_door(request), "", route == "sign-in") if _shows_door(request) else None,
    )


def _work(request: HttpRequest, route: str) -> str:
    return drawn("parts/links.html", links=_links(WORK, request, route))


def _colophon(request: HttpRequest) -> str:
    plan, release = Names.of(request).main_plan, getattr(request, "release", None)
    held = None if release else _last_import()
    return drawn(
        "parts/colophon.html",
        title=plan.title,
        source=plan.source,
        is_example=bool(setting(IS_EXAMPLE, False)),
        help=_help(request),
        calendar=reverse("calendar") if release else None,
        year=release.year if release else None,
        release=release.code if release else None,
        made_on=release.made_on if release else None,
        recorded_at=held.recorded_at if held else None,
        version=dozor.__version__,
        sign_in=_door(request) if _shows_door(request) else None,
        site=None if _is_visitor(request) else reverse("front"),
    )


def _languages(request: HttpRequest) -> tuple[LanguageLink, ...]:
    return tuple(
        LanguageLink(code, label, dict(settings.LANGUAGES)[code], in_language(request, code))
        for code, label in LANGUAGE_LABELS.items()
    )


def _is_site(request: HttpRequest) -> bool:
    return getattr(request, "release", None) is not None


def _shows_door(request: HttpRequest) -> bool:
    """Whether the way in is shown: to a visitor, and on the site's pages where this program serves them."""
    is_beside_work = getattr(request, "is_beside_work", False)
    return is_beside_work or (_is_visitor(request) and not _is_site(request))


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


def _ways(request: HttpRequest, route: str) -> tuple[Link, ...]:
    """Sections: the site's for its pages and for a visitor, the bank's for whoever has signed in."""
    if hasattr(request, "release"):
        return tuple(_link(w, route) for w in SITE)
    if _is_visitor(request):
        return tuple(_link(w, "", SITE_URLS) for w in SITE) if latest() else ()
    return _links(BANK, request, route)


def _help(request: HttpRequest) -> tuple[Link, ...]:
    ways = (Way("how-to-read", _("How to read the tables")), Way("sources", _("Sources")))
    ways = (*ways, Way("data", _("Open data")))
    if _is_visitor(request) and not hasattr(request, "release"):
        return tuple(_link(w, "", SITE_URLS) for w in ways) if latest() else ()
    return tuple(_link(w, "") for w in ways)


def _first_page(request: HttpRequest) -> str:
    """Where the mark leads: the site's first page, or the bank's for whoever has signed in."""
    return reverse("front") if _is_visitor(request) and not hasattr(request, "release") else reverse("glance")


def _door(request: HttpRequest) -> str:
    """The way in; a page of the site does not know what its server is called, the door itself does."""
    if hasattr(request, "release"):
        return reverse("sign-in", urlconf=settings.ROOT_URLCONF) + "?by=name"
    return by_name(request, reverse("sign-in"))


def _link(way: Way, route: str, urlconf: str | None = None) -> Link:
    return Link(reverse(way.route, urlconf=urlconf), str(way.label), way.is_current(route))


def _links(ways: tuple[Way, ...], request: HttpRequest, route: str) -> tuple[Link, ...]:
    person = getattr(request, "user", None)
    return tuple(_link(w, route) for w in ways if any(may(person, right) for right in w.rights))


def in_language(request: HttpRequest, language: str) -> str:
    """This page's address in another language; a page that does not exist there says so in that language."""
    path = request.path
    for code in LANGUAGE_LABELS:
        if path == f"/{code}" or path.startswith(f"/{code}/"):
            path = path[len(code) + 1 :] or "/"
    query = request.META.get("QUERY_STRING", "")
    prefix = "" if language == DEFAULT_LANGUAGE else f"/{language}"
    return prefix + path + (f"?{query}" if query and request.method == "GET" else "")
