"""The picture a page of the site is shown by elsewhere (Open Graph): its first chart, else its title."""

from __future__ import annotations

from dataclasses import replace

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from dozor.apps.organisations.scope import Right
from dozor.publishing.charts import Card, Chart, Heading, Spark, draw_png, specification
from dozor.web.names import Names
from dozor.web.rights import asks
from dozor.web.topics import topics
from dozor.web.views import glance
from dozor.web.views.topics import what_it_says

SCALE = 1.5  # of 640 pixels: wide enough for a preview, light enough for a phone


@asks(Right.READ_PUBLISHED)
def first_page(request: HttpRequest) -> HttpResponse:
    names = Names.of(request)
    said = glance.what_it_says(names)
    drawn = said["regional"] and said["regional"]["picture"]
    return _png(request, said["title"], said["lede"], drawn.chart if drawn else None)


@asks(Right.READ_PUBLISHED)
def topic(request: HttpRequest, code: str) -> HttpResponse:
    names = Names.of(request)
    found = next((one for one in topics(names) if one.code == code), None)
    if found is None:
        raise Http404
    chapters = what_it_says(found, names)["chapters"]
    pictures = [p for one in chapters for p in (one.picture, *(c.picture for c in one.cascades)) if p]
    chart = pictures[0].chart if pictures else None
    return _png(request, names.say(found.title), names.say(found.lede), chart)


def _png(request: HttpRequest, title: str, lede: str, chart: Chart | None) -> HttpResponse:
    language = Names.of(request).language
    source = _("Release %(code)s") % {"code": request.release.code}  # type: ignore[attr-defined]
    if chart is None or isinstance(chart, Spark):
        drawn: Chart = Card(Heading(title, lede, source))
    else:
        heading = Heading(title, chart.heading.title, source)
        drawn = replace(chart, heading=heading)
    png = draw_png(specification(drawn, language, "wide"), SCALE, language=language)
    return HttpResponse(png, content_type="image/png")
