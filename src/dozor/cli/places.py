"""`dozor places shapes FILE`: borders of districts for the maps of their oblast."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dozor.cli.instance_room import open_instance, whoami
from dozor.cli.output import Format, FormatOption, print_json, tell
from dozor.core.findings import Finding, Refused

app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False)


@app.callback()
def room() -> None:
    """Areas and their borders."""


@app.command()
def shapes(
    file: Annotated[Path, typer.Argument(help="GeoJSON: one polygon for each district or city, in degrees")],
    code_in: Annotated[str, typer.Option(help="the property that holds an area's code")] = "code",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="check the file, change nothing")] = False,
    format: FormatOption = Format.TABLE,  # noqa: A002
) -> None:
    """Take the borders of districts from a file, all of them or none; they replace those given before."""
    open_instance()
    from django.utils import timezone

    from dozor.apps.organisations.queries import areas
    from dozor.apps.organisations.shapes import load_shapes
    from dozor.core.places.shapes import read_shapes

    try:
        content = file.read_bytes()
    except OSError:
        raise Refused(Finding("FILE-MISSING", found=str(file))) from None
    tree = areas()
    read = read_shapes(content, tree, file=file.name, code_in=code_in)
    codes = {one.code for one in read}
    regions = {
        region.code: (
            sum(a.code in codes for a in tree.children(region.code)),
            len(tree.children(region.code)),
        )
        for region in tree.regions()
    }
    if not dry_run:
        load_shapes(shapes=read, file=file.name, content=content, by=whoami(), at=timezone.now())
    if format is Format.JSON:
        print_json(
            {
                "shapes": len(read),
                "regions": {code: {"have": have, "all": count} for code, (have, count) in regions.items()},
                "dry_run": dry_run,
            }
        )
    for code, (have, count) in regions.items():
        if have:
            tell("{code}: borders of {have} of {all} places.", code=code, have=have, all=count)
    if dry_run:
        tell("This was a dry run: nothing was changed.")
    else:
        tell("The borders are kept; maps use them from now on.")
