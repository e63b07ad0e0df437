"""Proves that nothing in the bank was altered, added, removed or cut off behind the program's back."""

from __future__ import annotations

import hmac
import json
from collections.abc import Callable, Iterator
from typing import Any

from django.apps import apps
from django.db import models

from dozor.apps.audit.actions import head_file, journal_key, mac_of
from dozor.apps.audit.models import Event, Head
from dozor.apps.audit.sealing import digest, digest_many
from dozor.apps.audit.snapshot import one_snapshot
from dozor.core.findings import Finding

# the tables the journal vouches for, by name; a batch table's rows are sealed together per act
SEALED = (
    "plans.PlanVersion",
    "plans.Setting",
    "organisations.AreaType",
    "organisations.Area",
    "organisations.Agency",
    "organisations.Person",
    "organisations.Deputy",
    "organisations.SecondFactor",
    "organisations.Invitation",
    "collection.RoundDate",
    "collection.Agreement",
    "collection.Decision",
    "collection.Request",
    "collection.Receipt",
    "collection.Collector",
    "collection.Form",
    "collection.Round",
    "collection.Device",
    "collection.AnswerRecord",
    "collection.Attachment",
    "collection.QuarantineDecision",
    "collection.AnswerFile",
    "collection.RoundEstimate",
    "collection.GivenVersion",
    "collection.AggregateTable",
    "collection.PaperForm",
    "collection.PaperEntry",
    "collection.SampleTable",
    "bank.Source",
    "bank.ValuesImport",
    "bank.HeadlineChoice",
    "bank.MatchRule",
    "cooperation.Project",
    "releases.Release",
    "releases.ReleaseStep",
    "releases.ReleaseReport",
    "submissions.Submission",
    "submissions.SubmissionVersion",
    "submissions.SubmissionEvent",
    "submissions.Supplement",
    "submissions.SheetMatch",
    "packages.AgencyKey",
    "packages.Package",
    "quality.RaisedDoubt",
    "quality.DoubtEvent",
    "quality.SiteRecount",
    "quality.BackCheck",
)
BATCHED = ("bank.Observation",)

Progress = Callable[[str, int], None]


def verify(*, head: dict[str, Any] | None = None, progress: Progress | None = None) -> list[Finding]:
    """Check the journal's chain, then every sealed row against it; no findings means nothing was touched.

    Parameters
    ----------
    head
        An end of the chain exported earlier (``dozor audit export``) and kept elsewhere; the chain must
        still pass through it. The instance's own copy beside the database is always checked.
    """
    with one_snapshot():
        findings, sealed, batches = _check_chain(head, progress)
        if findings:
            # rows are judged by the journal; a journal that cannot be trusted judges nothing
            return findings
        for label in SEALED:
            findings += _check_table(apps.get_model(label), sealed, progress)
        for label in BATCHED:
            findings += _check_batches(apps.get_model(label), batches, progress)
    return findings


Sealed = dict[tuple[str, str], str]
Batches = dict[tuple[str, int], dict[str, Any]]


def _check_chain(
    head: dict[str, Any] | None, progress: Progress | None
) -> tuple[list[Finding], Sealed, Batches]:
    sealed: Sealed = {}
    batches: Batches = {}
    passed: dict[int, str] = {}
    kept = _remembered_head()
    previous, expected, key = "0" * 64, 1, journal_key()
    for event in Event.objects.order_by("sequence").iterator(2000):
        if event.sequence != expected:
            return (
                [Finding("AUD-REMOVED", found=str(expected), values={"table": "audit_event"})],
                sealed,
                batches,
            )
        if event.previous != previous or not hmac.compare_digest(mac_of(event, key), event.mac):
            return [Finding("AUD-CHAIN", found=str(event.sequence))], sealed, batches
        for row in event.rows:
            if "batch" in row:
                batches[row["table"], row["batch"]] = row
            else:
                sealed[row["table"], row["key"]] = row["digest"]
        passed[event.sequence] = event.mac
        previous, expected = event.mac, expected + 1
        if progress and event.sequence % 1000 == 0:
            progress("audit_event", event.sequence)
    last = expected - 1
    own = Head.objects.filter(id=1).first()
    if (own.sequence, own.mac) != (last, previous) if own else last:
        return (
            [Finding("AUD-CUT", found=str(last), values={"sequence": own.sequence if own else 0})],
            sealed,
            batches,
        )
    if last and kept is None:
        return [Finding("AUD-END-MISSING", found=head_file().name)], sealed, batches
    for known in filter(None, (head, kept)):
        # a journal that had no event yet had no end to pass through
        if known["sequence"] != 0 and passed.get(known["sequence"]) != known["mac"]:
            return (
                [Finding("AUD-CUT", found=str(last), values={"sequence": known["sequence"]})],
                sealed,
                batches,
            )
    return [], sealed, batches


def _remembered_head() -> dict[str, Any] | None:
    try:
        known = json.loads(head_file().read_text())
        return {"sequence": int(known["sequence"]), "mac": str(known["mac"])}
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _check_table(model: type[models.Model], sealed: Sealed, progress: Progress | None) -> Iterator[Finding]:
    table = model._meta.db_table
    missing = {key for name, key in sealed if name == table}
    for count, row in enumerate(model._default_manager.order_by("pk").iterator(2000), start=1):
        key = str(row.pk)
        known = sealed.get((table, key))
        if known is None:
            yield Finding("AUD-ADDED", found=key, values={"table": table})
        elif known != digest(row):
            yield Finding("AUD-ALTERED", found=key, values={"table": table})
        missing.discard(key)
        if progress and count % 5000 == 0:
            progress(table, count)
    for key in sorted(missing):
        yield Finding("AUD-REMOVED", found=key, values={"table": table})


def _check_batches(
    model: type[models.Model], batches: Batches, progress: Progress | None
) -> Iterator[Finding]:
    table = model._meta.db_table
    known = {batch: row for (name, batch), row in batches.items() if name == table}
    present = set(model._default_manager.order_by().values_list("batch_id", flat=True).distinct())
    for batch in sorted(present - known.keys()):
        yield Finding("AUD-ADDED", found=str(batch), values={"table": table})
    checked = 0
    for batch, seal in sorted(known.items()):
        count, found = digest_many(model._default_manager.filter(batch_id=batch).order_by("pk"))
        checked += count
        if progress:
            progress(table, checked)
        if count < seal["count"]:
            yield Finding(
                "AUD-BATCH-REMOVED", found=str(seal["count"] - count), values={"table": table, "batch": batch}
            )
        elif count > seal["count"]:
            yield Finding(
                "AUD-BATCH-ADDED", found=str(count - seal["count"]), values={"table": table, "batch": batch}
            )
        elif found != seal["digest"]:
            yield Finding("AUD-BATCH-ALTERED", found=str(batch), values={"table": table, "batch": batch})
