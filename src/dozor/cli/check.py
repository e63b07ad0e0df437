"""`dozor check FILE|--round R`: what looks doubtful, and why. Nothing is changed or kept."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

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
    tell,
)
from dozor.core.findings import Finding, Refused
from dozor.language import say

if TYPE_CHECKING:
    from dozor.core.quality.doubt import Doubt


def check(
    file: Annotated[
        Path | None, typer.Argument(help="a table of values; with --instrument, of answers")
    ] = None,
    instrument: Annotated[
        str | None, typer.Option(help="the form a file of answers was filled in by")
    ] = None,
    round_code: Annotated[str | None, typer.Option("--round", help="code of a round")] = None,
    format: FormatOption = Format.TABLE,  # noqa: A002
) -> None:
    """List what the quality rules doubt in a file or round, the worst first."""
    if (file is None) == (round_code is None):
        raise Refused(Finding("QLT-WHAT"))
    open_instance()
    findings: list[Finding] = []
    if round_code is not None:
        doubts = _of_round(round_code)
    elif instrument is not None and file is not None:
        doubts = _of_answers(file, instrument)
    elif file is not None:
        from dozor.apps.quality.checking import check_values

        findings, doubts = check_values(file)
    if format is Format.JSON:
        print_json([*(_finding(f) for f in findings), *(_doubt(d) for d in doubts)])
    else:
        print_findings(findings, as_json=False)
        if doubts:
            print_table(["rule", "where", "finding"], [_row(d) for d in doubts])
    tell("Doubts: {doubts}; rows that cannot be taken: {refused}.", doubts=len(doubts), refused=len(findings))


def _of_round(code: str) -> list[Doubt]:
    from dozor.apps.collection.rounds import round_of
    from dozor.apps.plans.queries import main_plan
    from dozor.apps.quality.answers import doubts_of_round

    return doubts_of_round(round_of(code), main_plan(), by=whoami())


def _of_answers(file: Path, code: str) -> list[Doubt]:
    from dozor.apps.collection.rounds import instrument_of
    from dozor.apps.plans.queries import main_plan
    from dozor.apps.quality.answers import doubts_of_answers
    from dozor.formats.frames import open_source

    of = instrument_of(code)
    return doubts_of_answers(open_source(file), of, main_plan())


def _doubt(doubt: Doubt) -> dict[str, Any]:
    cell = doubt.cell
    place = dict(cell._asdict()) if cell is not None else dict(doubt.about)
    return {"rule": doubt.rule, "grade": doubt.grade, "place": place, **_said(doubt.finding)}


def _finding(finding: Finding) -> dict[str, Any]:
    place = {"row": finding.row, "column": finding.column}
    return {"rule": None, "grade": "refused", "place": place, **_said(finding)}


def _said(finding: Finding) -> dict[str, Any]:
    said = finding_json(finding)
    return {name: said[name] for name in ("code", "found", "expected", "message")}


def _row(doubt: Doubt) -> tuple[str, str, str]:
    cell = doubt.cell
    where = " ".join(str(part) for part in (cell or doubt.about.values()) if part)
    return doubt.rule, where, say(doubt.finding, language()).message
