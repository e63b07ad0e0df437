"""`dozor estimate trend`: prevalence over sentinel rounds."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dozor.cli.estimate import app
from dozor.cli.output import Format, FormatOption, print_findings, print_json, progress

Many = list[str] | None


@app.command()
def trend(
    data: Annotated[Path, typer.Argument(help="a file of counts or of answers: CSV, Parquet, XLSX, …")],
    round_: Annotated[str, typer.Option("--round", help="column of rounds: a year, or a date")],
    tested: Annotated[str | None, typer.Option(help="column: how many were tested")] = None,
    positive: Annotated[str | None, typer.Option(help="column: how many of them were positive")] = None,
    outcome: Annotated[str | None, typer.Option(help='NAME="EXPR [given EXPR]", one row per person')] = None,
    site: Annotated[str | None, typer.Option(help="column of sites")] = None,
    sampling: Annotated[str | None, typer.Option(help="column that says how people were sampled")] = None,
    by: Annotated[Many, typer.Option(help="columns a,b: every combination; may be repeated")] = None,
    interval: Annotated[str, typer.Option(help="of prevalence: wilson, exact")] = "wilson",
    level: Annotated[float, typer.Option(help="confidence level")] = 0.95,
    missing: Annotated[Many, typer.Option(help="a text that stands for a missing answer")] = None,
    format: FormatOption = Format.TABLE,  # noqa: A002 - the option's name is the contract
) -> None:
    """Prevalence in each round, its trend, and a warning where the series is not one trend."""
    from dozor.cli.survey_table import print_estimates
    from dozor.formats.frames import open_source
    from dozor.formats.trend_options import TrendOptions, read_trend
    from dozor.store.trends import estimate_rounds

    options = TrendOptions(
        round=round_,
        tested=tested,
        positive=positive,
        outcome=outcome,
        site=site,
        sampling=sampling,
        by=by or [],
        interval=interval,
        level=level,
    )
    with progress("Estimating"):
        source = open_source(data, mentioned=options.mentions(), missing=missing or ())
        found = estimate_rounds(source, read_trend(options, source))
    print_findings(found.findings, as_json=False)
    if format is Format.JSON:
        print_json([row.as_row() for row in found.rows])
        return
    print_estimates(found.rows)
