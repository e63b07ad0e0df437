"""`dozor backup|restore`: an instance as one file, and back."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from dozor.cli.instance import undo_new_home
from dozor.cli.instance_room import open_instance, start_django
from dozor.cli.output import Format, FormatOption, print_json, progress, tell
from dozor.core.findings import Finding, Refused


def backup(
    file: Annotated[Path, typer.Argument(help="the file to write")],
    format: FormatOption = Format.TABLE,  # noqa: A002
) -> None:
    """Copy the instance into one file. It holds the keys: keep it as you keep the instance."""
    open_instance()
    from django.utils import timezone

    from dozor.apps.instance.backup import backup as write

    with progress("Copying") as bar:
        manifest = write(
            file,
            at=timezone.now(),
            progress=lambda t, n: bar.update(bar.task_ids[0], description=t, completed=n),
        )
    rows = sum(t["rows"] for t in manifest["tables"].values())
    if format is Format.JSON:
        print_json({"file": str(file), "rows": rows, "head": manifest["head"]})
        return
    tell(
        "{file}: {rows} rows, journal up to event {sequence}.",
        file=file,
        rows=rows,
        sequence=(manifest["head"] or {}).get("sequence", 0),
    )


def restore(
    file: Annotated[Path, typer.Argument(help="a file made by “dozor backup”")],
    format: FormatOption = Format.TABLE,  # noqa: A002
) -> None:
    """Fill a new home (--home) from a backup, verify it, and bring it to this version."""
    from dozor.apps.home import home, keys_folder
    from dozor.cli.output import print_findings

    if (keys_folder() / "audit.key").exists() or (home() / "dozor.sqlite3").exists():
        raise Refused(Finding("INST-EXISTS", found=str(home())))
    # the settings read the keys, so they are put in place before Django starts
    from dozor.apps.instance.archive import read_manifest, restore_keys

    read_manifest(file)
    home().mkdir(parents=True, exist_ok=True)
    try:
        restore_keys(file)
        start_django()
        from dozor.apps.audit.verification import verify
        from dozor.apps.instance.backup import restore as read

        with progress("Restoring") as bar:
            manifest = read(
                file, progress=lambda t, n: bar.update(bar.task_ids[0], description=t, completed=n)
            )
        findings = verify(head=manifest["head"])
    except BaseException:
        undo_new_home()
        raise
    if findings:
        print_findings(findings, as_json=format is Format.JSON)
        sys.exit(1)
    if format is Format.JSON:
        print_json({"home": str(home()), "rows": sum(t["rows"] for t in manifest["tables"].values())})
        return
    tell("The instance in {home} is restored and verified.", home=home())
