"""Addresses of the pages; the root puts them under the languages' prefixes."""

from django.urls import include, path

from dozor.web.views import (
    board,
    glance,
    imports,
    indicator,
    indicators,
    library,
    obligations,
    people,
    places,
    reports,
    value,
)

without_language = [
    path("health/", library.health, name="health"),
    path("key/<str:token>/", include("dozor.web.openrosa_urls")),
]

pages = [
    path("", glance.glance, name="glance"),
    path("indicators/", indicators.indicators, name="indicators"),
    path("indicators/<slug:plan>/<str:code>.csv", indicator.indicator_csv, name="indicator-csv"),
    path("indicators/<slug:plan>/<str:code>/", indicator.indicator, name="indicator"),
    path("values/<int:pk>/", value.value, name="value"),
    path("places/", places.places, name="places"),
    path("places/<str:code>/", places.place, name="place"),
    path("projects/", library.projects, name="projects"),
    path("sources/", library.sources, name="sources"),
    path("how-to-read/", library.how_to_read, name="how-to-read"),
    path("data/", library.data, name="data"),
    path("sign-in/", people.SignIn.as_view(), name="sign-in"),
    path("sign-out/", people.SignOut.as_view(), name="sign-out"),
    path("obligations/", obligations.obligations, name="obligations"),
    path("obligations/calendar.ics", obligations.obligations_ics, name="obligations-ics"),
    path("obligations/form.csv", obligations.obligation_form, name="obligation-form"),
    path("obligations/end/", obligations.end_collection, name="obligation-end"),
    path("obligations/plan/", obligations.plan_round, name="round-plan"),
    path("obligations/request/", obligations.request_new, name="request-new"),
    path("obligations/board/", board.board, name="board"),
    path("obligations/board/agree/", board.agree, name="board-agree"),
    path("obligations/board/receipt/", board.receive, name="board-receipt"),
    path("obligations/board/decision/", board.decide, name="board-decision"),
    path("submissions/", include("dozor.web.submission_urls")),
    path("forms/", include("dozor.web.filling_urls")),
    path("import/", imports.import_page, name="import"),
    path("import/<str:token>/", imports.import_file, name="import-file"),
    path("import/<str:token>/apply/", imports.import_apply, name="import-apply"),
    path("import/<str:token>/drop/", imports.import_drop, name="import-drop"),
    path("reports/", reports.reports, name="reports"),
    path("reports/<int:pk>/", reports.report, name="report"),
    path("reports/<int:pk>/file/", reports.report_file, name="report-file"),
]
