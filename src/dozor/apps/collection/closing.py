"""Closes a round: estimates every series its instrument feeds, and puts the law's into the bank."""

from __future__ import annotations

import csv
import hashlib
import json
import math
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db import transaction

import dozor
from dozor.apps.audit.actions import record
from dozor.apps.bank.actions import ImportSummary, import_values
from dozor.apps.bank.vocabulary import vocabulary
from dozor.apps.collection.gathering import answers_of_round, gather, table_names
from dozor.apps.collection.models import Round, RoundEstimate
from dozor.apps.collection.queries import COUNTRY
from dozor.apps.plans.queries import main_plan
from dozor.core.estimation.estimate import Estimate
from dozor.core.estimation.series import Link, link
from dozor.core.findings import Finding, Refused
from dozor.core.plan import Plan
from dozor.core.plan.definitions import Design
from dozor.store.answers_at_rest.tables import INSTANCE_ID
from dozor.store.series import SeriesEstimate, estimate_series
from dozor.store.source import Source, types_of

Progress = Callable[[float], None]
UNDESIGNED = Design("census", "census")
_DIGITS = Decimal("0.01")  # as a report prints them; the round keeps every digit


@dataclass(frozen=True)
class Closed:
    """A closed round: its estimates, what could not be estimated and why, what entered the bank."""

    kept: RoundEstimate
    estimates: tuple[Estimate, ...]
    findings: tuple[Finding, ...]
    values: ImportSummary | None


def close_round(round_: Round, *, by: str, at: datetime, progress: Progress = lambda _: None) -> Closed:
    """Close a round for good and estimate it with its recorded design.

    A series that cannot be estimated (nobody answered, a chain of recruitment that does not hold) does not
    keep the others back: it is reported with its finding.

    Raises
    ------
    Refused
        ``COL-ROUND-CLOSED``; ``COL-ROUND-EMPTY``: nothing came, so there is nothing to close.
    """
    if round_.closed_at is not None:
        raise Refused(Finding("COL-ROUND-CLOSED", found=round_.code))
    gather(round_, by=by, at=at)
    source = _source(round_)
    plan = main_plan()
    estimates: list[SeriesEstimate] = []
    findings: list[Finding] = []
    links = [
        link(d, plan.instruments[round_.instrument])
        for d in plan.definitions
        if d.instrument == round_.instrument
    ]
    for done, one in enumerate(links, start=1):
        try:
            estimates += estimate_series(
                _turns(round_, one) if one.repeat else source,
                one,
                design_of(round_, one),
                ages={a.code: a for a in plan.ages},
                row_id=INSTANCE_ID,
            )
        except Refused as refused:
            findings += refused.findings
        progress(done / len(links))
    rows = [_row(e) for e in estimates]
    with transaction.atomic():
        kept = RoundEstimate.objects.create(
            round=round_,
            estimates=rows,
            design=round_.design,
            answer_files=table_names(round_),
            answers=int(source.table.count().to_pyarrow().as_py()),
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
        values = _to_bank(round_, kept, plan, links, estimates, by, at)
    findings += values.findings if values else []
    return Closed(kept, tuple(e.estimate for e in estimates), tuple(findings), values)


def design_of(round_: Round, one: Link) -> Design:
    """The design recorded for the round, else the first its definition names."""
    recorded: Mapping[str, Any] = round_.design
    if recorded:
        return Design(
            "round", recorded["kind"], dict(recorded.get("columns", {})), tuple(recorded.get("coupons", ()))
        )
    return one.definition.designs[0] if one.definition.designs else UNDESIGNED


def checksum_of(rows: list[dict[str, Any]]) -> str:
    text = json.dumps(rows, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _source(round_: Round) -> Source:
    table = answers_of_round(round_)
    if table is None:
        raise Refused(Finding("COL-ROUND-EMPTY", found=round_.code))
    return Source(table=table, types=types_of(table.schema()), file=round_.code)


def _turns(round_: Round, one: Link) -> Source:
    table = answers_of_round(round_, repeat=one.repeat or "")
    if table is None:
        raise Refused(Finding("COL-ROUND-EMPTY", found=round_.code))
    return Source(table=table, types=types_of(table.schema()), file=round_.code)


def _row(e: SeriesEstimate) -> dict[str, Any]:
    more = {"definition": e.definition, "area": e.area, "sex": e.sex, "age": e.age}
    return more | e.estimate.as_row() | ({"part": e.part} if e.part else {})


def _to_bank(
    round_: Round,
    kept: RoundEstimate,
    plan: Plan,
    links: list[Link],
    estimates: list[SeriesEstimate],
    by: str,
    at: datetime,
) -> ImportSummary | None:
    rows = list(_values(round_, kept, plan, links, estimates))
    known, name = vocabulary([plan]), f"{round_.code}.csv"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        if not _written(path, rows):
            return None
        # a figure that cannot be (more taught than there are) is told and left out, the others stand
        tried = import_values(path, vocabulary=known, by=by, at=at, dry_run=True)
        wrong = {f.row for f in tried.findings}
        fitting = [row for number, row in enumerate(rows, start=2) if number not in wrong]
        if not _written(path, fitting):
            return tried
        summary = import_values(path, name=name, vocabulary=known, by=by, at=at)
    if summary.refused:
        raise Refused(summary.findings)
    summary.findings = tried.findings
    return summary


def _written(path: Path, rows: list[dict[str, str]]) -> bool:
    if rows:
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
    return bool(rows)


def _values(
    round_: Round, kept: RoundEstimate, plan: Plan, links: list[Link], estimates: list[SeriesEstimate]
) -> Iterator[dict[str, str]]:
    """The law's series as values of the bank; other wordings stay with the round."""
    by_code = {one.definition.code: one for one in links}
    for e in estimates:
        one = by_code[e.definition]
        definition, indicator = one.definition, plan.indicator(one.definition.indicator)
        # a part is a series of its own only where the plan gives it a population of its own
        is_own = definition.wording == "part" and definition.population not in indicator.populations
        if definition.wording != "law" and not is_own:
            continue
        area = e.area or _area(round_, design_of(round_, one))
        if not area:
            continue  # a recruited sample speaks of its cities, never of the country
        unit = e.part or indicator.unit
        is_relative = e.estimate.estimand in {"share", "ratio"}
        scale = (plan.unit(unit).factor if is_relative else None) or Decimal(1)
        yield {
            "indicator": definition.indicator,
            "population": definition.population,
            "sex": e.sex,
            "age": e.age,
            "area": area,
            "period": str(round_.year),
            "value": _said(e.estimate.estimate, scale),
            "missing": "" if e.estimate.estimate is not None else "not-estimable",
            "unit": unit,
            # a symmetric interval may reach beyond what can be; the round keeps it as computed
            "lower": _said(e.estimate.lower, scale, lowest=Decimal(0)),
            "upper": _said(e.estimate.upper, scale, highest=plan.maximum(indicator, unit)),
            "denominator": str(e.estimate.n)
            if e.estimate.estimand == "share" and scale == 100 and e.estimate.n
            else "",
            "source_title": f"{round_.form.title_ru}, {round_.code}",
            "source_year": str(round_.year),
            "note": f"{e.estimate.method}; n = {e.estimate.n}; sha256 {kept.checksum[:16]}",
        }


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
