"""Writes to the bank: whole files, all or nothing."""

from __future__ import annotations

import hashlib
import pickle
import tempfile
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import IO, Any

import numpy as np
from django.db import transaction

import dozor
from dozor.apps.audit.actions import hold_journal, record
from dozor.apps.audit.sealing import digest_many
from dozor.apps.bank import models
from dozor.apps.bank.records import FIGURE, Ready, comparable, insert, ready
from dozor.apps.quality.orders import order_bank
from dozor.core.findings import Finding, Refused
from dozor.core.observations.checking import COLUMNS, REQUIRED, CheckedRow, Vocabulary, check_row
from dozor.formats.tables import read_table

BATCH = 1000
MOST_FINDINGS = 500  # a file of a million wrong rows needs no million messages

Progress = Callable[[int], None]


@dataclass
class ImportSummary:
    """What a file would change, or has changed."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: int = 0
    findings: list[Finding] = field(default_factory=list)
    rows: int = 0
    is_applied: bool = False
    act: models.ValuesImport | None = None  # None: nothing was changed


def import_values(
    path: Path,
    *,
    name: str = "",
    vocabulary: Vocabulary,
    by: str,
    at: datetime,
    dry_run: bool = False,
    kinds: Mapping[str, str] | None = None,
    is_simulated: bool = False,
    progress: Progress | None = None,
) -> ImportSummary:
    """Load a table of values: every row, or none when any row is refused.

    Parameters
    ----------
    kinds
        Kind of source by its title, where known.
    is_simulated
        Whether the values are invented; their sources then are marked so for good.
    progress
        Called with the number of rows read so far, every thousand rows.

    Notes
    -----
    The rows are checked as they stream in and wait in a temporary file; the bank is touched only when
    the whole file has been found right, in one transaction with its event in the journal.
    """
    summary = ImportSummary()
    with tempfile.TemporaryFile() as waiting:
        _check_file(path, name or path.name, vocabulary, summary, waiting, progress)
        if summary.refused or (summary.findings and not summary.rows):
            return summary
        if dry_run:
            for batch in _batches(waiting):
                for _row, standing, is_same in _compared(batch):
                    _count(summary, standing, is_same)
            return summary
        with transaction.atomic():
            _apply(path, name or path.name, waiting, summary, by, at, kinds or {}, is_simulated)
            if summary.act is not None and not is_simulated:
                order_bank()
        summary.is_applied = True
    return summary


def _check_file(
    path: Path,
    name: str,
    vocabulary: Vocabulary,
    summary: ImportSummary,
    waiting: IO[bytes],
    progress: Progress | None,
) -> None:
    keys = _Keys()
    batch: list[tuple[Any, ...]] = []
    columns_seen = False
    try:
        for row in read_table(path, name):
            if not columns_seen:
                _check_columns(row.cells, name)
                columns_seen = True
            summary.rows += 1
            checked = check_row(row.cells, row.number, vocabulary)
            if isinstance(checked, CheckedRow):
                fit = ready(checked)
                keys.add(fit.key, row.number)
                batch.append(tuple(fit))
                if len(batch) == BATCH:
                    _put_aside(batch, waiting)
            else:
                _refuse(summary, checked)
            if progress and summary.rows % 1000 == 0:
                progress(summary.rows)
    except Refused as refusal:
        _refuse(summary, refusal.findings)
    _put_aside(batch, waiting)
    for first, number in keys.repeated():
        _refuse(summary, [Finding("VAL-DUPLICATE", values={"first": first}, row=number)])
    summary.findings.sort(key=lambda f: f.row or 0)


def _put_aside(batch: list[tuple[Any, ...]], waiting: IO[bytes]) -> None:
    if batch:
        pickle.dump(batch, waiting, protocol=pickle.HIGHEST_PROTOCOL)
        batch.clear()


def _refuse(summary: ImportSummary, findings: Sequence[Finding]) -> None:
    summary.refused += 1
    summary.findings += findings[: max(0, MOST_FINDINGS - len(summary.findings))]


class _Keys:
    """The keys of a file's rows in 24 bytes each, so that a file of millions fits in memory."""

    def __init__(self) -> None:
        self._keys = bytearray()
        self._numbers = array("Q")

    def add(self, key: str, number: int) -> None:
        self._keys += bytes.fromhex(key)
        self._numbers.append(number)

    def repeated(self) -> Iterator[tuple[int, int]]:
        """Pairs of row numbers: the first row with a key, and each later one that repeats it."""
        if not self._numbers:
            return
        halves = np.frombuffer(self._keys, dtype=np.uint64).reshape(-1, 2)
        order = np.lexsort((halves[:, 1], halves[:, 0]))  # stable: equal keys stay in the file's order
        equal = np.flatnonzero((halves[order[1:]] == halves[order[:-1]]).all(axis=1))
        first, last = -1, -2
        for place in map(int, equal):
            if place != last + 1:
                first = self._numbers[order[place]]
            last = place
            yield first, self._numbers[order[place + 1]]


