"""Addresses of submissions and their steps."""

from django.urls import path

from dozor.web.views import overseeing, papers, sheet_match, submissions
from dozor.web.views import submission_steps as steps

urlpatterns = [
    path("", submissions.list_submissions, name="submissions"),
    path("rows/", submissions.rows, name="submission-rows"),
    path("<int:pk>/", submissions.submission, name="submission"),
    path("reasons/", overseeing.reasons, name="submission-reasons"),
    path("lock/", overseeing.lock_year, name="lock-year"),
    path("documents/", papers.index, name="documents"),
    path("supplements/<int:pk>/", papers.supplement, name="supplement"),
    path("<int:pk>/sheet/", papers.sheet, name="submission-sheet"),
    path("<int:pk>/sheet/match/", sheet_match.match, name="submission-sheet-match"),
    path("<int:pk>/submit/", steps.submit, name="submission-submit"),
    path("<int:pk>/correct/", steps.correct, name="submission-correct"),
    path("<int:pk>/answer/", steps.answer, name="submission-answer"),
    path("<int:pk>/send-back/", steps.send_back, name="submission-send-back"),
    path("<int:pk>/accept/", steps.accept, name="submission-accept"),
    path("<int:pk>/lock/", steps.lock, name="submission-lock"),
    path("<int:pk>/reopen/", steps.reopen, name="submission-reopen"),
    path("<int:pk>/paper/", steps.paper, name="submission-paper"),
]
