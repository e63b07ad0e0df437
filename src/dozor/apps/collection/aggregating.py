"""Aggregate rows of a round: what a closed institution gives instead of answers."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from dozor.apps.audit.actions import record
from dozor.apps.collection.models import AggregateTable, Round, Way
from dozor.apps.collection.round_texts import plan_of_round
from dozor.apps.organisations.models import Agency
from dozor.apps.organisations.queries import areas
from dozor.apps.quality.orders import order_round
from dozor.core.answers.aggregates import AggregateRow, Asked, check_rows
from dozor.core.findings import Finding, Refused
from dozor.core.plan import Plan


@dataclass
class AggregatesSummary:
    """What a table of aggregate rows would bring, or has brought."""

    rows: list[AggregateRow] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    version: int = 0
    is_applied: bool = False


def asked_of(instrument: str, agency: Agency, plan: Plan) -> Asked:
    """The rows an agency may give: every share its instrument estimates, in the agency's own places."""
    known = areas()
    return Asked(
        series={
            d.code: (d.sex, d.age)
            for d in plan.definitions
            if d.instrument == instrument and d.estimand == "share"
        },
        sexes=[s.code for s in plan.sexes],
        ages={a.code: a for a in plan.ages},
        is_own_area=lambda code: code in known and any(known.is_within(code, own) for own in agency.areas),
    )


def give_aggregates(
    round_: Round,
    table: Iterable[tuple[int, Mapping[str, str]]],
    *,
    agency: Agency,
    way: Way,
    by: str,
    at: datetime,
    dry_run: bool = False,
) -> AggregatesSummary:
    """Take aggregate rows as a version of what an agency gave: all of them, or none when any is wrong.

    The same rows a second time are the version that is there already.

    Raises
    ------
    Refused
        ``COL-ROUND-CLOSED``; ``AGG-NO-SHARES``: nothing the instrument estimates can be given as rows.
        What is wrong with the rows is told in the summary.
    """
    if round_.state(at) != "open":
        raise Refused(Finding("COL-ROUND-CLOSED", found=round_.code))
    asked = asked_of(round_.instrument, agency, plan_of_round(round_))
    if not asked.series:
        raise Refused(Finding("AGG-NO-SHARES", found=round_.instrument))
    rows, findings = check_rows(table, asked)
    summary = AggregatesSummary(rows, findings)
    if findings:
        return summary
    said = [r.as_mapping() for r in rows]
    digest = hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
    with transaction.atomic():
        latest = round_.aggregates.filter(agency=agency).order_by("number").last()
        if latest is not None and latest.checksum == digest:
            summary.version = latest.number
            return summary
        summary.version = (latest.number if latest else 0) + 1
        if dry_run:
            return summary
        kept = AggregateTable.objects.create(
            round=round_,
            agency=agency,
            number=summary.version,
            way=way,
            rows=said,
            checksum=digest,
            given_at=at,
            given_by=by,
        )
        record(
            action="aggregate rows given",
            by=by,
            at=at,
            subject=round_.code,
            details={"agency": agency.code, "version": kept.number, "rows": len(rows)},
            rows=[kept],
        )
        order_round(round_.pk)
    summary.is_applied = True
    return summary


def rows_of(table: AggregateTable) -> list[AggregateRow]:
    return [AggregateRow(**cells) for cells in table.rows]


def counted_rows(round_: Round) -> list[AggregateRow]:
    """The rows that count: of each agency its last version."""
    last = {t.agency_id: t for t in round_.aggregates.order_by("number")}
    return [row for table in last.values() for row in rows_of(table)]
