"""Releases: what was frozen for whom, approved by whom, published when; nothing is changed or removed."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Release(models.Model):
    """Content frozen for one audience; its files lie in the home's folder ``releases`` under its code."""

    code = models.CharField(max_length=80, unique=True)
    year = models.PositiveSmallIntegerField()
    audience = models.CharField(max_length=40)
    version = models.PositiveIntegerField()  # of this year and audience
    note = models.TextField(blank=True)  # what changed since the release before, and why
    plan = models.CharField(max_length=80)
    plan_version = models.CharField(max_length=80)
    software_version = models.CharField(max_length=40)
    seed = models.PositiveBigIntegerField()  # of the search for what to hide: the same gives the same
    cells = models.PositiveIntegerField()
    hidden = models.PositiveIntegerField()
    unproven = models.PositiveIntegerField(default=0)  # exposed or without a witness: above 0 it is refused
    audit_seconds = models.FloatField()
    content_checksum = models.CharField(max_length=64)
    edition_checksum = models.CharField(max_length=64)
    certificate_checksum = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=200)

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(fields=("year", "audience", "version"), name="one_release_of_a_version"),
            models.CheckConstraint(
                condition=Q(unproven__gt=0, certificate_checksum="")
                | Q(unproven=0, certificate_checksum__gt=""),
                name="a_safe_release_has_a_certificate",
            ),
        )

    @property
    def is_safe(self) -> bool:
        return self.unproven == 0

    @property
    def state(self) -> str:
        """``refused``, ``created``, ``approved`` (by enough people) or ``published``."""
        if not self.is_safe:
            return "refused"
        acts = [step.act for step in self.steps.all()]
        if ReleaseStep.Act.PUBLISHED in acts:
            return "published"
        return "approved" if acts.count(ReleaseStep.Act.APPROVED) >= APPROVERS else "created"


APPROVERS = 2


class ReleaseStep(models.Model):
    """An approval, or the publication."""

    class Act(models.TextChoices):
        APPROVED = "approved"
        PUBLISHED = "published"

    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="steps")
    act = models.CharField(max_length=20, choices=Act.choices)
    person = models.CharField(max_length=200)  # whose decision it is
    at = models.DateTimeField()
    by = models.CharField(max_length=200)  # who recorded it

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(fields=("release", "act", "person"), name="nobody_approves_twice"),
            models.UniqueConstraint(fields=("release",), condition=Q(act="published"), name="published_once"),
        )


class ReleaseReport(models.Model):
    """A report, letter or brief as first written from a release; the bytes are kept under their digest."""

    class Document(models.TextChoices):
        REPORT = "report"
        LETTER = "letter"
        BRIEF = "brief"

    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="reports")
    document = models.CharField(max_length=10, choices=Document, default=Document.REPORT)
    language = models.CharField(max_length=2)
    kind = models.CharField(max_length=4)
    area = models.CharField(max_length=60, blank=True)
    checksum = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    software_version = models.CharField(max_length=40)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=200)

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(
                fields=("release", "document", "language", "kind", "area"), name="one_document_of_a_kind"
            ),
        )


class ReleaseOrder(models.Model):
    """A release asked for on a page and made in the background; the journal has the making itself."""

    class State(models.TextChoices):
        WAITING = "waiting"
        WORKING = "working"
        DONE = "done"
        REFUSED = "refused"
        FAILED = "failed"

    year = models.PositiveSmallIntegerField()
    audience = models.CharField(max_length=40)
    note = models.TextField(blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    step = models.CharField(max_length=20, blank=True)  # what is being done: "protecting", "writing"
    # why it was refused, or what the auditor opened: [{"code", "found", "values", "row", "column", "file"}]
    findings = models.JSONField(default=list)
    release = models.OneToOneField(Release, on_delete=models.PROTECT, null=True, related_name="order")
    requested_by = models.ForeignKey("organisations.Person", on_delete=models.PROTECT)
    requested_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-id",)
