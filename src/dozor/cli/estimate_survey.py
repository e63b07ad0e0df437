"""`dozor estimate survey`: a design-based survey from a file of answers."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dozor.cli.estimate import app
from dozor.cli.output import Format, FormatOption, print_json, progress
from dozor.cli.survey_table import print_estimates

Many = list[str] | None


@app.command()
def survey(
    data: Annotated[Path, typer.Argument(help="a file of answers: CSV, Parquet, XLSX, .dta or .sav")],
    weight: Annotated[str | None, typer.Option(help="column of design weights")] = None,
    stratum: Annotated[str | None, typer.Option(help="column of strata")] = None,
    round: Annotated[str | None, typer.Option(help="column of rounds, each a sample of its own")] = None,  # noqa: A002
    cluster: Annotated[
        str | None, typer.Option(help="column of clusters; C,C2 names the second stage's units too")
    ] = None,
    fpc: Annotated[
        str | None, typer.Option(help="population of each stage, or its sampled fraction: F or F,F2")
    ] = None,
    share: Annotated[Many, typer.Option(help='NAME="EXPR [given EXPR]", may be repeated')] = None,
    mean: Annotated[Many, typer.Option(help="column, may be repeated")] = None,
    total: Annotated[Many, typer.Option(help="column, may be repeated")] = None,
    ratio: Annotated[Many, typer.Option(help="Y/X, may be repeated")] = None,
    quantile: Annotated[Many, typer.Option(help="X@0.5, may be repeated")] = None,
    by: Annotated[Many, typer.Option(help="columns a,b: every combination; may be repeated")] = None,
    difference: Annotated[Many, typer.Option(help="column whose values are compared pair by pair")] = None,
    chisq: Annotated[Many, typer.Option(help="ROWS,COLUMNS: Rao–Scott test of independence")] = None,
    interval: Annotated[
        str, typer.Option(help="of shares: logit, beta, wilson, mean, likelihood, arcsine")
    ] = "logit",
    level: Annotated[float, typer.Option(help="confidence level")] = 0.95,
    lonely: Annotated[
        str, typer.Option(help="a stratum with one cluster: fail, remove, adjust, average")
    ] = "fail",
    adjust_domain_lonely: Annotated[
        bool, typer.Option("--adjust-domain-lonely", help="the same rule where a domain sees one cluster")
    ] = False,
    unique_clusters: Annotated[
        bool, typer.Option("--unique-clusters", help="a cluster's number stands in one stratum only")
    ] = False,
    quantile_rule: Annotated[str, typer.Option(help="math, school, shahvaish, hf1 … hf9")] = "math",
    quantile_interval: Annotated[str, typer.Option(help="mean, beta, xlogit, asin")] = "mean",
    deff: Annotated[
        str, typer.Option(help="against a simple sample: auto, population (no replacement), replace")
    ] = "auto",
    chisq_statistic: Annotated[str, typer.Option(help="F, Chisq, Wald, adjWald")] = "F",
    replicates: Annotated[str | None, typer.Option(help="pattern of columns, 'rep_*'")] = None,
    replicate_kind: Annotated[
        str | None, typer.Option(help="JK1, JKn, BRR, Fay, bootstrap, subbootstrap, other")
    ] = None,
    scale: Annotated[float | None, typer.Option(help="of the replicates' squared deviations")] = None,
    rscales: Annotated[
        str | None, typer.Option(help="one number, or one for each replicate: 0.9,0.9")
    ] = None,
    mse: Annotated[
        bool, typer.Option("--mse", help="deviations from the estimate, not from the replicates' mean")
    ] = False,
    fay: Annotated[float, typer.Option(help="Fay's coefficient")] = 0.5,
    draws: Annotated[int, typer.Option(help="number of bootstrap replicates to make")] = 500,
    seed: Annotated[int, typer.Option(help="of the bootstrap's draws")] = 1,
    post_stratify: Annotated[Path | None, typer.Option(help="table of population totals")] = None,
    rake: Annotated[list[Path] | None, typer.Option(help="table of one margin, may be repeated")] = None,
    calibrate: Annotated[Path | None, typer.Option(help="table of columns term and total")] = None,
    standardize: Annotated[Path | None, typer.Option(help="table of a standard population")] = None,
    missing: Annotated[Many, typer.Option(help="a text that stands for a missing answer")] = None,
    format: FormatOption = Format.TABLE,  # noqa: A002 - the option's name is the contract
) -> None:
    """Shares, means, totals, ratios and quantiles with their intervals, for every domain at once."""
    from dozor.formats.frames import open_source
    from dozor.formats.survey_options import SurveyOptions, read_request
    from dozor.store.survey import estimate_survey

    options = SurveyOptions(
        weight=weight,
        stratum=stratum,
        round=round,
        cluster=cluster,
        fpc=fpc,
        share=share or [],
        mean=mean or [],
        total=total or [],
        ratio=ratio or [],
        quantile=quantile or [],
        by=by or [],
        difference=difference or [],
        chisq=chisq or [],
        interval=interval,
        level=level,
        lonely=lonely,
        adjust_domain_lonely=adjust_domain_lonely,
        unique_clusters=unique_clusters,
        quantile_rule=quantile_rule,
        quantile_interval=quantile_interval,
        deff=deff,
        chisq_statistic=chisq_statistic,
        replicates=replicates,
        replicate_kind=replicate_kind,
        scale=scale,
        rscales=rscales,
        mse=mse,
        fay=fay,
        draws=draws,
        seed=seed,
        post_stratify=post_stratify,
        rake=rake or [],
        calibrate=calibrate,
        standardize=standardize,
    )
    with progress("Estimating") as bar:
        bar.update(bar.task_ids[0], total=100)
        source = open_source(data, mentioned=options.mentions(), missing=missing or ())
        request = read_request(options, source)
        rows = estimate_survey(
            source, request, progress=lambda done: bar.update(bar.task_ids[0], completed=int(100 * done))
        )
    if format is Format.JSON:
        print_json([row.as_row() for row in rows])
        return
    print_estimates(rows)
