"""Recorded facts that duties follow from; the duties themselves are computed, never stored.

All are append-only: a later row of the same subject replaces an earlier one and both stay.
Rounds, phones and what they sent are in `dozor.apps.collection.field_models`.
"""

from __future__ import annotations

from django.db import models

from dozor.apps.organisations.models import Agency


class Fact(models.Model):
    """What every recorded fact has: the letter or decision it rests on and when it was written down."""

    plan = models.CharField(max_length=80)
    number = models.CharField(max_length=120, blank=True)  # of the letter, decision or order
    dated_on = models.DateField(null=True)
    note = models.CharField(max_length=500, blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=200)

    class Meta:
        abstract = True
        ordering = ("id",)


class RoundDate(Fact):
    """When the collection by one agency in one year is to end, or when it ended."""

    collection = models.CharField(max_length=80)
    agency = models.ForeignKey(
        Agency, on_delete=models.PROTECT, null=True
    )  # None: every agency that collects it
    year = models.PositiveSmallIntegerField()
    planned_end_on = models.DateField(null=True)
    ended_on = models.DateField(null=True)
    evidence = models.CharField(max_length=500, blank=True)

    class Meta(Fact.Meta):
        db_table = "collection_round"  # the journal knows these rows under their first name
        constraints = (
            models.CheckConstraint(
                condition=models.Q(ended_on__isnull=True) | ~models.Q(evidence=""), name="an_end_has_evidence"
            ),
        )


class Agreement(Fact):
    """A date agreed by letter with a ministry or the council (paras 11–12)."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT)
    year = models.PositiveSmallIntegerField()
    indicator = models.CharField(max_length=40, blank=True)  # empty: all the agency's rows of the year
    due_on = models.DateField()

    class Meta(Fact.Meta):
        pass


class Decision(Fact):
    """A round put off to another year, or not held, with the reason."""

    collection = models.CharField(max_length=80)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True)
    year = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=20, choices=(("postponed", "postponed"), ("not-held", "not held")))
    postponed_to = models.PositiveSmallIntegerField(null=True)
    reason = models.CharField(max_length=500)

    class Meta(Fact.Meta):
        constraints = (
            models.CheckConstraint(
                condition=models.Q(kind="not-held", postponed_to__isnull=True)
                | models.Q(kind="postponed", postponed_to__gt=models.F("year")),
                name="postponed_to_a_later_year",
            ),
        )


class Request(Fact):
    """An oblast centre's call on a district or city centre, as necessary (para 9)."""

    sender = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="requests_sent")
    recipient = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="requests_received")
    year = models.PositiveSmallIntegerField()
    scope = models.CharField(max_length=500)
    due_on = models.DateField()

    class Meta(Fact.Meta):
        pass


class Collector(Fact):
    """Which of several executors collects a row; the others' figures are compared with it, never added."""

    indicator = models.CharField(max_length=40)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT)
    year = models.PositiveSmallIntegerField()

    class Meta(Fact.Meta):
        pass


class Receipt(Fact):
    """Data received in one medium; a duty is met when both have come (para 10)."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT)
    year = models.PositiveSmallIntegerField()
    indicator = models.CharField(max_length=40, blank=True)  # empty: the report as a whole
    medium = models.CharField(max_length=20, choices=(("paper", "paper"), ("electronic", "electronic")))
    received_on = models.DateField()
    sent_on = models.DateField(null=True)  # by the letter or the postmark; None: not known

    class Meta(Fact.Meta):
        pass


# Django looks for an app's models here
from dozor.apps.collection.field_models import (  # noqa: E402
    AnswerFile,
    AnswerRecord,
    Attachment,
    Device,
    Draft,
    Form,
    QuarantineDecision,
    Round,
    RoundClosing,
    RoundEstimate,
    SampleTable,
)
from dozor.apps.collection.given_models import AggregateTable, GivenVersion, Way  # noqa: E402
from dozor.apps.collection.paper_models import PaperEntry, PaperForm  # noqa: E402

__all__ = [
    "AggregateTable",
    "Agreement",
    "AnswerFile",
    "AnswerRecord",
    "Attachment",
    "Collector",
    "Decision",
    "Device",
    "Draft",
    "Fact",
    "Form",
    "GivenVersion",
    "PaperEntry",
    "PaperForm",
    "QuarantineDecision",
    "Receipt",
    "Request",
    "Round",
    "RoundClosing",
    "RoundDate",
    "RoundEstimate",
    "SampleTable",
    "Way",
]
