"""`dozor submission …`: what the recipient does: sends back, accepts, locks, opens again."""

from __future__ import annotations

from typing import Annotated

import typer

from dozor.cli.output import Format, FormatOption, print_json, read_date, tell
from dozor.cli.submissions import As, Code, Number, as_json, open_submission, who

app = typer.Typer()


@app.command("send-back")
def send_back(
    code: Code,
    remark: Annotated[
        list[str],
        typer.Option(help="row:column:reason:words, the row by its number in “show”; as often as needed"),
    ],
    note: str = "",
    as_: As = None,
) -> None:
    """Send a submission back with remarks on its cells; the new due date follows from the plan's rule."""
    submission = open_submission(code)
    from django.utils import timezone

    from dozor.apps.submissions import actions

    version = submission.submitted
    rows = version.content if version else ()
    remarks = []
    for given in remark:
        row, _, rest = given.partition(":")
        column, _, rest = rest.partition(":")
        reason, _, text = rest.partition(":")
        name = rows[int(row) - 1].name if row.isdecimal() and 1 <= int(row) <= len(rows) else row
        remarks.append({"row": name, "column": column, "reason": reason, "text": text})
    event = actions.send_back(
        submission=submission,
        remarks=remarks,
        note=note,
        by=who(as_, "check-submission", submission.agency.code),
        at=timezone.now(),
    )
    tell("Sent back; the answer is due on {day}.", day=event.due_on)


@app.command()
def accept(code: Code, as_: As = None, format: FormatOption = Format.TABLE) -> None:  # noqa: A002
    """Accept a submission: its rows become values of the bank. Never by the one who handed it in."""
    submission = open_submission(code)
    from django.utils import timezone

    from dozor.apps.submissions import actions

    done = actions.accept(
        submission=submission, by=who(as_, "accept-submission", submission.agency.code), at=timezone.now()
    )
    counts = {
        name: getattr(done.values, name) if done.values else 0 for name in ("new", "changed", "unchanged")
    }
    if format is Format.JSON:
        submission.refresh_from_db()
        print_json(as_json(submission) | {"values": counts})
        return
    if submission.request_id is not None:
        tell("Accepted: it answers a request, so its rows stay in it and enter no bank.")
        return
    tell("Accepted: {new} new, {changed} corrected, {unchanged} unchanged values.", **counts)


@app.command()
def lock(code: Code, as_: As = None) -> None:
    """Lock an accepted submission; only a recorded decision opens it again."""
    submission = open_submission(code)
    from django.utils import timezone

    from dozor.apps.submissions import actions

    actions.lock(
        submission=submission, by=who(as_, "lock-submission", submission.agency.code), at=timezone.now()
    )
    tell("Recorded.")


@app.command()
def reopen(
    code: Code,
    number: Number,
    dated: Annotated[str, typer.Option(help="date of the decision, 2026-03-01")],
    reason: Annotated[str, typer.Option()],
    as_: As = None,
) -> None:
    """Open a locked submission by a decision."""
    submission = open_submission(code)
    from django.utils import timezone

    from dozor.apps.submissions import actions

    actions.reopen(
        submission=submission,
        number=number,
        dated_on=read_date(dated),
        reason=reason,
        by=who(as_, "reopen-submission", submission.agency.code),
        at=timezone.now(),
    )
    tell("Recorded.")
