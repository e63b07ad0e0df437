"""`dozor submission …`: what agencies hand in, answer and correct; `judging` has what its recipient does."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dozor.cli.instance_room import open_instance, whoami
from dozor.cli.output import (
    Format,
    FormatOption,
    minute_of,
    print_findings,
    print_json,
    print_table,
    read_date,
    tell,
    worded,
)
from dozor.core.findings import Finding, Refused
from dozor.core.submissions.content import COLUMNS
from dozor.language.words import ROW_COLUMNS, SUBMISSION_ACTS, SUBMISSION_STATES

if TYPE_CHECKING:
    from dozor.apps.submissions.models import Submission

app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False)
Code = Annotated[str, typer.Argument(metavar="SUBMISSION", help="code of a submission, see “list”")]
# a row's columns as a table's headings: those that name the row, then what stands in it
_HEADINGS = {
    "indicator": "Indicator", "area": "Place", "period": "Period", "population": "Population", "sex": "Sex",
    "age": "Age", "round": "Round", **ROW_COLUMNS,
}  # fmt: skip
Number = Annotated[str, typer.Option(help="number of the letter or decision")]
Dated = Annotated[str | None, typer.Option(help="its date, 2026-03-01")]
As = Annotated[
    str | None, typer.Option("--as", help="login of the person whose act this is; the operator without it")
]


def open_submission(code: str) -> Submission:
    """A submission of the instance; raises ``SUB-UNKNOWN``."""
    open_instance()
    from dozor.apps.submissions.queries import submission_of

    return submission_of(code)


def who(login: str | None, right: str, agency: str) -> str:
    """The person an act is recorded under: the operator, or someone in whose name the operator types.

    Raises
    ------
    Refused
        ``SUB-PERSON``; ``SUB-NO-RIGHT``: the person may not do this about the agency's rows on a page either.
    """
    if login is None:
        return whoami()
    from dozor.apps.organisations.models import Person
    from dozor.apps.organisations.scope import Right, may

    found = Person.objects.select_related("agency").filter(login=login, is_active=True).first()
    if found is None:
        raise Refused(Finding("SUB-PERSON", found=login))
    if not may(found, Right(right), agency):
        raise Refused(Finding("SUB-NO-RIGHT", found=login, values={"right": right, "agency": agency}))
    return found.login


@app.command("list")
def list_submissions(
    year: Annotated[int | None, typer.Option(help="reporting year")] = None,
    agency: Annotated[str | None, typer.Option(help="code of the agency that hands in")] = None,
    format: FormatOption = Format.TABLE,  # noqa: A002
) -> None:
    """Submissions and where they stand."""
    open_instance()
    from dozor.apps.submissions.queries import submissions

    found = [as_json(s) for s in submissions(year=year, agency=None if agency is None else {agency})]
    if format is Format.JSON:
        print_json(found)
        return
    print_table(
        ["Submission", "Agency", "To", "Year", "State", "Version", "Answer by"],
        (
            (
                s["submission"],
                s["agency"],
                s["recipient"],
                str(s["year"]),
                worded(SUBMISSION_STATES, s["state"]),
                str(s["version"]),
                s["answer_due_on"].isoformat() if s["answer_due_on"] else "—",
            )
            for s in found
        ),
        numeric=(3, 5),
    )


@app.command()
def show(code: Code, format: FormatOption = Format.TABLE) -> None:  # noqa: A002
    """One submission: its rows, its versions, everything that happened to it."""
    submission = open_submission(code)
    rows = [dict(row) for row in (submission.latest.rows if submission.latest else [])]
    if format is Format.JSON:
        versions = [
            {
                "version": v.number,
                "came_by": v.came_by,
                "rows": len(v.rows),
                "checksum": v.checksum,
                "file": v.file_name or None,
                "file_sha256": v.file_digest or None,
                "at": v.handed_in_at,
                "by": v.handed_in_by,
            }
            for v in submission.versions.all()
        ]
        events = [
            {
                "act": e.act,
                "state": e.state_after,
                "version": e.version.number if e.version else None,
                "at": e.at,
                "by": e.by,
                "number": e.number or None,
                "dated_on": e.dated_on,
                "due_on": e.due_on,
                "remarks": e.remarks,
                "note": e.note or None,
            }
            for e in submission.events.select_related("version")
        ]
        print_json(as_json(submission) | {"rows": rows, "versions": versions, "events": events})
        return
    columns = [c for c in COLUMNS if any(row.get(c) for row in rows)]
    print_table(
        ["No.", *(_heading(c) for c in columns)],
        ([str(n), *(str(row.get(c, "")) for c in columns)] for n, row in enumerate(rows, start=1)),
        numeric=(0,),
    )
    for event in submission.events.select_related("version"):
        tell(
            "{at}  {by}  {act} → {state}  {note}",
            at=minute_of(event.at),
            by=event.by,
            act=worded(SUBMISSION_ACTS, event.act),
            state=worded(SUBMISSION_STATES, event.state_after),
            note=" ".join(filter(None, [event.number, event.note])),
        )


def _heading(column: str) -> str:
    words = worded(_HEADINGS, column)
    return words[:1].upper() + words[1:]


@app.command("hand-in")
def hand_in(
    file: Annotated[Path, typer.Argument(help="CSV or XLSX: one row of the submission in a line")],
    agency: Annotated[str, typer.Option(help="code of the agency")],
    collection: Annotated[str, typer.Option(help="code of a collection of the plan")],
    year: Annotated[int, typer.Option(help="reporting year")],
    request: Annotated[
        str | None, typer.Option(help="number of the request it answers; the last one of the year without it")
    ] = None,
    as_: As = None,
    format: FormatOption = Format.TABLE,  # noqa: A002
) -> None:
    """Lay the rows of a table into an agency's submission; “submit” hands them to the recipient."""
    open_instance()
    from django.utils import timezone

    from dozor.apps.organisations.models import Agency
    from dozor.apps.submissions import actions
    from dozor.apps.submissions.files import rows_of_file
    from dozor.apps.submissions.queries import findings, request_to

    found = Agency.objects.filter(code=agency).first()
    if found is None:
        raise Refused(Finding("INST-AGENCY", found=agency))
    rows, digest = rows_of_file(file)
    version = actions.hand_in(
        agency=found,
        collection=collection,
        year=year,
        request=request_to(found, year, request) if request is not None else None,
        rows=rows,
        came_by=actions.Came.AGGREGATES,
        file_name=file.name,
        file_digest=digest,
        by=who(as_, "prepare-submission", found.code),
        at=timezone.now(),
    )
    wrong = findings(version.submission, version.content)
    if format is Format.JSON:
        from dozor.cli.output import finding_json

        print_json(as_json(version.submission) | {"findings": [finding_json(f) for f in wrong]})
    else:
        print_findings(wrong, as_json=False)
        tell("{submission}: version {version}.", submission=version.submission.code, version=version.number)


