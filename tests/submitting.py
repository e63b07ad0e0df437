"""Submissions on their way into the bank, with the doubts about them answered as people do."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from dozor.apps.quality.answering import answer_doubts
from dozor.apps.quality.submitted import check_submission, open_doubts
from dozor.apps.submissions.actions import accept, submit
from dozor.apps.submissions.models import Submission
from dozor.core.findings import Refused
from dozor.core.quality.standing import DoubtAct

WORDS = "Simulated answers: the figures stand as they came from the round."


def submit_drafts(*, by: str, at: datetime) -> None:
    for one in Submission.objects.filter(state="draft"):
        _step(submit, one, by, at)


def explain_doubts(one: Submission, *, by: str, at: datetime) -> None:
    """Look at a submission as its step would, and explain what is doubted."""
    check_submission(one, at=at)
    answer_doubts(open_doubts(one), act=DoubtAct.EXPLAIN, text=WORDS, by=by, at=at)


def accept_submitted(*, by: str, at: datetime) -> None:
    for one in Submission.objects.filter(state="submitted"):
        _step(accept, one, by, at)


def _step(act: Callable[..., Any], one: Submission, by: str, at: datetime) -> None:
    """Take a step; what is doubted is explained, and the step taken again."""
    try:
        act(submission=one, by=by, at=at)
    except Refused as refusal:
        assert {f.code for f in refusal.findings} == {"QLT-OPEN"}, refusal
        answer_doubts(open_doubts(one), act=DoubtAct.EXPLAIN, text=WORDS, by=by, at=at)
        act(submission=one, by=by, at=at)
