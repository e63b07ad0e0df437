"""`dozor estimate …`: microdata in, estimates out; no instance needed."""

from __future__ import annotations

import typer

app = typer.Typer(
    help="Estimates with their uncertainty from a file of answers.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)

if __name__ == "__main__":
    app()
