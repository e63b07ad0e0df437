"""`dozor estimate size`: how many people a population has."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Literal

import typer

from dozor.cli.estimate import app
from dozor.cli.output import Format, FormatOption, print_json
from dozor.core.estimation.estimate import Estimate

Many = list[str] | None
size = typer.Typer(
    help="How many people there are, from two sources that overlap.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
app.add_typer(size, name="size")

Counts = Annotated[
    Path | None, typer.Option(help="table of the domains' columns, “count” and, if estimated, “se”")
]
Share = Annotated[float | None, typer.Option(help="share of the population who say so, 0–1")]
ShareSe = Annotated[float | None, typer.Option(help="its standard error, design effect included")]
Estimates = Annotated[
    str | None,
    typer.Option(help="rows of dozor estimate survey or rds in JSON: a file, or - for standard input"),
]
Name = Annotated[str | None, typer.Option(help="which share of the estimates, where there are several")]
Level = Annotated[float, typer.Option(help="confidence level")]


@size.command()
def service(
    count: Annotated[float | None, typer.Option(help="people who used the service, each once")] = None,
    count_se: Annotated[float, typer.Option(help="standard error of the count, if estimated")] = 0.0,
    counts: Counts = None,
    share: Share = None,
    share_se: ShareSe = None,
    estimates: Estimates = None,
    name: Name = None,
    level: Level = 0.95,
    format: FormatOption = Format.TABLE,  # noqa: A002 - the option's name is the contract
) -> None:
    """Service multiplier: a service's count over the share of the population who used it."""
    _multiplier("service", count, count_se, counts, share, share_se, estimates, name, level, format)


@size.command("object")
def unique_object(
    count: Annotated[float | None, typer.Option(help="objects handed out, one to a person")] = None,
    counts: Counts = None,
    share: Share = None,
    share_se: ShareSe = None,
    estimates: Estimates = None,
    name: Name = None,
    level: Level = 0.95,
    format: FormatOption = Format.TABLE,  # noqa: A002
) -> None:
    """Unique object multiplier: objects handed out over the share who received one."""
    _multiplier("object", count, 0.0, counts, share, share_se, estimates, name, level, format)


@size.command()
def capture(
    data: Annotated[
        Path | None, typer.Argument(help="a file of people, one row each; or give the three numbers")
    ] = None,
    first: Annotated[int | None, typer.Option(help="people seen the first time")] = None,
    second: Annotated[int | None, typer.Option(help="people seen the second time")] = None,
    both: Annotated[int | None, typer.Option(help="people seen both times")] = None,
    seen: Annotated[str | None, typer.Option(help="FIRST,SECOND: columns of 1 and 0")] = None,
    by: Annotated[Many, typer.Option(help="columns a,b: every combination; may be repeated")] = None,
    level: Level = 0.95,
    format: FormatOption = Format.TABLE,  # noqa: A002
) -> None:
    """Capture–recapture: Chapman's estimate from two captures and their overlap."""
    from dozor.formats.frames import open_source
    from dozor.formats.size_options import CaptureOptions, recapture

    options = CaptureOptions(first=first, second=second, both=both, seen=seen, by=by or [], level=level)
    source = None if data is None else open_source(data, mentioned=options.mentions())
    _print(recapture(options, source), format)


def _multiplier(
    kind: Literal["service", "object"],
    count: float | None,
    count_se: float,
    counts: Path | None,
    share: float | None,
    share_se: float | None,
    estimates: str | None,
    name: str | None,
    level: float,
    format: Format,  # noqa: A002
) -> None:
    from dozor.formats.size_options import MultiplierOptions, multiply

    options = MultiplierOptions(kind, count, count_se, counts, share, share_se, name, level)
    _print(multiply(options, None if estimates is None else _read(estimates)), format)


def _read(estimates: str) -> list[Estimate]:
    from dozor.core.findings import Finding, Refused
    from dozor.formats.estimate_rows import read_estimates

    if estimates == "-":
        return read_estimates(sys.stdin.read())
    path = Path(estimates)
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise Refused(Finding("POP-ESTIMATES", found=path.name, file=path.name)) from None
    return read_estimates(text, file=path.name)


def _print(rows: Sequence[Estimate], format: Format) -> None:  # noqa: A002
    from dozor.cli.survey_table import print_estimates

    if format is Format.JSON:
        print_json([row.as_row() for row in rows])
    else:
        print_estimates(rows)
