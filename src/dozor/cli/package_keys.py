"""`dozor package …`: whose instance this is, and whose keys it trusts."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from dozor.cli.instance_room import open_instance, whoami
from dozor.cli.output import Format, FormatOption, day_of, print_json, print_table, read_date, tell
from dozor.core.findings import Finding, Refused

app = typer.Typer()
AgencyCode = Annotated[str, typer.Argument(metavar="AGENCY", help="code of an agency")]


def _agency(code: str) -> Any:
    from dozor.apps.organisations.models import Agency

    found = Agency.objects.filter(code=code).first()
    if found is None:
        raise Refused(Finding("INST-AGENCY", found=code))
    return found


@app.command()
def owner(agency: AgencyCode, format: FormatOption = Format.TABLE) -> None:  # noqa: A002
    """Say whose instance this is, and show its public key."""
    open_instance()
    from django.utils import timezone

    from dozor.apps.packages.owner import own
    from dozor.formats.package_file import fingerprint

    key = own(agency=_agency(agency), by=whoami(), at=timezone.now())
    if format is Format.JSON:
        print_json({"agency": agency, "public_key": key, "fingerprint": fingerprint(key)})
        return
    tell("This instance is that of {agency}. Its public key: {key}", agency=agency, key=key)
    tell("Its digits, to compare by telephone: {fingerprint}", fingerprint=fingerprint(key))


@app.command()
def trust(
    agency: AgencyCode,
    key: Annotated[str, typer.Option(help="its public key, 64 hexadecimal digits")],
    number: Annotated[str, typer.Option(help="number of the act the key was handed over by")],
    dated_on: Annotated[str, typer.Option(help="its date, 2026-03-01")],
    format: FormatOption = Format.TABLE,  # noqa: A002
) -> None:
    """Take the public key of another instance's agency, by an act."""
    open_instance()
    from django.utils import timezone

    from dozor.apps.packages import keys
    from dozor.formats.package_file import fingerprint

    day, at = read_date(dated_on), timezone.now()
    held = keys.trust(agency=_agency(agency), public_key=key, number=number, dated_on=day, by=whoami(), at=at)
    digits = fingerprint(held.public_key)
    if format is Format.JSON:
        print_json({"agency": agency, "public_key": held.public_key, "fingerprint": digits})
        return
    tell("The key {fingerprint} of {agency} is trusted from now on.", fingerprint=digits, agency=agency)


@app.command()
def distrust(
    key: Annotated[str, typer.Argument(help="a public key, or its short digits")],
    format: FormatOption = Format.TABLE,  # noqa: A002
) -> None:
    """Trust a key no longer; what it signed before stays."""
    open_instance()
    from django.utils import timezone

    from dozor.apps.packages import keys
    from dozor.formats.package_file import fingerprint

    held = keys.distrust(public_key=key, by=whoami(), at=timezone.now())
    digits, agency = fingerprint(held.public_key), held.agency.code
    if format is Format.JSON:
        print_json({"agency": agency, "fingerprint": digits, "distrusted_at": held.distrusted_at})
        return
    tell("The key {fingerprint} of {agency} is trusted no longer.", fingerprint=digits, agency=agency)


@app.command("keys")
def list_keys(format: FormatOption = Format.TABLE) -> None:  # noqa: A002
    """Keys of other instances, those trusted no longer too."""
    open_instance()
    from dozor.apps.packages.models import AgencyKey
    from dozor.formats.package_file import fingerprint

    held = [
        {
            "agency": k.agency.code,
            "fingerprint": fingerprint(k.public_key),
            "public_key": k.public_key,
            "number": k.number,
            "dated_on": k.dated_on,
            "trusted_at": k.trusted_at,
            "distrusted_at": k.distrusted_at,
        }
        for k in AgencyKey.objects.select_related("agency")
    ]
    if format is Format.JSON:
        print_json(held)
        return
    print_table(
        ["Agency", "Key", "Act", "Trusted", "Distrusted"],
        (
            (
                k["agency"],
                k["fingerprint"],
                f"{k['number']} {k['dated_on']}",
                day_of(k["trusted_at"]),
                day_of(k["distrusted_at"]),
            )
            for k in held
        ),
    )
