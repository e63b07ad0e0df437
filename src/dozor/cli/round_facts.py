"""`dozor round plan|ended|postpone|…`: facts that duties follow from, each with its letter or act."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from dozor.cli.instance_room import open_instance, whoami
from dozor.cli.output import Format, FormatOption, print_json, print_table, read_date, tell, worded
from dozor.core.findings import Finding, Refused
from dozor.language.words import SUBMISSION_STATES

if TYPE_CHECKING:
    from dozor.apps.organisations.models import Agency

app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False)
Collection = Annotated[str, typer.Argument(help="code of a collection of the plan, for example survey-youth")]
Year = Annotated[int, typer.Option(help="reporting year")]
AgencyOption = Annotated[
    str | None, typer.Option(help="code of an agency; without it, every agency that collects it")
]
OneAgency = Annotated[str, typer.Option(help="code of an agency")]
Number = Annotated[str, typer.Option(help="number of the letter, order or decision")]
Day = Annotated[str, typer.Option(help="a date, 2026-03-01")]


def agency_named(code: str | None) -> Agency | None:
    from dozor.apps.organisations.models import Agency

    if code is None:
        return None
    found = Agency.objects.filter(code=code).first()
    if found is None:
        raise Refused(Finding("INST-AGENCY", found=code))
    return found


def _one(code: str) -> Agency:
    found = agency_named(code)
    if found is None:
        raise Refused(Finding("INST-AGENCY", found=code))
    return found


@app.command("plan")
def plan_round(
    collection: Collection, year: Year, planned_end: Day, number: Number, agency: AgencyOption = None
) -> None:
    """Record the planned end of a collection from the round's letter."""
    open_instance()
    from django.utils import timezone

    from dozor.apps.collection import actions

    actions.plan_round(
        collection=collection,
        year=year,
        planned_end_on=read_date(planned_end),
        number=number,
        agency=agency_named(agency),
        by=whoami(),
        at=timezone.now(),
    )
    tell("Recorded.")


@app.command()
def ended(
    collection: Collection,
    year: Year,
    agency: OneAgency,
    on: Day,
    evidence: Annotated[str, typer.Option(help="the act or letter that shows it")],
) -> None:
    """Record that a collection ended: the 20 days run from here."""
    open_instance()
    from django.utils import timezone

    from dozor.apps.collection import actions

    actions.end_collection(
        collection=collection,
        year=year,
        agency=_one(agency),
        ended_on=read_date(on),
        evidence=evidence,
        by=whoami(),
        at=timezone.now(),
    )
    tell("Recorded.")


@app.command()
def postpone(
    collection: Collection,
    year: Year,
    to: Annotated[int, typer.Option(help="the year it is put off to")],
    number: Number,
    reason: Annotated[str, typer.Option()],
    dated: Day,
    agency: AgencyOption = None,
) -> None:
    """Record a decision that puts a round off to a later year."""
    _decide(collection, year, "postponed", number, reason, dated, agency, to)


@app.command("not-held")
def not_held(
    collection: Collection,
    year: Year,
    number: Number,
    reason: Annotated[str, typer.Option()],
    dated: Day,
    agency: AgencyOption = None,
) -> None:
    """Record a decision that a round is not held."""
    _decide(collection, year, "not-held", number, reason, dated, agency, None)


def _decide(
    collection: str,
    year: int,
    kind: str,
    number: str,
    reason: str,
    dated: str,
    agency: str | None,
    to: int | None,
) -> None:
    open_instance()
    from django.utils import timezone

    from dozor.apps.collection import actions

    actions.decide_round(
        collection=collection,
        year=year,
        kind=kind,
        number=number,
        reason=reason,
        dated_on=read_date(dated),
        agency=agency_named(agency),
        postponed_to=to,
        by=whoami(),
        at=timezone.now(),
    )
    tell("Recorded.")


@app.command()
def agree(
    year: Year,
    agency: OneAgency,
    due: Day,
    number: Number,
    indicator: Annotated[str, typer.Option(help="one row; without it, all the agency's rows")] = "",
) -> None:
    """Record a date agreed by letter with a ministry or the council."""
    open_instance()
    from django.utils import timezone

    from dozor.apps.collection import actions

    actions.agree_date(
        agency=_one(agency),
        year=year,
        due_on=read_date(due),
        number=number,
        indicator=indicator,
        by=whoami(),
        at=timezone.now(),
    )
    tell("Recorded.")


@app.command()
def receive(
    year: Year,
    agency: OneAgency,
    medium: Annotated[str, typer.Option(help="paper or electronic")],
    on: Day,
    number: Number,
    indicator: Annotated[str, typer.Option(help="one row; without it, the report as a whole")] = "",
    sent: Annotated[str | None, typer.Option(help="the day it was sent, where known")] = None,
) -> None:
    """Record that data came in one medium; the law asks for both."""
    open_instance()
    from django.utils import timezone

    from dozor.apps.collection import actions

    actions.receive(
        agency=_one(agency),
        year=year,
        medium=medium,
        received_on=read_date(on),
        sent_on=read_date(sent) if sent else None,
        number=number,
        indicator=indicator,
        by=whoami(),
        at=timezone.now(),
    )
    tell("Recorded.")


@app.command()
def request(
    sender: Annotated[str, typer.Option(help="code of the oblast centre")],
    recipient: Annotated[str, typer.Option(help="code of the district or city centre")],
    year: Year,
    scope: Annotated[str, typer.Option(help="what is asked for")],
    due: Day,
    number: Number,
) -> None:
    """Record an oblast centre's request to a district or city centre (para 9)."""
    open_instance()
    from django.utils import timezone

    from dozor.apps.collection import actions

    actions.request_collection(
        sender=_one(sender),
        recipient=_one(recipient),
        year=year,
        scope=scope,
        due_on=read_date(due),
        number=number,
        by=whoami(),
        at=timezone.now(),
    )
    tell("Recorded.")


@app.command("requests")
def list_requests(
    year: Annotated[int | None, typer.Option(help="reporting year; every year without it")] = None,
    agency: Annotated[str | None, typer.Option(help="code of an agency that asks or is asked")] = None,
    format: FormatOption = Format.TABLE,  # noqa: A002
) -> None:
    """Requests of oblast centres to city and district centres (para 9), and how each is answered."""
    open_instance()
    from dozor.apps.collection.models import Request

    found = Request.objects.select_related("sender", "recipient").prefetch_related("submissions")
    if year is not None:
        found = found.filter(year=year)
    one = agency_named(agency)
    told = [
        {
            "number": r.number,
            "dated_on": r.dated_on,
            "sender": r.sender.code,
            "recipient": r.recipient.code,
            "year": r.year,
            "scope": r.scope,
            "due_on": r.due_on,
            "answers": [{"submission": s.code, "state": s.state} for s in r.submissions.all()],
        }
        for r in found.order_by("id")
        if one is None or one in (r.sender, r.recipient)
    ]
    if format is Format.JSON:
        print_json(told)
        return
    print_table(
        ["Number", "From", "To", "Year", "What is asked for", "Due", "Answer"],
        (
            (
                r["number"],
                r["sender"],
                r["recipient"],
                str(r["year"]),
                r["scope"],
                f"{r['due_on']}",
                "; ".join(f"{a['submission']}: {worded(SUBMISSION_STATES, a['state'])}" for a in r["answers"])
                or "—",
            )
            for r in told
        ),
        numeric=(3,),
    )
