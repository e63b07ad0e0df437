"""Answers to doubts of quality, which travel with the rows they were given about.

Each instance raises its own doubts. An answer settles the doubt of the same rule about the same cell in which
the same was found; one that finds no such doubt changes nothing and stays in the package, word for word.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from dozor.apps.quality.answering import answer_doubts
from dozor.apps.quality.models import RaisedDoubt
from dozor.apps.submissions.models import Submission
from dozor.core.findings import Finding, Refused
from dozor.core.quality.standing import ANSWERED, DoubtAct, DoubtState
from dozor.formats.package_file import canonical

DOUBTS = "doubts.json"
_SAME = ("rule", "code", "indicator", "population", "sex", "age", "area", "column", "found")


def answers_to_doubts(submission: Submission) -> bytes:
    """What was answered about the rows of a submission; empty when nothing was."""
    told = []
    for doubt in submission.doubts.filter(state__in=ANSWERED).order_by("id"):
        step = doubt.events.filter(act__in=(DoubtAct.CONFIRM, DoubtAct.EXPLAIN)).order_by("id").last()
        if step is not None:
            answer = {"act": step.act, "text": step.text, "by": step.by, "at": step.at.isoformat()}
            told.append({**_about(doubt), **answer})
    return canonical(told) if told else b""


def settle(submission: Submission, told: bytes, *, by: str, at: datetime, name: str) -> int:
    """Answer the open doubts about a submission as its agency answered them; how many were.

    Raises
    ------
    Refused
        ``PKG-DOUBTS``: what came is no list of answers; nothing is answered then.
    """
    answers = {_key(one): one for one in _read(told, name)}
    settled = 0
    for doubt in submission.doubts.filter(state=DoubtState.OPEN).order_by("id"):
        given = answers.get(_key(_about(doubt)))
        if given is not None:
            answer_doubts([doubt], act=DoubtAct(given["act"]), text=given["text"], by=by, at=at)
            settled += 1
    return settled


def _about(doubt: RaisedDoubt) -> dict[str, Any]:
    same = {part: getattr(doubt, part) for part in _SAME}
    return {**same, "year": doubt.year, "other": str(doubt.values.get("other", ""))}


def _key(said: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(str(said[part]) for part in (*_SAME, "year", "other"))


def _read(told: bytes, name: str) -> list[Mapping[str, Any]]:
    try:
        answers = json.loads(told)
        for one in answers:
            _key(one)
            if DoubtAct(one["act"]) not in (DoubtAct.CONFIRM, DoubtAct.EXPLAIN):
                raise ValueError
            if not isinstance(one["text"], str):
                raise TypeError
        return list(answers)
    except (KeyError, TypeError, ValueError, RecursionError):
        raise Refused(Finding("PKG-DOUBTS", file=name)) from None
