"""Addresses of rounds in the field."""

from django.urls import path

from dozor.web.views import rounds

urlpatterns = [
    path("", rounds.rounds, name="rounds"),
    path("<int:pk>/", rounds.round_page, name="round"),
    path("<int:pk>/close/", rounds.close, name="round-close"),
    path("<int:pk>/closing/", rounds.closing, name="round-closing"),
    path("<int:pk>/decide/", rounds.decide, name="round-decide"),
]
