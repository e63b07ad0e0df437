"""`dozor round …`: instruments put in the field, closed and estimated; beside them the facts of duties."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dozor.cli import round_facts
from dozor.cli.instance_room import open_instance, whoami
from dozor.cli.output import (
    Format,
    FormatOption,
    print_findings,
    print_json,
    print_table,
    progress,
    read_date,
    tell,
    worded,
)
from dozor.cli.round_facts import AgencyOption, Year, agency_named
from dozor.language.words import ROUND_STATES

if TYPE_CHECKING:
    from dozor.apps.collection.models import Round

app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False)
app.registered_commands += round_facts.app.registered_commands


@app.command("open")
def open_round(
    instrument: Annotated[str, typer.Argument(help="code of an instrument, for example survey-youth")],
    year: Year,
    agency: AgencyOption = None,
    design: Annotated[
        str | None, typer.Option(help="sample, rds or census, where it is not the one its definitions name")
    ] = None,
    weight: Annotated[str | None, typer.Option(help="field of design weights")] = None,
    stratum: Annotated[str | None, typer.Option(help="field of strata")] = None,
    cluster: Annotated[str | None, typer.Option(help="field of clusters")] = None,
    coupon: Annotated[str | None, typer.Option(help="field of the coupon brought, for rds")] = None,
    coupons: Annotated[str | None, typer.Option(help="fields of the coupons given: a,b,c")] = None,
    degree: Annotated[str | None, typer.Option(help="field of how many people a respondent knows")] = None,
    planned_end: Annotated[
        str | None, typer.Option(help="last day of the field as planned, 2026-03-01")
    ] = None,
    simulated: Annotated[
        bool, typer.Option("--simulated", help="an exercise: what is made from it says so and stays apart")
    ] = False,
    format: FormatOption = Format.TABLE,  # noqa: A002
) -> None:
    """Put an instrument in the field: phones of the agency are offered its form from now on."""
    open_instance()
    from django.utils import timezone

    from dozor.apps.collection import rounds

    columns = {"weight": weight, "stratum": stratum, "cluster": cluster, "coupon": coupon, "degree": degree}
    given = {name: column for name, column in columns.items() if column}
    kind = design or ("rds" if coupon else "sample" if given else None)
    opened = rounds.open_round(
        instrument=instrument,
        year=year,
        agency=agency_named(agency),
        design=kind and {"kind": kind, "columns": given, "coupons": coupons.split(",") if coupons else []},
        by=whoami(),
        at=timezone.now(),
        planned_end_on=read_date(planned_end) if planned_end else None,
        is_simulated=simulated,
    )
    if format is Format.JSON:
        print_json(_as_json(opened))
        return
    tell(
        "The round {round} is open; phones are offered version {version}.",
        round=opened.code,
        version=opened.form.version,
    )


@app.command("design")
def design_round(
    code: Annotated[str, typer.Argument(metavar="ROUND", help="code of a round")],
    file: Annotated[
        Path, typer.Argument(help="the sample's list, CSV or XLSX: site, stratum, probability, size, …")
    ],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="say what it holds, keep nothing")] = False,
    format: FormatOption = Format.TABLE,  # noqa: A002
) -> None:
    """Record how a round's sample was drawn: places with their chances; closing weights the answers by it."""
    open_instance()
    from django.utils import timezone

    from dozor.apps.collection.designing import record_sample
    from dozor.apps.collection.rounds import round_of

    sample, _ = record_sample(
        round_of(code), file, by=whoami(), at=timezone.now(), name=file.name, dry_run=dry_run
    )
    if format is Format.JSON:
        print_json(
            {
                "round": code,
                "key": sample.key,
                "lines": len(sample.lines),
                "planned": sample.planned,
                "recorded": not dry_run,
            }
        )
        return
    tell(
        "Lines: {lines}, named by “{key}”; interviews planned: {planned}.",
        lines=len(sample.lines),
        key=sample.key,
        planned=sample.planned,
    )
    if dry_run:
        tell("This was a dry run: nothing was changed.")


@app.command("list")
def list_rounds(format: FormatOption = Format.TABLE) -> None:  # noqa: A002
    """Rounds of instruments: open, closed, and what came in."""
    open_instance()
    from dozor.apps.collection.models import Round

    rounds = [_as_json(r) for r in Round.objects.select_related("form", "agency").order_by("-id")]
    if format is Format.JSON:
        print_json(rounds)
        return
    print_table(
        ["Round", "Instrument", "Year", "Agency", "State", "Stored", "Kept apart"],
        (
            (
                r["round"],
                r["instrument"],
                str(r["year"]),
                r["agency"] or "",
                worded(ROUND_STATES, r["state"]),
                str(r["stored"]),
                str(r["quarantined"]),
            )
            for r in rounds
        ),
        numeric=(2, 5, 6),
    )


@app.command()
def close(
    code: Annotated[str, typer.Argument(metavar="ROUND", help="code of a round")],
    format: FormatOption = Format.TABLE,  # noqa: A002
) -> None:
    """Close a round and estimate its series; the law's are laid into the agency's submission."""
    open_instance()
    from django.utils import timezone

    from dozor.apps.collection.closing import close_round
    from dozor.apps.collection.rounds import round_of
    from dozor.cli.survey_table import print_estimates

    with progress("Estimating") as bar:
        bar.update(bar.task_ids[0], total=100)
        closed = close_round(
            round_of(code),
            by=whoami(),
            at=timezone.now(),
            progress=lambda done: bar.update(bar.task_ids[0], completed=round(100 * done)),
        )
    print_findings(closed.findings, as_json=False)
    if closed.kept.round.is_simulated:
        tell("Simulated data: nobody measured these values.")
    if format is Format.JSON:
        print_json(closed.kept.estimates)
    else:
        print_estimates(closed.estimates)
    tell(
        "The round {round} is closed: {answers} records, {estimates} estimates.",
        round=code,
        answers=closed.kept.answers,
        estimates=len(closed.estimates),
    )
    for version in closed.versions:
        tell(
            "The submission {submission} holds {rows} rows; “dozor submission submit” hands it in.",
            submission=version.submission.code,
            rows=len(version.rows),
        )


def _as_json(one: Round) -> dict[str, Any]:
    from django.utils import timezone

    from dozor.apps.collection.gathering import counted, counted_from_files

    return {
        "round": one.code,
        "instrument": one.instrument,
        "version": one.form.version,
        "year": one.year,
        "agency": one.agency.code if one.agency else None,
        "state": one.state(timezone.now()),
        "opens_at": one.opens_at,
        "closed_at": one.closed_at,
        "planned_end_on": one.planned_end_on,
        "simulated": one.is_simulated,
        "design": one.design or None,
        "sample_lines": table.lines if (table := one.sample_tables.last()) else None,
        "form_md5": one.form.md5,
        "stored": counted(one),
        "imported": counted_from_files(one),
        "quarantined": one.records.filter(state="quarantined", decision__isnull=True).count(),
    }
