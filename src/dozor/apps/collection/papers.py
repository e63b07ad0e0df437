"""Sheets of paper: entered by two people, compared field by field, settled, then sent as one record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Sum
from django.utils import timezone

from dozor.apps.audit.actions import record
from dozor.apps.collection.filling import (
    checked,
    drop_draft,
    new_instance_id,
    read_draft,
    save_draft,
    send_draft,
)
from dozor.apps.collection.models import AnswerRecord, Draft, PaperEntry, PaperForm, Round
from dozor.apps.collection.round_texts import form_of_round
from dozor.apps.database import check_lengths
from dozor.apps.organisations.models import Agency
from dozor.core.answers.double_entry import (
    Comparison,
    compare,
    settled,
    with_turns,
    without_empty_turns,
)
from dozor.core.answers.filling import Filling
from dozor.core.findings import Finding, Refused


@dataclass(frozen=True)
class EntryErrors:
    """How often two people typed a field differently (D16)."""

    sheets: int
    differing: int
    fields: int

    @property
    def rate(self) -> float | None:
        return self.differing / self.fields if self.fields else None


def begin_entry(
    round_: Round, *, agency: Agency, number: str, by: str, at: datetime, instead: bool = False
) -> Draft:
    """Open a sheet for typing: the first time, the second time by somebody else, or one's own again.

    Parameters
    ----------
    instead
        In place of somebody who began the sheet and will not finish it: what they typed is thrown away.

    Raises
    ------
    Refused
        ``PAPER-NUMBER``: the sheet has no number; ``PAPER-SAME``: one person cannot enter a sheet twice;
        ``PAPER-TWICE``: it was entered twice already; ``PAPER-REMOVED``: removed at this moment;
        ``COL-ROUND-CLOSED``.
    """
    number = " ".join(number.split())
    if not number or len(number) > 60 or not number.isprintable():
        raise Refused(Finding("PAPER-NUMBER", found=number[:60], column="number"))
    if round_.state(at) != "open":
        raise Refused(Finding("COL-ROUND-CLOSED", found=round_.code))
    standing = PaperForm.objects.filter(round=round_, agency=agency, number=number, removed_at__isnull=True)
    paper = standing.first()
    entries = list(paper.entries.select_related("draft")) if paper else []
    own = next((e for e in entries if e.entered_by == by), None)
    if own is not None:
        if own.finished_at is None and own.draft is not None:
            return own.draft
        raise Refused(Finding("PAPER-SAME", found=number, column="number"))
    left = next((e for e in entries if e.finished_at is None), None) if instead else None
    if len(entries) >= 2 and left is None:
        raise Refused(Finding("PAPER-TWICE", found=number, column="number"))
    draft = save_draft(round_, Filling(), instance_id=new_instance_id(), agency=agency, base=0, by=by, at=at)
    try:
        with transaction.atomic():
            if paper is None:
                paper = PaperForm.objects.create(
                    round=round_, agency=agency, number=number, opened_at=at, opened_by=by
                )
            elif standing.select_for_update().filter(pk=paper.pk).first() is None:
                raise Refused(Finding("PAPER-REMOVED", found=number, column="number"))
            if left is None:
                entry = PaperEntry.objects.create(paper=paper, draft=draft, entered_by=by)
                record(action="paper opened", by=by, at=at, subject=round_.code, rows=[paper, entry])
            else:
                _hand_over(left, draft, by=by, at=at)
    except (IntegrityError, PaperEntry.DoesNotExist):  # somebody opened or finished it at the same moment
        drop_draft(draft, at=at)
        raise Refused(Finding("PAPER-TWICE", found=number, column="number")) from None
    except Refused:
        drop_draft(draft, at=at)
        raise
    if left is not None and left.draft is not None:
        drop_draft(left.draft, at=at)
    return draft


def _hand_over(left: PaperEntry, draft: Draft, *, by: str, at: datetime) -> None:
    """An entry nobody finished goes to another person, to be typed from its beginning."""
    entry = PaperEntry.objects.select_for_update().get(
        pk=left.pk, entered_by=left.entered_by, finished_at__isnull=True
    )
    entry.draft, entry.entered_by = draft, by
    entry.save(update_fields=["draft", "entered_by"])
    details = {"paper": entry.paper.number, "instead of": left.entered_by}
    record(
        action="paper handed over",
        by=by,
        at=at,
        subject=entry.paper.round.code,
        details=details,
        rows=[entry],
    )


def is_removable(paper: PaperForm, login: str) -> bool:
    """Whether somebody may take a sheet away: they opened it, and nobody else has begun to type it."""
    return (
        paper.opened_by == login
        and paper.removed_at is None
        and paper.record_id is None
        and all(e.entered_by == login for e in paper.entries.all())
    )


def remove_paper(paper: PaperForm, *, reason: str, by: str, at: datetime) -> PaperForm:
    """Take away a sheet opened under a wrong number: what was typed goes, the number is free again.

    The row stays, removed, with its reason; so does its event.

    Raises
    ------
    Refused
        ``PAPER-REASON``: no reason; ``PAPER-NOT-REMOVABLE``: somebody else opened the sheet, a second
        person has begun it, or it was taken in or removed already.
    """
    reason = " ".join(reason.split())
    if not reason:
        raise Refused(Finding("PAPER-REASON", column="reason"))
    with transaction.atomic():
        held = PaperForm.objects.select_for_update().get(pk=paper.pk)
        if not is_removable(held, by):
            raise Refused(Finding("PAPER-NOT-REMOVABLE", found=held.number))
        held.removed_at, held.removal_reason = at, reason
        check_lengths(held)
        held.save(update_fields=["removed_at", "removal_reason"])
        record(
            action="paper removed",
            by=by,
            at=at,
            subject=held.round.code,
            details={"paper": held.number, "reason": reason},
            rows=[held],
        )
    for entry in held.entries.select_related("draft", "draft__round"):
        if entry.draft is not None:
            drop_draft(entry.draft, at=at)
    return held


def finish_entry(draft: Draft, filling: Filling, *, by: str, at: datetime) -> PaperForm:
    """Say that one has typed everything; after the second time the two are compared.

    Two entries that agree are a record at once.

    Raises
    ------
    Refused
        ``FILL-…``: what is missing or breaks its rule: look at the paper once more.
    """
    findings = checked(draft.round, filling, at=at).findings
    if findings:
        raise Refused(findings)
    entry = draft.entry
    paper = entry.paper
    with transaction.atomic():
        entry.finished_at = at
        entry.save(update_fields=["finished_at"])
        record(action="paper entered", by=by, at=at, subject=draft.round.code, rows=[entry])
    if paper.entries.filter(finished_at__isnull=False).count() < 2:
        return paper
    found = comparison_of(paper)
    paper.fields, paper.differing = found.fields, len(found.differences)
    with transaction.atomic():
        paper.save(update_fields=["fields", "differing"])
        record(
            action="paper compared",
            by=by,
            at=at,
            subject=draft.round.code,
            details={"fields": paper.fields, "differing": paper.differing},
            rows=[paper],
        )
    return settle(paper, [], by=by, at=at) if not found.differences else paper


def comparison_of(paper: PaperForm) -> Comparison:
    """The two entries side by side; raises ``PAPER-NOT-TWICE`` while there are not two."""
    first, second = _entries(paper)
    return compare(
        form_of_round(paper.round),
        read_draft(first),
        read_draft(second),
        today=timezone.localdate(first.saved_at),
    )


@transaction.atomic
def open_comparison(paper: PaperForm, *, by: str, at: datetime) -> Comparison:
    """The two entries, for somebody to see; the seeing is an event."""
    found = comparison_of(paper)
    record(action="paper seen", by=by, at=at, subject=paper.round.code, details={"paper": paper.number})
    return found


def settle(paper: PaperForm, chosen: list[str], *, by: str, at: datetime) -> PaperForm:
    """Keep a sheet as one record, each differing field as `chosen` says.

    Raises
    ------
    Refused
        ``PAPER-NOT-TWICE``, ``PAPER-SETTLED``; ``PAPER-CHOICES``: not one choice for each difference;
        ``FILL-…``: the settled answers break a rule; what receiving a record raises.
    """
    if paper.record_id is not None:
        raise Refused(Finding("PAPER-SETTLED", found=paper.number))
    first, second = _entries(paper)
    differences = comparison_of(paper).differences
    if len(chosen) != len(differences):
        raise Refused(Finding("PAPER-CHOICES", str(len(chosen)), {"wanted": len(differences)}))
    one = with_turns(read_draft(first), read_draft(second))
    whole = without_empty_turns(settled(one, differences, chosen))
    received = send_draft(first, whole, way=AnswerRecord.Way.PAPER, by=by, at=at)
    drop_draft(second, at=at)
    paper.record, paper.settled_at, paper.settled_by = received.answer_record, at, by
    with transaction.atomic():
        paper.save(update_fields=["record", "settled_at", "settled_by"])
        record(action="paper settled", by=by, at=at, subject=paper.round.code, rows=[paper])
    return paper


def errors_of(round_: Round, agency: Agency) -> EntryErrors:
    """How often the two typed differently, over all sheets compared."""
    compared = PaperForm.objects.filter(round=round_, agency=agency, fields__isnull=False)
    sums = compared.aggregate(fields=Sum("fields"), differing=Sum("differing"))
    return EntryErrors(compared.count(), sums["differing"] or 0, sums["fields"] or 0)


def _entries(paper: PaperForm) -> tuple[Draft, Draft]:
    entries = paper.entries.filter(finished_at__isnull=False, draft__isnull=False)
    done = [e.draft for e in entries.select_related("draft", "draft__round") if e.draft is not None]
    if len(done) != 2:
        raise Refused(Finding("PAPER-NOT-TWICE", found=paper.number))
    return done[0], done[1]
