"""Passkeys (WebAuthn): enrolled and proved with python-fido2; the browser side is ``static/passkey.js``.

The relying party is the name the instance is asked by: browsers give no passkeys to a numeric address, so
sign-in links of an instance on one's own machine name ``localhost``.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.db import transaction
from fido2.server import Fido2Server
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialUserEntity,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from dozor.apps.audit.actions import record
from dozor.apps.organisations.factors import may_try, missed
from dozor.apps.organisations.models import Person, SecondFactor
from dozor.core.findings import Finding, Refused

Json = dict[str, Any]


def server(origin: str) -> Fido2Server:
    """The relying party of an origin such as ``http://localhost:8000``."""
    party = PublicKeyCredentialRpEntity(id=urlsplit(origin).hostname or "", name="Dozor")
    return Fido2Server(party, verify_origin=lambda given: given == origin)


def _kept(person: Person) -> list[SecondFactor]:
    return list(person.factors.filter(kind=SecondFactor.Kind.PASSKEY, ended_at__isnull=True))


def _credential(factor: SecondFactor) -> AttestedCredentialData:
    return AttestedCredentialData(b64decode(factor.secret))


def begin_enrolment(*, person: Person, origin: str) -> tuple[Json, Json]:
    """What the browser is asked, and what is to be remembered in the session until it answers."""
    options, state = server(origin).register_begin(
        PublicKeyCredentialUserEntity(
            id=f"dozor-{person.pk}".encode(), name=person.login, display_name=person.name
        ),
        credentials=[_credential(f) for f in _kept(person)],
        resident_key_requirement=ResidentKeyRequirement.DISCOURAGED,
        user_verification=UserVerificationRequirement.PREFERRED,
    )
    return dict(options), state


@transaction.atomic
def enrol(
    *, person: Person, origin: str, state: Json, answer: Mapping[str, Any], name: str, by: str, at: datetime
) -> SecondFactor:
    """Keep a new passkey; raise ``SIGN-PASSKEY`` when the browser's answer does not hold."""
    try:
        made = server(origin).register_complete(state, answer).credential_data
    except (ValueError, KeyError, TypeError, AttributeError):
        made = None
    if made is None:
        raise Refused(Finding("SIGN-PASSKEY"))
    factor = SecondFactor(
        person=person,
        kind=SecondFactor.Kind.PASSKEY,
        name=name[:80],
        secret=b64encode(made).decode(),
        added_at=at,
    )
    factor.save(force_insert=True)
    record(action="passkey enrolled", by=by, at=at, subject=person.login, rows=[factor])
    return factor


def begin_proof(*, person: Person, origin: str) -> tuple[Json, Json]:
    options, state = server(origin).authenticate_begin(
        [_credential(f) for f in _kept(person)], user_verification=UserVerificationRequirement.PREFERRED
    )
    return dict(options), state


def prove(*, person: Person, origin: str, state: Json, answer: Mapping[str, Any], at: datetime) -> None:
    """Take a passkey's signature; raise ``SIGN-PASSKEY`` when it is not one of this person's, or copied."""
    may_try(person, at)
    factors = {_credential(f).credential_id: f for f in _kept(person)}
    try:
        used = server(origin).authenticate_complete(state, [_credential(f) for f in factors.values()], answer)
        counter = AuthenticationResponse.from_dict(answer).response.authenticator_data.counter
    except (ValueError, KeyError, TypeError, AttributeError):
        missed(person, at)
        raise Refused(Finding("SIGN-PASSKEY")) from None
    factor = factors[used.credential_id]
    if counter and counter <= factor.counter:  # a count that does not grow is a copied key's
        missed(person, at)
        raise Refused(Finding("SIGN-PASSKEY"))
    SecondFactor.objects.filter(pk=factor.pk).update(counter=counter, used_at=at)
