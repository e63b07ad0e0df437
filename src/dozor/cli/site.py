"""`dozor site build DIR`: the public site of a release as files."""

from __future__ import annotations

import os
import sys
import threading
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from dozor.cli.instance_room import open_instance
from dozor.cli.output import Format, FormatOption, print_json, progress, tell
from dozor.core.findings import Finding, Refused

app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False)


@app.callback()
def room() -> None:
    """The public site."""


@app.command(hidden=True)
def half(
    folder: Annotated[Path, typer.Argument(help="the folder that a build is writing")],
    release: Annotated[str, typer.Option(help="code of the release")],
    beside_work: Annotated[bool, typer.Option(help="with the way in")] = False,
) -> None:
    """Write the pages whose addresses come on standard input; called by a build, for its second processor.

    An empty line is the last. Standard input stays open while whoever called lives: with them this ends too.
    """
    addresses = list(iter(lambda: sys.stdin.readline().rstrip("\n"), ""))
    threading.Thread(target=_end_with_the_caller, daemon=True).start()
    open_instance()
    from dozor.apps.releases.queries import content, release_of
    from dozor.apps.releases.site import Pages, write_pages

    of = release_of(release)
    write_pages(of, folder, addresses, Pages(content(of), for_ourselves=beside_work))


def _end_with_the_caller() -> None:
    sys.stdin.read()
    os._exit(1)  # the pages written so far are whole; the caller's folder may be gone


@app.command()
def build(
    folder: Annotated[Path, typer.Argument(help="folder to write; an earlier site there is replaced")],
    release: Annotated[
        str | None, typer.Option(help="code of a release; without it, the latest public one")
    ] = None,
    format: FormatOption = Format.TABLE,  # noqa: A002
) -> None:
    """Write every page, picture and file of a published release; any web server can hand them out."""
    open_instance()
    from dozor.apps.releases.queries import latest, release_of
    from dozor.apps.releases.site import build_site

    of = release_of(release) if release is not None else latest()
    if of is None:
        raise Refused(Finding("REL-NONE", found="—"))
    if of.state != "published":
        raise Refused(Finding("REL-NOT-PUBLISHED", found=of.code))
    if folder.exists() and any(folder.iterdir()) and not (folder / "releases.atom").exists():
        raise Refused(Finding("REL-FOLDER", found=str(folder)))
    with progress("Writing pages") as bar:
        built = build_site(
            of,
            folder.absolute(),
            progress=lambda done, total: bar.update(bar.task_ids[0], completed=done, total=total),
        )
    if format is Format.JSON:
        print_json(asdict(built))
    tell(
        "{pages} pages, {files} files, {size} MB in {seconds} s.",
        pages=built.pages,
        files=built.files,
        size=round(built.bytes / 1e6, 1),
        seconds=round(built.seconds, 1),
    )
