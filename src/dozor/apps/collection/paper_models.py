"""Sheets of paper typed in by two people."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from dozor.apps.collection.field_models import AnswerRecord, Draft, Round
from dozor.apps.organisations.models import Agency


class PaperForm(models.Model):
    """One sheet of paper: entered twice, compared, settled, then a record like any other.

    One opened under a wrong number is removed by whoever opened it: its row stays, its number is free.
    """

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="papers")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    number = models.CharField(max_length=60)  # as written on the sheet
    opened_at = models.DateTimeField()
    opened_by = models.CharField(max_length=200)
    fields = models.PositiveIntegerField(null=True)  # compared
    differing = models.PositiveIntegerField(null=True)
    record = models.OneToOneField(AnswerRecord, on_delete=models.PROTECT, null=True, related_name="paper")
    settled_at = models.DateTimeField(null=True)
    settled_by = models.CharField(max_length=200, blank=True)
    removed_at = models.DateTimeField(null=True)
    removal_reason = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ("id",)
        constraints: ClassVar = (
            models.UniqueConstraint(
                fields=("round", "agency", "number"),
                condition=models.Q(removed_at__isnull=True),
                name="one_paper_of_a_number",
            ),
        )


class PaperEntry(models.Model):
    """One person's typing of a sheet; its answers lie in the draft."""

    paper = models.ForeignKey(PaperForm, on_delete=models.PROTECT, related_name="entries")
    draft = models.OneToOneField(Draft, on_delete=models.PROTECT, null=True, related_name="entry")
    entered_by = models.CharField(max_length=200)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("id",)
        constraints: ClassVar = (
            models.UniqueConstraint(fields=("paper", "entered_by"), name="a_sheet_is_typed_once_by_a_person"),
        )
