"""Keeps what a check found: new doubts are raised, those that no longer hold are corrected."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from dozor.apps.audit.actions import hold_journal, record
from dozor.apps.collection.models import Round
from dozor.apps.organisations.models import Agency
from dozor.apps.quality.models import DoubtEvent, QualityCheck, RaisedDoubt
from dozor.apps.submissions.models import Submission
from dozor.core.quality.doubt import Doubt
from dozor.core.quality.figures import Cell
from dozor.core.quality.standing import (
    DoubtAct,
    DoubtState,
    Standing,
    Step,
    identity,
    shown,
    steps,
    told,
)

BY_ITSELF = "system"  # who checks when nobody asked for it
About = RaisedDoubt.About


@dataclass(frozen=True)
class Subject:
    """What is checked, and whose it is.

    Parameters
    ----------
    name
        Names it among all that is checked, for example ``submission survey-youth-2026-OCHEPH-BR``.
    year
        Reporting year; a doubt about a cell bears the cell's own.
    number
        Of a submission's version.
    """

    name: str
    about: str
    agency: Agency
    plan: str
    year: int
    submission: Submission | None = None
    round: Round | None = None
    number: int = 0

    @property
    def doubts(self) -> Any:
        found = RaisedDoubt.objects.filter(about=self.about, plan=self.plan)
        if self.about == About.SUBMISSION:
            return found.filter(submission=self.submission)
        if self.about == About.ROUND:
            return found.filter(round=self.round)
        if self.about == About.AGENCY:
            return found.filter(agency=self.agency, year=self.year)
        return found


@dataclass(frozen=True)
class Kept:
    """What a check changed."""

    raised: int = 0
    corrected: int = 0
    is_new: bool = True  # False: everything was as it had been looked at before


def basis_of(*shown_to_the_rules: object) -> str:
    """A checksum of everything a check rests on."""
    text = json.dumps(shown_to_the_rules, ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def is_known(subject: Subject, basis: str) -> bool:
    """Whether this was looked at already, on the same basis; another version of the same rows is noted."""
    found = QualityCheck.objects.filter(subject=subject.name, basis=basis).first()
    if found is not None and found.number != subject.number:
        QualityCheck.objects.filter(pk=found.pk).update(number=subject.number)
    return found is not None


def last_checked(name: str) -> datetime | None:
    found = QualityCheck.objects.filter(subject=name).first()
    return None if found is None else found.checked_at


def keep(
    subject: Subject,
    doubts: Iterable[Doubt],
    *,
    basis: str,
    at: datetime,
    by: str = BY_ITSELF,
    now: Callable[[Cell], str] = lambda _cell: "",
) -> Kept:
    """Keep the doubts a check found about a subject, in one transaction with its journal event.

    Parameters
    ----------
    now
        What stands in a cell now: told of a doubt that is corrected.
    """
    found = [(identity(d, subject.name), d) for d in doubts]
    with transaction.atomic():
        hold_journal()  # two checks of one subject go one after the other
        rows = {d.key: d for d in subject.doubts.select_for_update()}
        standing = {k: Standing(DoubtState(d.state), d.found, d.values) for k, d in rows.items()}
        done = list(steps(standing, found))
        changed, events = _apply(subject, done, rows, at, by, now)
        if changed:
            record(
                action="quality checked",
                by=by,
                at=at,
                subject=subject.name,
                details={str(act): n for act in DoubtAct if (n := sum(s.act is act for s in done))},
                rows=[*changed, *events],
            )
        QualityCheck.objects.update_or_create(
            subject=subject.name,
            defaults={"basis": basis, "number": subject.number, "checked_at": at},
        )
    counted = [s.act for s in done]
    again = counted.count(DoubtAct.RAISE) + counted.count(DoubtAct.RAISE_AGAIN)
    return Kept(again, counted.count(DoubtAct.CORRECT))


def _apply(
    subject: Subject,
    done: Sequence[Step],
    rows: dict[str, RaisedDoubt],
    at: datetime,
    by: str,
    now: Callable[[Cell], str],
) -> tuple[list[RaisedDoubt], list[DoubtEvent]]:
    changed, events = list[RaisedDoubt](), list[DoubtEvent]()
    for step in done:
        row = rows.get(step.key)
        became = ""
        if step.doubt is not None:
            row = _written(row or RaisedDoubt(key=step.key, raised_at=at), subject, step.doubt)
        elif row is not None:
            became = now(row.cell) if row.cell else ""
            row.number = subject.number
        if row is None:
            continue
        if step.act is not None:
            row.state = DoubtState.CORRECTED if step.act is DoubtAct.CORRECT else DoubtState.OPEN
            events.append(
                DoubtEvent(
                    doubt=row,
                    act=step.act,
                    state_after=row.state,
                    found=row.found,
                    became=became[:200],
                    at=at,
                    by=by,
                )
            )
        row.changed_at = at
        row.save()
        changed.append(row)
    for event in events:
        event.doubt_id = event.doubt.pk
        event.save(force_insert=True)
    return changed, events


def _written(row: RaisedDoubt, subject: Subject, doubt: Doubt) -> RaisedDoubt:
    cell = doubt.cell
    row.about, row.plan, row.agency = subject.about, subject.plan, subject.agency
    row.submission, row.round, row.number = subject.submission, subject.round, subject.number
    row.year = cell.year if cell and subject.about != About.AGENCY else subject.year
    row.rule, row.code, row.grade = doubt.rule, doubt.finding.code, doubt.grade
    row.strength = float(doubt.strength)
    for name in ("indicator", "population", "sex", "age", "area"):
        setattr(row, name, getattr(cell, name) if cell else "")
    row.column = doubt.finding.column or ""
    row.place = {k: v for k, v in doubt.about.items() if k != "rows"}
    row.found, row.values = shown(doubt.finding), told(doubt.finding)
    return row
