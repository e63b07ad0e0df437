"""`dozor release …`: figures frozen for an audience, audited, approved by two people, published."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dozor.cli.instance_room import open_instance, whoami
from dozor.cli.output import (
    Format,
    FormatOption,
    finding_json,
    language,
    print_findings,
    print_json,
    print_table,
    progress,
    tell,
    worded,
)
from dozor.core.findings import Finding, Refused
from dozor.language.words import RELEASE_STATES

if TYPE_CHECKING:
    from dozor.apps.releases.models import Release

app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False)
Code = Annotated[str, typer.Argument(help="code of a release, for example 2017-public-1")]
PersonOption = Annotated[str, typer.Option(help="login of the person whose decision it is")]


@app.command()
def create(
    year: Annotated[int, typer.Option(help="reporting year; later periods are left out")],
    audience: Annotated[
        str, typer.Option(help="whom it is for: public, legal-entities, state-bodies")
    ] = "public",
    note: Annotated[str, typer.Option(help="what changed since the version before, and why")] = "",
    format: FormatOption = Format.TABLE,  # noqa: A002
) -> None:
    """Freeze the bank for an audience: hide what would expose people, attack the rest, prove the outcome."""
    open_instance()
    from django.utils import timezone

    from dozor.apps.releases.actions import create_release

    with progress("Protecting"):
        made = create_release(year=year, audience=audience, by=whoami(), at=timezone.now(), note=note)
    _print(made, format)
    if not made.is_safe:
        print_findings(_findings(made), as_json=False)
        sys.exit(2)


@app.command()
def audit(release: Code, format: FormatOption = Format.TABLE) -> None:  # noqa: A002
    """Attack a release again, with everything published before it."""
    open_instance()
    from dozor.apps.releases.actions import audit_release
    from dozor.apps.releases.queries import release_of

    with progress("Attacking"):
        _conclude(audit_release(release_of(release)), release, format)


@app.command("verify-certificate")
def verify_certificate(release: Code, format: FormatOption = Format.TABLE) -> None:  # noqa: A002
    """Check a release's proof, without a solver."""
    open_instance()
    from dozor.apps.releases.actions import verify_release
    from dozor.apps.releases.queries import release_of

    _conclude(verify_release(release_of(release)), release, format)


@app.command()
def approve(release: Code, person: PersonOption) -> None:
    """Record a person's approval; two are needed, by people who did not create the release."""
    open_instance()
    from django.utils import timezone

    from dozor.apps.organisations.models import Person
    from dozor.apps.organisations.scope import Right, may
    from dozor.apps.releases.actions import approve_release
    from dozor.apps.releases.queries import release_of

    able = [p for p in Person.objects.filter(is_active=True) if may(p, Right.APPROVE_RELEASE)]
    if person not in [p.login for p in able]:
        known = ", ".join(p.login for p in able) or "—"
        raise Refused(Finding("REL-PERSON", found=person, values={"known": known}))
    approve_release(release_of(release), person=person, by=whoami(), at=timezone.now())
    tell("Recorded.")


@app.command()
def publish(release: Code, format: FormatOption = Format.TABLE) -> None:  # noqa: A002
    """Publish a release that two people approved; its certificate is checked once more."""
    open_instance()
    from django.utils import timezone

    from dozor.apps.releases.actions import publish_release
    from dozor.apps.releases.queries import release_of

    with progress("Checking the certificate"):
        publish_release(release_of(release), person=whoami(), by=whoami(), at=timezone.now())
    _print(release_of(release), format)


@app.command("list")
def list_releases(format: FormatOption = Format.TABLE) -> None:  # noqa: A002
    """Every release, newest last."""
    open_instance()
    from dozor.apps.releases.models import Release

    rows = [_row(r) for r in Release.objects.prefetch_related("steps")]
    if format is Format.JSON:
        print_json(rows)
    else:
        _print_table(rows)


_COLUMNS = ("id", "audience", "state", "published", "hidden", "audit_seconds")
_HEADINGS = ("release", "audience", "state", "cells published", "hidden", "audit, seconds")


def _print(release: Release, format: Format) -> None:  # noqa: A002
    if format is Format.JSON:
        print_json(_row(release))
    else:
        _print_table([_row(release)])


def _print_table(rows: Sequence[dict[str, Any]]) -> None:
    from dozor.formats.plan_folder import load_audiences

    audiences = {a.code: a.name.in_language(language()) for a in load_audiences()}
    told = [
        row
        | {
            "state": worded(RELEASE_STATES, row["state"]),
            "audience": audiences.get(row["audience"], row["audience"]),
        }
        for row in rows
    ]
    print_table(_HEADINGS, [[str(row[name]) for name in _COLUMNS] for row in told], numeric=(3, 4))


def _row(release: Release) -> dict[str, Any]:
    return {
        "id": release.code,
        "year": release.year,
        "audience": release.audience,
        "version": release.version,
        "state": release.state,
        "published": release.cells - release.hidden,
        "hidden": release.hidden,
        "audit_seconds": round(release.audit_seconds, 3),
        "verdict": "safe" if release.is_safe else "refused",
        "checksum": release.content_checksum,
        "approvers": [s.person for s in release.steps.all() if s.act == "approved"],
        "created_at": release.created_at,
        "note": release.note,
    }


def _findings(release: Release) -> tuple[Finding, ...]:
    from dozor.apps.releases.actions import audit_release

    return audit_release(release)


def _conclude(findings: tuple[Finding, ...], release: str, format: Format) -> None:  # noqa: A002
    if format is Format.JSON:
        verdict = "refused" if findings else "safe"
        print_json({"id": release, "verdict": verdict, "findings": [finding_json(f) for f in findings]})
    else:
        print_findings(findings, as_json=False)
    if findings:
        sys.exit(2)
    tell("The release {release} holds.", release=release)
