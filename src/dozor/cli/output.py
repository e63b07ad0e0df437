"""How commands speak: JSON alone on standard output, everything else on standard error."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)
from rich.table import Table

from dozor.core.findings import Finding, Refused
from dozor.core.observations.showing import plain_number
from dozor.language import gettext, say


class Format(StrEnum):
    """What standard output holds."""

    TABLE = "table"
    JSON = "json"


FormatOption = Annotated[Format, typer.Option("--format", help="table, or json for scripts")]


def language() -> str:
    return os.environ.get("DOZOR_LANGUAGE") or "ru"


def worded(words: Mapping[str, str], code: object) -> str:
    """A code in words of the person's language; a code without words stands as it is."""
    return gettext(words[str(code)], language()) if str(code) in words else str(code)


def tell(text: str, **words: object) -> None:
    """Say something to the person, on standard error, in their language."""
    Console(stderr=True, highlight=False, soft_wrap=True).print(
        gettext(text, language()).format(**words), markup=False
    )


def print_json(value: Any) -> None:
    json.dump(value, sys.stdout, ensure_ascii=False, indent=1, default=_plain)
    sys.stdout.write("\n")


def print_table(headings: Sequence[str], rows: Iterable[Sequence[str]], numeric: Sequence[int] = ()) -> None:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for place, heading in enumerate(headings):
        # the last column is cut to the terminal's width, the others never
        last = place == len(headings) - 1
        table.add_column(
            gettext(heading, language()),
            justify="right" if place in numeric else "left",
            no_wrap=True,
            overflow="ellipsis" if last else "ignore",
        )
    for row in rows:
        table.add_row(*row)
    # nothing is cut off where there is no screen to fit
    width = None if sys.stdout.isatty() else 1000
    Console(soft_wrap=False, highlight=False, width=width).print(table)


def print_findings(findings: Iterable[Finding], *, as_json: bool) -> None:
    """Say what was found: on standard error for people, on standard output for scripts."""
    said = [say(f, language()) for f in findings]
    if as_json:
        print_json({"findings": [finding_json(f) for f in findings]})
    console = Console(stderr=True, highlight=False, soft_wrap=True)
    for one in said:
        console.print(f"{one.code}  {one.message}", markup=False)


def finding_json(finding: Finding) -> dict[str, Any]:
    """The fields scripts rely on."""
    one = asdict(say(finding, language()))
    return {k: one[k] for k in ("code", "file", "row", "column", "found", "expected", "message")}


def read_date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refused(Finding("INST-DATE", found=text)) from None


def day_of(instant: datetime | None) -> str:
    """The day an instant falls on where the instance is, empty without one."""
    return minute_of(instant)[:10]


def minute_of(instant: datetime | None) -> str:
    """Day and minute of an instant where the instance is, empty without one."""
    from django.utils import timezone

    return "" if instant is None else f"{timezone.localtime(instant):%Y-%m-%d %H:%M}"


@contextmanager
def progress(label: str) -> Iterator[Progress]:
    """A progress bar on standard error; nothing when nobody watches."""
    console = Console(stderr=True)
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        bar.add_task(gettext(label, language()), total=None)
        yield bar


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return plain_number(value)
    if isinstance(value, date | datetime):
        return value.isoformat()
    raise TypeError(f"no JSON for {type(value)}")
