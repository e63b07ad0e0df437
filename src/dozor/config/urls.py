"""All addresses: Russian at the root, Belarusian under /be/, English under /en/."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

from dozor.web.urls import doors, without_language, work

urlpatterns = [
    *without_language,
    *i18n_patterns(*doors, path("work/", include(work)), prefix_default_language=False),
]

handler400 = "dozor.web.views.faults.bad_request"
handler403 = "dozor.web.views.faults.denied"
handler404 = "dozor.web.views.faults.not_found"
handler500 = "dozor.web.views.faults.broken"
