"""Checks answers of persons and institutions: a round's as they lie, or those of a file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl
from django.db.models import Sum
from django.utils import timezone

from dozor.apps.collection.aggregating import counted_rows
from dozor.apps.collection.designing import sample_of
from dozor.apps.collection.gathering import answers_of_round, gather, replaced_ids, table_names
from dozor.apps.collection.models import AnswerRecord, PaperForm, Round
from dozor.apps.collection.round_texts import form_of_round, plan_of_round
from dozor.apps.plans.queries import main_plan
from dozor.apps.quality.chains import chains_of_file, chains_of_round
from dozor.apps.quality.checking import check_among, headline
from dozor.apps.quality.keeping import BY_ITSELF, About, Kept, Subject, basis_of, is_known, keep
from dozor.apps.quality.models import BackCheck
from dozor.apps.quality.violations import broken_in_file, broken_in_round
from dozor.apps.submissions.queries import national_centre
from dozor.core.design.sample_list import SampleList
from dozor.core.findings import Finding, Refused
from dozor.core.plan import Plan
from dozor.core.plan.instruments import Instrument
from dozor.core.quality.doubt import Doubt
from dozor.core.quality.figures import Cell, Reported, reported
from dozor.core.quality.survey.answers import answers_of
from dozor.core.quality.survey.back_check import Agreement
from dozor.core.quality.survey.checking import check_answers, count_by
from dozor.core.quality.thresholds import read_rules
from dozor.core.quality.verification import check_double_entry
from dozor.store.answers_at_rest.tables import INSTANCE_ID
from dozor.store.source import Source

_SEED = 123  # permutations and sham samples: the same answers give the same doubts
_MOST_RECORDS = 50  # named with one doubt


def subject_of(round_: Round, plan: Plan) -> Subject:
    agency = round_.agency or national_centre(plan)
    return Subject(f"round {round_.code}", About.ROUND, agency, plan.code, round_.year, round=round_)


def check_round(round_: Round, *, at: datetime) -> Kept:
    """Check what a round holds by now and keep the doubts; a round without anything has none."""
    plan = main_plan()
    subject = subject_of(round_, plan)
    gather(round_, by=BY_ITSELF, at=at)
    basis = _basis(round_, plan)
    if is_known(subject, basis):
        return Kept(is_new=False)
    return keep(subject, doubts_of_round(round_, plan, by=BY_ITSELF, must_hold=False), basis=basis, at=at)


def _basis(round_: Round, plan: Plan) -> str:
    """Everything the rules are shown of a round, by name."""
    apart = round_.records.filter(state=AnswerRecord.State.QUARANTINED).values_list("pk", flat=True)
    sample, back_check = round_.sample_tables.last(), round_.back_checks.last()
    papers = round_.papers.aggregate(fields=Sum("fields"), differing=Sum("differing"))
    return basis_of(
        sorted(table_names(round_)),
        sorted(replaced_ids(round_)),
        sorted(apart),
        sample.pk if sample else 0,
        back_check.number if back_check else 0,
        papers,
        bool(_planned(round_, sample_of(round_))),
        [r.as_mapping() for r in counted_rows(round_)],
        plan.version,
        plan.quality,
    )


def doubts_of_round(round_: Round, plan: Plan, *, by: str, must_hold: bool = True) -> list[Doubt]:
    """Doubts about a round's counted answers, its aggregate rows and the typing of its paper.

    Raises
    ------
    Refused
        ``COL-ROUND-EMPTY``: nothing came yet; not where `must_hold` is false.
    """
    gather(round_, by=by, at=timezone.now())
    table = answers_of_round(round_)
    doubts = [*_of_aggregates(round_, plan), *_of_typing(round_, plan)]
    if table is None:
        if must_hold and not counted_rows(round_):
            raise Refused(Finding("COL-ROUND-EMPTY", found=round_.code))
        return doubts
    instrument = form_of_round(round_)
    frame = table.to_polars()
    answers = answers_of(frame, instrument)
    sample = sample_of(round_)
    place = sample.key if sample is not None else "site"
    found = check_answers(
        answers,
        read_rules(plan.quality).survey,
        rng=np.random.default_rng(_SEED),
        zone=_zone(),
        violations=broken_in_round(round_, frame),
        planned=_planned(round_, sample),
        achieved=_held_at(frame, place),
        chains=chains_of_round(round_, plan_of_round(round_)),
        agreements=_agreements(round_),
    )
    return sorted([*doubts, *_naming_records(found, frame)], key=lambda d: -d.strength)


def doubts_of_answers(source: Source, instrument: Instrument, plan: Plan) -> list[Doubt]:
    """Doubts about a file of answers: all rules but those that need a round (its plan of the sample,
    its re-interviews, its paper).

    Raises
    ------
    Refused
        ``QLT-NO-ANSWERS``: less than half of the file's columns are questions, so little would be looked at.
    """
    frame = source.table.to_polars()
    questions = [f.name for f in instrument.fields]
    if 2 * len(set(questions) & set(frame.columns)) < len(frame.columns):
        values = {"form": instrument.code, "known": ", ".join(questions[:6])}
        raise Refused(Finding("QLT-NO-ANSWERS", values=values, file=source.file))
    found = check_answers(
        answers_of(frame, instrument),
        read_rules(plan.quality).survey,
        rng=np.random.default_rng(_SEED),
        zone=_zone(),
        violations=broken_in_file(frame, instrument),
        chains=chains_of_file(source, instrument, plan),
    )
    return list(_naming_records(found, frame))


def _zone() -> str:
    zone = timezone.get_default_timezone()
    return zone.key if isinstance(zone, ZoneInfo) else "UTC"


def _planned(round_: Round, sample: SampleList | None) -> dict[str, int]:
    """Interviews planned by place; a field that still has its days is not behind its plan."""
    end = round_.planned_end_on
    is_over = round_.closed_at is not None or (end is not None and end < timezone.localdate())
    return {line.code: line.planned for line in sample.lines if line.planned} if sample and is_over else {}


def _held_at(frame: pl.DataFrame, place: str) -> dict[str, int]:
    if place not in frame.columns:
        return {}
    return count_by(frame[place].cast(pl.String).fill_null("").to_numpy().astype(str))


def _agreements(round_: Round) -> list[Agreement]:
    last = round_.back_checks.order_by("number").last()
    if last is None:
        return []
    rows: Sequence[BackCheck] = round_.back_checks.filter(number=last.number)
    return [
        Agreement(r.interviewer, r.question, r.n, float("nan") if r.kappa is None else r.kappa) for r in rows
    ]


def _naming_records(doubts: Sequence[Doubt], frame: pl.DataFrame) -> Iterator[Doubt]:
    """Doubts with the records they are about: a row's number says nothing once further rows have come."""
    if INSTANCE_ID not in frame.columns:
        yield from doubts
        return
    ids = frame[INSTANCE_ID].cast(pl.String).to_list()
    for doubt in doubts:
        rows = [int(r) for r in doubt.about.get("rows", "").split(",") if r]
        if not rows:
            yield doubt
            continue
        named = sorted(ids[r] for r in rows)[:_MOST_RECORDS]
        values = dict(doubt.finding.values)
        if "rows" in values:
            values["rows"] = ", ".join(short_name(one) for one in named[:6])
        yield replace(
            doubt,
            finding=replace(doubt.finding, values=values),
            about={**doubt.about, "records": ",".join(named)},
        )


