"""The step by which a package's version is handed to its recipient, on either side, and its words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from dozor.apps.packages.models import Package
from dozor.apps.submissions import actions
from dozor.apps.submissions.models import Submission, SubmissionEvent, SubmissionVersion
from dozor.apps.submissions.queries import open_remarks
from dozor.core.findings import Finding, Refused
from dozor.core.submissions.states import Act, State

REMARK = ("row", "column", "reason", "text")  # what makes two remarks the same one, wherever they are kept


@dataclass(frozen=True)
class Words:
    """What goes with a version: the reason of a correction, the answers to what it was sent back for.

    Parameters
    ----------
    answers
        Remarks, each with its ``"answer"``.
    """

    reason: str = ""
    answers: Sequence[Mapping[str, str]] = ()


def words_of(
    submission: Submission, version: SubmissionVersion, reason: str, answers: Mapping[int, str]
) -> Words:
    """The words a version leaves with: those given, else those of the step it was handed over by here.

    Parameters
    ----------
    answers
        Of a returned submission, by the remark's place in the list, from 0; the reason answers the others.

    Raises
    ------
    Refused
        ``PKG-REASON``: it answers or corrects what its recipient has, without a word.
    """
    reason = reason.strip()
    if submission.state == State.RETURNED:
        asked = enumerate(open_remarks(submission))
        answered = [{**r, "answer": answers.get(n, "").strip() or reason} for n, r in asked]
        if not all(r["answer"] for r in answered):
            raise Refused(Finding("PKG-REASON", submission.code))
        return Words(reason, answered)
    step = submission.events.filter(version=version, act__in=(Act.ANSWER, Act.CORRECT)).order_by("id").last()
    if step is not None:
        return Words(reason or step.note, [r for r in step.remarks if r.get("answer")])
    if not reason and submission.state != State.DRAFT and _has_come(submission):
        raise Refused(Finding("PKG-REASON", submission.code))
    return Words(reason)


def _has_come(submission: Submission) -> bool:
    """Whether the recipient is known to have had a version of it."""
    left = Package.objects.filter(direction=Package.Direction.SENT, version__submission=submission)
    return left.filter(kind=Package.Kind.SUBMISSION, receipted_at__isnull=False).exists()


def hand_over(
    submission: Submission,
    *,
    by: str,
    at: datetime,
    sent_on: date,
    number: str,
    dated_on: date | None,
    words: Words,
) -> SubmissionEvent:
    """Submit a draft, answer what was sent back, or correct what was handed in before.

    Raises
    ------
    Refused
        ``PKG-REASON``: an answer or a correction without a word; what the step itself is refused for.
    """
    submission.refresh_from_db()
    paper = {"number": number, "dated_on": dated_on}
    if submission.state == State.DRAFT:
        return actions.submit(submission=submission, by=by, at=at, sent_on=sent_on, **paper)
    if submission.state == State.RETURNED:
        told = {tuple(r.get(p, "") for p in REMARK): r.get("answer", "") for r in words.answers}
        asked = enumerate(open_remarks(submission))
        answers = {n: told.get(tuple(r.get(p, "") for p in REMARK)) or words.reason for n, r in asked}
        if not all(answers.values()):
            raise Refused(Finding("PKG-REASON", submission.code))
        return actions.answer(
            submission=submission, answers=answers, by=by, at=at, note=words.reason, **paper
        )
    # a version explained once more is told by its answers alone
    reason = words.reason or "; ".join(dict.fromkeys(r.get("answer", "") for r in words.answers))
    if not reason:
        raise Refused(Finding("PKG-REASON", submission.code))
    return actions.correct(submission=submission, reason=reason, by=by, at=at, **paper)
