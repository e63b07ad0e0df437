"""`dozor answers import|export|decide|rotate-keys`: answers of rounds."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated, Any

import typer

from dozor.cli.instance_room import open_instance, whoami
from dozor.cli.output import (
    Format,
    FormatOption,
    finding_json,
    print_findings,
    print_json,
    progress,
    tell,
)
from dozor.core.findings import Finding, Refused

if TYPE_CHECKING:
    from dozor.core.answers.form import AnswerForm
    from dozor.store.answers_at_rest import StoredRecord

app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False)
RoundOption = Annotated[str, typer.Option("--round", help="code of a round")]


@app.command("import")
def import_answers(
    instrument: Annotated[str, typer.Argument(help="code of the instrument")],
    file: Annotated[Path, typer.Argument(help="a table of answers, CSV or XLSX, a column per question")],
    round_code: RoundOption,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="say what would come, keep nothing")] = False,
    format: FormatOption = Format.TABLE,  # noqa: A002
) -> None:
    """Load a table of answers into a round: every record, or none when any is refused."""
    open_instance()
    from django.utils import timezone

    from dozor.apps.collection.importing import import_answers as load
    from dozor.apps.collection.rounds import round_of

    with progress("Reading") as bar:
        summary = load(
            file,
            instrument=instrument,
            round_=round_of(round_code),
            by=whoami(),
            at=timezone.now(),
            dry_run=dry_run,
            progress=lambda n: bar.update(bar.task_ids[0], completed=n),
        )
    if format is Format.JSON:
        print_json(
            {
                "records": summary.records,
                "new": summary.new,
                "unchanged": summary.unchanged,
                "refused": summary.refused,
                "nil": summary.is_nil,
                "version": summary.version,
                "replaced": summary.replaced,
                "findings": [finding_json(f) for f in summary.findings],
            }
        )
    else:
        print_findings(summary.findings, as_json=False)
    tell(
        "Records: {records}, new: {new}, here already: {unchanged}, refused: {refused}.",
        records=summary.records,
        new=summary.new,
        unchanged=summary.unchanged,
        refused=summary.refused,
    )
    if summary.version:
        tell(
            "Version {version} of what the agency gave; it takes the place of {replaced} earlier records.",
            version=summary.version,
            replaced=summary.replaced,
        )
    if summary.is_nil:
        tell("The agency confirms that there is nothing to report.")
    if summary.refused:
        tell("Nothing was kept: correct the rows and load the file again.")
        sys.exit(2)
    if dry_run:
        tell("This was a dry run: nothing was changed.")


@app.command()
def export(
    round_code: RoundOption,
    output: Annotated[
        Path | None, typer.Option(help="file to write: .csv, .json or .jsonl; without it, standard output")
    ] = None,
    agency: Annotated[str | None, typer.Option(help="with --version: whose workbook")] = None,
    version: Annotated[
        int | None, typer.Option(help="an earlier version of what the agency gave, counted or not")
    ] = None,
    format: FormatOption = Format.JSON,  # noqa: A002
) -> None:
    """Give back every counted answer of a round, repeated groups included; the journal notes it."""
    open_instance()
    from django.utils import timezone

    from dozor.apps.collection.gathering import stored_records
    from dozor.apps.collection.rounds import round_of

    of = round_of(round_code)
    if output is not None and output.suffix.lower() not in {".csv", ".json", ".jsonl"}:
        raise Refused(Finding("COL-EXPORT", found=output.name))
    if output is not None and output.exists():
        raise Refused(Finding("INST-FILE-EXISTS", found=str(output)))
    given = None
    if version is not None:
        from dozor.apps.collection.versions import version_of
        from dozor.apps.organisations.models import Agency

        whose = Agency.objects.filter(code=agency or (of.agency.code if of.agency else "")).first()
        if whose is None:
            raise Refused(Finding("INST-AGENCY", found=agency or ""))
        given = version_of(of, whose, version)
    records = stored_records(of, by=whoami(), at=timezone.now(), version=given)
    if output is None:
        if format is Format.JSON:
            print_json([_as_json(r) for r in records])
        else:
            _write_csv(sys.stdout, of.form.answer_form, records)
        return
    with output.open("w", encoding="utf-8", newline="") as file:
        if output.suffix.lower() == ".csv":
            _write_csv(file, of.form.answer_form, records)
        elif output.suffix.lower() == ".json":
            json.dump([_as_json(r) for r in records], file, ensure_ascii=False, indent=1)
        else:
            file.writelines(json.dumps(_as_json(r), ensure_ascii=False) + "\n" for r in records)
    output.chmod(0o600)
    tell("{file}: the answers are written. They are no longer encrypted there.", file=output)


def _as_json(record: StoredRecord) -> dict[str, Any]:
    head = {"instance_id": record.instance_id, "form_version": record.version}
    return {**head, **record.values, **{g: list(turns) for g, turns in record.repeats.items()}}


def _write_csv(file: IO[str], form: AnswerForm, records: Iterable[StoredRecord]) -> None:
    columns = ["instance_id", "form_version", *(f.name for f in form.single), *form.repeats]
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(_cells(columns, record) for record in records)


def _cells(columns: list[str], record: StoredRecord) -> Iterator[str]:
    row = _as_json(record)
    for column in columns:
        value = row.get(column)
        if isinstance(value, list):
            yield json.dumps(value, ensure_ascii=False) if value else ""
        elif isinstance(value, str) and value[:1] in {"=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"}:
            yield "'" + value  # a spreadsheet would take it for a formula
        else:
            yield "" if value is None else str(value)


@app.command()
def decide(
    record: Annotated[str, typer.Argument(help="id of a record kept apart")],
    take: Annotated[bool, typer.Option("--take/--leave-out", help="count it, or leave it out for good")],
    reason: Annotated[str, typer.Option(help="why, in words")],
    format: FormatOption = Format.TABLE,  # noqa: A002
) -> None:
    """Decide about a record that came late or broke a rule of its form."""
    open_instance()
    from django.utils import timezone

    from dozor.apps.collection.gathering import decide_quarantine

    decision = decide_quarantine(
        instance_id=record, is_taken=take, reason=reason, by=whoami(), at=timezone.now()
    )
    if format is Format.JSON:
        print_json({"instance_id": record, "taken": decision.is_taken, "reason": decision.reason})
        return
    tell("Recorded.")


@app.command("rotate-keys")
def rotate_keys(format: FormatOption = Format.TABLE) -> None:  # noqa: A002
    """Encrypt every answer under a new key and forget the old one; older backups keep their own."""
    open_instance()
    from django.utils import timezone

    from dozor.apps.collection.gathering import rotate_keys as rotate

    with progress("Encrypting anew") as bar:
        files = rotate(
            by=whoami(),
            at=timezone.now(),
            progress=lambda done, total: bar.update(bar.task_ids[0], completed=done, total=total),
        )
    if format is Format.JSON:
        print_json({"files": files})
        return
    tell("Files encrypted anew: {files}. The old key is forgotten.", files=files)
