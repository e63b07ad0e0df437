"""The bank: values as they were recorded, none of them ever changed or removed."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

MOST_DIGITS, MOST_PLACES = 24, 8


class Source(models.Model):
    """A publication, letter or data release that values were read in.

    A simulated source is a simulated round: its values are invented, and no reader sees them unless it asks
    for them by that name.
    """

    key = models.CharField(max_length=32, unique=True)
    title = models.TextField()
    url = models.TextField(blank=True)
    year = models.PositiveSmallIntegerField(null=True)
    kind = models.CharField(max_length=200, blank=True)
    is_simulated = models.BooleanField(default=False)

    class Meta:
        ordering = ("id",)


class ValuesImport(models.Model):
    """One file loaded by one person: the act that values entered by."""

    file_name = models.CharField(max_length=300)
    file_digest = models.CharField(max_length=64)
    new = models.PositiveIntegerField()
    changed = models.PositiveIntegerField()
    unchanged = models.PositiveIntegerField()
    by = models.CharField(max_length=200)
    recorded_at = models.DateTimeField()
    software_version = models.CharField(max_length=40)
    is_simulated = models.BooleanField(default=False)

    class Meta:
        ordering = ("id",)


class MeasuredValues(models.Manager["Observation"]):
    """What was measured: nothing invented is among it. Readers start here, `objects` is for the journal."""

    def get_queryset(self) -> models.QuerySet[Observation]:
        invented = Source.objects.order_by().filter(is_simulated=True).values("pk")
        return super().get_queryset().exclude(source_id__in=invented)


class Observation(models.Model):
    """One value of one indicator for place, people and time, as one source gave it.

    `key` names what the row speaks of (indicator, population, sex, age, area, period, source); rows of
    one key are versions, and each later one names the row it supersedes.
    """

    key = models.CharField(max_length=32)
    version = models.PositiveIntegerField(default=1)
    supersedes = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="superseded_by"
    )
    plan = models.CharField(max_length=80)
    indicator = models.CharField(max_length=60)
    population = models.CharField(max_length=160)
    sex = models.CharField(max_length=20, blank=True)
    age = models.CharField(max_length=20, blank=True)
    area = models.CharField(max_length=60)
    period = models.CharField(max_length=24)
    source = models.ForeignKey(Source, on_delete=models.PROTECT, db_index=False)
    value = models.DecimalField(max_digits=MOST_DIGITS, decimal_places=MOST_PLACES, null=True)
    digits = models.PositiveSmallIntegerField(default=0)  # printed after the decimal sign
    unit = models.CharField(max_length=40)
    missing = models.CharField(max_length=20, blank=True)
    numerator = models.DecimalField(max_digits=MOST_DIGITS, decimal_places=MOST_PLACES, null=True)
    denominator = models.DecimalField(max_digits=MOST_DIGITS, decimal_places=MOST_PLACES, null=True)
    lower = models.DecimalField(max_digits=MOST_DIGITS, decimal_places=MOST_PLACES, null=True)
    upper = models.DecimalField(max_digits=MOST_DIGITS, decimal_places=MOST_PLACES, null=True)
    note = models.TextField(blank=True)
    recorded_at = models.DateTimeField()
    batch = models.ForeignKey(ValuesImport, on_delete=models.PROTECT, related_name="observations")

    objects: ClassVar[models.Manager[Observation]] = models.Manager()
    measured: ClassVar[MeasuredValues] = MeasuredValues()

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(fields=("key", "version"), name="one_row_per_version"),
            models.CheckConstraint(
                condition=Q(value__isnull=True, missing__gt="") | Q(value__isnull=False, missing=""),
                name="value_or_kind_of_missing",
            ),
            models.CheckConstraint(
                condition=Q(version=1, supersedes__isnull=True) | Q(version__gt=1, supersedes__isnull=False),
                name="later_versions_supersede",
            ),
        )
        indexes = (models.Index(fields=("indicator", "area", "period"), name="by_indicator_and_place"),)


class HeadlineChoice(models.Model):
    """Which source is the headline where several disagree; append-only, the last choice is in force.

    Empty fields mean "any": a choice for an indicator holds for all its populations, places and periods
    until a narrower one is recorded.
    """

    indicator = models.CharField(max_length=60)
    population = models.CharField(max_length=160, blank=True)
    area = models.CharField(max_length=60, blank=True)
    period = models.CharField(max_length=24, blank=True)
    source = models.ForeignKey(Source, on_delete=models.PROTECT)
    reason_ru = models.TextField()
    reason_be = models.TextField()
    reason_en = models.TextField()
    by = models.CharField(max_length=200)
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ("id",)


class MatchRule(models.Model):
    """How well published values meet the plan's own definition; `*` in a field means any."""

    indicator = models.CharField(max_length=60)
    population = models.CharField(max_length=160)
    period = models.CharField(max_length=24)
    source_contains = models.CharField(max_length=200)
    match = models.CharField(max_length=10, choices=(("exact", "exact"), ("near", "near")))
    reason_ru = models.TextField()
    reason_be = models.TextField()
    reason_en = models.TextField()
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ("id",)
