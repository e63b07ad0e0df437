"""`dozor package …`: submissions on a memory stick, signed, and the receipts that come back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dozor.cli.instance_room import open_instance, whoami
from dozor.cli.output import (
    Format,
    FormatOption,
    language,
    print_json,
    print_table,
    read_date,
    tell,
    worded,
)
from dozor.core.findings import Finding, Refused
from dozor.language import gettext
from dozor.language.words import PACKAGE_DIRECTIONS, PACKAGE_KINDS

if TYPE_CHECKING:
    from dozor.apps.packages.models import Package

app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False)


@app.command("export")
def export_package(
    submission: Annotated[str, typer.Argument(help="code of a submission, see “dozor submission list”")],
    output: Annotated[Path, typer.Option(help="the file to write")],
    number: Annotated[str, typer.Option(help="outgoing number of the signed sheet it goes with")] = "",
    dated_on: Annotated[str | None, typer.Option(help="date of the sheet, 2026-03-01")] = None,
    scan: Annotated[Path | None, typer.Option(help="scan of the signed sheet: PDF, PNG or JPEG")] = None,
    reason: Annotated[
        str, typer.Option(help="of a correction; it answers every remark without an answer of its own")
    ] = "",
    answer: Annotated[
        list[str] | None, typer.Option(help="number:words, the remark by its number; as often as needed")
    ] = None,
    format: FormatOption = Format.TABLE,  # noqa: A002
) -> None:
    """Write a submission's last version, or what was decided of it, as one signed file for a memory stick.

    Its agency's instance writes the version for the recipient; the recipient's instance writes for the agency
    the remarks it was sent back with, or that it was accepted, locked or opened again.
    """
    open_instance()
    from django.utils import timezone

    from dozor.apps.packages.judged import export_judged, is_judged_here
    from dozor.apps.packages.owner import owner as this_instance
    from dozor.apps.packages.sending import LARGEST_SCAN, Sheet, export
    from dozor.apps.packages.sending_back import export_sent_back, is_returned_here
    from dozor.apps.submissions.queries import submission_of

    of, by, at = submission_of(submission), whoami(), timezone.now()
    if is_returned_here(of, this_instance()):
        _written(*export_sent_back(of, by=by, at=at), output, format)
        return
    if is_judged_here(of, this_instance()):
        _written(*export_judged(of, by=by, at=at), output, format)
        return
    sheet = None
    if number.strip() or dated_on or scan:
        if not number.strip() or not dated_on:
            raise Refused(Finding("SUB-NUMBER", column="number"))
        picture = _read(scan, LARGEST_SCAN + 1) if scan else b""
        sheet = Sheet(number.strip(), read_date(dated_on), picture)
    given = [one.partition(":") for one in answer or ()]
    answers = {int(n) - 1: words for n, _, words in given if n.isdecimal()}
    _written(*export(of, sheet=sheet, reason=reason, answers=answers, by=by, at=at), output, format)


@app.command("export-request")
def export_request_package(
    number: Annotated[str, typer.Argument(help="number of a request recorded by “dozor round request”")],
    output: Annotated[Path, typer.Option(help="the file to write")],
    agency: Annotated[str, typer.Option(help="code of the centre asked, where one number asks several")] = "",
    format: FormatOption = Format.TABLE,  # noqa: A002
) -> None:
    """Write a request to a city or district centre (para 9) as one signed file for its instance."""
    open_instance()
    from django.utils import timezone

    from dozor.apps.packages.requesting import export_request, request_of

    made = export_request(request_of(number, agency), by=whoami(), at=timezone.now())
    _written(*made, output, format)


def _written(package: Package, content: bytes, output: Path, format: Format) -> None:  # noqa: A002
    _write(output, content)
    told = {
        "file": str(output),
        "kind": package.kind,
        **_about(package),
        "recipient": package.recipient.code,
        "sequence": package.sequence,
        "digest": package.digest,
    }
    if format is Format.JSON:
        print_json(told)
        return
    words = {
        "submission": (
            "Package {sequence} for {recipient} is in {file}. It is handed in when the receipt comes back."
        ),
        "sent-back": "Package {sequence} for {recipient} is in {file}: what was sent back, with its remarks.",
        "judged": "Package {sequence} for {recipient} is in {file}: what was decided of the submission.",
        "request": "Package {sequence} for {recipient} is in {file}: a request.",
    }
    tell(words[package.kind], **told)


def _about(package: Package) -> dict[str, Any]:
    """The submission and version a package carries, or the request."""
    if package.version is None:
        return {"submission": None, "version": None, "request": package.request.number}  # type: ignore[union-attr]
    of = package.version
    return {"submission": of.submission.code, "version": of.number, "request": None}


def _subject(package: Package) -> str:
    """What a package is about, in the reader's words."""
    if package.request is None:
        return package.subject
    return gettext("request No. {number}", language()).format(number=package.request.number)


