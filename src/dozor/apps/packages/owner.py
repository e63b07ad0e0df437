"""Whose instance this is: nothing leaves and nothing is taken before somebody has said so."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from dozor.apps.organisations.models import Agency
from dozor.apps.packages.keys import own_key, trusted_key
from dozor.apps.packages.models import Package
from dozor.apps.plans.actions import decide
from dozor.apps.plans.queries import setting
from dozor.core.findings import Finding, Refused
from dozor.formats.package_file import SignedPackage, check_signature, public_of

OWNER = "owner"  # the setting that says whose instance this is


def owner() -> Agency:
    """The agency whose instance this is; raises ``PKG-OWNER`` when nobody has said so."""
    found = Agency.objects.filter(code=setting(OWNER, "")).first()
    if found is None:
        raise Refused(Finding("PKG-OWNER"))
    return found


def sent_to_us(package: SignedPackage, name: str) -> tuple[Agency, Agency]:
    """Who sent a package or a receipt, and whose instance this is: it is for us, and its signature holds.

    Raises
    ------
    Refused
        ``PKG-OWNER``, ``PKG-RECIPIENT``: it is for another; ``PKG-KEY…``, ``PKG-SIGNATURE``.
    """
    told, ours = package.manifest, owner()
    if told.get("recipient") != ours.code:
        found = str(told.get("recipient"))[:40]
        raise Refused(Finding("PKG-RECIPIENT", found, {"owner": ours.code}, file=name))
    key = trusted_key(str(told.get("sender")), str(told.get("key")))
    check_signature(package, key.public_key, name)
    return key.agency, ours


def own(*, agency: Agency, by: str, at: datetime) -> str:
    """Say whose instance this is; return the public key to tell the recipient."""
    with transaction.atomic():
        if setting(OWNER, "") != agency.code:
            if Package.objects.exists():
                raise Refused(Finding("PKG-OWNED", str(setting(OWNER, ""))))
            decide(name=OWNER, value=agency.code, reason="dozor package owner", by=by, at=at)
    return public_of(own_key())
