"""Packages that leave: a submission's rows, signed, for its recipient; and the receipt that comes back."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import date, datetime
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
from dozor.apps.plans.actions import decide
from dozor.apps.plans.queries import setting
from dozor.apps.quality.submitted import check_submission, refuse_open
from dozor.apps.submissions.models import Submission
from dozor.core.findings import Finding, Refused
from dozor.core.submissions.states import State
from dozor.formats.package_file import (
    SignedPackage,
    canonical,
    check_signature,
    public_of,
    read_package,
    write_package,
)

OWNER = "owner"  # the setting that says whose instance this is
ROWS, SCAN = "rows.json", "scan"
LARGEST_SCAN = 8_000_000
SCANS = {b"%PDF-": "pdf", b"\x89PNG": "png", b"\xff\xd8\xff": "jpg"}


@dataclass(frozen=True)
class Sheet:
    """The signed paper sheet a package goes with: number, date, and its scan when there is one."""

    number: str
    dated_on: date
    scan: bytes = b""


def owner() -> Agency:
    """The agency whose instance this is; raises ``PKG-OWNER`` when nobody has said so."""
    found = Agency.objects.filter(code=setting(OWNER, "")).first()
    if found is None:
        raise Refused(Finding("PKG-OWNER"))
    return found


def own(*, agency: Agency, by: str, at: datetime) -> str:
    """Say whose instance this is; return the public key to tell the recipient."""
    with transaction.atomic():
        if setting(OWNER, "") != agency.code:
            if Package.objects.exists():
                raise Refused(Finding("PKG-OWNED", str(setting(OWNER, ""))))
            decide(name=OWNER, value=agency.code, reason="dozor package owner", by=by, at=at)
    return public_of(own_key())


def export(
    submission: Submission,
    *,
    sheet: Sheet | None,
    reason: str,
    by: str,
    at: datetime,
    on_behalf_of: str = "",
) -> tuple[Package, bytes]:
    """Make a package of a submission's last version for its recipient.

    Nothing of the submission changes: it is handed in when the recipient's receipt is imported. The same
    version a second time is a new package, with the next number.

    Parameters
    ----------
    reason
        Of a correction, or the answer to what it was sent back for.

    Raises
    ------
    Refused
        ``PKG-OWNER``, ``PKG-NOT-OURS``; ``SUB-EMPTY``; ``PKG-REASON``: handed in before; ``QLT-OPEN``: a
        doubt about a row is not answered; ``PKG-SCAN``,
        ``SUB-FUTURE``.
    """
    ours, version = owner(), submission.latest
    if submission.agency_id != ours.pk or submission.recipient_id == ours.pk:
        raise Refused(Finding("PKG-NOT-OURS", submission.code, {"owner": ours.code}))
    if version is None:
        raise Refused(Finding("SUB-EMPTY"))
    if submission.state != State.DRAFT and not reason.strip():
        raise Refused(Finding("PKG-REASON", str(submission.state)))
    # it leaves here: the receipt only tells that it came, too late to be stopped by a doubt
    check_submission(submission, at=at)
    refuse_open(submission)
    parts = {ROWS: canonical(version.rows)}
    scan = _scan(sheet)
    if scan and sheet:
        parts[scan] = sheet.scan
    if sheet and sheet.dated_on > timezone.localdate(at):
        raise Refused(Finding("SUB-FUTURE", sheet.dated_on.isoformat(), column="dated_on"))
    key = own_key()
    with transaction.atomic():
        Agency.objects.select_for_update().get(pk=ours.pk)  # one number, one package
        sent = Package.objects.filter(direction="sent", sender=ours, recipient=submission.recipient)
        sequence = (sent.aggregate(last=Max("sequence"))["last"] or 0) + 1
        manifest: dict[str, Any] = {
            "kind": "submission",
            "sender": ours.code,
            "recipient": submission.recipient.code,
            "key": public_of(key),
            "sequence": sequence,
            "sent_on": timezone.localdate(at).isoformat(),
            "made_by": by,
            "software_version": dozor.__version__,
            "plan": {"code": submission.plan, "version": version.plan_version},
            "submission": {
                "code": submission.code,
                "collection": submission.collection,
                "year": submission.year,
                "version": version.number,
                "checksum": version.checksum,
                "reason": reason.strip(),
            },
            "sheet": {"number": sheet.number, "dated_on": sheet.dated_on.isoformat(), "scan": scan}
            if sheet
            else None,
        }
        content = write_package(manifest, parts, key)
        package = Package.objects.create(
            direction=Package.Direction.SENT,
            sender=ours,
            recipient=submission.recipient,
            sequence=sequence,
            digest=read_package(content).digest,
            version=version,
            content=base64.b64encode(content).decode(),
            sent_on=timezone.localdate(at),
            at=at,
            by=by,
        )
        record(
            action="package made",
            by=by,
            at=at,
            subject=submission.code,
            details={
                "sequence": sequence,
                "digest": package.digest,
                "version": version.number,
                **in_place_of(on_behalf_of),
            },
            rows=[package],
        )
    return package, content


def in_place_of(login: str) -> dict[str, str]:
    """What an event says of a deputy's act: in whose place it was done."""
    return {"on_behalf_of": login} if login else {}


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
    """Mark a submission handed in by its recipient's receipt; the same receipt again changes nothing.

    A dry run does all of it and takes it back.

    Raises
    ------
    Refused
        ``PKG-RECIPIENT``, ``PKG-KEY…``, ``PKG-SIGNATURE``; ``PKG-RECEIPT``: it answers no package of ours.
    """
    told = receipt.manifest
    ours = owner()
    if told.get("recipient") != ours.code:
        raise Refused(
            Finding("PKG-RECIPIENT", str(told.get("recipient"))[:40], {"owner": ours.code}, file=name)
        )
    key = trusted_key(str(told.get("sender")), str(told.get("key")))
    check_signature(receipt, key.public_key, name)
    with transaction.atomic():
        package = (
            Package.objects.select_for_update(of=("self",))
            .select_related("version__submission")
            .filter(direction="sent", digest=str(told.get("answers")), recipient=key.agency)
            .first()
        )
        if package is None:
            raise Refused(Finding("PKG-RECEIPT", str(told.get("answers"))[:16], file=name))
        if package.receipted_at is not None:
            return package
        package.receipt = base64.b64encode(content).decode()
        package.receipted_at, package.receipted_by = at, by
        package.save(update_fields=["receipt", "receipted_at", "receipted_by"])
        record(
            action="receipt taken",
            by=by,
            at=at,
            subject=package.version.submission.code,
            details={
                "sequence": package.sequence,
                "digest": receipt.digest,
                **in_place_of(on_behalf_of),
            },
            rows=[package],
        )
        submission = package.version.submission
        latest = submission.latest
        # a newer version that waits here was not in the package, and is not handed in by its receipt
        if latest is not None and latest.pk == package.version_id != _submitted(submission):
            sheet, reason = _sent_with(package)
            hand_over(
                submission,
                by=by,
                at=at,
                sent_on=package.sent_on,
                number=str(sheet.get("number", "")),
                dated_on=date.fromisoformat(sheet["dated_on"]) if sheet else None,
                reason=reason,
            )
        transaction.set_rollback(dry_run)
    return package


def _submitted(submission: Submission) -> int | None:
    """The version its recipient has, unless it was sent back since."""
    held = submission.submitted
    return held.pk if held and submission.state != State.RETURNED else None


def _sent_with(package: Package) -> tuple[dict[str, Any], str]:
    manifest = read_package(base64.b64decode(package.content)).manifest
    return dict(manifest["sheet"] or {}), str(manifest["submission"]["reason"])


def _scan(sheet: Sheet | None) -> str:
    if sheet is None or not sheet.scan:
        return ""
    kind = next((kind for start, kind in SCANS.items() if sheet.scan.startswith(start)), None)
    if kind is None or len(sheet.scan) > LARGEST_SCAN:
        raise Refused(Finding("PKG-SCAN", str(len(sheet.scan)), {"limit": LARGEST_SCAN}))
    return f"{SCAN}.{kind}"
