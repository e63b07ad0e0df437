"""Copies an instance into one file and back, whatever database it stands on.

The file is a zip: ``manifest.json``, one JSON-lines file per table, the answers as they lie encrypted, and
the keys. Rows are written from one snapshot of the database, so a copy made while people work is
consistent. It holds the keys: keep it as you keep the instance.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.core.management.color import no_style
from django.core.serializers.json import DjangoJSONEncoder
from django.db import DatabaseError, connection, models, transaction
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

import dozor
from dozor.apps.audit.actions import remember_head
from dozor.apps.audit.models import Head
from dozor.apps.audit.snapshot import one_snapshot
from dozor.apps.collection.answer_room import answers_folder, writing
from dozor.apps.home import keys_folder
from dozor.apps.instance.actions import check_empty
from dozor.apps.instance.archive import (
    ANSWERS,
    DAMAGED,
    FORMAT,
    KEYS,
    LATER_KEYS,
    is_answer_file,
    read_manifest,
)
from dozor.apps.releases.content import FOLDER as RELEASES
from dozor.apps.releases.content import releases_folder
from dozor.core.findings import Finding, Refused

BATCH = 1000
MADE_ANEW = ("reporting",)  # orders of reports, whose files are not copied either

Progress = Callable[[str, int], None]


def kept_models() -> list[type[models.Model]]:
    """Every table of ours but those whose content is made anew; sessions and the like are Django's."""
    ours = [c for c in apps.get_app_configs() if c.name.startswith("dozor.") and c.label not in MADE_ANEW]
    return [m for config in ours for m in config.get_models() if m._meta.managed]


def backup(target: Path, *, at: datetime, progress: Progress | None = None) -> dict[str, Any]:
    """Write a copy of the instance; an existing file is never overwritten.

    Returns the manifest: version, migrations, rows and SHA-256 per table, the end of the journal.
    """
    if target.exists():
        raise Refused(Finding("INST-FILE-EXISTS", found=str(target)))
    if not target.parent.is_dir():
        raise Refused(Finding("INST-NO-FOLDER", found=str(target.parent)))
    half = target.with_name(target.name + ".part")
    half.unlink(missing_ok=True)
    half.touch(mode=0o600)  # it will hold the keys
    tables: dict[str, Any] = {}
    with zipfile.ZipFile(half, "w", zipfile.ZIP_DEFLATED) as archive, writing(), one_snapshot():
        head = Head.objects.filter(id=1).first()
        for model in kept_models():
            tables[model._meta.label] = _write_table(archive, model, progress)
        answers = _write_answers(archive)
        releases = _write_releases(archive)
        for name in (*KEYS, *LATER_KEYS):
            if (keys_folder() / name).exists():
                archive.writestr(f"keys/{name}", (keys_folder() / name).read_text())
        manifest = {
            "format": FORMAT,
            "dozor": dozor.__version__,
            "made_at": at.isoformat(),
            "engine": connection.vendor,
            "migrations": _latest_migrations(),
            "head": {"sequence": head.sequence, "mac": head.mac} if head else None,
            "tables": tables,
            "answers": answers,
            "releases": releases,
        }
        archive.writestr("manifest.json", json.dumps(manifest, indent=1))
    half.replace(target)
    return manifest


def _write_answers(archive: zipfile.ZipFile) -> dict[str, str]:
    """Copy the encrypted files as they are; return the SHA-256 of each."""
    digests: dict[str, str] = {}
    folder = answers_folder()
    for path in sorted(folder.rglob("*")):
        name = f"{ANSWERS}/{path.relative_to(folder).as_posix()}"
        if is_answer_file(name):
            content = path.read_bytes()
            digests[name] = hashlib.sha256(content).hexdigest()
            # what is encrypted does not shrink
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content)
    return digests


def _read_answers(archive: zipfile.ZipFile, digests: dict[str, str]) -> None:
    for name, digest in digests.items():
        content = archive.read(name)
        if not is_answer_file(name) or hashlib.sha256(content).hexdigest() != digest:
            raise Refused(Finding("INST-BACKUP", found=name))
        path = answers_folder() / name.removeprefix(f"{ANSWERS}/")
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.touch(mode=0o600)
        path.write_bytes(content)


def _write_releases(archive: zipfile.ZipFile) -> dict[str, str]:
    """Copy the frozen files of releases; return the SHA-256 of each."""
    digests: dict[str, str] = {}
    for path in sorted(releases_folder().rglob("*")):
        if path.is_file() and path.suffix != ".part":
            name = f"{RELEASES}/{path.relative_to(releases_folder()).as_posix()}"
            content = path.read_bytes()
            digests[name] = hashlib.sha256(content).hexdigest()
            archive.writestr(name, content)
    return digests


