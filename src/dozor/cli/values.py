"""`dozor values import|show`: the bank from the command line."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from dozor.cli.instance_room import open_instance, whoami
from dozor.cli.output import (
    Format,
    FormatOption,
    finding_json,
    language,
    print_findings,
    print_json,
    print_table,
    progress,
    tell,
)
from dozor.core.findings import Finding, Refused
from dozor.core.observations.instant import read_instant
from dozor.core.observations.showing import as_mapping
from dozor.language import number

app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False)


@app.command("import")
def import_values(
    file: Annotated[Path, typer.Argument(help="a table of values, CSV or XLSX")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="say what would change, change nothing")] = False,
    format: FormatOption = Format.TABLE,  # noqa: A002
) -> None:
    """Load a table of values into the bank: every row, or none when any is refused."""
    open_instance()
    from django.utils import timezone

    from dozor.apps.bank.actions import import_values as load
    from dozor.apps.bank.vocabulary import vocabulary

    with progress("Reading") as bar:
        summary = load(
            file,
            vocabulary=vocabulary(),
            by=whoami(),
            at=timezone.now(),
            dry_run=dry_run,
            progress=lambda n: bar.update(bar.task_ids[0], completed=n),
        )
    if format is Format.JSON:
        print_json(
            {
                "new": summary.new,
                "changed": summary.changed,
                "unchanged": summary.unchanged,
                "refused": summary.refused,
                "findings": [finding_json(f) for f in summary.findings],
            }
        )
    else:
        print_findings(summary.findings, as_json=False)
    tell(
        "New: {new}, changed: {changed}, unchanged: {unchanged}, refused: {refused}.",
        new=summary.new,
        changed=summary.changed,
        unchanged=summary.unchanged,
        refused=summary.refused,
    )
    if summary.refused:
        tell("Nothing was loaded: correct the rows and load the file again.")
        sys.exit(2)
    if dry_run:
        tell("This was a dry run: nothing was changed.")


@app.command()
def show(
    indicator: Annotated[str, typer.Argument(help="code, for example 11.1")],
    area: Annotated[str | None, typer.Option(help="code or exact English name of a place")] = None,
    population: Annotated[str | None, typer.Option()] = None,
    as_known_on: Annotated[
        str | None, typer.Option(help="a date (end of the day in Minsk) or an instant with offset")
    ] = None,
    simulated: Annotated[
        bool, typer.Option("--simulated", help="invented values of simulated rounds, and nothing else")
    ] = False,
    format: FormatOption = Format.TABLE,  # noqa: A002
) -> None:
    """Values of an indicator as known now, or on any day: every source that stands."""
    open_instance()
    from dozor.apps.bank.queries import observations
    from dozor.apps.organisations.queries import areas
    from dozor.apps.plans.queries import plan_of, plans

    known = plans()
    plan = plan_of(indicator, known)
    code = None
    if area is not None:
        place = areas().find(area)
        if place is None:
            raise Refused(Finding("INST-AREA", found=area))
        code = place.code
    if population is not None and not any(p.has_population(population) for p in known):
        raise Refused(
            Finding(
                "INST-POPULATION",
                found=population,
                values={"known": ", ".join(plan.indicator(indicator).populations)},
            )
        )
    found = observations(
        indicators=[indicator],
        areas=None if code is None else [code],
        population=population,
        as_known_on=None if as_known_on is None else read_instant(as_known_on),
        simulated=simulated,
    )
    if simulated:
        tell("Simulated data: nobody measured these values.")
    if format is Format.JSON:
        print_json([as_mapping(o) for o in found])
        return
    if not found:
        tell("No published value.")
    print_table(
        ["Place", "Population", "Sex", "Age", "Period", "Value", "Bounds", "Headline", "Source"],
        (
            (
                o.area,
                o.population,
                o.sex,
                o.age,
                o.period.text,
                "—" if o.value is None else number(o.value, language(), -int(o.value.as_tuple().exponent)),
                ""
                if o.figure.lower is None and o.figure.upper is None
                else f"{_bound(o.figure.lower)}–{_bound(o.figure.upper)}",
                "●" if o.is_headline else "",
                o.source.title[:50],
            )
            for o in found
        ),
        numeric=(5,),
    )


def _bound(value: Any) -> str:
    return "" if value is None else number(value, language())
