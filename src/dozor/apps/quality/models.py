"""Doubts that the rules of quality raised, how they were answered, and what the rules are fed with.

A doubt's own row says where it stands; its events are append-only. All are sealed by the journal.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from dozor.apps.collection.models import Round
from dozor.apps.organisations.models import Agency
from dozor.apps.submissions.models import Submission
from dozor.core.findings import Finding
from dozor.core.quality.doubt import Grade
from dozor.core.quality.figures import Cell
from dozor.core.quality.standing import DoubtAct, DoubtState, is_severe


class RaisedDoubt(models.Model):
    """One thing a rule doubts in what an agency gave, kept until somebody answers it and afterwards."""

    class About(models.TextChoices):
        """What was looked at when it was raised."""

        SUBMISSION = "submission"
        ROUND = "round"
        BANK = "bank"  # values loaded by an operator
        AGENCY = "agency"  # its reports of a year

    key = models.CharField(max_length=64, unique=True)  # see `dozor.core.quality.standing.identity`
    about = models.CharField(max_length=20, choices=About.choices)
    plan = models.CharField(max_length=80)
    year = models.PositiveSmallIntegerField()
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="doubts")
    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, null=True, related_name="doubts")
    round = models.ForeignKey(Round, on_delete=models.PROTECT, null=True, related_name="doubts")
    number = models.PositiveIntegerField(default=0)  # of the version last looked at; 0: none
    rule = models.CharField(max_length=10)  # D1 … D19, S1 … S12
    code = models.CharField(max_length=40)  # of its message
    grade = models.CharField(max_length=20, choices=[(g, g) for g in Grade])
    strength = models.FloatField(default=0)  # greater is worse
    # the cell; empty where the doubt is about an interviewer, records, a site or an agency's reports
    indicator = models.CharField(max_length=60, blank=True)
    population = models.CharField(max_length=160, blank=True)
    sex = models.CharField(max_length=20, blank=True)
    age = models.CharField(max_length=20, blank=True)
    area = models.CharField(max_length=60, blank=True)
    column = models.CharField(max_length=40, blank=True)
    place = models.JSONField(default=dict)  # {"interviewer", "site", "records", …}; never an answer
    found = models.CharField(max_length=200, blank=True)
    values = models.JSONField(default=dict)  # further words of the message
    state = models.CharField(max_length=20, choices=[(s, s) for s in DoubtState], default=DoubtState.OPEN)
    raised_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ("id",)
        indexes = (
            models.Index(fields=("agency", "year", "state"), name="doubts_of_an_agency"),
            models.Index(fields=("indicator", "area"), name="doubts_of_an_indicator"),
        )

    @property
    def finding(self) -> Finding:
        return Finding(self.code, found=self.found, values=self.values, column=None)

    @property
    def cell(self) -> Cell | None:
        if not self.indicator:
            return None
        return Cell(self.indicator, self.population, self.sex, self.age, self.area, self.year)

    @property
    def is_severe(self) -> bool:
        return is_severe(self.grade)

    @property
    def is_of_answers(self) -> bool:
        """Whether it was read in answers of persons: shown in words only to those who may read them."""
        return self.rule.startswith("S")


class DoubtEvent(models.Model):
    """One step of a doubt: raised, raised again, confirmed, explained, corrected."""

    doubt = models.ForeignKey(RaisedDoubt, on_delete=models.PROTECT, related_name="events")
    act = models.CharField(max_length=20, choices=[(a, a) for a in DoubtAct])
    state_after = models.CharField(max_length=20, choices=[(s, s) for s in DoubtState])
    found = models.CharField(max_length=200, blank=True)  # what stood there then
    became = models.CharField(max_length=200, blank=True)  # of a correction: what stands there now
    text = models.TextField(blank=True)  # of an explanation, or what was looked up to confirm
    at = models.DateTimeField()
    by = models.CharField(max_length=200)

    class Meta:
        ordering = ("id",)
        constraints: ClassVar = (
            models.CheckConstraint(
                condition=~Q(act=DoubtAct.EXPLAIN) | ~Q(text=""), name="an_explanation_has_words"
            ),
        )


class QualityCheck(models.Model):
    """When something was last looked at, and on what the looking rested: the same again is not looked at.

    The journal does not know these rows: nothing follows from one but that a check need not be repeated.
    """

    subject = models.CharField(max_length=200, unique=True)
    basis = models.CharField(max_length=64)  # SHA-256 over everything the rules were shown
    number = models.PositiveIntegerField(default=0)  # of the submission's version; 0: of anything else
    checked_at = models.DateTimeField()

    class Meta:
        ordering = ("id",)


class SiteRecount(models.Model):
    """A visit to a site that reports: what it had reported, what its own records show (D14, D15)."""

    plan = models.CharField(max_length=80)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="recounts")
    year = models.PositiveSmallIntegerField()
    indicator = models.CharField(max_length=60)
    site = models.CharField(max_length=120)
    stratum = models.CharField(max_length=60, blank=True)
    weight = models.FloatField(default=1)  # sites it stands for
    reported = models.FloatField()
    recounted = models.FloatField()
    asked = models.PositiveIntegerField(default=0)  # source documents
    documents = models.PositiveIntegerField(default=0)  # of these, found
    visited_on = models.DateField()
    evidence = models.CharField(max_length=500)  # number and date of the visit's act
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=200)

    class Meta:
        ordering = ("id",)
        constraints: ClassVar = (
            models.CheckConstraint(
                condition=Q(reported__gte=0, recounted__gte=0, weight__gt=0), name="a_recount_counts"
            ),
            models.CheckConstraint(
                condition=Q(documents__lte=models.F("asked")), name="found_of_those_asked_for"
            ),
        )


class BackCheck(models.Model):
    """How far one interviewer's interviews agree with re-interviews in one question (S10); no answer is kept.

    Of several tables of re-interviews of a round the last one counts.
    """

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="back_checks")
    number = models.PositiveIntegerField()  # of the table, within its round
    interviewer = models.CharField(max_length=120)
    question = models.CharField(max_length=120)
    n = models.PositiveIntegerField()  # people asked twice
    kappa = models.FloatField(null=True)  # None: all said one thing, so that agreement says nothing
    file_digest = models.CharField(max_length=64)  # keyed
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=200)

    class Meta:
        ordering = ("id",)
