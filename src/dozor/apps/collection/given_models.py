"""What an agency gives for a round as one whole: workbooks, nil reports, aggregate rows, signed sheets.

Rows are append-only and sealed by the journal: the last version of an agency counts, the earlier ones stay
and can be asked for.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from dozor.apps.collection.field_models import AnswerFile, Round
from dozor.apps.organisations.models import Agency


class Way(models.TextChoices):
    """How something given as a whole came in."""

    BROWSER = "browser"
    WORKBOOK = "workbook"
    COMMAND = "command"


class GivenVersion(models.Model):
    """A version of an agency's answers to a round: a workbook, or the confirmation that there are none."""

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="given")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    way = models.CharField(max_length=20, choices=Way.choices)
    is_nil = models.BooleanField(default=False)
    answer_file = models.ForeignKey(AnswerFile, on_delete=models.PROTECT, null=True, related_name="given")
    source_digest = models.CharField(max_length=64, blank=True)  # keyed, of the file
    given_at = models.DateTimeField()
    given_by = models.CharField(max_length=200)

    class Meta:
        ordering = ("id",)
        constraints: ClassVar = (
            models.UniqueConstraint(fields=("round", "agency", "number"), name="one_given_of_a_number"),
            models.CheckConstraint(
                condition=Q(is_nil=True, answer_file__isnull=True)
                | Q(is_nil=False, answer_file__isnull=False),
                name="given_is_answers_or_nothing",
            ),
        )


class AggregateTable(models.Model):
    """A version of the aggregate rows an agency gave, as `AggregateRow.as_mapping` writes them."""

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="aggregates")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    way = models.CharField(max_length=20, choices=Way.choices)
    rows = models.JSONField()
    checksum = models.CharField(max_length=64)  # SHA-256 over the rows
    given_at = models.DateTimeField()
    given_by = models.CharField(max_length=200)

    class Meta:
        ordering = ("id",)
        constraints: ClassVar = (
            models.UniqueConstraint(fields=("round", "agency", "number"), name="one_aggregate_of_a_number"),
        )
