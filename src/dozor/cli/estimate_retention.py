"""`dozor estimate retention` and `dozor estimate first-age`: people followed in time."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dozor.cli.estimate import app
from dozor.cli.output import Format, FormatOption, print_findings, print_json, progress

Many = list[str] | None


@app.command()
def retention(
    data: Annotated[Path, typer.Argument(help="a file of records: CSV, Parquet, XLSX, .dta or .sav")],
    end: Annotated[str, typer.Option(help="column: when observation ended, a date or a number")],
    event: Annotated[
        str, typer.Option(help="column of ways out (empty or 0: still there), or an expression true for them")
    ],
    start: Annotated[str | None, typer.Option(help="column: when therapy began; none: END is a time")] = None,
    at: Annotated[Many, typer.Option(help="times asked for: 12 or 6,12,24 (months, for dates)")] = None,
    entry: Annotated[str | None, typer.Option(help="column: when observation began, if later")] = None,
    closing: Annotated[str | None, typer.Option(help="day the records were closed, for empty ends")] = None,
    transferred: Annotated[
        Many, typer.Option(help="value of EVENT that is a transfer, may be repeated")
    ] = None,
    transfers: Annotated[str, typer.Option(help="rule: leave-out, count-as-out, count-as-on")] = "leave-out",
    unseen: Annotated[
        str, typer.Option(help="records that end early with no way out: count-as-out, leave-out")
    ] = "count-as-out",
    weight: Annotated[str | None, typer.Option(help="column of design weights")] = None,
    cluster: Annotated[str | None, typer.Option(help="column of clusters")] = None,
    quantile: Annotated[Many, typer.Option(help="share that has left, 0.5 for the median; repeated")] = None,
    by: Annotated[Many, typer.Option(help="columns a,b: every combination; may be repeated")] = None,
    interval: Annotated[str, typer.Option(help="of the curve: plain, log, log-log, arcsin, logit")] = "log",
    level: Annotated[float, typer.Option(help="confidence level")] = 0.95,
    missing: Annotated[Many, typer.Option(help="a text that stands for a missing answer")] = None,
    format: FormatOption = Format.TABLE,  # noqa: A002 - the option's name is the contract
) -> None:
    """Share still on therapy among all who started, with Kaplan and Meier's beside it."""
    from dozor.cli.survey_table import print_estimates
    from dozor.formats.cohort_options import RetentionOptions, read_retention
    from dozor.formats.frames import open_source
    from dozor.store.cohorts import estimate_cohort

    options = RetentionOptions(
        end=end,
        event=event,
        start=start,
        at=at or ["12"],
        entry=entry,
        closing=closing,
        transferred=transferred or [],
        transfers=transfers,
        unseen=unseen,
        weight=weight,
        cluster=cluster,
        quantile=quantile or [],
        by=by or [],
        interval=interval,
        level=level,
    )
    with progress("Estimating"):
        source = open_source(data, mentioned=options.mentions(), missing=missing or ())
        found = estimate_cohort(source, read_retention(options, source))
    print_findings(found.findings, as_json=False)
    if format is Format.JSON:
        print_json([row.as_row() for row in found.rows])
        return
    print_estimates(found.rows)


@app.command("first-age")
def first_age(
    data: Annotated[Path, typer.Argument(help="a file of answers: CSV, Parquet, XLSX, .dta or .sav")],
    first: Annotated[str, typer.Option(help="column: age at the event; empty: not yet")],
    age: Annotated[str, typer.Option(help="column: age at the interview, in completed years")],
    begun: Annotated[
        str | None, typer.Option(help="expression true for those who have begun, unknown without an answer")
    ] = None,
    p: Annotated[Many, typer.Option("--quantile", help="share that has begun; repeated")] = None,
    weight: Annotated[str | None, typer.Option(help="column of design weights")] = None,
    cluster: Annotated[str | None, typer.Option(help="column of clusters")] = None,
    by: Annotated[Many, typer.Option(help="columns a,b: every combination; may be repeated")] = None,
    interval: Annotated[str, typer.Option(help="of the curve: plain, log, log-log, arcsin, logit")] = "log",
    level: Annotated[float, typer.Option(help="confidence level")] = 0.95,
    missing: Annotated[Many, typer.Option(help="a text that stands for a missing answer")] = None,
    format: FormatOption = Format.TABLE,  # noqa: A002 - the option's name is the contract
) -> None:
    """Median age at a first event of life, counting those who have not come to it."""
    from dozor.cli.survey_table import print_estimates
    from dozor.formats.cohort_options import FirstAgeOptions, read_first_age
    from dozor.formats.frames import open_source
    from dozor.store.cohorts import estimate_first_age

    options = FirstAgeOptions(
        first=first,
        age=age,
        begun=begun,
        quantile=p or ["0.5"],
        weight=weight,
        cluster=cluster,
        by=by or [],
        interval=interval,
        level=level,
    )
    with progress("Estimating"):
        source = open_source(data, mentioned=options.mentions(), missing=missing or ())
        rows = estimate_first_age(source, read_first_age(options, source))
    if format is Format.JSON:
        print_json([row.as_row() for row in rows])
        return
    print_estimates(rows)
