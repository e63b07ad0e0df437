"""`dozor obligations`: who owes what by when."""

from __future__ import annotations

import sys
from datetime import date
from enum import StrEnum
from typing import Annotated

import typer

from dozor.cli.instance_room import open_instance
from dozor.cli.output import language, print_json, print_table, read_date, tell, worded
from dozor.core.calendar.showing import as_mapping
from dozor.core.findings import Finding, Refused
from dozor.core.observations.period import FIRST_YEAR, LAST_YEAR
from dozor.language import gettext
from dozor.language.words import DUTY_STATES


class DutyFormat(StrEnum):
    """What standard output holds."""

    TABLE = "table"
    JSON = "json"
    ICS = "ics"


def obligations(
    year: Annotated[int, typer.Option(help="reporting year: the year the data speak of")],
    as_of: Annotated[str | None, typer.Option(help="as of this date; today by default")] = None,
    agency: Annotated[str | None, typer.Option(help="code of an agency, for example OCHEPH-BR")] = None,
    format: Annotated[DutyFormat, typer.Option("--format", help="table, json or ics")] = DutyFormat.TABLE,  # noqa: A002
) -> None:
    """Duties of a reporting year: executor, recipient, due date, ground, status."""
    open_instance()
    from django.utils import timezone

    from dozor.apps.collection.queries import duties, requests
    from dozor.apps.organisations.queries import agencies
    from dozor.apps.plans.queries import main_plan
    from dozor.formats.calendar_file import calendar_file

    day = timezone.localdate() if as_of is None else read_date(as_of)
    known = {a.code: a for a in agencies()}
    if agency is not None and agency not in known:
        raise Refused(Finding("INST-AGENCY", found=agency))
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Refused(Finding("INST-YEAR", found=str(year)))
    found = duties(year=year, as_of=day, agency=None if agency is None else {agency})
    plan = main_plan(date(year, 7, 1))
    if format is DutyFormat.JSON:
        print_json([as_mapping(o, language()) for o in found])
        return
    if format is DutyFormat.ICS:
        sys.stdout.write(
            calendar_file(
                found, plan=plan, agencies=known, language=language(), made_at=timezone.localtime()
            ).decode()
        )
        return
    if not plan.is_confirmed_on(day):
        tell("Demonstration calendar: nothing read says that the plan is in force.")
    print_table(
        ["Indicator", "Agency", "To", "Due", "Expected by", "Status"],
        (
            (
                o.indicator or gettext("the plan as a whole", language()),
                o.agency,
                o.recipient,
                o.due_on.isoformat() if o.due_on else "—",
                o.expected_by.isoformat() if o.expected_by else "—",
                worded(DUTY_STATES, o.status),
            )
            for o in found
        ),
    )
    tell("{count} duties.", count=len(found))
    asked = requests(year=year, agency=None if agency is None else {agency})
    if asked:
        tell("Requests of oblast centres (para 9): {count}; see “dozor round requests”.", count=len(asked))
