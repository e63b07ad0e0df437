"""Takes a file of answers into a round: every record of it, or none."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from dozor.apps.collection.answer_room import answer_keys
from dozor.apps.collection.gathering import gather, gathered_ids, keep_table
from dozor.apps.collection.models import Form, Round, Way
from dozor.apps.collection.versions import confirm_nil, give, latest_of
from dozor.apps.collection.workbooks import filled_workbook
from dozor.apps.organisations.models import Agency
from dozor.apps.quality.orders import order_round
from dozor.core.answers.checking import check_record
from dozor.core.answers.form import AnswerForm
from dozor.core.answers.identity import refused_headings
from dozor.core.findings import Finding, Refused
from dozor.formats.tables import TableRow, read_table
from dozor.formats.workbook import is_workbook
from dozor.store.answers_at_rest import AnswerKeys, StoredRecord
from dozor.store.answers_at_rest.tables import INSTANCE_ID, VERSION

MOST_FINDINGS = 500
Progress = Callable[[int], None]


@dataclass
class AnswersSummary:
    """What a file of answers would bring, or has brought."""

    records: int = 0
    new: int = 0
    unchanged: int = 0
    refused: int = 0
    findings: list[Finding] = field(default_factory=list)
    is_applied: bool = False
    is_nil: bool = False  # a workbook that confirms there is nothing to report
    version: int = 0  # of what the agency gave as a workbook; 0: a table of answers
    replaced: int = 0  # rows of the version before, which no longer count


def import_answers(
    path: Path,
    *,
    instrument: str,
    round_: Round,
    by: str,
    at: datetime,
    name: str = "",
    dry_run: bool = False,
    progress: Progress | None = None,
) -> AnswersSummary:
    """Load a table of answers, one row per record, a column per question.

    A repeated group is one column of JSON text. The columns ``instance_id`` and ``form_version`` are
    there in an export and may be left out. The same file a second time brings nothing. An agency's Excel
    workbook is read by its own rules; sent again with other answers it is a further version, which replaces
    the rows of the one before.

    Raises
    ------
    Refused
        ``COL-ROUND-OTHER``, ``COL-ROUND-CLOSED``. What is wrong with the file is told in the summary.
    """
    if round_.instrument != instrument:
        raise Refused(Finding("COL-ROUND-OTHER", found=round_.code, values={"instrument": round_.instrument}))
    if round_.state(at) != "open":
        raise Refused(Finding("COL-ROUND-CLOSED", found=round_.code))
    summary = AnswersSummary()
    keys = answer_keys()
    source = _digest(path, keys)
    name = name or path.name
    if is_workbook(path):
        return _workbook(path, name, round_, keys, source, summary, by=by, at=at, dry_run=dry_run)
    known = round_.answer_files.filter(source="file", source_digest=source).first()
    if known is not None:
        summary.records = summary.unchanged = known.rows
        return summary
    records = _read(read_table(path, name), name, round_, keys, source, summary, progress)
    if not summary.refused:
        _refuse_known(round_, records, summary, by, at)
    if summary.refused:
        return summary
    summary.new = len(records)
    if not dry_run and records:
        keep_table(round_, round_.form.answer_form, records, source_digest=source, by=by, at=at)
        order_round(round_.pk)
        summary.is_applied = True
    return summary


def _workbook(
    path: Path,
    name: str,
    round_: Round,
    keys: AnswerKeys,
    source: str,
    summary: AnswersSummary,
    *,
    by: str,
    at: datetime,
    dry_run: bool,
) -> AnswersSummary:
    """Take an agency's workbook as a version of what it gave: a corrected one replaces the one before."""
    try:
        filled = filled_workbook(path, name, round_, at)
        agency = Agency.objects.filter(code=filled.layout.agency).first()
        if agency is None:
            raise Refused(Finding("INST-AGENCY", found=filled.layout.agency))
    except Refused as refusal:
        summary.refused, summary.findings = 1, list(refusal.findings)
        return summary
    latest = latest_of(round_, agency)
    summary.is_nil = filled.is_nil
    if latest is not None and (latest.source_digest == source or (latest.is_nil and filled.is_nil)):
        summary.version = latest.number
        summary.records = summary.unchanged = latest.answer_file.rows if latest.answer_file else 0
        return summary
    # a workbook's rows hold what was filled in; the table has every column, whichever row fills it
    columns = {c.field: "" for sheet in filled.layout.sheets if not sheet.repeat for c in sheet.columns}
    rows = (TableRow(row.number, columns | row.cells) for row in filled.rows)
    records = _read(rows, name, round_, keys, source, summary, None)
    if not summary.refused and latest is None:
        _refuse_known(round_, records, summary, by, at)
    if summary.refused:
        return summary
    summary.new = len(records)
    summary.version = (latest.number if latest else 0) + 1
    summary.replaced = latest.answer_file.rows if latest and latest.answer_file else 0
    if dry_run:
        return summary
    if filled.is_nil:
        confirm_nil(round_, agency=agency, way=Way.WORKBOOK, source_digest=source, by=by, at=at)
    else:
        kept = keep_table(round_, round_.form.answer_form, records, source_digest=source, by=by, at=at)
        give(
            round_,
            agency=agency,
            way=Way.WORKBOOK,
            answer_file=kept,
            source_digest=source,
            by=by,
            at=at,
        )
    order_round(round_.pk)
    summary.is_applied = True
    return summary