def short_name(instance_id: str) -> str:
    """The beginning of a record's id, enough to find it by; of a file's row its file and number."""
    kind, _, rest = instance_id.partition(":")
    return f"{rest[:6]}…:{rest.rpartition(':')[2]}" if kind == "file" else (rest or kind)[:8]


def _of_typing(round_: Round, plan: Plan) -> Iterator[Doubt]:
    """D16: how often two people typed a field differently, by agency."""
    compared = PaperForm.objects.filter(round=round_, fields__isnull=False)
    sums = compared.values("agency__code").annotate(all=Sum("fields"), apart=Sum("differing"))
    for row in sums.order_by("agency__code"):
        yield from check_double_entry(
            differing=row["apart"],
            fields=row["all"],
            of=row["agency__code"],
            limit=read_rules(plan.quality).double_entry,
        )


def _of_aggregates(round_: Round, plan: Plan) -> list[Doubt]:
    """Rows of counts among the bank's figures of their series."""
    given = list(_shares(round_, plan_of_round(round_)))
    if not given:
        return []
    fresh = {r.cell: r for r in given}
    banked = {r.cell: r for r in reported(headline({c.indicator for c in fresh}), plan)}
    found = check_among(banked | fresh, plan, about=fresh)
    return [d for d in found if d.cell in fresh]


def _shares(round_: Round, plan: Plan) -> Iterator[Reported]:
    series = {d.code: d for d in plan.definitions if d.instrument == round_.instrument and d.wording == "law"}
    for row in counted_rows(round_):
        one = series.get(row.series)
        if one is None or not row.denominator:
            continue
        unit = plan.unit(plan.indicator(one.indicator).unit)
        if not unit.factor:
            continue
        factor, step = float(unit.factor), 0.01
        value = round(factor * row.numerator / row.denominator, 2)
        cell = Cell(one.indicator, one.population, row.sex, row.age, row.area, round_.year)
        yield Reported(
            cell,
            value,
            "share",
            step=step,
            factor=factor,
            numerator=float(row.numerator),
            denominator=float(row.denominator),
        )
