"""The picture a page of the site is shown by elsewhere (Open Graph): its words, its figure, its chart."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from dozor.apps.organisations.scope import Right
from dozor.publishing.charts import Card, card_svg, svg_to_png
from dozor.web.lines import inside
from dozor.web.names import Names
from dozor.web.pictures import Picture
from dozor.web.rights import asks
from dozor.web.topics import topics
from dozor.web.views import glance
from dozor.web.views import indicator as indicators
from dozor.web.views.topics import what_it_says


@asks(Right.READ_PUBLISHED)
def first_page(request: HttpRequest) -> HttpResponse:
    said = glance.what_it_says(Names.of(request))
    picture = said["regional"] and said["regional"]["picture"]
    words = picture.title if picture else said["lede"]
    return _png(Card(said["title"], words=words, source=_release(request)), picture)


@asks(Right.READ_PUBLISHED)
def topic(request: HttpRequest, code: str) -> HttpResponse:
    names = Names.of(request)
    found = next((one for one in topics(names) if one.code == code), None)
    if found is None:
        raise Http404
    chapters = what_it_says(found, names)["chapters"]
    drawn = [
        picture
        for one in chapters
        for picture in (one.picture, *(cascade.picture for cascade in one.cascades))
        if picture
    ]
    picture = drawn[0] if drawn else None
    words = picture.title if picture else names.say(found.lede)
    return _png(Card(names.say(found.title), words=words, source=_release(request)), picture)


@asks(Right.READ_PUBLISHED)
def indicator(request: HttpRequest, plan: str, code: str) -> HttpResponse:
    """The newest figure of the country, whose and when, with its interval, beside its trend or its map."""
    names = Names.of(request)
    said = indicators.what_it_says(*indicators.find(names, plan, code), names)
    one = names.indicator(code)
    value, words = "", [names.say(names.country.name)]
    if said["answers"]:
        answer = said["answers"][0]
        value = " / ".join(shown.text for shown in answer.shown)
        now = answer.shown[0]
        words += [
            inside(answer.whom) if answer.whom else "",
            now.period,
            _("interval %(bounds)s") % {"bounds": now.interval} if now.interval else "",
            f"n = {now.n}" if now.n else "",
        ]
    title = names.say(one.short_name) if one else code
    card = Card(title, value, ", ".join(part for part in words if part), _release(request))
    return _png(card, said["chart"] or (said["places"] and said["places"].picture))


def _release(request: HttpRequest) -> str:
    return _("Release %(code)s") % {"code": request.release.code}  # type: ignore[attr-defined]


def _png(card: Card, picture: Picture | None) -> HttpResponse:
    drawn = (picture.narrow, picture.wide) if picture else ()
    return HttpResponse(svg_to_png(card_svg(card, *drawn)), content_type="image/png")
