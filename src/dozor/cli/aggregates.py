"""`dozor aggregates import|show`: counts a closed institution gives instead of answers."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from dozor.cli.instance_room import open_instance, whoami
from dozor.cli.output import (
    Format,
    FormatOption,
    finding_json,
    print_findings,
    print_json,
    print_table,
    tell,
)
from dozor.core.findings import Finding, Refused

app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False)
RoundOption = Annotated[str, typer.Option("--round", help="code of a round")]
AgencyOption = Annotated[str | None, typer.Option(help="whose rows; by default the round's own agency")]


@app.command("import")
def import_aggregates(
    instrument: Annotated[str, typer.Argument(help="code of the instrument")],
    file: Annotated[Path, typer.Argument(help="CSV or XLSX, as `form build --to aggregates` lays it out")],
    round_code: RoundOption,
    agency: AgencyOption = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="say what would come, keep nothing")] = False,
    format: FormatOption = Format.TABLE,  # noqa: A002
) -> None:
    """Take rows of counts into a round: all of them, or none when any is wrong."""
    open_instance()
    from django.utils import timezone

    from dozor.apps.collection.aggregating import give_aggregates
    from dozor.apps.collection.models import Way
    from dozor.apps.collection.rounds import round_of
    from dozor.apps.organisations.models import Agency
    from dozor.formats.tables import read_table

    of = round_of(round_code)
    if of.instrument != instrument:
        raise Refused(Finding("COL-ROUND-OTHER", found=of.code, values={"instrument": of.instrument}))
    whose = Agency.objects.filter(code=agency or (of.agency.code if of.agency else "")).first()
    if whose is None or (of.agency_id is not None and of.agency_id != whose.pk):
        raise Refused(Finding("INST-AGENCY", found=agency or ""))
    summary = give_aggregates(
        of,
        ((row.number, row.cells) for row in read_table(file)),
        agency=whose,
        way=Way.COMMAND,
        by=whoami(),
        at=timezone.now(),
        dry_run=dry_run,
    )
    if format is Format.JSON:
        print_json(
            {
                "rows": len(summary.rows),
                "version": summary.version,
                "applied": summary.is_applied,
                "refused": len({f.row for f in summary.findings}),
                "findings": [finding_json(f) for f in summary.findings],
            }
        )
    else:
        print_findings(summary.findings, as_json=False)
    if summary.findings:
        tell("Nothing was kept: correct the rows and load the file again.")
        sys.exit(2)
    tell("Rows: {rows}; version {version}.", rows=len(summary.rows), version=summary.version)
    if dry_run:
        tell("This was a dry run: nothing was changed.")


@app.command()
def show(
    round_code: RoundOption,
    agency: AgencyOption = None,
    version: Annotated[int | None, typer.Option(help="an earlier version, counted or not")] = None,
    format: FormatOption = Format.TABLE,  # noqa: A002
) -> None:
    """Rows of counts that stand in a round, or an earlier version of one agency's."""
    open_instance()
    from dozor.apps.collection.aggregating import rows_of
    from dozor.apps.collection.rounds import round_of
    from dozor.core.answers.aggregates import COLUMNS

    of = round_of(round_code)
    tables = of.aggregates.select_related("agency").order_by("number")
    if agency is not None:
        tables = tables.filter(agency__code=agency)
    chosen = {t.agency_id: t for t in tables if version is None or t.number == version}
    if version is not None and not chosen:
        raise Refused(Finding("COL-VERSION", found=str(version), values={"known": "—"}))
    rows = [
        {"agency": t.agency.code, "version": t.number, "way": t.way, **row.as_mapping()}
        for t in chosen.values()
        for row in rows_of(t)
    ]
    if format is Format.JSON:
        print_json(rows)
        return
    print_table(list(COLUMNS), ([str(row[name]) for name in COLUMNS] for row in rows), numeric=(5, 6, 7))
