"""International projects, grants and state programmes."""

from __future__ import annotations

from django.db import models


class Project(models.Model):
    """A project as its source describes it; amounts keep their currency and what they are amounts of."""

    code = models.CharField(max_length=80, unique=True)
    title = models.TextField()
    donor = models.TextField(blank=True)
    implementer = models.TextField(blank=True)
    national_partner = models.TextField(blank=True)
    theme = models.CharField(max_length=200, blank=True)
    start = models.CharField(max_length=10, blank=True)  # as printed: a year, a month or a day
    end = models.CharField(max_length=10, blank=True)
    amount = models.DecimalField(max_digits=20, decimal_places=2, null=True)
    currency = models.CharField(max_length=3, blank=True)
    amount_of = models.TextField(blank=True)
    note = models.TextField(blank=True)
    source_title = models.TextField()
    source_url = models.TextField(blank=True)

    class Meta:
        ordering = ("start", "code")
