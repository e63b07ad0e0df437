"""What agencies hand in: immutable versions, and every step of their life.

A submission's own row says where it stands; versions and events are append-only. All are sealed by the
journal.
"""

from __future__ import annotations

from functools import cached_property

from django.db import models
from django.db.models import Q

from dozor.apps.bank.models import ValuesImport
from dozor.apps.collection.models import Request, Round
from dozor.apps.organisations.models import Agency
from dozor.core.submissions.content import Row, row_of
from dozor.core.submissions.states import Act, State


def _choices(of: type[State] | type[Act]) -> list[tuple[str, str]]:
    return [(str(one), str(one)) for one in of]


class Submission(models.Model):
    """What one agency hands in from one collection for one year, to one recipient."""

    code = models.CharField(max_length=160, unique=True)
    plan = models.CharField(max_length=80)
    collection = models.CharField(max_length=80)
    year = models.PositiveSmallIntegerField()
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="submissions")
    recipient = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="submissions_received")
    request = models.ForeignKey(Request, on_delete=models.PROTECT, null=True, related_name="submissions")
    state = models.CharField(max_length=20, choices=_choices(State), default=State.DRAFT)
    submitted_number = models.PositiveIntegerField(default=0)  # of the version the recipient has; 0: none
    accepted_number = models.PositiveIntegerField(default=0)  # of the version whose rows stand; 0: none
    answer_due_on = models.DateField(null=True)  # while it is returned
    opened_at = models.DateTimeField()
    opened_by = models.CharField(max_length=200)

    class Meta:
        ordering = ("id",)
        constraints = (
            models.CheckConstraint(
                condition=Q(state=State.DRAFT) | Q(submitted_number__gt=0),
                name="a_submission_past_its_draft_has_a_version",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=(State.ACCEPTED, State.LOCKED)) | Q(accepted_number__gt=0),
                name="an_accepted_submission_has_a_version",
            ),
        )

    def version(self, number: int) -> SubmissionVersion | None:
        return self.versions.filter(number=number).first()

    @property
    def latest(self) -> SubmissionVersion | None:
        return self.versions.order_by("number").last()

    @property
    def submitted(self) -> SubmissionVersion | None:
        return self.version(self.submitted_number)

    @property
    def accepted(self) -> SubmissionVersion | None:
        return self.version(self.accepted_number)


class SubmissionVersion(models.Model):
    """The rows of a submission as they came once, never changed."""

    class Came(models.TextChoices):
        """How the rows came."""

        ROUND = "round"  # a round was closed and estimated
        BROWSER = "browser"
        WORKBOOK = "workbook"
        AGGREGATES = "aggregate-rows"
        PAPER = "paper"
        PACKAGE = "package"

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    rows = models.JSONField()  # see `core.submissions.content.Row.as_mapping`
    checksum = models.CharField(max_length=64)  # SHA-256 over the rows
    came_by = models.CharField(max_length=20, choices=Came.choices)
    round = models.ForeignKey(Round, on_delete=models.PROTECT, null=True, related_name="versions")
    file_name = models.CharField(max_length=300, blank=True)
    file_digest = models.CharField(max_length=64, blank=True)  # SHA-256 of the file
    plan_version = models.CharField(max_length=80)
    software_version = models.CharField(max_length=40)
    note = models.CharField(max_length=500, blank=True)
    handed_in_at = models.DateTimeField()
    handed_in_by = models.CharField(max_length=200)

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(fields=("submission", "number"), name="one_version_of_a_number"),
        )

    @cached_property
    def content(self) -> tuple[Row, ...]:
        return tuple(row_of(cells) for cells in self.rows)


class SubmissionEvent(models.Model):
    """One step of a submission's life: who did what, with which paper and which remarks."""

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="events")
    version = models.ForeignKey(SubmissionVersion, on_delete=models.PROTECT, null=True, related_name="events")
    act = models.CharField(max_length=20, choices=_choices(Act))
    state_before = models.CharField(max_length=20, choices=_choices(State))
    state_after = models.CharField(max_length=20, choices=_choices(State))
    # of sending back: [{"row", "column", "reason", "text"}]; of an answer: the same with "answer"
    remarks = models.JSONField(default=list)
    note = models.TextField(blank=True)  # the reason of a correction, of reopening; the answer as a whole
    number = models.CharField(max_length=120, blank=True)  # outgoing number, or that of the decision
    dated_on = models.DateField(null=True)
    due_on = models.DateField(null=True)
    values_import = models.ForeignKey(ValuesImport, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    by = models.CharField(max_length=200)
    on_behalf_of = models.CharField(max_length=200, blank=True)  # whom a deputy stood in for

    class Meta:
        ordering = ("id",)
        constraints = (
            models.CheckConstraint(
                condition=~Q(act=Act.REOPEN) | (~Q(number="") & Q(dated_on__isnull=False)),
                name="reopened_by_a_decision",
            ),
        )


class Supplement(models.Model):
    """A correction accepted after the annual report was due: numbered within its year, for the Ministry."""

    year = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField()
    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="supplements")
    event = models.OneToOneField(SubmissionEvent, on_delete=models.PROTECT, related_name="supplement")
    before_number = models.PositiveIntegerField()  # of the version whose rows stood
    after_number = models.PositiveIntegerField()
    changes = models.JSONField()  # [{"row", "column", "was", "became"}]
    reason = models.TextField()
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=200)

    class Meta:
        ordering = ("year", "number")
        constraints = (models.UniqueConstraint(fields=("year", "number"), name="one_supplement_of_a_number"),)


class SheetMatch(models.Model):
    """A signed sheet of paper held against the electronic rows: what agrees and every line that does not."""

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="sheets")
    held = models.ForeignKey(  # the version the recipient has
        SubmissionVersion, on_delete=models.PROTECT, null=True, related_name="+"
    )
    of = models.ForeignKey(  # the version the checksum on paper is of; None: of none
        SubmissionVersion, on_delete=models.PROTECT, null=True, related_name="+"
    )
    checksum = models.CharField(max_length=64)  # as on the paper
    compared = models.PositiveIntegerField()  # lines typed in
    differing = models.JSONField(default=list)  # [{"name", "paper", "file"}]
    outgoing_number = models.CharField(max_length=120, blank=True)
    outgoing_on = models.DateField(null=True)
    incoming_number = models.CharField(max_length=120)
    received_on = models.DateField()
    matched_at = models.DateTimeField()
    matched_by = models.CharField(max_length=200)

    class Meta:
        ordering = ("id",)

    @property
    def agrees(self) -> bool:
        return self.of_id is not None and self.of_id == self.held_id and not self.differing