def _read_releases(archive: zipfile.ZipFile, digests: dict[str, str]) -> None:
    for name, digest in digests.items():
        content = archive.read(name)
        path = (releases_folder() / name.removeprefix(f"{RELEASES}/")).resolve()
        if not path.is_relative_to(releases_folder()) or hashlib.sha256(content).hexdigest() != digest:
            raise Refused(Finding("INST-BACKUP", found=name))
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.touch(mode=0o600)
        path.write_bytes(content)


def _write_table(
    archive: zipfile.ZipFile, model: type[models.Model], progress: Progress | None
) -> dict[str, Any]:
    names = [f.attname for f in model._meta.concrete_fields]
    running, count = hashlib.sha256(), 0
    with archive.open(f"tables/{model._meta.label}.jsonl", "w", force_zip64=True) as file:
        for row in model._default_manager.order_by("pk").values_list(*names).iterator(2000):
            line = json.dumps(row, cls=_Encoder, ensure_ascii=False).encode() + b"\n"
            running.update(line)
            file.write(line)
            count += 1
            if progress and count % 5000 == 0:
                progress(model._meta.db_table, count)
    return {"columns": names, "rows": count, "sha256": running.hexdigest()}


class _Encoder(DjangoJSONEncoder):
    """Django's own cuts an instant to milliseconds; the journal's seals need every digit."""

    def default(self, o: Any) -> Any:
        return o.isoformat() if isinstance(o, datetime) else super().default(o)


def _latest_migrations() -> dict[str, str]:
    latest: dict[str, str] = {}
    for app, name in sorted(MigrationRecorder(connection).applied_migrations()):
        latest[app] = name
    return latest


def restore(source: Path, *, progress: Progress | None = None) -> dict[str, Any]:
    """Fill an empty database from a backup, then bring it to this version.

    The tables are first made as they were when the backup was written, so that an earlier version's rows
    fit; then the migrations since carry them forward.
    """
    manifest = read_manifest(source)
    check_empty()
    loader = MigrationLoader(None, ignore_no_migrations=True)
    known = loader.disk_migrations
    made_with = sorted(manifest["migrations"].items())
    ours = [(app, name) for app, name in made_with if apps.is_installed(f"dozor.apps.{app}")]
    if not known.keys() >= set(ours):
        raise Refused(Finding("INST-BACKUP-NEWER", found=str(manifest["dozor"])))
    if set(loader.graph.leaf_nodes()) <= set(made_with):
        call_command("migrate", verbosity=0)
    else:
        for app, name in ours:
            call_command("migrate", app, name, verbosity=0)
    then = MigrationLoader(connection).project_state([m for m in made_with if m in known]).apps
    try:
        filled = [then.get_model(label) for label in manifest["tables"]]
        with zipfile.ZipFile(source) as archive, transaction.atomic():
            for model in filled:
                _read_table(archive, model, manifest["tables"][model._meta.label], progress)
            with connection.cursor() as cursor:
                for statement in connection.ops.sequence_reset_sql(no_style(), filled):
                    cursor.execute(statement)  # nosemgrep: no-raw-sql - Django's own words for its tables
            _read_answers(archive, manifest.get("answers", {}))
            _read_releases(archive, manifest.get("releases", {}))
    except (*DAMAGED, ValidationError, LookupError, DatabaseError) as problem:
        raise Refused(Finding("INST-BACKUP", found=str(source))) from problem
    call_command("migrate", verbosity=0)
    if manifest["head"]:
        remember_head(**manifest["head"])
    return manifest


def _read_table(
    archive: zipfile.ZipFile, model: type[models.Model], about: dict[str, Any], progress: Progress | None
) -> None:
    label = model._meta.label
    by_column = {f.attname: f for f in model._meta.concrete_fields}
    columns = [by_column[c] for c in about["columns"]]
    names = ", ".join(connection.ops.quote_name(f.column) for f in columns)
    places = ", ".join(["%s"] * len(columns))
    insert = f"INSERT INTO {connection.ops.quote_name(model._meta.db_table)} ({names}) VALUES ({places})"  # noqa: S608 - names of our own columns
    running, count, batch = hashlib.sha256(), 0, []
    with archive.open(f"tables/{label}.jsonl") as raw, connection.cursor() as cursor:
        for line in io.BufferedReader(raw):  # type: ignore[arg-type]
            running.update(line)
            values = json.loads(line)
            batch.append(
                [f.get_db_prep_save(f.to_python(v), connection) for f, v in zip(columns, values, strict=True)]
            )
            count += 1
            if len(batch) == BATCH:
                cursor.executemany(insert, batch)
                batch.clear()
                if progress:
                    progress(model._meta.db_table, count)
        if batch:
            cursor.executemany(insert, batch)
    if (count, running.hexdigest()) != (about["rows"], about["sha256"]):
        raise Refused(Finding("INST-BACKUP", found=label))