def _check_columns(cells: Mapping[str, str], name: str) -> None:
    missing = [c for c in REQUIRED if c not in cells]
    if missing:
        raise Refused(
            Finding(
                "FILE-COLUMNS",
                found=", ".join(cells),
                values={"missing": ", ".join(missing), "required": ", ".join(REQUIRED)},
                file=name,
                row=1,
            )
        )
    unknown = [c for c in cells if c not in COLUMNS and not c.startswith("#")]
    if unknown:
        raise Refused(_unknown(column, name) for column in unknown)


def _unknown(column: str, name: str) -> Finding:
    return Finding(
        "FILE-COLUMN-UNKNOWN", found=column, values={"known": ", ".join(COLUMNS)}, file=name, row=1
    )


def _batches(waiting: IO[bytes]) -> Iterator[list[Ready]]:
    waiting.seek(0)
    while True:
        try:
            batch = pickle.load(waiting)  # noqa: S301 - our own temporary file, written a moment ago
        except EOFError:
            return
        yield [Ready(*row) for row in batch]


def _compared(batch: list[Ready]) -> Iterator[tuple[Ready, tuple[int, int] | None, bool]]:
    """Each row with the id and version standing in the bank, and whether it says the same."""
    standing: dict[str, tuple[int, int, tuple[object, ...]]] = {}
    found = models.Observation.objects.filter(key__in=[r.key for r in batch]).order_by("version")
    for key, pk, version, *figure in found.values_list("key", "id", "version", *FIGURE):
        standing[key] = (pk, version, comparable(figure))
    for row in batch:
        held = standing.get(row.key)
        if held is None:
            yield row, None, False
        else:
            yield row, held[:2], held[2] == comparable(row.figure)


def _count(summary: ImportSummary, standing: tuple[int, int] | None, is_same: bool) -> None:
    if standing is None:
        summary.new += 1
    elif is_same:
        summary.unchanged += 1
    else:
        summary.changed += 1


def _apply(
    path: Path,
    name: str,
    waiting: IO[bytes],
    summary: ImportSummary,
    by: str,
    at: datetime,
    kinds: Mapping[str, str],
    is_simulated: bool,
) -> None:
    hold_journal()
    act = models.ValuesImport.objects.create(
        file_name=name,
        file_digest=_file_digest(path),
        new=0,
        changed=0,
        unchanged=0,
        by=by,
        recorded_at=at,
        software_version=dozor.__version__,
        is_simulated=is_simulated,
    )
    sources = _Sources(kinds, is_simulated)
    for batch in _batches(waiting):
        rows = []
        for row, standing, is_same in _compared(batch):
            _count(summary, standing, is_same)
            if is_same:
                continue
            earlier, version = (None, 0) if standing is None else standing
            rows.append((*row.content, version + 1, earlier, sources.id_of(row), at, act.pk))
        insert(rows)
    if not summary.new and not summary.changed:
        # the same file twice changes nothing: no act, no event
        act.delete()
        return
    act.new, act.changed, act.unchanged = summary.new, summary.changed, summary.unchanged
    act.save()
    summary.act = act
    count, digest = digest_many(models.Observation.objects.filter(batch=act).order_by("id"))
    record(
        action="values imported",
        by=by,
        at=at,
        subject=name,
        details={
            "new": summary.new,
            "changed": summary.changed,
            "unchanged": summary.unchanged,
            "file_sha256": act.file_digest,
        },
        rows=[act, *sources.made],
        batches=[{"table": "bank_observation", "batch": act.pk, "count": count, "digest": digest}],
    )


class _Sources:
    """Finds the row of a source, or makes it; what is invented and what is not never share one."""

    def __init__(self, kinds: Mapping[str, str], is_simulated: bool) -> None:
        self._kinds, self._is_simulated = kinds, is_simulated
        self._ids = dict(models.Source.objects.values_list("key", "id"))
        self._others = set(
            models.Source.objects.filter(is_simulated=not is_simulated).values_list("key", flat=True)
        )
        self.made: list[models.Source] = []

    def id_of(self, row: Ready) -> int:
        key, title, url, year = row.source
        if key in self._others:
            raise Refused(Finding("VAL-SOURCE-SIMULATED", found=title))
        if key not in self._ids:
            made = models.Source.objects.create(
                key=key,
                title=title,
                url=url,
                year=year,
                kind=self._kinds.get(title, ""),
                is_simulated=self._is_simulated,
            )
            self._ids[key] = made.pk
            self.made.append(made)
        return self._ids[key]


def _file_digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@transaction.atomic
def choose_headlines(choices: Iterable[models.HeadlineChoice], *, by: str, at: datetime) -> None:
    """Record which sources are the headline where sources disagree, each with its reason."""
    made = _inserted(choices, at)
    record(action="headlines chosen", by=by, at=at, details={"choices": len(made)}, rows=made)


@transaction.atomic
def record_match_rules(rules: Iterable[models.MatchRule], *, by: str, at: datetime) -> None:
    """Record how well published values meet the plan's definitions."""
    made = _inserted(rules, at)
    record(action="matches recorded", by=by, at=at, details={"rules": len(made)}, rows=made)


def _inserted(rows: Iterable[Any], at: datetime) -> list[Any]:
    made = list(rows)
    for row in made:
        row.recorded_at = at
        row.save(force_insert=True)
    return made
