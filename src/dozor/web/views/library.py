"""Pages to look things up in: programme, sources, open data, how to read the tables."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
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
from dozor.core.observations.period import NotAPeriod, PeriodKind, read_period
from dozor.language.numbers import NO_BREAK_SPACE, date_text, number
from dozor.web.described import described
from dozor.web.faces import EXPLAINED, face
from dozor.web.names import Names
from dozor.web.remembered import remembered
from dozor.web.rights import asks


@asks(Right.READ_BANK)
def projects(request: HttpRequest) -> HttpResponse:
    names = Names.of(request)
    rows = [
        {"project": p, "span": _span(p.start, p.end, names), "amount": _amount(p, names.language)}
        for p in Project.objects.order_by("-start", "code")
    ]
    sources = {(p["project"].source_title, p["project"].source_url) for p in rows}
    return render(request, "projects.html", {"rows": rows, "sources": sorted(sources)})


def _span(start: str, end: str, names: Names) -> str:
    """From when to when, no finer than printed."""
    return " – ".join(_moment(part, names) for part in (start, end) if part)


def _moment(text: str, names: Names) -> str:
    try:
        period = read_period(f"{text}..{text}" if text.count("-") == 1 else text)
    except NotAPeriod:
        return text
    is_day = period.kind is PeriodKind.STATE
    return date_text(period.starts_on, names.language) if is_day else names.period(period)


def _amount(project: Project, language: str) -> str:
    if project.amount is None:
        return ""
    whole = project.amount == project.amount.to_integral()
    return f"{number(Decimal(project.amount), language, 0 if whole else 2)}{NO_BREAK_SPACE}{project.currency}"


@asks(Right.READ_BANK)
def sources(request: HttpRequest) -> HttpResponse:
    counts = remembered("values by source", Names.of(request), lambda: values_by("source"))
    rows = [{"source": s, "values": counts.get(s.key, 0)} for s in bank_sources()]
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
