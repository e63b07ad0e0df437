"""Who stands in for whom, by which order, from when to when."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q


class Deputy(models.Model):
    """Someone who acts in another's place by an order with number and dates; ended early by its own act."""

    person = models.ForeignKey("organisations.Person", on_delete=models.PROTECT, related_name="stands_in")
    stands_in_for = models.ForeignKey(
        "organisations.Person", on_delete=models.PROTECT, related_name="deputies"
    )
    number = models.CharField(max_length=120)
    dated_on = models.DateField()
    valid_from = models.DateField()
    valid_to = models.DateField()
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=200)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ("id",)
        constraints = (
            models.CheckConstraint(condition=~Q(number=""), name="a_deputy_by_an_order"),
            models.CheckConstraint(condition=Q(valid_to__gte=F("valid_from")), name="deputy_dates_in_order"),
        )