@app.command()
def submit(code: Code, number: Number = "", dated: Dated = None, note: str = "", as_: As = None) -> None:
    """Hand the draft to its recipient, with the outgoing number and date of its letter."""
    submission = open_submission(code)
    from django.utils import timezone

    from dozor.apps.submissions import actions

    actions.submit(
        submission=submission,
        number=number,
        dated_on=read_date(dated) if dated else None,
        note=note,
        by=who(as_, "submit", submission.agency.code),
        at=timezone.now(),
    )
    tell("Recorded.")


@app.command()
def answer(
    code: Code,
    answer: Annotated[
        list[str], typer.Option(help="number:words, the remark by its number from 1; as often as needed")
    ],
    number: Number = "",
    dated: Dated = None,
    note: str = "",
    as_: As = None,
) -> None:
    """Answer every remark and hand the submission in again."""
    submission = open_submission(code)
    from django.utils import timezone

    from dozor.apps.submissions import actions

    given = [one.partition(":") for one in answer]
    actions.answer(
        submission=submission,
        answers={int(n) - 1: words for n, _, words in given if n.isdecimal()},
        number=number,
        dated_on=read_date(dated) if dated else None,
        note=note,
        by=who(as_, "submit", submission.agency.code),
        at=timezone.now(),
    )
    tell("Recorded.")


@app.command()
def correct(
    code: Code,
    reason: Annotated[str, typer.Option()],
    number: Number = "",
    dated: Dated = None,
    as_: As = None,
) -> None:
    """Hand in the newer version instead of one submitted or accepted."""
    submission = open_submission(code)
    from django.utils import timezone

    from dozor.apps.submissions import actions

    actions.correct(
        submission=submission,
        reason=reason,
        number=number,
        dated_on=read_date(dated) if dated else None,
        by=who(as_, "submit", submission.agency.code),
        at=timezone.now(),
    )
    tell("Recorded.")


def as_json(one: Submission) -> dict[str, Any]:
    latest = one.latest
    return {
        "submission": one.code,
        "collection": one.collection,
        "year": one.year,
        "agency": one.agency.code,
        "recipient": one.recipient.code,
        "state": one.state,
        "version": latest.number if latest else 0,
        "submitted_version": one.submitted_number or None,
        "accepted_version": one.accepted_number or None,
        "answer_due_on": one.answer_due_on,
    }
