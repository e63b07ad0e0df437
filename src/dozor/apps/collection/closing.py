"""Closes a round: estimates every series its instrument feeds, and hands the law's to the submission."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

import dozor
from dozor.apps.audit.actions import record
from dozor.apps.bank.vocabulary import vocabulary
from dozor.apps.collection.answer_room import rotating
from dozor.apps.collection.designing import sample_of
from dozor.apps.collection.estimating import Progress, RoundFigures, design_of, estimate_round
from dozor.apps.collection.exercises import keep_exercise
from dozor.apps.collection.gathering import gather, is_waiting, table_names
from dozor.apps.collection.given_figures import is_aggregate, is_nil
from dozor.apps.collection.models import Round, RoundEstimate
from dozor.apps.collection.queries import COUNTRY
from dozor.apps.collection.round_texts import plan_of_round
from dozor.apps.plans.queries import main_plan
from dozor.apps.quality.orders import order_round
from dozor.apps.submissions.actions import hand_in
from dozor.apps.submissions.models import SubmissionVersion
from dozor.apps.submissions.queries import errand, national_centre
from dozor.core.estimation.estimate import Estimate
from dozor.core.findings import Finding, Refused
from dozor.core.observations.observation import Missing
from dozor.core.plan import Plan
from dozor.core.plan.definitions import Design
from dozor.core.submissions.content import Row, check_content
from dozor.store.series import SeriesEstimate

_DIGITS = Decimal("0.01")  # as a report prints them; the round keeps every digit


@dataclass(frozen=True)
class Closed:
    """A closed round: its estimates, what could not be estimated and why, the versions handed in."""

    kept: RoundEstimate
    estimates: tuple[Estimate, ...]
    findings: tuple[Finding, ...]
    versions: tuple[SubmissionVersion, ...]


def close_round(round_: Round, *, by: str, at: datetime, progress: Progress = lambda _: None) -> Closed:
    """Close a round for good and estimate it with its recorded design.

    A series that cannot be estimated (nobody answered, a chain of recruitment that does not hold) does not
    keep the others back: it is reported with its finding.

    Raises
    ------
    Refused
        ``COL-ROUND-CLOSED``; ``COL-ROUND-EMPTY``: nothing came, so there is nothing to close;
        ``COL-SITE-UNKNOWN``: answers from a place that the recorded sample does not know.
    """
    if round_.closed_at is not None:
        raise Refused(Finding("COL-ROUND-CLOSED", found=round_.code))
    gather(round_, by=by, at=at)
    figures = estimate_round(round_, progress=progress)
    while True:
        with rotating():  # nobody brings a record between this look and the closing
            closed = None if is_waiting(round_) else _close(round_, figures, by, at)
        if closed is not None:
            order_round(round_.pk)
            return closed
        # what came while the engine worked belongs to the round too
        gather(round_, by=by, at=at)
        figures = estimate_round(round_, progress=progress)


def _close(round_: Round, figures: RoundFigures, by: str, at: datetime) -> Closed:
    plan = plan_of_round(round_)
    rows = [_row(e) for e in figures.estimates]
    with transaction.atomic():
        kept = RoundEstimate.objects.create(
            round=round_,
            estimates=rows,
            design=_recorded_design(round_),
            answer_files=table_names(round_),
            answers=figures.answers,
            checksum=checksum_of(rows),
            plan_version=plan.version,
            software_version=dozor.__version__,
            made_at=at,
            made_by=by,
        )
        round_.closed_at, round_.closed_by = at, by
        round_.save(update_fields=["closed_at", "closed_by"])
        record(
            action="round closed",
            by=by,
            at=at,
            subject=round_.code,
            details={"answers": kept.answers, "estimates": len(rows), "checksum": kept.checksum},
            rows=[round_, kept],
        )
        told = list(_values(round_, kept, plan, figures))
        if round_.is_simulated:
            # an exercise is nobody's submission: its values go where they can be looked at, marked as such
            versions: tuple[SubmissionVersion, ...] = ()
            wrong = keep_exercise(round_, told, main_plan(), by=by, at=at)
        else:
            versions, wrong = _to_submissions(round_, told, plan, by, at)
    return Closed(kept, tuple(e.estimate for e in figures.estimates), (*figures.findings, *wrong), versions)


def _recorded_design(round_: Round) -> dict[str, Any]:
    """What the estimates rest on: the design given at opening and the list of the sample in force."""
    last = round_.sample_tables.last()
    return dict(round_.design) | ({} if last is None else {"sample": last.pk, "sha256": last.file_digest})


def checksum_of(rows: list[dict[str, Any]]) -> str:
    text = json.dumps(rows, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _row(e: SeriesEstimate) -> dict[str, Any]:
    more = {"definition": e.definition, "area": e.area, "sex": e.sex, "age": e.age}
    return more | e.estimate.as_row() | ({"part": e.part} if e.part else {})


def _to_submissions(
    round_: Round, told: list[Row], plan: Plan, by: str, at: datetime
) -> tuple[tuple[SubmissionVersion, ...], list[Finding]]:
    """Lay the law's series into the agency's submission of each collection the instrument serves.

    A figure that cannot be (more taught than there are) is told and left out, the others stand.
    """
    now = main_plan()  # what is asked today; the figures are of the round's own text
    agency = round_.agency or national_centre(now)
    known = vocabulary([now])
    versions: list[SubmissionVersion] = []
    findings: list[Finding] = []
    for collection in plan.instruments[round_.instrument].collections:
        rows = [row for row in told if collection in plan.indicator(row.indicator).collections]
        if not rows:
            continue
        try:
            wrong = check_content(rows, errand(agency, collection, round_.year, now).asked, known)
        except Refused as refused:  # nobody asked this agency: the estimates stay with the round
            findings += refused.findings
            continue
        findings += wrong
        left_out = {f.row for f in wrong}
        fitting = [row for number, row in enumerate(rows, start=2) if number not in left_out]
        if fitting:
            versions.append(
                hand_in(
                    agency=agency,
                    collection=collection,
                    year=round_.year,
                    rows=fitting,
                    came_by=SubmissionVersion.Came.ROUND,
                    round_=round_,
                    by=by,
                    at=at,
                )
            )
    return tuple(versions), findings


def _values(round_: Round, kept: RoundEstimate, plan: Plan, figures: RoundFigures) -> Iterator[Row]:
    """The law's series as rows of a submission; other wordings stay with the round."""
    by_code = {one.definition.code: one for one in figures.links}
    sample = sample_of(round_)
    wholes = {code: _area(round_, design_of(round_, one, sample)) for code, one in by_code.items()}
    answered = {
        (e.definition, e.area or wholes[e.definition], e.sex, e.age)
        for e in figures.estimates
        if not is_aggregate(e)
    }
    for e in figures.estimates:
        one = by_code[e.definition]
        if is_aggregate(e) and (e.definition, e.area, e.sex, e.age) in answered:
            continue  # answers speak of the same people: the rows stay with the round, beside them
        definition, indicator = one.definition, plan.indicator(one.definition.indicator)
        # a part is a series of its own only where the plan gives it a population of its own
        is_own = definition.wording == "part" and definition.population not in indicator.populations
        if definition.wording != "law" and not is_own:
            continue
        whole = wholes[e.definition]
        area = e.area or whole
        if not area:
            continue  # a recruited sample speaks of its cities, never of the country
        if e.area and e.area == whole and not is_aggregate(e):
            continue  # what belongs to no part of the country is a part too, and not the country's figure
        unit = e.part or indicator.unit
        is_relative = e.estimate.estimand in {"share", "ratio"}
        scale = (plan.unit(unit).factor if is_relative else None) or Decimal(1)
        yield Row(
            indicator=definition.indicator,
            population=definition.population,
            sex=e.sex,
            age=e.age,
            area=area,
            period=str(round_.year),
            unit=unit,
            value=_said(e.estimate.estimate, scale),
            missing="" if e.estimate.estimate is not None else Missing.NOT_ESTIMABLE,
            is_nil=is_nil(e) and e.estimate.estimate is not None,
            # a symmetric interval may reach beyond what can be; the round keeps it as computed
            lower=_said(e.estimate.lower, scale, lowest=Decimal(0)),
            upper=_said(e.estimate.upper, scale, highest=plan.maximum(indicator, unit)),
            denominator=str(e.estimate.n)
            if e.estimate.estimand == "share" and scale == 100 and e.estimate.n
            else "",
            n=str(e.estimate.n) if e.estimate.n else "",
            method=e.estimate.method,
            round=round_.code,
            note=f"sha256 {kept.checksum[:16]}",
        )


def _area(round_: Round, design: Design) -> str:
    if design.kind == "rds":
        return ""
    if round_.agency is not None:
        return str(round_.agency.areas[0]) if round_.agency.areas else COUNTRY
    return COUNTRY


def _said(
    number: float | None, scale: Decimal, *, lowest: Decimal | None = None, highest: Decimal | None = None
) -> str:
    if number is None or not math.isfinite(number):
        return ""
    said = Decimal(repr(float(number))) * scale
    if lowest is not None:
        said = max(said, lowest)
    if highest is not None:
        said = min(said, highest)
    return f"{said.quantize(_DIGITS).normalize():f}"
