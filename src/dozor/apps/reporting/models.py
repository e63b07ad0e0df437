"""Reports asked for on a page and written in the background."""

from __future__ import annotations

from django.db import models


class ReportOrder(models.Model):
    """One report, letter or brief someone asked for: what, by whom, and how far it is."""

    class State(models.TextChoices):
        WAITING = "waiting"
        WRITING = "writing"
        READY = "ready"
        FAILED = "failed"

    class Document(models.TextChoices):
        REPORT = "report"
        LETTER = "letter"
        BRIEF = "brief"

    document = models.CharField(max_length=10, choices=Document.choices, default=Document.REPORT)
    release = models.CharField(max_length=60, blank=True)  # what it was written from; empty: the bank
    year = models.PositiveSmallIntegerField()
    language = models.CharField(max_length=2)
    kind = models.CharField(max_length=4, choices=(("pdf", "PDF"), ("docx", "DOCX")))
    area = models.CharField(max_length=60, blank=True)
    requested_by = models.ForeignKey("organisations.Person", on_delete=models.CASCADE)
    requested_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    finished_at = models.DateTimeField(null=True)
    size = models.PositiveIntegerField(null=True)

    class Meta:
        ordering = ("-id",)
