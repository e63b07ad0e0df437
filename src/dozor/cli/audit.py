"""`dozor verify`, `dozor audit export`: the journal, proved and carried out of the house."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from dozor.cli.instance_room import open_instance
from dozor.cli.output import Format, FormatOption, finding_json, print_findings, print_json, progress, tell
from dozor.core.findings import Finding, Refused

app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False)


def verify(
    head: Annotated[
        Path | None, typer.Option(help="an end of the journal exported earlier and kept elsewhere")
    ] = None,
    format: FormatOption = Format.TABLE,  # noqa: A002
) -> None:
    """Prove that no plan, place, value, fact of a duty or event was altered, added, removed or cut off."""
    open_instance()
    from django.utils import timezone

    from dozor.apps.audit.standing import note_verified, standing
    from dozor.apps.audit.verification import verify as check

    known = None
    if head is not None:
        try:
            known = json.loads(head.read_text(encoding="utf-8"))["head"]
        except (OSError, ValueError, KeyError, TypeError):
            raise Refused(Finding("INST-BACKUP", found=str(head))) from None
    begun, end = timezone.now(), standing().events
    with progress("Verifying") as bar:
        findings = check(
            head=known, progress=lambda t, n: bar.update(bar.task_ids[0], description=t, completed=n)
        )
    note_verified(at=begun, sequence=end, findings=len(findings))  # the journal's page tells it
    if format is Format.JSON:
        print_json({"untouched": not findings, "findings": [finding_json(f) for f in findings]})
    if findings:
        if format is not Format.JSON:
            print_findings(findings, as_json=False)
        sys.exit(1)
    tell("Everything is as Dozor wrote it.")


@app.command()
def export(
    events: Annotated[bool, typer.Option(help="the events too, not the end alone")] = True,
) -> None:
    """Write the journal as JSON; keep it elsewhere and give it to “verify --head”."""
    open_instance()
    from dozor.apps.audit.models import Event, Head

    end = Head.objects.filter(id=1).first()
    names = ("sequence", "at", "by", "action", "subject", "details", "rows", "previous", "mac")
    print_json(
        {
            "head": {"sequence": end.sequence, "mac": end.mac} if end else {"sequence": 0, "mac": "0" * 64},
            "events": [
                dict(zip(names, e, strict=True))
                for e in Event.objects.order_by("sequence").values_list(*names)
            ]
            if events
            else [],
        }
    )
