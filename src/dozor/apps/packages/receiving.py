"""Packages that come: taken once, whole, from a key that is trusted; answered with a signed receipt."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

import dozor
from dozor.apps.audit.actions import record
from dozor.apps.organisations.models import Agency
from dozor.apps.packages.handing_over import hand_over
from dozor.apps.packages.keys import own_key, trusted_key
from dozor.apps.packages.models import Package
from dozor.apps.packages.sending import ROWS, in_place_of, owner
from dozor.apps.plans.models import PlanVersion
from dozor.apps.submissions.actions import hand_in
from dozor.apps.submissions.models import SubmissionVersion
from dozor.core.findings import Finding, Refused
from dozor.core.submissions.content import Row, checksum, row_of
from dozor.formats.package_file import SignedPackage, check_signature, public_of, write_package


@dataclass(frozen=True)
class Taken:
    """A package taken, now or before, and the receipt to carry back."""

    package: Package
    receipt: bytes
    is_new: bool


@dataclass(frozen=True)
class _Told:
    """What a manifest says, of the shape it must have."""

    sequence: int
    sent_on: date
    plan: str
    plan_version: str
    code: str
    collection: str
    year: int
    checksum: str
    reason: str
    number: str
    dated_on: date | None


def take(
    package: SignedPackage,
    content: bytes,
    *,
    name: str,
    by: str,
    at: datetime,
    on_behalf_of: str = "",
    dry_run: bool = False,
) -> Taken:
    """Take a package's version into its submission and hand it in; the same package again changes nothing.

    A dry run does all of it and takes it back: what it raises is what taking would raise.

    Raises
    ------
    Refused
        ``PKG-OWNER``, ``PKG-RECIPIENT``: it is for another; ``PKG-KEY…``, ``PKG-SIGNATURE``;
        ``PKG-SEQUENCE``: another package of the same number; ``PKG-OLDER``: a later one of this submission
        is here; ``PKG-PLAN``, ``PKG-MANIFEST``, ``PKG-ROWS``, ``PKG-FUTURE``; and whatever a submission is
        refused for. Nothing is kept of a refused package.
    """
    manifest, ours = package.manifest, owner()
    if manifest.get("recipient") != ours.code:
        found = str(manifest.get("recipient"))[:40]
        raise Refused(Finding("PKG-RECIPIENT", found, {"owner": ours.code}, file=name))
    key = trusted_key(str(manifest.get("sender")), str(manifest.get("key")))
    check_signature(package, key.public_key, name)
    if known := _known(package):
        return Taken(known, base64.b64decode(known.receipt), False)
    told = _told(manifest, name)
    rows = _rows(package, told, name)
    if told.sent_on > timezone.localdate(at) + timedelta(days=1):
        raise Refused(Finding("PKG-FUTURE", told.sent_on.isoformat(), file=name))
    if not PlanVersion.objects.filter(code=told.plan, version=told.plan_version).exists():
        raise Refused(Finding("PKG-PLAN", f"{told.plan} {told.plan_version}"[:80], file=name))
    with transaction.atomic():
        Agency.objects.select_for_update().get(pk=key.agency_id)
        if known := _known(package):  # taken by somebody else a moment ago
            return Taken(known, base64.b64decode(known.receipt), False)
        _refuse_older(key.agency, ours, told, name)
        version = hand_in(
            agency=key.agency,
            collection=told.collection,
            year=told.year,
            rows=rows,
            came_by=SubmissionVersion.Came.PACKAGE,
            file_name=name,
            file_digest=package.digest,
            by=f"package:{key.agency.code}",
            at=at,
        )
        submission = version.submission
        if submission.code != told.code or submission.recipient_id != ours.pk:
            raise Refused(Finding("PKG-SUBMISSION", told.code[:80], {"expected": submission.code}, file=name))
        if version.number > submission.submitted_number or submission.state == "returned":
            hand_over(
                submission,
                by=f"package:{key.agency.code}",
                at=at,
                sent_on=min(told.sent_on, timezone.localdate(at)),
                number=told.number,
                dated_on=told.dated_on,
                reason=told.reason,
            )
        receipt = _receipt(package, key.agency, ours, told, version, at)
        kept = Package.objects.create(
            direction=Package.Direction.RECEIVED,
            sender=key.agency,
            recipient=ours,
            sequence=told.sequence,
            digest=package.digest,
            version=version,
            content=base64.b64encode(content).decode(),
            receipt=base64.b64encode(receipt).decode(),
            sent_on=told.sent_on,
            at=at,
            by=by,
        )
        record(
            action="package taken",
            by=by,
            at=at,
            subject=submission.code,
            details={
                "sequence": told.sequence,
                "digest": package.digest,
                "version": version.number,
                **in_place_of(on_behalf_of),
            },
            rows=[kept],
        )
        transaction.set_rollback(dry_run)
    return Taken(kept, receipt, True)


def _known(package: SignedPackage) -> Package | None:
    return Package.objects.filter(direction="received", digest=package.digest).first()


def _refuse_older(sender: Agency, ours: Agency, told: _Told, name: str) -> None:
    came = Package.objects.filter(direction="received", sender=sender, recipient=ours)
    if came.filter(sequence=told.sequence).exists():
        raise Refused(Finding("PKG-SEQUENCE", str(told.sequence), file=name))
    last = came.filter(version__submission__code=told.code).aggregate(last=Max("sequence"))["last"]
    if last is not None and told.sequence < last:
        raise Refused(Finding("PKG-OLDER", str(told.sequence), {"last": last}, file=name))


def _told(manifest: Any, name: str) -> _Told:
    try:
        of, sheet = manifest["submission"], manifest["sheet"] or {}
        sequence, year = manifest["sequence"], of["year"]
        if (
            type(sequence) is not int
            or type(year) is not int
            or not 0 < sequence < 2**31
            or not 1990 <= year <= 2100
        ):
            raise ValueError
        return _Told(
            sequence=sequence,
            sent_on=date.fromisoformat(manifest["sent_on"]),
            plan=str(manifest["plan"]["code"]),
            plan_version=str(manifest["plan"]["version"]),
            code=str(of["code"]),
            collection=str(of["collection"]),
            year=year,
            checksum=str(of["checksum"]),
            reason=str(of["reason"]),
            number=str(sheet.get("number", "")),
            dated_on=date.fromisoformat(sheet["dated_on"]) if sheet else None,
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        raise Refused(Finding("PKG-MANIFEST", file=name)) from None


def _rows(package: SignedPackage, told: _Told, name: str) -> list[Row]:
    """The rows, as the plan's own columns; their checksum is the sheet's."""
    try:
        rows = [row_of(cells) for cells in json.loads(package.parts[ROWS])]
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError):
        raise Refused(Finding("PKG-ROWS", file=name)) from None
    if checksum(rows) != told.checksum:
        raise Refused(Finding("PKG-ROWS", told.checksum[:16], file=name))
    return rows


def _receipt(
    package: SignedPackage,
    sender: Agency,
    ours: Agency,
    told: _Told,
    version: SubmissionVersion,
    at: datetime,
) -> bytes:
    key = own_key()
    manifest = {
        "kind": "receipt",
        "sender": ours.code,
        "recipient": sender.code,
        "key": public_of(key),
        "answers": package.digest,
        "sequence": told.sequence,
        "received_on": timezone.localdate(at).isoformat(),
        "software_version": dozor.__version__,
        "submission": {"code": told.code, "version": version.number, "checksum": version.checksum},
    }
    return write_package(manifest, {}, key)
