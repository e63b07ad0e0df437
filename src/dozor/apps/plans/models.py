"""The plans an instance has loaded, word for word, and the instance's recorded settings."""

from __future__ import annotations

from django.db import models


class PlanVersion(models.Model):
    """One dated text of one plan; a new text is a new row, the old one stays."""

    code = models.CharField(max_length=80)
    version = models.CharField(max_length=40)
    files = models.JSONField()  # file name -> text
    digest = models.CharField(max_length=64)
    in_force_from = models.DateField(null=True)
    in_force_to = models.DateField(null=True)
    loaded_at = models.DateTimeField()

    class Meta:
        ordering = ("code", "in_force_from", "id")
        constraints = (models.UniqueConstraint(fields=("code", "version"), name="plan_version_once"),)


class Setting(models.Model):
    """A decision about the instance: when its use began, the year a plan's two-year cycle counts from.

    Append-only: the last row of a name is the one in force.
    """

    name = models.CharField(max_length=80)
    value = models.JSONField()
    reason = models.CharField(max_length=500, blank=True)
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ("id",)
