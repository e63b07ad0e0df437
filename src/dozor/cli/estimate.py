"""`dozor estimate …`: microdata in, estimates out; no instance needed."""

from __future__ import annotations

import sys

import typer

app = typer.Typer(
    help="Estimates with their uncertainty from a file of answers.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)

# each command registers itself
from dozor.cli import (  # noqa: E402, F401
    estimate_rds,
    estimate_retention,
    estimate_size,
    estimate_survey,
    estimate_trend,
)

if __name__ == "__main__":
    from dozor.cli import main

    main(["estimate", *sys.argv[1:]])
