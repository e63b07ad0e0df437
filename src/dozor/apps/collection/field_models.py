"""Rounds of instruments, the phones that fill them in, and what is remembered of each record.

No answer is kept here: answers lie encrypted in files (`dozor.store.answers_at_rest`), and these rows
remember their names. All rows are sealed by the journal; a round's closing and a phone's revocation are
the only changes ever made to one, each an event of its own.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from dozor.apps.organisations.models import Agency
from dozor.core.answers.form import AnswerForm, form_of


class Form(models.Model):
    """One published version of an instrument; its bytes never change, whatever happens to the text."""

    instrument = models.CharField(max_length=80)
    version = models.CharField(max_length=60)
    title_ru = models.CharField(max_length=300)
    title_be = models.CharField(max_length=300)
    title_en = models.CharField(max_length=300)
    xml = models.TextField()
    md5 = models.CharField(max_length=32)  # of the bytes a phone downloads: its list of forms asks for MD5
    fields = models.JSONField()  # what an answer is checked against, see `AnswerForm.as_mapping`
    published_at = models.DateTimeField()
    published_by = models.CharField(max_length=200)

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(fields=("instrument", "version"), name="one_form_per_version"),
        )

    @cached_property
    def answer_form(self) -> AnswerForm:
        return form_of(self.fields)


class Round(models.Model):
    """One instrument in the field, for one agency or for all that collect with it, in one year.

    Open from `opens_at` until it is closed; `design` says how its answers are to be estimated. A simulated
    round holds invented answers: nothing of it is ever a figure of the country.
    """

    code = models.CharField(max_length=160, unique=True)
    form = models.ForeignKey(Form, on_delete=models.PROTECT, related_name="rounds")
    instrument = models.CharField(max_length=80)
    year = models.PositiveSmallIntegerField()
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True)
    design = models.JSONField(default=dict)
    opens_at = models.DateTimeField()
    opened_by = models.CharField(max_length=200)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.CharField(max_length=200, blank=True)
    is_simulated = models.BooleanField(default=False)
    planned_end_on = models.DateField(null=True)  # the last day of the field, as planned at opening

    class Meta:
        ordering = ("id",)
        db_table = "collection_instrumentround"  # "collection_round" holds the dates of rounds
        constraints = (
            models.UniqueConstraint(
                fields=("instrument", "agency"),
                condition=Q(closed_at__isnull=True, agency__isnull=False),
                name="one_open_round_of_an_agency",
            ),
            models.UniqueConstraint(
                fields=("instrument",),
                condition=Q(closed_at__isnull=True, agency__isnull=True),
                name="one_open_round_of_all",
            ),
        )

    def state(self, at: Any) -> str:
        """``planned``, ``open`` or ``closed`` at an instant."""
        if self.closed_at is not None and self.closed_at <= at:
            return "closed"
        return "open" if self.opens_at <= at else "planned"


class Device(models.Model):
    """A phone that may send for an agency; its token is shown once and kept as a digest."""

    name = models.CharField(max_length=120)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="devices")
    token_digest = models.CharField(max_length=64, unique=True)
    added_at = models.DateTimeField()
    added_by = models.CharField(max_length=200)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(
                fields=("name",), condition=Q(revoked_at__isnull=True), name="one_phone_of_a_name"
            ),
        )


class AnswerRecord(models.Model):
    """One filled form as it came in: stored, or kept apart with the rules it breaks."""

    class State(models.TextChoices):
        STORED = "stored"
        QUARANTINED = "quarantined"

    class Way(models.TextChoices):
        """How a record came in."""

        PHONE = "phone"
        BROWSER = "browser"
        PAPER = "paper"  # entered twice from a sheet of paper

    instance_id = models.CharField(max_length=249, unique=True)
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="records")
    form = models.ForeignKey(Form, on_delete=models.PROTECT)
    device = models.ForeignKey(Device, on_delete=models.PROTECT, null=True)  # None: not by a phone
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True)  # None: the phone's
    way = models.CharField(max_length=20, choices=Way.choices, default=Way.PHONE)
    received_at = models.DateTimeField()
    received_by = models.CharField(max_length=200)
    received_digest = models.CharField(max_length=64)  # keyed, of the bytes received
    name = models.CharField(max_length=64)  # of the sealed record
    state = models.CharField(max_length=20, choices=State.choices)
    reasons = models.JSONField(default=list)  # of quarantine: [{"code", "column"}]; never an answer
    files = models.JSONField(default=list)  # names of the attachments its answers speak of
    # an edit: the earlier record stays and no longer counts
    replaces = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="replaced_by")

    class Meta:
        ordering = ("id",)
        db_table = "collection_submission"  # the journal knows these rows under their first name
        indexes = (models.Index(fields=("round", "state"), name="by_round_and_state"),)


class Draft(models.Model):
    """A form being filled in at a desk: its answers lie encrypted, and nothing counts it before it is sent.

    The journal does not know drafts: they change as somebody types. Its row stays when it was sent or thrown
    away, without answers, so that the same form sent twice is the same record.
    """

    instance_id = models.CharField(max_length=249, unique=True)
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="drafts")
    form = models.ForeignKey(Form, on_delete=models.PROTECT)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT)
    name = models.CharField(max_length=64, blank=True)  # of the sealed answers; empty once sent
    version = models.PositiveIntegerField(default=0)  # grows with every save
    replaces = models.CharField(max_length=249, blank=True)  # id of the record this one corrects
    started_at = models.DateTimeField()
    started_by = models.CharField(max_length=200)
    saved_at = models.DateTimeField()
    saved_by = models.CharField(max_length=200)
    finished_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    dropped_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("id",)


class Attachment(models.Model):
    """A file that a record speaks of, kept encrypted under a generated name."""

    SEALED_AS: ClassVar = {"answer_record_id": "submission_id"}
    answer_record = models.ForeignKey(AnswerRecord, on_delete=models.PROTECT, related_name="attachments")
    file_name = models.CharField(max_length=249)
    name = models.CharField(max_length=64)
    received_at = models.DateTimeField()

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(fields=("answer_record", "file_name"), name="one_file_of_a_name"),
        )


class QuarantineDecision(models.Model):
    """What was decided about a record kept apart, by whom and why."""

    SEALED_AS: ClassVar = {"answer_record_id": "submission_id"}
    answer_record = models.OneToOneField(AnswerRecord, on_delete=models.PROTECT, related_name="decision")
    is_taken = models.BooleanField()
    reason = models.CharField(max_length=500)
    name = models.CharField(max_length=64, blank=True)  # of the sealed record that counts, when taken
    decided_at = models.DateTimeField()
    decided_by = models.CharField(max_length=200)

    class Meta:
        ordering = ("id",)


class AnswerFile(models.Model):
    """An encrypted table of a round's gathered answers; `name` is the keyed hash of its rows."""

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="answer_files")
    name = models.CharField(max_length=64)
    rows = models.PositiveIntegerField()
    source = models.CharField(max_length=20, choices=(("phones", "phones"), ("file", "file")))
    source_digest = models.CharField(max_length=64, blank=True)  # keyed, of the file imported
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=200)

    class Meta:
        ordering = ("id",)
        constraints = (models.UniqueConstraint(fields=("round", "name"), name="answers_kept_once"),)


