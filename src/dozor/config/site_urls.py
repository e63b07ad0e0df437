"""Addresses of the public site: pages of a release, written as files; nothing here is served from tables."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import path

from dozor.web.views import glance, indicator, indicators, library, places, previews, site, topics

urlpatterns = i18n_patterns(
    path("", glance.glance, name="glance"),
    path("preview.png", previews.first_page, name="glance-preview"),
    path("indicators/", indicators.indicators, name="indicators"),
    path("indicators/<slug:plan>/<str:code>.csv", indicator.indicator_csv, name="indicator-csv"),
    path("indicators/<slug:plan>/<str:code>/", indicator.indicator, name="indicator"),
    path("indicators/<slug:plan>/<str:code>/preview.png", previews.indicator, name="indicator-preview"),
    path("places/", places.places, name="places"),
    path("places/<str:code>/", places.place, name="place"),
    path("topics/", topics.topics, name="topics"),
    path("topics/<slug:code>/", topics.topic, name="topic"),
    path("topics/<slug:code>/preview.png", previews.topic, name="topic-preview"),
    path("projects/", library.projects, name="projects"),
    path("sources/", library.sources, name="sources"),
    path("how-to-read/", library.how_to_read, name="how-to-read"),
    path("data/", library.data, name="data"),
    path("data/indicators/<str:code>.csv", site.values_csv, name="values-csv"),
    path("releases/", site.releases, name="releases"),
    path("search/", site.search, name="search"),
    path("calendar/", site.calendar, name="calendar"),
    prefix_default_language=False,
)
