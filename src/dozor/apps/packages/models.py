"""Whose keys are trusted, and every package that left or came, word for word.

A key is trusted by an act: its number and date are kept with it. A package's whole file is kept, so that
its signature, its sheet and its scan can be looked at again; receipts too. All rows are sealed by the
journal.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from dozor.apps.collection.models import Request
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

    class Kind(models.TextChoices):
        """What a package carries."""

        SUBMISSION = "submission"  # a version, to its recipient
        SENT_BACK = "sent-back"  # the recipient's remarks on a version, to its agency
        JUDGED = "judged"  # the recipient's acceptance, locking or reopening, to its agency
        REQUEST = "request"  # an oblast centre's request, to a district or city centre (para 9)

    direction = models.CharField(max_length=10, choices=Direction.choices)
    kind = models.CharField(max_length=20, choices=Kind.choices, default=Kind.SUBMISSION)
    sender = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="packages_sent")
    recipient = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="packages_received")
    sequence = models.PositiveIntegerField()  # the sender's own count
    digest = models.CharField(max_length=64)  # SHA-256 of the manifest
    version = models.ForeignKey(
        SubmissionVersion, on_delete=models.PROTECT, null=True, related_name="packages"
    )
    request = models.ForeignKey(Request, on_delete=models.PROTECT, null=True, related_name="packages")
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
            models.CheckConstraint(
                condition=Q(kind="request", request__isnull=False, version__isnull=True)
                | Q(~Q(kind="request"), request__isnull=True, version__isnull=False),
                name="a_package_is_of_a_version_or_a_request",
            ),
        )

    @property
    def subject(self) -> str:
        """What the package is about: a submission's code, or a request's number."""
        return self.version.submission.code if self.version else f"request {self.request.number}"  # type: ignore[union-attr]
