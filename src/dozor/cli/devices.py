"""`dozor device add|revoke|list`: phones that send for an agency."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from dozor.cli.instance_room import open_instance, whoami
from dozor.cli.output import Format, FormatOption, day_of, print_json, print_table, tell
from dozor.core.findings import Finding, Refused

app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False)
Name = Annotated[str, typer.Argument(help="what the phone is called, for example “tablet 3”")]


@app.command()
def add(
    name: Name,
    agency: Annotated[str, typer.Option(help="code of the agency it sends for")],
    server: Annotated[
        str | None, typer.Option(help="address phones reach this instance at; by default where it serves")
    ] = None,
    qr: Annotated[
        Path | None, typer.Option(help="write the QR code for ODK Collect here, .png or .svg")
    ] = None,
    format: FormatOption = Format.TABLE,  # noqa: A002
) -> None:
    """Let a phone in. Its token is shown now and never again."""
    open_instance()
    from django.utils import timezone

    from dozor.apps.collection.devices import add_device
    from dozor.apps.organisations.models import Agency
    from dozor.formats.openrosa import collect_code, collect_settings

    of = Agency.objects.filter(code=agency).first()
    if of is None:
        raise Refused(Finding("INST-AGENCY", found=agency))
    if qr is not None and qr.suffix.lower() not in {".png", ".svg"}:
        raise Refused(Finding("COL-QR", found=qr.name))
    added = add_device(name=name, agency=of, by=whoami(), at=timezone.now())
    url = f"{(server or _address()).rstrip('/')}/key/{added.token}"
    text = collect_code(collect_settings(url, name=of.short_ru))
    if qr is not None:
        _draw(text, qr)
    if format is Format.JSON:
        print_json({"name": name, "agency": agency, "token": added.token, "server_url": url, "qr": text})
        return
    tell("{name}: the phone is let in. Address for ODK Collect: {url}", name=name, url=url)
    tell("Keep it: it is shown only now.")


@app.command()
def revoke(name: Name, format: FormatOption = Format.TABLE) -> None:  # noqa: A002
    """Shut a phone out at once; what it sent stays."""
    open_instance()
    from django.utils import timezone

    from dozor.apps.collection.devices import revoke_device

    revoked = revoke_device(name=name, by=whoami(), at=timezone.now())
    if format is Format.JSON:
        print_json({"name": revoked.name, "revoked_at": revoked.revoked_at})
        return
    tell("{name}: the phone is shut out.", name=name)


@app.command("list")
def list_devices(format: FormatOption = Format.TABLE) -> None:  # noqa: A002
    """Phones, those shut out too."""
    open_instance()
    from dozor.apps.collection.models import Device

    phones = [
        {"name": d.name, "agency": d.agency.code, "added_at": d.added_at, "revoked_at": d.revoked_at}
        for d in Device.objects.select_related("agency")
    ]
    if format is Format.JSON:
        print_json(phones)
        return
    print_table(
        ["Name", "Agency", "Added", "Shut out"],
        (
            (
                str(p["name"]),
                str(p["agency"]),
                day_of(p["added_at"]),
                day_of(p["revoked_at"]),
            )
            for p in phones
        ),
    )


def _address() -> str:
    """Where the instance serves now; else the first name it answers to."""
    from django.conf import settings

    from dozor.apps.home import home

    serving = home() / "serving"
    if serving.exists():
        return serving.read_text().strip()
    if settings.TLS:
        return f"https://{settings.ALLOWED_HOSTS[0]}"
    return os.environ.get("DOZOR_SERVER") or "http://127.0.0.1:8000"


def _draw(text: str, path: Path) -> None:
    import segno

    segno.make(text, error="l", micro=False).save(str(path), scale=6, border=4)
