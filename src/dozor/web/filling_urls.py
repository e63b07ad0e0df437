"""Addresses of forms filled in at a desk."""

from django.urls import path

from dozor.web.views import filling

urlpatterns = [
    path("", filling.forms, name="forms"),
    path("<int:pk>/", filling.forms_round, name="forms-round"),
    path("<int:pk>/new/", filling.form_new, name="form-new"),
    path("<int:pk>/save/", filling.form_save, name="form-save"),
    path("<int:pk>/draft/<int:draft>/", filling.form_draft, name="form-draft"),
    path("<int:pk>/drop/<int:draft>/", filling.form_drop, name="form-drop"),
    path("<int:pk>/edit/<int:sent>/", filling.form_edit, name="form-edit"),
]
