"""Records how a round's sample was drawn: the list of places, strata or institutions with their chances."""

from __future__ import annotations

import hashlib
from datetime import datetime
from pathlib import Path

from django.db import transaction

from dozor.apps.audit.actions import record
from dozor.apps.collection.models import Round, SampleTable
from dozor.apps.collection.round_texts import plan_of_round
from dozor.core.answers.of_instrument import form_of_instrument
from dozor.core.design.sample_list import SampleList, read_sample_list, sample_list_of
from dozor.core.findings import Finding, Refused
from dozor.core.plan import Plan
from dozor.core.plan.definitions import Design
from dozor.formats.tables import read_table


def record_sample(
    round_: Round, path: Path, *, by: str, at: datetime, name: str = "", dry_run: bool = False
) -> tuple[SampleList, SampleTable | None]:
    """Load the list of a round's sample; its weights are used when the round is closed.

    A later list takes the place of an earlier one, which stays recorded.

    Raises
    ------
    Refused
        ``COL-ROUND-CLOSED``, ``COL-SAMPLE-…``; what is wrong with the table, by row.
    """
    if round_.closed_at is not None:
        raise Refused(Finding("COL-ROUND-CLOSED", found=round_.code))
    name = name or path.name
    sample = read_sample_list(
        ((row.number, row.cells) for row in read_table(path, name)), keys=keys_of(round_), file=name
    )
    if dry_run:
        return sample, None
    with transaction.atomic():
        kept = SampleTable.objects.create(
            round=round_,
            content=sample.as_mapping(),
            lines=len(sample.lines),
            file_name=name[:300],
            file_digest=hashlib.sha256(path.read_bytes()).hexdigest(),
            made_at=at,
            made_by=by,
        )
        record(
            action="sample recorded",
            by=by,
            at=at,
            subject=round_.code,
            details={"lines": kept.lines, "key": sample.key, "file_sha256": kept.file_digest},
            rows=[kept],
        )
    return sample, kept


def sample_of(round_: Round) -> SampleList | None:
    """The list in force; None when none was loaded."""
    last = round_.sample_tables.last()
    return None if last is None else sample_list_of(last.content)


def drawn_design(instrument: str, plan: Plan) -> Design | None:
    """The design by chance that the definitions over an instrument name; None when they name none."""
    named = (d for d in plan.definitions if d.instrument == instrument)
    return next((one for d in named for one in d.designs if one.kind == "sample"), None)


def takes_sample(round_: Round) -> bool:
    """Whether a list means anything to a round: it is open, and drawn by chance."""
    try:
        return round_.closed_at is None and bool(keys_of(round_))
    except Refused:
        return False


def keys_of(round_: Round) -> tuple[str, ...]:
    """Fields whose answers may name the lines: codes of places and institutions, never a person's.

    Raises
    ------
    Refused
        ``COL-SAMPLE-CHAINS``, ``COL-SAMPLE-NONE``: a list means nothing to this round.
    """
    plan = plan_of_round(round_)
    instrument = plan.instruments[round_.instrument]
    if round_.design.get("kind") == "rds":
        raise Refused(Finding("COL-SAMPLE-CHAINS", found=round_.code))
    if drawn_design(instrument.code, plan) is None or round_.design.get("kind") == "census":
        raise Refused(Finding("COL-SAMPLE-NONE", found=instrument.code))
    codes = {f.name for f in form_of_instrument(instrument).fields if f.is_code}
    return tuple(
        f.name
        for f in instrument.fields
        if f.kind == "text" and f.constraint and f.repeat is None and f.name not in {*codes, "interviewer"}
    )
