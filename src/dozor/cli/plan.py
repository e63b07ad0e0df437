"""`dozor plan show|list|check`: the plans as text; no instance needed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dozor.cli.output import Format, FormatOption, language, print_json, print_table, tell
from dozor.core.findings import Finding, Refused

app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False)
FolderOption = Annotated[Path | None, typer.Option("--plans", help="a folder with further plans")]


@app.command()
def show(
    plan: Annotated[str, typer.Argument(help="code of a plan")] = "by-hiv-2006-123",
    plans: FolderOption = None,
    format: FormatOption = Format.TABLE,  # noqa: A002
) -> None:
    """Every indicator with its executors, frequency and method."""
    from dozor.core.plan.showing import as_mapping
    from dozor.formats.plan_folder import load_plans

    found = {p.code: p for p in load_plans(plans)}
    if plan not in found:
        raise Refused(Finding("INST-PLAN", found=plan, values={"known": ", ".join(found)}))
    chosen = found[plan]
    if format is Format.JSON:
        print_json(as_mapping(chosen))
        return
    tell("{title}", title=chosen.title.in_language(language()))
    print_table(
        ["Code", "Indicator", "Executors", "Every … years"],
        (
            (
                i.code,
                i.short_name.in_language(language()),
                " ".join(i.executors),
                str(i.frequency_years or ""),
            )
            for i in chosen.indicators
        ),
        numeric=(3,),
    )


@app.command("list")
def list_plans(plans: FolderOption = None, format: FormatOption = Format.TABLE) -> None:  # noqa: A002
    """The plans there are."""
    from dozor.formats.plan_folder import load_plans

    found = load_plans(plans)
    if format is Format.JSON:
        print_json(
            [
                {"code": p.code, "version": p.version, "title": p.title.as_mapping(), "in_force": p.in_force}
                for p in found
            ]
        )
        return
    print_table(
        ["Code", "Version", "Title", "Indicators"],
        ((p.code, p.version, p.short_title.in_language(language()), str(len(p.indicators))) for p in found),
        numeric=(3,),
    )


@app.command()
def check(
    plan: Annotated[
        str, typer.Argument(help="code of a plan, or a folder with a plan.yaml")
    ] = "by-hiv-2006-123",
    plans: FolderOption = None,
    format: FormatOption = Format.TABLE,  # noqa: A002
) -> None:
    """Read a plan's texts, say everything that is wrong with them, and show how each series is computed."""
    from dozor.core.estimation.series import as_mapping, check_series
    from dozor.formats.plan_folder import find_plan

    found = find_plan(plan, plans)
    links = check_series(found)
    if format is Format.JSON:
        print_json(
            {"code": found.code, "version": found.version, "chain": [as_mapping(one) for one in links]}
        )
    else:
        for one in links:
            fields = ", ".join(one.fields)
            typer.echo(f"{one.definition.code}: {one.definition.estimand}, {one.instrument.code}: {fields}")
    tell(
        "{title}: {count} indicators, {series} series; nothing to correct.",
        title=found.short_title.in_language(language()),
        count=len(found.indicators),
        series=len(found.series()),
    )
