"""`dozor user …`: people, their rights, what they sign in with."""

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


ReasonOption = Annotated[str, typer.Option(help="why; it stands in the journal")]
LoginArgument = Annotated[str, typer.Argument(help="sign-in name")]


@app.command()
def invite(
    login: LoginArgument,
    role: Annotated[str, typer.Option(help="as for “user add”")],
    agency: Annotated[str | None, typer.Option(help="code of the agency they act for")] = None,
    name: Annotated[str, typer.Option(help="their name, as pages show it")] = "",
    format: FormatOption = Format.TABLE,  # noqa: A002
) -> None:
    """Give someone an account and print a link with which they set their own password."""
    open_instance()
    from django.utils import timezone

    from dozor.apps.organisations import people

    _, token = people.invite(login=login, name=name, role=role, agency=agency, by=whoami(), at=timezone.now())
    _show_link(login, token, format)


@app.command()
def link(login: LoginArgument, reason: ReasonOption, format: FormatOption = Format.TABLE) -> None:  # noqa: A002
    """Print a new link for someone who has forgotten the password; earlier links close."""
    open_instance()
    from django.utils import timezone

    from dozor.apps.organisations import people

    one = people.person_of(login)
    token = people.new_link(person=one, reason=reason, by=whoami(), at=timezone.now())
    _show_link(one.login, token, format)


def _show_link(login: str, token: str, format: Format) -> None:  # noqa: A002
    from dozor.apps.home import home
    from dozor.apps.organisations.people import LINK_LASTS

    serving = home() / "serving"
    base = serving.read_text().strip() if serving.exists() else "http://localhost:8000/"
    # by the name: browsers give no passkeys to a numeric address
    base = base.replace("//127.0.0.1:", "//localhost:")
    address = f"{base}join/{token}/"
    if format is Format.JSON:
        print_json({"login": login, "link": address, "days": LINK_LASTS.days})
        return
    tell("{login}: {link} (opens once, within {days} days)", login=login, link=address, days=LINK_LASTS.days)


@app.command()
def rights(
    login: LoginArgument,
    role: Annotated[str, typer.Option(help="as for “user add”")],
    reason: ReasonOption,
    agency: Annotated[str | None, typer.Option(help="code of the agency they act for")] = None,
) -> None:
    """Give someone another role or agency; their sessions end."""
    _act("change_rights", login, reason, role=role, agency=agency)


@app.command()
def close(login: LoginArgument, reason: ReasonOption) -> None:
    """Close an account; its sessions end, what was done under it stays."""
    _act("close", login, reason)


@app.command()
def reopen(login: LoginArgument, reason: ReasonOption) -> None:
    """Open a closed account again."""
    _act("reopen", login, reason)


@app.command("reset-factor")
def reset_factor(login: LoginArgument, reason: ReasonOption) -> None:
    """End someone's second factors and recovery codes; a new one is enrolled at the next sign-in."""
    _act("reset_factors", login, reason)


def _act(what: str, login: str, reason: str, **more: str | None) -> None:
    open_instance()
    from django.utils import timezone

    from dozor.apps.organisations import people

    one = people.person_of(login)
    getattr(people, what)(person=one, reason=reason, by=whoami(), at=timezone.now(), **more)
    tell("{login}: done, and written into the journal.", login=one.login)


@app.command()
def code(login: LoginArgument) -> None:
    """Print the code that an example account's app shows now; on an example instance only."""
    open_instance()
    from django.utils import timezone

    from dozor.apps.organisations import factors, people
    from dozor.apps.plans.queries import IS_EXAMPLE, setting
    from dozor.core.findings import Finding, Refused

    if not setting(IS_EXAMPLE, False):
        raise Refused(Finding("SIGN-NOT-EXAMPLE"))
    shown = factors.code_now(people.person_of(login), timezone.now())
    typer.echo(shown or "—")


@app.command("list")
def list_people(format: FormatOption = Format.TABLE) -> None:  # noqa: A002
    """Who has an account."""
    open_instance()
    from dozor.apps.organisations.factors import standing
    from dozor.apps.organisations.models import Person

    people = [
        {
            "login": p.login,
            "name": p.name,
            "role": p.role,
            "agency": p.agency.code if p.agency else None,
            "active": p.is_active,
            "second_factor": bool(standing(p)),
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
