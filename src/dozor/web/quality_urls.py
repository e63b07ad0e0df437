"""Addresses of the quality of data."""

from django.urls import path

from dozor.web.views import quality

urlpatterns = [
    path("", quality.quality, name="quality"),
    path("agency/", quality.agency_quality, name="quality-agency"),
    path("recount/", quality.recount, name="recount"),
    path("<int:pk>/", quality.doubt, name="doubt"),
    path("<int:pk>/answer/", quality.doubt_answer, name="doubt-answer"),
]
