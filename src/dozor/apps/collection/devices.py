"""Phones: a name, an agency, a token that is shown once."""

from __future__ import annotations

import hashlib
import re
import secrets
import string
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from dozor.apps.audit.actions import record
from dozor.apps.collection.models import Device
from dozor.apps.organisations.models import Agency
from dozor.core.findings import Finding, Refused

TOKEN_LENGTH = 64
_LETTERS = string.ascii_letters + string.digits
_WELL_FORMED = re.compile(r"[A-Za-z0-9!$]{64}", re.ASCII)

_LET_IN = """
    SELECT d.id, d.name, a.id, a.code FROM collection_device d
    JOIN organisations_agency a ON a.id = d.agency_id
    WHERE d.token_digest = %s AND d.revoked_at IS NULL
"""


@dataclass(frozen=True)
class NewDevice:
    """A phone just added, with the token that opens the door for it."""

    device: Device
    token: str


@transaction.atomic
def add_device(*, name: str, agency: Agency, by: str, at: datetime) -> NewDevice:
    """Let a phone send for an agency; raises ``COL-DEVICE-NAME`` when the name is taken or empty."""
    name = name.strip()
    if not name or Device.objects.filter(name=name, revoked_at__isnull=True).exists():
        raise Refused(Finding("COL-DEVICE-NAME", found=name))
    token = "".join(secrets.choice(_LETTERS) for _ in range(TOKEN_LENGTH))
    device = Device.objects.create(
        name=name, agency=agency, token_digest=digest_of(token), added_at=at, added_by=by
    )
    record(action="phone added", by=by, at=at, subject=name, details={"agency": agency.code}, rows=[device])
    return NewDevice(device, token)


@transaction.atomic
def revoke_device(*, name: str, by: str, at: datetime) -> Device:
    """Shut the door for a phone at once; raises ``COL-DEVICE`` when no phone of that name is let in."""
    device = Device.objects.select_for_update().filter(name=name, revoked_at__isnull=True).first()
    if device is None:
        raise Refused(Finding("COL-DEVICE", found=name))
    device.revoked_at = at
    device.save(update_fields=["revoked_at"])
    record(action="phone revoked", by=by, at=at, subject=name, rows=[device])
    return device


def is_well_formed(token: str) -> bool:
    return _WELL_FORMED.fullmatch(token) is not None


def device_of(token: str) -> Device | None:
    """The phone a token belongs to; None for an unknown or revoked one."""
    # asked for every record of every phone: composing a query takes ten times as long as its answer
    with connection.cursor() as cursor:
        cursor.execute(_LET_IN, [digest_of(token)])
        found = cursor.fetchone()
    if found is None:
        return None
    # what was not read is fetched when it is asked for
    device = Device.from_db(connection.alias, ["id", "name", "agency_id"], found[:3])
    device.agency = Agency.from_db(connection.alias, ["id", "code"], found[2:])
    return device


def digest_of(token: str) -> str:
    # 64 drawn characters need no slow hash
    return hashlib.sha256(token.encode()).hexdigest()
