"""Reminders of duties, how a person wants them, and the secret addresses of their calendars."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from dozor.apps.organisations.models import Agency, Person
from dozor.apps.submissions.models import Submission


class Wish(models.Model):
    """Where and how often a person wants mail; the last row holds."""

    class Rhythm(models.TextChoices):
        EACH = "each"  # as they come, those of one day in one letter
        WEEKLY = "weekly"  # a digest every Monday
        NEVER = "never"

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="wishes")
    address = models.EmailField(max_length=254, blank=True)
    language = models.CharField(max_length=2, default="ru")
    rhythm = models.CharField(max_length=10, choices=Rhythm.choices, default=Rhythm.EACH)
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ("id",)


class Reminder(models.Model):
    """One reminder to one person; `subject` keeps it from being made twice."""

    class Kind(models.TextChoices):
        DUE = "due"  # before and after a due date
        PAPER = "paper"  # the same, of what came electronically alone
        ANSWER = "answer"  # a submission sent back, before and after its answer is due
        CHECK = "check"  # a submission waits for the recipient
        ASKED = "asked"  # somebody reminded the agency by hand

    class Problem(models.TextChoices):
        SERVER = "server"  # it does not answer, or takes no letter
        SIGN_IN = "sign-in"
        ENCRYPTION = "encryption"
        ADDRESS = "address"

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="reminders")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    subject = models.CharField(max_length=200)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    collection = models.CharField(max_length=80, blank=True)
    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, null=True, related_name="+")
    due_on = models.DateField(null=True)
    words = models.CharField(max_length=500, blank=True)  # of whoever reminded by hand
    by = models.CharField(max_length=200, blank=True)  # empty: the calendar
    made_at = models.DateTimeField()
    mailed_at = models.DateTimeField(null=True)
    taken_at = models.DateTimeField(null=True)  # a process is sending it
    tried_at = models.DateTimeField(null=True)  # the server did not take it then
    problem = models.CharField(max_length=10, choices=Problem.choices, blank=True)
    seen_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(fields=("person", "subject"), name="reminded_once"),
            models.CheckConstraint(condition=~Q(kind="asked") | ~Q(by=""), name="asked_by_somebody"),
        )


class CalendarKey(models.Model):
    """The secret address of a person's calendar; kept as a digest and shown once."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="calendar_keys")
    token_digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(
                fields=("person",), condition=Q(revoked_at__isnull=True), name="one_calendar_of_a_person"
            ),
        )
