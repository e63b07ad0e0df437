"""The keys packages are signed with: our own beside the instance's other keys, others' by their act."""

from __future__ import annotations

import os
import re
from datetime import date, datetime

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import transaction
from django.utils import timezone

from dozor.apps.audit.actions import record
from dozor.apps.database import check_lengths
from dozor.apps.home import keys_folder
from dozor.apps.organisations.models import Agency
from dozor.apps.packages.models import AgencyKey
from dozor.core.findings import Finding, Refused
from dozor.formats.package_file import fingerprint

KEY_FILE = "package.key"
_KEY = re.compile(r"[0-9a-f]{64}", re.ASCII)


def own_key() -> Ed25519PrivateKey:
    """The instance's private key, made when it is first needed, never overwritten, never in the database."""
    path = keys_folder() / KEY_FILE
    if not path.exists():
        drawn = Ed25519PrivateKey.generate().private_bytes(
            serialization.Encoding.Raw, serialization.PrivateFormat.Raw, serialization.NoEncryption()
        )
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(drawn.hex() + "\n")
            file.flush()
            os.fsync(file.fileno())
    try:
        return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(path.read_text().strip()))
    except (OSError, ValueError):
        raise Refused(Finding("PKG-OWN-KEY", path.name)) from None


@transaction.atomic
def trust(
    *, agency: Agency, public_key: str, number: str, dated_on: date, by: str, at: datetime
) -> AgencyKey:
    """Take an agency's public key by the act it was handed over by.

    Raises
    ------
    Refused
        ``PKG-KEY-FORM``, ``PKG-KEY-TAKEN``, ``PKG-ACT``.
    """
    plain = public_key.strip().lower()
    if not _KEY.fullmatch(plain):
        raise Refused(Finding("PKG-KEY-FORM", plain[:80]))
    if not number.strip() or dated_on > timezone.localdate(at):
        raise Refused(Finding("PKG-ACT", f"{number.strip()} {dated_on}".strip()))
    if held := AgencyKey.objects.filter(public_key=plain).select_related("agency").first():
        raise Refused(Finding("PKG-KEY-TAKEN", fingerprint(plain), {"agency": held.agency.code}))
    key = AgencyKey(
        agency=agency,
        public_key=plain,
        number=number.strip(),
        dated_on=dated_on,
        trusted_at=at,
        trusted_by=by,
    )
    check_lengths(key)
    key.save(force_insert=True)
    details = {"fingerprint": fingerprint(plain), "number": key.number}
    record(action="key trusted", by=by, at=at, subject=agency.code, details=details, rows=[key])
    return key


@transaction.atomic
def distrust(*, public_key: str, by: str, at: datetime) -> AgencyKey:
    """Trust a key no longer: what it signed before stays, nothing more is taken; raises ``PKG-KEY``."""
    known = AgencyKey.objects.select_for_update(of=("self",)).select_related("agency")
    held = next((k for k in known if public_key in {k.public_key, fingerprint(k.public_key)}), None)
    if held is None or held.distrusted_at is not None:
        raise Refused(Finding("PKG-KEY", public_key[:80]))
    held.distrusted_at, held.distrusted_by = at, by
    held.save(update_fields=["distrusted_at", "distrusted_by"])
    record(action="key distrusted", by=by, at=at, subject=held.agency.code, rows=[held])
    return held


def trusted_key(agency: str, key: str) -> AgencyKey:
    """The key a package says it was signed with, if that agency's and trusted; else ``PKG-KEY…``."""
    held = AgencyKey.objects.filter(public_key=key, agency__code=agency).first()
    if held is None:
        shown = fingerprint(key) if _KEY.fullmatch(key) else key[:40]
        raise Refused(Finding("PKG-KEY", f"{agency[:40]} {shown}"))
    if held.distrusted_at is not None:
        raise Refused(Finding("PKG-KEY-DISTRUSTED", fingerprint(key)))
    return held
