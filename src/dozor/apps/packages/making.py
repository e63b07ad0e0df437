"""Making a package of any kind: its number, its signature, its row and the journal's event."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

import dozor
from dozor.apps.audit.actions import record
from dozor.apps.collection.models import Request
from dozor.apps.organisations.models import Agency
from dozor.apps.packages.keys import own_key
from dozor.apps.packages.models import Package
from dozor.apps.packages.owner import owner
from dozor.apps.submissions.models import SubmissionVersion
from dozor.formats.package_file import public_of, read_package, write_package

BY_PACKAGE = "package:"  # what is done here by a package is its sender's act: “package:CODE”


@transaction.atomic
def make(
    kind: str,
    recipient: Agency,
    *,
    subject: str,
    said: Mapping[str, Any],
    parts: Mapping[str, bytes],
    by: str,
    at: datetime,
    on_behalf_of: str,
    version: SubmissionVersion | None = None,
    request: Request | None = None,
) -> tuple[Package, bytes]:
    """Sign what this instance has for another as one file, numbered in its own count for that recipient.

    Parameters
    ----------
    kind
        One of `Package.Kind`.
    said
        What the manifest says beside who, to whom, when and of which kind.
    subject
        What the journal calls it by.
    """
    ours, key = owner(), own_key()
    Agency.objects.select_for_update().get(pk=ours.pk)  # one number, one package
    sent = Package.objects.filter(direction=Package.Direction.SENT, sender=ours, recipient=recipient)
    sequence = (sent.aggregate(last=Max("sequence"))["last"] or 0) + 1
    manifest = {
        **said,
        "kind": kind,
        "sender": ours.code,
        "recipient": recipient.code,
        "key": public_of(key),
        "sequence": sequence,
        "sent_on": timezone.localdate(at).isoformat(),
        "made_by": by,
        "software_version": dozor.__version__,
    }
    content = write_package(manifest, parts, key)
    package = Package.objects.create(
        direction=Package.Direction.SENT,
        kind=kind,
        sender=ours,
        recipient=recipient,
        sequence=sequence,
        digest=read_package(content).digest,
        version=version,
        request=request,
        content=base64.b64encode(content).decode(),
        sent_on=timezone.localdate(at),
        at=at,
        by=by,
    )
    details = {"kind": kind, "sequence": sequence, "digest": package.digest, **in_place_of(on_behalf_of)}
    if version is not None:
        details["version"] = version.number
    record(action="package made", by=by, at=at, subject=subject, details=details, rows=[package])
    return package, content


def in_place_of(login: str) -> dict[str, Any]:
    """What an event says of a deputy's act: in whose place it was done."""
    return {"on_behalf_of": login} if login else {}
