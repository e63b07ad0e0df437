"""`dozor estimate rds`: a respondent-driven sample from a file of answers."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dozor.cli.estimate import app
from dozor.cli.output import Format, FormatOption, print_json, progress, tell

Many = list[str] | None


@app.command()
def rds(
    data: Annotated[Path, typer.Argument(help="a file of answers: CSV, Parquet, XLSX, .dta or .sav")],
    id_: Annotated[str, typer.Option("--id", help="column that identifies respondents")],
    recruiter: Annotated[str, typer.Option(help="column with the recruiter's id; empty or 0 marks a seed")],
    degree: Annotated[str, typer.Option(help="column with the number of people of the population known")],
    outcome: Annotated[Many, typer.Option(help='NAME="EXPR [given EXPR]", may be repeated')] = None,
    levels: Annotated[Many, typer.Option(help="column whose every value is a group, may be repeated")] = None,
    mean: Annotated[Many, typer.Option(help="column of a quantity, may be repeated")] = None,
    estimator: Annotated[
        str,
        typer.Option(help="rds1 Salganik–Heckathorn, rds2 Volz–Heckathorn, ss Gile's successive sampling"),
    ] = "rds2",
    population_size: Annotated[float | None, typer.Option(help="how many people the population has")] = None,
    bootstrap: Annotated[str | None, typer.Option(help="tree, salganik or gile")] = None,
    replicates: Annotated[int, typer.Option(help="of the bootstrap", min=2)] = 1000,
    seed: Annotated[int, typer.Option(help="of the bootstrap's draws", min=0)] = 1,
    interval: Annotated[str, typer.Option(help="of the bootstrap: normal, percentile, logit")] = "normal",
    level: Annotated[float, typer.Option(help="confidence level")] = 0.95,
    by: Annotated[Many, typer.Option(help="columns a,b: every combination; may be repeated")] = None,
    coupon: Annotated[str | None, typer.Option(help="column of coupons handed in, checked")] = None,
    interviewed: Annotated[str | None, typer.Option(help="column of interview days, checked")] = None,
    combine: Annotated[str | None, typer.Option(help="column of cities to combine by their sizes")] = None,
    size: Annotated[Many, typer.Option(help="CITY=people:standard error, for --combine; repeated")] = None,
    corrected: Annotated[
        bool,
        typer.Option(
            "--corrected", help="Salganik bootstrap with each group's own moves, unlike R's RDS 0.9-10"
        ),
    ] = False,
    diagnostics: Annotated[
        Path | None, typer.Option(help="folder for pictures and figures of convergence, chains, homophily")
    ] = None,
    missing: Annotated[Many, typer.Option(help="a text that stands for a missing answer")] = None,
    format: FormatOption = Format.TABLE,  # noqa: A002 - the option's name is the contract
) -> None:
    """Shares and means of a population reached through its own network."""
    from dozor.cli.survey_table import print_estimates
    from dozor.formats.frames import open_source
    from dozor.formats.rds_options import RdsOptions, read_request
    from dozor.store.recruited import estimate_recruited

    options = RdsOptions(
        id=id_,
        recruiter=recruiter,
        degree=degree,
        outcome=outcome or [],
        levels=levels or [],
        mean=mean or [],
        estimator=estimator,
        population_size=population_size,
        bootstrap=bootstrap,
        replicates=replicates,
        seed=seed,
        interval=interval,
        level=level,
        by=by or [],
        coupon=coupon,
        interviewed=interviewed,
        combine=combine,
        size=size or [],
        corrected=corrected,
    )
    with progress("Estimating") as bar:
        bar.update(bar.task_ids[0], total=100)
        source = open_source(data, mentioned=options.mentions(), missing=missing or ())
        request = read_request(options, source)
        rows = estimate_recruited(
            source, request, progress=lambda done: bar.update(bar.task_ids[0], completed=round(100 * done))
        )
        if diagnostics is not None:
            from dozor.cli.rds_plots import write_diagnostics

            write_diagnostics(diagnostics, source, request)
    if bootstrap == "salganik" and not corrected:
        tell(
            "The Salganik bootstrap is that of R's RDS 0.9-10, which may exchange the groups' recruitments; "
            "compare it with --corrected."
        )
    if format is Format.JSON:
        print_json([row.as_row() for row in rows])
        return
    print_estimates(rows)
