"""Addresses of rounds in the field."""

from django.urls import path

from dozor.web.views import phones, round_opening, rounds

urlpatterns = [
    path("", rounds.rounds, name="rounds"),
    path("open/", round_opening.round_open, name="round-open"),
    path("phones/", phones.phones, name="phones"),
    path("phones/<int:pk>/shut-out/", phones.phone_shut_out, name="phone-shut-out"),
    path("<int:pk>/", rounds.round_page, name="round"),
    path("<int:pk>/sample/", round_opening.round_sample, name="round-sample"),
    path("<int:pk>/close/", rounds.close, name="round-close"),
    path("<int:pk>/closing/", rounds.closing, name="round-closing"),
    path("<int:pk>/decide/", rounds.decide, name="round-decide"),
]