@app.command("import")
def import_package(
    file: Annotated[Path, typer.Argument(help="a package that came, or a receipt that came back")],
    receipt: Annotated[
        Path | None, typer.Option(help="where to write the receipt; beside the package by default")
    ] = None,
    format: FormatOption = Format.TABLE,  # noqa: A002
) -> None:
    """Take a package, and write its receipt; or take a receipt. The same file again changes nothing."""
    open_instance()
    from django.utils import timezone

    from dozor.apps.packages.receipts import take_receipt
    from dozor.apps.packages.receiving import take
    from dozor.formats.package_file import LARGEST, read_package

    content = _read(file, LARGEST + 1)
    package, by, at = read_package(content, file.name), whoami(), timezone.now()
    if package.manifest.get("kind") == "receipt":
        sent = take_receipt(package, content, name=file.name, by=by, at=at)
        told = {**_about(sent), "recipient": sent.recipient.code}
        if format is Format.JSON:
            print_json({**told, "sequence": sent.sequence, "receipted_at": sent.receipted_at})
            return
        tell("{recipient} has {submission}: the receipt is taken.", **told | {"submission": _subject(sent)})
        return
    taken = take(package, content, name=file.name, by=by, at=at)
    target = receipt or file.with_name(f"{file.stem}-receipt{file.suffix}")
    _write(target, taken.receipt)
    said = {
        "kind": taken.package.kind,
        **_about(taken.package),
        "sender": taken.package.sender.code,
        "sequence": taken.package.sequence,
        "is_new": taken.is_new,
        "receipt": str(target),
    }
    if format is Format.JSON:
        print_json(said)
        return
    words = (
        "Package {sequence} of {sender} is taken: {submission}. The receipt is in {file}."
        if taken.is_new
        else "Package {sequence} of {sender} was here already. The receipt is in {file}."
    )
    tell(words, file=target, **said | {"submission": _subject(taken.package)})


@app.command("list")
def list_packages(format: FormatOption = Format.TABLE) -> None:  # noqa: A002
    """Packages that left and came, and which were answered."""
    open_instance()
    from dozor.apps.packages.models import Package

    of = Package.objects.select_related("sender", "recipient", "version__submission", "request")
    held = [
        {
            "direction": p.direction,
            "kind": p.kind,
            "sender": p.sender.code,
            "recipient": p.recipient.code,
            "sequence": p.sequence,
            **_about(p),
            "about": p.subject,
            "sent_on": p.sent_on,
            "has_receipt": bool(p.receipt),
            "digest": p.digest,
        }
        for p in of.defer("content")
    ]
    if format is Format.JSON:
        print_json(held)
        return
    print_table(
        ["No.", "Direction", "Carries", "From", "To", "About", "Version", "Sent", "Receipt"],
        (
            (
                str(p["sequence"]),
                worded(PACKAGE_DIRECTIONS, p["direction"]),
                worded(PACKAGE_KINDS, p["kind"]),
                str(p["sender"]),
                str(p["recipient"]),
                f"№ {p['request']}" if p["request"] else str(p["about"]),
                str(p["version"] or "—"),
                f"{p['sent_on']}",
                "✓" if p["has_receipt"] else "—",
            )
            for p in held
        ),
        numeric=(0, 6),
    )


def _read(path: Path, most: int) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(most)
    except OSError:
        raise Refused(Finding("FILE-MISSING", found=path.name)) from None


def _write(path: Path, content: bytes) -> None:
    half = path.with_name(f".{path.name}.part")
    try:
        half.write_bytes(content)
        half.replace(path)
    except OSError as wrong:
        raise Refused(Finding("FORM-NOT-WRITTEN", str(path), {"why": wrong.strerror or ""})) from None
