"""Checks what agencies hand in, and keeps a step from passing over doubts nobody has answered."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import ParamSpec, TypeVar, cast

from django.db import transaction
from django.db.models import F, Max, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce, Concat
from django.utils import timezone

from dozor.apps.bank.models import ValuesImport
from dozor.apps.bank.vocabulary import vocabulary
from dozor.apps.plans.queries import main_plan
from dozor.apps.quality.checking import check_among, headline, observed, related_to
from dozor.apps.quality.keeping import About, Kept, Subject, basis_of, is_known, keep
from dozor.apps.quality.models import QualityCheck, RaisedDoubt
from dozor.apps.submissions.models import Submission, SubmissionVersion
from dozor.core.findings import Finding, Refused
from dozor.core.observations.checking import CheckedRow, Vocabulary, check_row
from dozor.core.observations.observation import Observation
from dozor.core.quality.doubt import Doubt, Grade
from dozor.core.quality.figures import Cell, Reported, reported
from dozor.core.quality.standing import DoubtState
from dozor.core.submissions.content import Row
from dozor.core.submissions.states import State

P = ParamSpec("P")
T = TypeVar("T")


def subject_of(submission: Submission, number: int = 0) -> Subject:
    return Subject(
        f"submission {submission.code}",
        About.SUBMISSION,
        submission.agency,
        submission.plan,
        submission.year,
        submission=submission,
        number=number,
    )


def unchecked() -> list[Submission]:
    """Submissions whose last version was not looked at yet, the oldest first."""
    looked_at = QualityCheck.objects.filter(subject=Concat(Value("submission "), OuterRef("code")))
    found = Submission.objects.select_related("agency", "recipient").annotate(
        last=Max("versions__number"), looked_at=Coalesce(Subquery(looked_at.values("number")[:1]), 0)
    )
    return list(found.filter(last__gt=F("looked_at")).order_by("id"))


def check_submission(
    submission: Submission, *, at: datetime, version: SubmissionVersion | None = None
) -> Kept:
    """Hold a version's rows (the last, when none is named) against the bank and what came beside them.

    Beside them stand the rows other agencies have submitted to the same recipient: a doubt that would name
    one of theirs is not kept. A doubt that holds these rows against another figure is about the row of these.
    """
    of = version or submission.latest
    if of is None:
        return Kept(is_new=False)
    plan = main_plan()
    beside = _beside(submission)
    newest = ValuesImport.objects.filter(is_simulated=False).order_by("id").last()
    basis = basis_of(
        of.checksum, [v.checksum for v in beside], newest.pk if newest else 0, plan.version, plan.quality
    )
    subject = subject_of(submission, of.number)
    if is_known(subject, basis):
        return Kept(is_new=False)
    known = vocabulary([plan])
    fresh = {r.cell: r for r in reported(observed_rows(of.content, known), plan)}
    indicators = related_to({c.indicator for c in fresh}, plan)
    banked = {r.cell: r for r in reported(headline(indicators), plan)}
    others = {r.cell: r for v in beside for r in reported(observed_rows(v.content, known), plan)}
    doubts = check_among(others | banked | fresh, plan, about=fresh)
    return keep(
        subject,
        about_own(doubts, fresh, banked),
        basis=basis,
        at=at,
        now=lambda cell: fresh[cell].shown if cell in fresh else "",
    )


def _beside(submission: Submission) -> list[SubmissionVersion]:
    """What others have submitted to the same recipient for the year and is not in the bank yet."""
    others = Submission.objects.filter(
        recipient=submission.recipient, year=submission.year, collection=submission.collection
    )
    waiting = others.filter(state=State.SUBMITTED).exclude(pk=submission.pk).order_by("code")
    return [v for one in waiting if (v := one.submitted) is not None]


def observed_rows(rows: Iterable[Row], known: Vocabulary) -> list[Observation]:
    """Rows that could enter the bank, as it would hold them; the others are told by other findings."""
    found = []
    for number, row in enumerate(rows, start=1):
        cells = {n: str(c) for n, c in row.as_mapping().items() if n not in _OWN}
        checked = check_row(cells | {"source_title": "-"}, number, known)
        if isinstance(checked, CheckedRow):
            found.append(observed(checked, number))
    return found


_OWN = frozenset({"n", "method", "is_nil", "round"})  # columns of a submission alone


def about_own(
    doubts: Iterable[Doubt], own: Mapping[Cell, Reported], told_of: Mapping[Cell, Reported]
) -> list[Doubt]:
    """Doubts about one's own cells that name no figure but one's own and those everybody may know."""
    found = []
    for doubt in doubts:
        mine = [c for c in doubt.cells if c in own]
        if mine and all(c in own or c in told_of for c in doubt.cells):
            others = tuple(c for c in doubt.cells if c != mine[0])
            found.append(
                Doubt(doubt.rule, doubt.grade, doubt.finding, (mine[0], *others), doubt.strength, doubt.about)
            )
    return found


def open_doubts(submission: Submission) -> list[RaisedDoubt]:
    """Severe doubts about a submission's rows that nobody has answered, the worst first."""
    found = submission.doubts.filter(state=DoubtState.OPEN).exclude(grade=Grade.NOTICE)
    return list(found.order_by("-strength", "id"))


def looked_at(act: Callable[P, T]) -> Callable[P, T]:
    """Before a step of a submission, check what it is about; the step itself is one transaction.

    What the check finds is kept though the step is refused: there is something to answer then.
    """

    @functools.wraps(act)
    def looked(*args: P.args, **given: P.kwargs) -> T:
        one = cast(Submission, given["submission"])
        one = Submission.objects.select_related("agency", "recipient").get(pk=one.pk)
        is_sent = one.state == State.SUBMITTED and act.__name__ == "accept"
        check_submission(one, at=timezone.now(), version=one.submitted if is_sent else None)
        with transaction.atomic():
            return act(*args, **given)

    return looked


def refuse_open(submission: Submission) -> None:
    """Refuse a step while a severe doubt about the rows is open (decision 56).

    Raises
    ------
    Refused
        ``QLT-OPEN``, one for each doubt.
    """
    if waiting := open_doubts(submission):
        raise Refused(Finding("QLT-OPEN", found=_said(d), values={"rule": d.rule}) for d in waiting)


def _said(doubt: RaisedDoubt) -> str:
    parts: Sequence[str] = (doubt.indicator, doubt.population, doubt.sex, doubt.age, doubt.area)
    return " ".join(p for p in parts if p)