class SampleTable(models.Model):
    """The list of a round's sample as it was loaded; of several the last one counts."""

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="sample_tables")
    content = models.JSONField()  # see `dozor.core.design.sample_list.SampleList.as_mapping`
    lines = models.PositiveIntegerField()
    file_name = models.CharField(max_length=300)
    file_digest = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=200)

    class Meta:
        ordering = ("id",)


class RoundClosing(models.Model):
    """A closing asked for, done in the background; the journal has the closing itself."""

    class State(models.TextChoices):
        WAITING = "waiting"
        WORKING = "working"
        DONE = "done"
        REFUSED = "refused"
        FAILED = "failed"

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="closings")
    state = models.CharField(max_length=20, choices=State.choices, default=State.WAITING)
    done_percent = models.PositiveSmallIntegerField(default=0)
    # what was found: [{"code", "found", "values", "row", "column", "file"}]
    findings = models.JSONField(default=list)
    requested_at = models.DateTimeField()
    requested_by = models.CharField(max_length=200)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(
                fields=("round",), condition=Q(state__in=("waiting", "working")), name="one_closing_at_a_time"
            ),
        )


class RoundEstimate(models.Model):
    """Everything estimated when a round was closed, with what it takes to compute it again."""

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="estimates")
    estimates = models.JSONField()  # rows as `dozor estimate --format json` prints them
    design = models.JSONField()
    answer_files = models.JSONField()  # names
    answers = models.PositiveIntegerField()
    checksum = models.CharField(max_length=64)  # SHA-256 over the estimates
    plan_version = models.CharField(max_length=80)
    software_version = models.CharField(max_length=40)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=200)

    class Meta:
        ordering = ("id",)
