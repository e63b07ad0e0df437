"""Files of values between being sent and being applied: a folder each, with what the check found."""

from __future__ import annotations

import json
import secrets
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django_tasks import task

from dozor.apps.bank.actions import ImportSummary, import_values
from dozor.apps.bank.vocabulary import vocabulary
from dozor.core.findings import Finding

AT_ONCE = 2_000_000  # bytes checked while the person waits; a longer file is checked in the background
LONGEST = 1_000_000_000
KEPT = timedelta(days=7)
VALUES, PACKAGE = "values", "package"
WAITING, CHECKED, APPLIED, FAILED = "waiting", "checked", "applied", "failed"


@dataclass
class Upload:
    """One file sent by one person, and how far it is."""

    token: str
    name: str
    by: str
    size: int
    sent_at: str
    kind: str = VALUES
    state: str = WAITING
    is_applying: bool = False
    rows_read: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: int = 0
    findings: list[dict[str, Any]] = field(default_factory=list)

    @property
    def folder(self) -> Path:
        return _home() / self.token

    @property
    def path(self) -> Path:
        return self.folder / "file"

    @property
    def is_long(self) -> bool:
        return self.size > AT_ONCE

    @property
    def may_apply(self) -> bool:
        return self.state == CHECKED and not self.refused and bool(self.new or self.changed)

    @property
    def found(self) -> list[Finding]:
        return [Finding(**one) for one in self.findings]

    def save(self) -> None:
        half = self.folder / "state.part"
        half.write_text(json.dumps(asdict(self), ensure_ascii=False), encoding="utf-8")
        half.replace(self.folder / "state.json")

    def take(self, summary: ImportSummary, state: str) -> None:
        self.new, self.changed, self.unchanged = summary.new, summary.changed, summary.unchanged
        self.refused, self.rows_read = summary.refused, summary.rows
        self.findings = [plain(f) for f in summary.findings]
        self.state = state
        self.save()


def _home() -> Path:
    return Path(settings.HOME) / "files" / "uploads"


def plain(finding: Finding) -> dict[str, Any]:
    """A finding as the state of an upload keeps it."""
    values = {k: v if isinstance(v, (int, float)) else str(v) for k, v in finding.values.items()}
    return {**asdict(finding), "values": values}


def keep(file: UploadedFile, *, by: str, at: datetime, kind: str = VALUES) -> Upload:
    """Keep a sent file until it is applied or dropped; forgotten ones go after a week."""
    for old in _all():
        if datetime.fromisoformat(old.sent_at) < at - KEPT:
            drop(old)
    made = Upload(
        token=secrets.token_urlsafe(16),
        name=Path(file.name or "").name[:200] or "values",
        by=by,
        size=file.size or 0,
        sent_at=at.isoformat(),
        kind=kind,
    )
    made.folder.mkdir(parents=True, mode=0o700)
    with made.path.open("wb") as target:
        for chunk in file.chunks():
            target.write(chunk)
    made.save()
    return made


def find(token: str, *, by: str, kind: str = VALUES) -> Upload | None:
    """A person's own upload; nobody sees another's."""
    state = _home() / token / "state.json"
    if "/" in token or token.startswith(".") or not state.is_file():
        return None
    found = Upload(**json.loads(state.read_text(encoding="utf-8")))
    return found if (found.by, found.kind) == (by, kind) else None


def waiting(*, by: str) -> list[Upload]:
    """A person's files of values not applied yet, newest first."""
    own = [u for u in _all() if u.by == by and u.kind == VALUES and u.state != APPLIED]
    return sorted(own, key=lambda u: u.sent_at, reverse=True)


def _all() -> Iterator[Upload]:
    for state in _home().glob("*/state.json"):
        yield Upload(**json.loads(state.read_text(encoding="utf-8")))


def drop(upload: Upload) -> None:
    shutil.rmtree(upload.folder, ignore_errors=True)


def check(upload: Upload) -> None:
    """Read the whole file without touching the bank."""
    _read(upload, dry_run=True, state=CHECKED)


def apply(upload: Upload) -> None:
    """Load the file: every row or none."""
    _read(upload, dry_run=False, state=APPLIED)


def _read(upload: Upload, *, dry_run: bool, state: str) -> None:
    def progress(rows: int) -> None:
        upload.rows_read = rows
        upload.save()

    try:
        summary = import_values(
            upload.path,
            name=upload.name,
            vocabulary=vocabulary(),
            by=upload.by,
            at=timezone.now(),
            dry_run=dry_run,
            progress=progress if upload.is_long else None,
        )
    except BaseException:
        upload.state = FAILED
        upload.save()
        raise
    upload.is_applying = False
    # a file refused now although it passed the check: the bank has moved on since, and nothing is applied
    upload.take(summary, state if dry_run or summary.is_applied else CHECKED)
    if upload.state == APPLIED:
        upload.path.unlink(missing_ok=True)


@task()
def check_later(token: str, by: str) -> None:
    if found := find(token, by=by):
        check(found)


@task()
def apply_later(token: str, by: str) -> None:
    if found := find(token, by=by):
        apply(found)
