"""Pages to look things up in: programme, sources, open data, how to read the tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from dozor.apps.bank.models import Source
from dozor.apps.bank.queries import read_in_place, values_by
from dozor.apps.bank.queries import sources as bank_sources
from dozor.apps.cooperation.models import Project
from dozor.apps.organisations.scope import Right
from dozor.core.observations.observation import Missing
from dozor.core.observations.period import read_period
from dozor.web import projects as of_projects
from dozor.web import source_kinds
from dozor.web.described import described
from dozor.web.faces import EXPLAINED, face
from dozor.web.names import Names
from dozor.web.remembered import remembered
from dozor.web.rights import asks


@asks(Right.READ_BANK)
def projects(request: HttpRequest) -> HttpResponse:
    names = Names.of(request)
    found = list(Project.objects.order_by("-start", "code"))
    rows = [
        {
            "project": p,
            "span": of_projects.span(p.start, p.end, names),
            "amount": of_projects.amount(p, names.language),
            **{
                name: {"words": of_projects.in_words(text), "is_foreign": of_projects.is_foreign(text)}
                for name, text in (("donor", p.donor), ("implementer", p.implementer), ("of", p.amount_of))
            },
            "theme": of_projects.in_words(p.theme),
        }
        for p in found
    ]
    sources = {(p.source_title, p.source_url) for p in found}
    context = {
        "rows": rows,
        "picture": of_projects.terms(found, names),
        "known": sum(p.amount is not None for p in found),
        "sources": sorted(sources),
    }
    return render(request, "projects.html", context)


@asks(Right.READ_BANK)
def sources(request: HttpRequest) -> HttpResponse:
    counts = remembered("values by source", Names.of(request), lambda: values_by("source"))
    rows = [
        {
            "source": s,
            "values": counts.get(s.key, 0),
            "kind": source_kinds.in_words(s.kind),
            "is_foreign": source_kinds.is_foreign(s.kind),
        }
        for s in bank_sources()
    ]
    if read_in_place():
        rows = [row for row in rows if row["values"]]
    rows.sort(key=lambda row: (-row["values"], row["source"].title))
    return render(request, "sources.html", {"rows": rows})


@dataclass(frozen=True)
class CatalogueEntry:
    code: str
    name: str
    href: str
    csv: str
    values: int


@asks(Right.READ_BANK)
def data(request: HttpRequest) -> HttpResponse:
    """Everything that has values, each with its file."""
    names = Names.of(request)
    counts = remembered("values by indicator", names, lambda: values_by("indicator"))
    chapters = []
    for plan in names.plans:
        entries = [
            CatalogueEntry(
                i.code,
                names.say(i.short_name),
                reverse("indicator", args=[plan.code, i.code]),
                reverse("indicator-csv", args=[plan.code, i.code]),
                counts[i.code],
            )
            for i in plan.indicators
            if i.code in counts
        ]
        if entries:
            chapters.append((names.say(plan.short_title), entries))
    context = {
        "chapters": chapters,
        "total": sum(counts.values()),
        "described": described(request, names),
    }
    return render(request, "data.html", context)


@asks(Right.READ_BANK)
def how_to_read(request: HttpRequest) -> HttpResponse:
    names = Names.of(request)
    periods = ("2017", "2008-2009", "2023-01..2023-11", "2024-03-01")
    context: dict[str, Any] = {
        "faces": [(face(kind), str(EXPLAINED[kind])) for kind in Missing],
        "periods": {
            kind: names.period(read_period(text)) for kind, text in zip("yrps", periods, strict=True)
        },
    }
    return render(request, "how_to_read.html", context)


@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """For a watchdog: the process answers and reaches its database."""
    Source.objects.exists()
    return HttpResponse("ok\n", content_type="text/plain")
