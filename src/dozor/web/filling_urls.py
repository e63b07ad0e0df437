"""Addresses of forms filled in at a desk."""

from django.urls import path

from dozor.web.views import filling, forms, giving, paper_forms, workbooks

urlpatterns = [
    path("", forms.forms, name="forms"),
    path("<int:pk>/", forms.forms_round, name="forms-round"),
    path("<int:pk>/new/", filling.form_new, name="form-new"),
    path("<int:pk>/save/", filling.form_save, name="form-save"),
    path("<int:pk>/draft/<int:draft>/", filling.form_draft, name="form-draft"),
    path("<int:pk>/drop/<int:draft>/", forms.form_drop, name="form-drop"),
    path("<int:pk>/edit/<int:sent>/", forms.form_edit, name="form-edit"),
    path("<int:pk>/papers/", paper_forms.papers_page, name="forms-papers"),
    path("<int:pk>/papers/<int:paper>/", paper_forms.settle_page, name="paper-settle"),
    path("<int:pk>/papers/<int:paper>/remove/", paper_forms.remove_page, name="paper-remove"),
    path("<int:pk>/nothing/", giving.forms_nil, name="forms-nil"),
    path("<int:pk>/counts/", giving.forms_aggregates, name="forms-aggregates"),
    path("<int:pk>/workbook/", workbooks.forms_workbook, name="forms-workbook"),
    path("<int:pk>/workbook/file/", workbooks.forms_workbook_file, name="forms-workbook-file"),
]
