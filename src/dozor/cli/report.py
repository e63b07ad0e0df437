"""`dozor report`: the annual report as PDF or DOCX."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dozor.cli.instance_room import open_instance
from dozor.cli.output import language, progress, tell
from dozor.core.findings import Finding, Refused


def report(
    year: Annotated[int, typer.Option(help="reporting year")],
    output: Annotated[Path, typer.Option(help="a file name that ends in .pdf or .docx")],
    area: Annotated[
        str | None, typer.Option(help="one place, for example BY-BR; without it, the country")
    ] = None,
) -> None:
    """Write the annual report; --language chooses ru, be or en."""
    if output.suffix.lower() not in (".pdf", ".docx"):
        raise Refused(Finding("INST-REPORT-FORMAT", found=output.name))
    open_instance()
    from django.utils import timezone

    from dozor.apps.reporting.annual import annual_report

    with progress("Writing the report"):
        content = annual_report(
            year=year,
            language=language(),
            kind=output.suffix.lower()[1:],
            area=area,
            today=timezone.localdate(),
        )
    half = output.with_name(output.name + ".part")
    half.write_bytes(content)
    half.replace(output)
    tell("{file}: {size} kB.", file=output, size=len(content) // 1024)
