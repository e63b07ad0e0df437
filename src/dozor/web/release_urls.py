"""Addresses of releases at work."""

from django.urls import path

from dozor.web.views import releases

urlpatterns = [
    path("", releases.releases, name="releases"),
    path("new/", releases.create, name="release-new"),
    path("orders/<int:pk>/", releases.order, name="release-order"),
    path("<str:code>/", releases.release, name="release"),
    path("<str:code>/approve/", releases.approve, name="release-approve"),
    path("<str:code>/publish/", releases.publish, name="release-publish"),
    path("<str:code>/content.json", releases.document, name="release-file"),
]