def _read(
    rows: Iterator[TableRow],
    name: str,
    round_: Round,
    keys: AnswerKeys,
    source: str,
    summary: AnswersSummary,
    progress: Progress | None,
) -> list[StoredRecord]:
    records: list[StoredRecord] = []
    form = round_.form.answer_form
    first_of: dict[str, int] = {}
    asked: list[str] = []
    try:
        for row in rows:
            if not summary.records:
                _check_columns(row.cells, form, name)
                asked = [c for c in row.cells if c in form.by_name]
            summary.records += 1
            repeats, wrong = _repeats(row.cells, form, row.number)
            texts = row.cells if len(asked) == len(row.cells) else {c: row.cells[c] for c in asked}
            checked = check_record(
                form, texts, repeats, year=round_.year, pseudonym=keys.pseudonym, row=row.number
            )
            instance_id = row.cells.get(INSTANCE_ID) or f"file:{source[:24]}:{row.number}"
            found = [*wrong, *checked.identity, *checked.breaches]
            if (first := first_of.setdefault(instance_id, row.number)) != row.number:
                found.append(_twice(instance_id, row.number, first))
            if found:
                summary.refused += 1
                summary.findings += found[: max(0, MOST_FINDINGS - len(summary.findings))]
            elif not summary.refused:
                answers = checked.answers
                records.append(
                    StoredRecord(form.code, form.version, instance_id, answers.values, answers.repeats)
                )
            if progress and summary.records % 1000 == 0:
                progress(summary.records)
    except Refused as refusal:
        summary.refused += 1
        summary.findings += refusal.findings
    return records


def _check_columns(cells: Mapping[str, str], form: AnswerForm, name: str) -> None:
    asked = {*(f.name for f in form.single), *form.repeats, INSTANCE_ID, VERSION}
    unknown = [c for c in cells if c not in asked]
    personal = refused_headings(unknown, file=name)
    told = {f.found for f in personal}
    others = [Finding("COL-ANSWER-UNKNOWN", column=c, file=name, row=1) for c in unknown if c not in told]
    if personal or others:
        raise Refused([*personal, *others])


def _repeats(
    cells: Mapping[str, str], form: AnswerForm, row: int
) -> tuple[dict[str, list[dict[str, str]]], list[Finding]]:
    repeats: dict[str, list[dict[str, str]]] = {}
    wrong: list[Finding] = []
    for group in form.repeats:
        if not (text := cells.get(group, "")):
            continue
        try:
            repeats[group] = [
                {str(k): "" if v is None else str(v) for k, v in turn.items()} for turn in json.loads(text)
            ]
        except (ValueError, TypeError, AttributeError, RecursionError):
            wrong.append(Finding("COL-REPEAT", column=group, row=row))
    return repeats, wrong


def _refuse_known(
    round_: Round, records: list[StoredRecord], summary: AnswersSummary, by: str, at: datetime
) -> None:
    """A record that is in the round already is not taken twice."""
    if any(not r.instance_id.startswith("file:") for r in records):
        gather(round_, by=by, at=at)
        held = gathered_ids(round_)
        for number, one in enumerate(records, start=2):
            if one.instance_id in held:
                summary.refused += 1
                summary.findings.append(_twice(one.instance_id, number))
        del summary.findings[MOST_FINDINGS:]


def _twice(instance_id: str, row: int, first: int | None = None) -> Finding:
    return Finding(
        "COL-INSTANCE-TWICE",
        found=instance_id[:80],
        values={"first": first or ""},
        column=INSTANCE_ID,
        row=row,
    )


def _digest(path: Path, keys: AnswerKeys) -> str:
    try:
        with path.open("rb") as file:
            return keys.digest_of(hashlib.file_digest(file, "sha256").digest())
    except OSError:
        raise Refused(Finding("FILE-MISSING", found=path.name)) from None


def forms_by_version(instrument: str) -> dict[str, AnswerForm]:
    return {f.version: f.answer_form for f in Form.objects.filter(instrument=instrument)}
