"""Whose keys are trusted, and every package that left or came, word for word.

A key is trusted by an act: its number and date are kept with it. A package's whole file is kept, so that
its signature, its sheet and its scan can be looked at again; receipts too. All rows are sealed by the
journal.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from dozor.apps.organisations.models import Agency
from dozor.apps.submissions.models import SubmissionVersion


class AgencyKey(models.Model):
    """A public Ed25519 key that an agency signs its packages with."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="keys")
    public_key = models.CharField(max_length=64, unique=True)
    number = models.CharField(max_length=120)  # of the act it was handed over by
    dated_on = models.DateField()
    trusted_at = models.DateTimeField()
    trusted_by = models.CharField(max_length=200)
    distrusted_at = models.DateTimeField(null=True)
    distrusted_by = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ("id",)


class Package(models.Model):
    """A package that was made here, or came here."""

    class Direction(models.TextChoices):
        SENT = "sent"
        RECEIVED = "received"

    direction = models.CharField(max_length=10, choices=Direction.choices)
    sender = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="packages_sent")
    recipient = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="packages_received")
    sequence = models.PositiveIntegerField()  # the sender's own count
    digest = models.CharField(max_length=64)  # SHA-256 of the manifest
    version = models.ForeignKey(SubmissionVersion, on_delete=models.PROTECT, related_name="packages")
    content = models.TextField()  # the whole file, in base64
    receipt = models.TextField(blank=True)  # the whole receipt, in base64
    sent_on = models.DateField()
    at = models.DateTimeField()
    by = models.CharField(max_length=200)
    receipted_at = models.DateTimeField(null=True)  # of a package sent: when its receipt was imported
    receipted_by = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(
                fields=("direction", "sender", "recipient", "sequence"), name="one_package_of_a_number"
            ),
            models.UniqueConstraint(fields=("direction", "digest"), name="a_package_once"),
            models.CheckConstraint(
                condition=Q(direction="sent") | ~Q(receipt=""), name="what_came_was_answered"
            ),
        )
