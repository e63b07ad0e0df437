"""Second factors: an app that shows codes, recovery codes, passkeys.

Secrets of apps are encrypted and recovery codes kept as keyed digests, under a key derived from the
instance's own, which lies outside the database.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from base64 import b64decode, b64encode
from datetime import datetime, timedelta

import pyotp
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.db import transaction
from django.db.models import F

from dozor.apps.audit.actions import record
from dozor.apps.home import home, read_key
from dozor.apps.organisations.models import Person, SecondFactor
from dozor.core.findings import Finding, Refused

STEP = 30  # seconds a code is shown
MOST_WRONG = 5
PAUSE = timedelta(minutes=15)
RECOVERY_CODES = 10
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that is read as another
Kind = SecondFactor.Kind


def standing(person: Person) -> list[SecondFactor]:
    """Apps and passkeys a person has, recovery codes aside."""
    return list(person.factors.filter(ended_at__isnull=True).exclude(kind=Kind.RECOVERY))


def recovery_left(person: Person) -> int:
    return person.factors.filter(kind=Kind.RECOVERY, ended_at__isnull=True).count()


# --- an app that shows codes ----------------------------------------------------------------------


def new_secret() -> str:
    return pyotp.random_base32()


def app_address(person: Person, secret: str) -> str:
    """What the QR code tells an app (``otpauth://``)."""
    return pyotp.TOTP(secret, interval=STEP).provisioning_uri(name=person.login, issuer_name="Dozor")


@transaction.atomic
def add_app(*, person: Person, secret: str, code: str | None, by: str, at: datetime) -> SecondFactor:
    """Enrol an app, proved by its first code; one enrolled before is ended.

    Without a code only for the example's accounts, whose secret is printed.
    """
    step = 0
    if code is not None:
        found = _step(secret, code, at)
        if found is None:
            raise Refused(Finding("SIGN-CODE"))
        step = found
    replaced = list(person.factors.filter(kind=Kind.TOTP, ended_at__isnull=True))
    for old in replaced:
        old.ended_at = at
        old.save(update_fields=["ended_at"])
    factor = SecondFactor(
        person=person, kind=Kind.TOTP, secret=_encrypted(person, secret), added_at=at, counter=step
    )
    factor.save(force_insert=True)
    record(action="code app enrolled", by=by, at=at, subject=person.login, rows=[*replaced, factor])
    return factor


def _step(secret: str, code: str, at: datetime) -> int | None:
    """The step a code belongs to: this one, or a neighbour, for clocks that differ."""
    now = int(at.timestamp()) // STEP
    given = "".join(code.split())
    app = pyotp.TOTP(secret, interval=STEP)
    fitting = [s for s in (now - 1, now, now + 1) if hmac.compare_digest(app.at(s * STEP), given)]
    return max(fitting) if fitting and given.isascii() else None


# --- proving ----------------------------------------------------------------------------------------


def prove(*, person: Person, code: str, at: datetime) -> str:
    """Take a code of the app or a recovery code; return which it was.

    Raises
    ------
    Refused
        ``SIGN-CODE``: wrong, or used before. ``SIGN-WAIT``: five wrong ones within a quarter of an hour.
    """
    may_try(person, at)
    proved = _by_app(person, code, at) or _by_recovery(person, code, at)
    if not proved:
        missed(person, at)
        raise Refused(Finding("SIGN-CODE"))
    Person.objects.filter(pk=person.pk).update(wrong_codes=0, wrong_since=None)
    return proved


def may_try(person: Person, at: datetime) -> None:
    """Raise ``SIGN-WAIT`` while the pause after too many wrong codes lasts."""
    tried = Person.objects.filter(pk=person.pk).values_list("wrong_codes", "wrong_since").get()
    if tried[1] is not None and tried[0] >= MOST_WRONG and at - tried[1] < PAUSE:
        raise Refused(Finding("SIGN-WAIT", values={"minutes": int(PAUSE.total_seconds() // 60)}))


def missed(person: Person, at: datetime) -> None:
    """Count one wrong code; the count begins anew when the pause has passed."""
    him = Person.objects.filter(pk=person.pk)
    if not him.filter(wrong_since__gt=at - PAUSE).update(wrong_codes=F("wrong_codes") + 1, wrong_since=at):
        him.update(wrong_codes=1, wrong_since=at)


def _by_app(person: Person, code: str, at: datetime) -> str | None:
    factor = person.factors.filter(kind=Kind.TOTP, ended_at__isnull=True).first()
    secret = _decrypted(factor) if factor else None
    step = _step(secret, code, at) if secret else None
    if factor is None or step is None:
        return None
    # one statement decides who was first: the same code never opens twice
    taken = SecondFactor.objects.filter(pk=factor.pk, counter__lt=step).update(counter=step, used_at=at)
    return Kind.TOTP.value if taken else None


def _by_recovery(person: Person, code: str, at: datetime) -> str | None:
    digest = _digest(person, code)
    with transaction.atomic():
        factor = person.factors.filter(kind=Kind.RECOVERY, secret=digest, ended_at__isnull=True).first()
        if factor is None:
            return None
        if not SecondFactor.objects.filter(pk=factor.pk, ended_at__isnull=True).update(
            ended_at=at, used_at=at
        ):
            return None
        factor.refresh_from_db()
        record(action="recovery code used", by=person.login, at=at, subject=person.login, rows=[factor])
    return Kind.RECOVERY.value


# --- recovery codes ---------------------------------------------------------------------------------


@transaction.atomic
def make_recovery_codes(*, person: Person, by: str, at: datetime) -> list[str]:
    """Draw ten codes to be kept on paper; those drawn before end. They are shown once."""
    old = list(person.factors.filter(kind=Kind.RECOVERY, ended_at__isnull=True))
    for one in old:
        one.ended_at = at
        one.save(update_fields=["ended_at"])
    codes = ["-".join(_word() for _ in range(2)) for _ in range(RECOVERY_CODES)]
    made = [
        SecondFactor(person=person, kind=Kind.RECOVERY, secret=_digest(person, c), added_at=at) for c in codes
    ]
    for one in made:
        one.save(force_insert=True)
    record(action="recovery codes drawn", by=by, at=at, subject=person.login, rows=[*old, *made])
    return codes


def _word() -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(5))


# --- taking away ------------------------------------------------------------------------------------


@transaction.atomic
def end_factors(
    *, person: Person, factors: list[SecondFactor], action: str, reason: str, by: str, at: datetime
) -> None:
    """End some of a person's factors, with the reason when another does it."""
    for one in factors:
        one.ended_at = at
        one.save(update_fields=["ended_at"])
    record(action=action, by=by, at=at, subject=person.login, details={"reason": reason}, rows=factors)


# --- keys -------------------------------------------------------------------------------------------


def _key() -> bytes:
    key = read_key("web.key")
    if key is None:
        raise Refused(Finding("INST-NONE", found=str(home())))
    derive = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"dozor second factors")
    return derive.derive(key.encode())


def _about(person_id: int) -> bytes:
    return f"person:{person_id}".encode()


def _encrypted(person: Person, secret: str) -> str:
    nonce = os.urandom(12)
    return b64encode(nonce + AESGCM(_key()).encrypt(nonce, secret.encode(), _about(person.pk))).decode()


def _decrypted(factor: SecondFactor) -> str | None:
    """The app's secret; None when it was encrypted under another instance's key: then it proves nothing."""
    sealed = b64decode(factor.secret)
    try:
        return AESGCM(_key()).decrypt(sealed[:12], sealed[12:], _about(factor.person_id)).decode()
    except InvalidTag:
        return None


def code_now(person: Person, at: datetime) -> str | None:
    """The code an example account's app shows; for whoever tries the example without an app."""
    factor = person.factors.filter(kind=Kind.TOTP, ended_at__isnull=True).first()
    secret = _decrypted(factor) if factor else None
    return pyotp.TOTP(secret, interval=STEP).at(at) if secret else None


def _digest(person: Person, code: str) -> str:
    plain = "".join(c for c in code.lower() if c.isalnum())
    return hmac.new(_key(), _about(person.pk) + plain.encode(), hashlib.sha256).hexdigest()
