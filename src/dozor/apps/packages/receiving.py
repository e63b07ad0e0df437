"""Packages that come: taken once, whole, from a key that is trusted; answered with a signed receipt."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from dozor.apps.audit.actions import record
from dozor.apps.collection.models import Request
from dozor.apps.organisations.models import Agency
from dozor.apps.packages.judged import take_judged
from dozor.apps.packages.making import BY_PACKAGE, in_place_of
from dozor.apps.packages.models import Package
from dozor.apps.packages.owner import sent_to_us
from dozor.apps.packages.receipts import make_receipt
from dozor.apps.packages.requesting import take_request
from dozor.apps.packages.sending_back import take_sent_back
from dozor.apps.packages.taking_submission import take_submission
from dozor.apps.packages.told import Told, of_submission, told_of
from dozor.apps.plans.models import PlanVersion
from dozor.apps.submissions.models import SubmissionVersion
from dozor.core.findings import Finding, Refused
from dozor.formats.package_file import SignedPackage

Kind = Package.Kind
BACK = (Kind.SENT_BACK, Kind.JUDGED)  # the recipient's words about a submission, in one order


@dataclass(frozen=True)
class Taken:
    """A package taken, now or before, and the receipt to carry back."""

    package: Package
    receipt: bytes
    is_new: bool


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
    """Take a package: a version is handed in, a submission returned or accepted, a request recorded.

    The same package again changes nothing. A dry run does all of it and takes it back: what it raises is
    what taking would raise.

    Raises
    ------
    Refused
        ``PKG-OWNER``, ``PKG-RECIPIENT``: it is for another; ``PKG-KEY…``, ``PKG-SIGNATURE``;
        ``PKG-KIND``: of a kind not known here; ``PKG-SEQUENCE``: another package of the same number;
        ``PKG-OLDER``: a later one about the same is here; ``PKG-PLAN``, ``PKG-MANIFEST``, ``PKG-FUTURE``;
        and whatever its kind is refused for. Nothing is kept of a refused package.
    """
    sender, ours = sent_to_us(package, name)
    if known := _known(package):
        return Taken(known, base64.b64decode(known.receipt), False)
    kind = str(package.manifest.get("kind"))
    if kind not in Kind.values:
        raise Refused(Finding("PKG-KIND", kind[:40], file=name))
    told = told_of(package.manifest, "request" if kind == Kind.REQUEST else "submission", name)
    if told.sent_on > timezone.localdate(at) + timedelta(days=1):
        raise Refused(Finding("PKG-FUTURE", told.sent_on.isoformat(), file=name))
    if not PlanVersion.objects.filter(code=told.plan, version=told.plan_version).exists():
        raise Refused(Finding("PKG-PLAN", f"{told.plan} {told.plan_version}"[:80], file=name))
    with transaction.atomic():
        Agency.objects.select_for_update().get(pk=sender.pk)
        if known := _known(package):  # taken by somebody else a moment ago
            return Taken(known, base64.b64decode(known.receipt), False)
        _refuse_older(kind, sender, ours, told, name)
        version, request = _done(kind, package, told, sender, ours, at=at, name=name)
        receipt = make_receipt(package, sender, ours, version, at=at)
        kept = Package.objects.create(
            direction=Package.Direction.RECEIVED,
            kind=kind,
            sender=sender,
            recipient=ours,
            sequence=told.sequence,
            digest=package.digest,
            version=version,
            request=request,
            content=base64.b64encode(content).decode(),
            receipt=base64.b64encode(receipt).decode(),
            sent_on=told.sent_on,
            at=at,
            by=by,
        )
        details: dict[str, Any] = {"kind": kind, "sequence": told.sequence, "digest": package.digest}
        details |= {"version": version.number} if version else {}
        details |= in_place_of(on_behalf_of)
        record(action="package taken", by=by, at=at, subject=kept.subject, details=details, rows=[kept])
        transaction.set_rollback(dry_run)
    return Taken(kept, receipt, True)


def _done(
    kind: str,
    package: SignedPackage,
    told: Told,
    sender: Agency,
    ours: Agency,
    *,
    at: datetime,
    name: str,
) -> tuple[SubmissionVersion | None, Request | None]:
    """What a package is for, done in its sender's name."""
    if kind == Kind.SUBMISSION:
        return take_submission(package, told, sender, ours, at=at, name=name), None
    by = BY_PACKAGE + sender.code
    if kind == Kind.SENT_BACK:
        return take_sent_back(package, told, sender, ours, by=by, at=at, name=name), None
    if kind == Kind.JUDGED:
        return take_judged(told, sender, ours, by=by, at=at, name=name), None
    return None, take_request(told, sender, ours, by=by, at=at, name=name)


def _known(package: SignedPackage) -> Package | None:
    return Package.objects.filter(direction="received", digest=package.digest).first()


def _refuse_older(kind: str, sender: Agency, ours: Agency, told: Told, name: str) -> None:
    came = Package.objects.filter(direction="received", sender=sender, recipient=ours)
    if came.filter(sequence=told.sequence).exists():
        raise Refused(Finding("PKG-SEQUENCE", str(told.sequence), file=name))
    if kind == Kind.REQUEST:  # each stands by itself
        return
    of = of_submission(told.of, name)
    same = came.filter(
        kind__in=BACK if kind in BACK else (kind,),
        version__submission__collection=of.collection,
        version__submission__year=of.year,
    )
    if of.request:
        same = same.filter(version__submission__request__number=of.request)
    else:
        same = same.filter(version__submission__request__isnull=True)
    last = same.aggregate(last=Max("sequence"))["last"]
    if last is not None and told.sequence < last:
        raise Refused(Finding("PKG-OLDER", str(told.sequence), {"last": last}, file=name))
