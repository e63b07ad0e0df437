"""`dozor user add|list`: people and their rights."""

from __future__ import annotations

import secrets
from typing import Annotated

import typer

from dozor.cli.instance_room import open_instance, whoami
from dozor.cli.output import Format, FormatOption, print_json, print_table, tell

app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False)


@app.command()
def add(
    login: Annotated[str, typer.Argument(help="sign-in name")],
    role: Annotated[
        str,
        typer.Option(
            help="district-specialist, oblast-specialist, oblast-coordinator, ministry-focal-point, "
            "national-analyst, national-approver, ministry-reader, auditor, administrator"
        ),
    ],
    agency: Annotated[str | None, typer.Option(help="code of the agency they act for")] = None,
    name: Annotated[str, typer.Option(help="their name, as pages show it")] = "",
    password: Annotated[str | None, typer.Option(help="without it one is drawn and shown once")] = None,
    format: FormatOption = Format.TABLE,  # noqa: A002
) -> None:
    """Give someone an account."""
    open_instance()
    from django.utils import timezone

    from dozor.apps.organisations.actions import add_person

    given = password or secrets.token_urlsafe(12)
    add_person(
        login=login, name=name, role=role, agency=agency, password=given, by=whoami(), at=timezone.now()
    )
    if format is Format.JSON:
        print_json({"login": login, "password": given, "role": role, "agency": agency})
        return
    tell("{login}: the account is made, password: {password}", login=login, password=given)


@app.command("list")
def list_people(format: FormatOption = Format.TABLE) -> None:  # noqa: A002
    """Who has an account."""
    open_instance()
    from dozor.apps.organisations.models import Person

    people = [
        {
            "login": p.login,
            "name": p.name,
            "role": p.role,
            "agency": p.agency.code if p.agency else None,
            "active": p.is_active,
        }
        for p in Person.objects.select_related("agency")
    ]
    if format is Format.JSON:
        print_json(people)
        return
    print_table(
        ["Sign-in name", "Name", "Role", "Agency"],
        ((p["login"], p["name"], p["role"], p["agency"] or "") for p in people),
    )
