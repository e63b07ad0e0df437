"""The journal: every change is an event, and every event holds the one before it."""

from __future__ import annotations

from django.db import models


class Event(models.Model):
    """One thing that was done, by whom, and the digests of the rows it made or changed.

    `mac` is keyed from outside the database and covers this event and the mac before it, so that an
    event cannot be changed, inserted, removed or reordered by someone who holds the database alone.
    """

    sequence = models.PositiveBigIntegerField(primary_key=True)
    at = models.DateTimeField()
    by = models.CharField(max_length=200)  # a login, or "system"
    action = models.CharField(max_length=80)
    subject = models.CharField(max_length=200, blank=True)
    details = models.JSONField(default=dict)
    rows = models.JSONField(default=list)  # [{"table", "key", "digest"} | {"table", "batch", …}]
    previous = models.CharField(max_length=64)
    mac = models.CharField(max_length=64)

    class Meta:
        ordering = ("sequence",)


class Head(models.Model):
    """The end of the chain; locked by whoever appends to it."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    sequence = models.PositiveBigIntegerField(default=0)
    mac = models.CharField(max_length=64, default="0" * 64)

    class Meta:
        constraints = (models.CheckConstraint(condition=models.Q(id=1), name="one_head"),)
