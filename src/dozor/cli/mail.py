"""`dozor mail`: whether letters go."""

from __future__ import annotations

from typing import Annotated

import typer

from dozor.cli.instance_room import open_instance
from dozor.cli.output import Format, FormatOption, language, print_json, tell


def mail(
    address: Annotated[str, typer.Argument(help="where the trial letter goes")],
    format: FormatOption = Format.TABLE,  # noqa: A002
) -> None:
    """Send a trial letter with the settings reminders use, and say what the server said."""
    open_instance()
    from django.conf import settings

    from dozor.apps.reminders.mailing import try_mail

    try_mail(address=address, language=language())
    if format is Format.JSON:
        print_json({"address": address, "server": settings.EMAIL_HOST, "taken": True})
        return
    tell("{server} took the letter to {address}.", server=settings.EMAIL_HOST, address=address)
