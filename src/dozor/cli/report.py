"""`dozor report`: the annual report, its letter, a region's brief; of a release or of the bank."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dozor.cli.instance_room import open_instance, whoami
from dozor.cli.output import language, progress, tell
from dozor.core.findings import Finding, Refused


def report(
    output: Annotated[Path, typer.Option(help="a file name that ends in .pdf or .docx")],
    year: Annotated[
        int | None, typer.Option(help="reporting year: its latest release, else the bank as a working draft")
    ] = None,
    release: Annotated[str | None, typer.Option(help="code of a release")] = None,
    area: Annotated[
        str | None, typer.Option(help="one place, for example BY-BR; without it, the country")
    ] = None,
    draft: Annotated[
        bool, typer.Option("--draft", help="the bank as it stands, though a release is there")
    ] = False,
    letter: Annotated[
        bool, typer.Option("--letter", help="the letter that goes with the country's report")
    ] = False,
    brief: Annotated[bool, typer.Option("--brief", help="two pages of the region named by --area")] = False,
) -> None:
    """Write the annual report, or the letter or a brief that go with it; --language chooses ru, be or en."""
    if letter and brief:
        raise Refused(Finding("INST-REPORT-ONE"))
    document = "letter" if letter else "brief" if brief else "report"
    if output.suffix.lower() not in (".pdf", ".docx"):
        raise Refused(Finding("INST-REPORT-FORMAT", found=output.name))
    if (year is None) == (release is None):
        raise Refused(Finding("INST-REPORT-OF"))
    open_instance()
    from django.utils import timezone

    from dozor.apps.releases.queries import latest, release_of
    from dozor.apps.reporting.annual import write_document

    of = release_of(release) if release is not None else None if draft else latest(year=year)
    with progress("Writing the report"):
        content = write_document(
            of,
            document=document,
            year=year or 0,
            language=language(),
            kind=output.suffix.lower()[1:],
            area=area,
            by=whoami(),
            at=timezone.now(),
        )
    half = output.with_name(output.name + ".part")
    half.write_bytes(content)
    half.replace(output)
    if of is not None:
        tell("Written from the release {release}.", release=of.code)
    tell("{file}: {size} kB.", file=output, size=len(content) // 1024)
