"""`dozor form list|build`: the plan's questionnaires and forms; no instance needed."""

from __future__ import annotations

import hashlib
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from dozor.cli.output import Format, FormatOption, language, print_json, print_table, tell
from dozor.core.findings import Finding, Refused
from dozor.core.plan.instruments import Instrument

app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False)
MAIN = "by-hiv-2006-123"
PlanOption = Annotated[str, typer.Option("--plan", help="code of a plan, or a folder with a plan.yaml")]
FolderOption = Annotated[Path | None, typer.Option("--plans", help="a folder with further plans")]


class Target(StrEnum):
    """What an instrument is built into."""

    XLSX = "xlsx"
    XFORM = "xform"
    WORKBOOK = "workbook"
    PAPER = "paper"
    AGGREGATES = "aggregates"


class Spoken(StrEnum):
    """A language of a workbook or of paper."""

    RU = "ru"
    BE = "be"
    EN = "en"


@app.command("list")
def list_forms(
    plan: PlanOption = MAIN,
    plans: FolderOption = None,
    format: FormatOption = Format.TABLE,  # noqa: A002
) -> None:
    """Every questionnaire and form of a plan, and the indicators it feeds."""
    from dozor.formats.plan_folder import find_plan

    found = list(find_plan(plan, plans).instruments.values())
    if format is Format.JSON:
        print_json([_summary(instrument) for instrument in found])
        return
    print_table(
        ["Code", "Questions", "Indicators", "Title"],
        (
            (i.code, str(_questions(i)), " ".join(_indicators(i)), i.title.in_language(language()))
            for i in found
        ),
        numeric=(1,),
    )


@app.command()
def build(
    instrument: Annotated[str, typer.Argument(help="code of an instrument")],
    to: Annotated[
        Target,
        typer.Option(
            "--to",
            help="an XLSForm, the phones' XForm, an agency's Excel workbook, paper (PDF), rows of counts",
        ),
    ],
    output: Annotated[Path, typer.Option("--output", "-o", help="the file to write")],
    agency: Annotated[str | None, typer.Option(help="whose workbook, for example OCHEPH-BR")] = None,
    year: Annotated[int | None, typer.Option(help="reporting year of the workbook")] = None,
    previous: Annotated[
        Path | None,
        typer.Option("--from", help="last year's workbook or answers, for labels and denominators"),
    ] = None,
    words: Annotated[
        Spoken | None, typer.Option("--language", help="language of the workbook or the paper")
    ] = None,
    validate: Annotated[bool, typer.Option("--validate", help="let ODK Validate (Java) read it too")] = False,
    plan: PlanOption = MAIN,
    plans: FolderOption = None,
    format: FormatOption = Format.TABLE,  # noqa: A002
) -> None:
    """Build a questionnaire or form from its text."""
    from dozor.formats.plan_folder import find_plan
    from dozor.formats.xlsform import to_xform, validate_xforms, write_xlsx

    of = find_plan(plan, plans)
    instruments = of.instruments
    if instrument not in instruments:
        known = ", ".join(instruments)
        raise Refused(Finding("FORM-NO-INSTRUMENT", instrument, {"known": known}))
    chosen = instruments[instrument]
    if to is Target.WORKBOOK:
        from dozor.cli.form_for_agency import build_workbook

        made = build_workbook(
            chosen, of, agency=agency, year=year, previous=previous, language=words or language()
        )
    elif to is Target.AGGREGATES:
        from dozor.cli.form_for_agency import build_aggregates

        made = build_aggregates(chosen, of, agency=agency, year=year, language=words or language())
    elif to is Target.PAPER:
        from dozor.publishing.forms import questionnaire_pdf

        made = questionnaire_pdf(chosen, words or language())
    else:
        made = write_xlsx(chosen) if to is Target.XLSX else to_xform(chosen)
    if validate:
        validate_xforms({chosen.code: to_xform(chosen)})
    _write(output, made)
    if format is Format.JSON:
        digest = hashlib.sha256(made).hexdigest()
        print_json({**_summary(chosen), "to": to, "output": str(output), "sha256": digest})
        return
    tell("{output}: {title}, version {version}.", output=output, title=chosen.title.in_language(language()),
         version=chosen.version)  # fmt: skip


@app.command()
def sheet(
    file: Annotated[Path, typer.Argument(help="a filled-in Excel workbook, as it is handed in")],
    output: Annotated[Path, typer.Option("--output", "-o", help="the PDF to write")],
    checksum: Annotated[
        str | None, typer.Option(help="the checksum or QR text of a paper sheet: is it this file's?")
    ] = None,
    words: Annotated[Spoken | None, typer.Option("--language", help="the first of the two languages")] = None,
    plan: PlanOption = MAIN,
    plans: FolderOption = None,
    format: FormatOption = Format.TABLE,  # noqa: A002
) -> None:
    """Print the paper sheet of a submission: totals, numbers, signature, stamp, the file's checksum."""
    from dozor.cli.form_for_agency import build_sheet
    from dozor.formats.plan_folder import find_plan

    made, digest = build_sheet(file, find_plan(plan, plans), language=words or language(), checksum=checksum)
    _write(output, made)
    if format is Format.JSON:
        print_json({"output": str(output), "checksum": digest})
        return
    tell("{output}: print it, sign it and send it with the file.", output=output)


def _write(output: Path, made: bytes) -> None:
    try:
        output.write_bytes(made)
    except OSError as wrong:
        raise Refused(Finding("FORM-NOT-WRITTEN", str(output), {"why": wrong.strerror or ""})) from None


def _summary(instrument: Instrument) -> dict[str, object]:
    return {
        "code": instrument.code,
        "kind": instrument.kind,
        "title": instrument.title.as_mapping(),
        "version": instrument.version,
        "collections": instrument.collections,
        "questions": _questions(instrument),
        "indicators": _indicators(instrument),
    }


def _questions(instrument: Instrument) -> int:
    return sum(field.is_asked for field in instrument.fields)


def _indicators(instrument: Instrument) -> list[str]:
    """Codes in the order of the plan: 2.9 before 2.10."""
    codes = {code for field in instrument.fields for code in field.indicators}
    return sorted(codes, key=lambda code: [int(part) for part in code.split(".")])
