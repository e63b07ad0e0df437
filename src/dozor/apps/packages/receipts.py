"""Receipts: what a recipient answers a package with, and what its sender does with the answer."""

from __future__ import annotations

import base64
import json
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

import dozor
from dozor.apps.audit.actions import record
from dozor.apps.organisations.models import Agency
from dozor.apps.packages.handing_over import Words, hand_over
from dozor.apps.packages.keys import own_key
from dozor.apps.packages.making import in_place_of
from dozor.apps.packages.models import Package
from dozor.apps.packages.owner import sent_to_us
from dozor.apps.packages.sending import ANSWERS
from dozor.apps.submissions.models import Submission, SubmissionVersion
from dozor.core.findings import Finding, Refused
from dozor.core.submissions.states import State
from dozor.formats.package_file import SignedPackage, public_of, read_package, write_package

RECEIPT = "receipt"  # the kind a manifest names


def make_receipt(
    package: SignedPackage,
    sender: Agency,
    ours: Agency,
    version: SubmissionVersion | None,
    *,
    at: datetime,
) -> bytes:
    """The signed answer to a package that was taken."""
    key = own_key()
    manifest: dict[str, Any] = {
        "kind": RECEIPT,
        "sender": ours.code,
        "recipient": sender.code,
        "key": public_of(key),
        "answers": package.digest,
        "sequence": package.manifest["sequence"],
        "received_on": timezone.localdate(at).isoformat(),
        "software_version": dozor.__version__,
    }
    if version is not None:
        code = str(package.manifest["submission"]["code"])
        manifest["submission"] = {"code": code, "version": version.number, "checksum": version.checksum}
    return write_package(manifest, {}, key)


def take_receipt(
    receipt: SignedPackage,
    content: bytes,
    *,
    name: str,
    by: str,
    at: datetime,
    on_behalf_of: str = "",
    dry_run: bool = False,
) -> Package:
    """Mark a package received, a submission handed in by it; the same receipt again changes nothing.

    A dry run does all of it and takes it back.

    Raises
    ------
    Refused
        ``PKG-RECIPIENT``, ``PKG-KEY…``, ``PKG-SIGNATURE``; ``PKG-RECEIPT``: it answers no package of ours.
    """
    sender, _ours = sent_to_us(receipt, name)
    answers = str(receipt.manifest.get("answers"))
    with transaction.atomic():
        package = (
            Package.objects.select_for_update(of=("self",))
            .select_related("version__submission", "request")
            .filter(direction="sent", digest=answers, recipient=sender)
            .first()
        )
        if package is None:
            raise Refused(Finding("PKG-RECEIPT", answers[:16], file=name))
        if package.receipted_at is not None:
            return package
        package.receipt = base64.b64encode(content).decode()
        package.receipted_at, package.receipted_by = at, by
        package.save(update_fields=["receipt", "receipted_at", "receipted_by"])
        details = {"sequence": package.sequence, "digest": receipt.digest, **in_place_of(on_behalf_of)}
        record(action="receipt taken", by=by, at=at, subject=package.subject, details=details, rows=[package])
        if package.kind == Package.Kind.SUBMISSION and package.version is not None:
            _handed_in(package, package.version, by=by, at=at)
        transaction.set_rollback(dry_run)
    return package


def _handed_in(package: Package, version: SubmissionVersion, *, by: str, at: datetime) -> None:
    submission = version.submission
    latest = submission.latest
    # a newer version that waits here was not in the package, and is not handed in by its receipt
    if latest is None or latest.pk != version.pk or version.pk == _submitted(submission):
        return
    sent = read_package(base64.b64decode(package.content))
    sheet = dict(sent.manifest["sheet"] or {})
    hand_over(
        submission,
        by=by,
        at=at,
        sent_on=package.sent_on,
        number=str(sheet.get("number", "")),
        dated_on=date.fromisoformat(sheet["dated_on"]) if sheet else None,
        words=Words(str(sent.manifest["submission"]["reason"]), json.loads(sent.parts.get(ANSWERS, b"[]"))),
    )


def _submitted(submission: Submission) -> int | None:
    """The version its recipient has, unless it was sent back since."""
    held = submission.submitted
    return held.pk if held and submission.state != State.RETURNED else None
