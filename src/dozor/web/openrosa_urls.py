"""Addresses that phones ask, each under the phone's own token."""

from django.urls import path

from dozor.web.views import openrosa

urlpatterns = [
    path("formList", openrosa.form_list, name="openrosa-forms"),
    path("forms/<str:form>/<str:version>.xml", openrosa.form, name="openrosa-form"),
    path("forms/<str:form>/<str:version>/manifest", openrosa.manifest, name="openrosa-manifest"),
    path("submission", openrosa.submission, name="openrosa-submission"),
    path("<path:rest>", openrosa.nothing, name="openrosa-nothing"),
]
