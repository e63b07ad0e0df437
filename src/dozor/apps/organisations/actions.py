"""Loads places and agencies; gives people their rights."""

from __future__ import annotations

import re
from datetime import datetime

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from dozor.apps.audit.actions import record
from dozor.apps.database import check_lengths
from dozor.apps.organisations.models import Agency, Area, AreaType, Person, Role
from dozor.apps.organisations.records import agency_row, area_row
from dozor.core import places
from dozor.core.findings import Finding, Refused

LOGIN = re.compile(r"[\w.@+-]{1,80}")


@transaction.atomic
def load_places(*, areas: places.Areas, agencies: places.Agencies, by: str, at: datetime) -> None:
    """Keep the places and agencies of a country; for an empty instance."""
    types = AreaType.objects.bulk_create(
        [AreaType(code=t.code, name_ru=t.name.ru, name_be=t.name.be, name_en=t.name.en) for t in areas.types]
    )
    area_rows = Area.objects.bulk_create([area_row(a, n) for n, a in enumerate(areas)])
    agency_rows = Agency.objects.bulk_create([agency_row(a, n) for n, a in enumerate(agencies)])
    record(
        action="places loaded",
        by=by,
        at=at,
        details={"areas": len(area_rows), "agencies": len(agency_rows)},
        rows=[*types, *area_rows, *agency_rows],
    )


@transaction.atomic
def add_person(
    *, login: str, name: str, role: str, agency: str | None, password: str, by: str, at: datetime
) -> Person:
    """Give someone an account; raise `Refused` when the name is taken or the password weak."""
    person = account(login=login, name=name, role=role, agency=agency, password=password)
    person.set_password(password)
    person.save(force_insert=True)
    record(
        action="person added",
        by=by,
        at=at,
        subject=login,
        details={"role": role, "agency": agency or ""},
        rows=[person],
    )
    return person


def account(
    *, login: str, name: str, role: str, agency: str | None, password: str | None, of: Person | None = None
) -> Person:
    """An account that may be, not yet kept; raise `Refused` with everything that speaks against it.

    Parameters
    ----------
    password
        None: it is set by another act.
    of
        The account whose rights are to become these.
    """
    findings = []
    if role not in Role.values:
        known = ", ".join(Role.values)
        findings.append(Finding("INST-ROLE", found=role, values={"known": known}))
    if of is None and Person.objects.filter(login__iexact=login).exists():
        findings.append(Finding("INST-LOGIN-TAKEN", found=login))
    acts_for = None
    if agency:
        acts_for = Agency.objects.filter(code=agency).first()
        if acts_for is None:
            findings.append(Finding("INST-AGENCY", found=agency))
    elif role in Role.values and role != Role.ADMINISTRATOR:
        findings.append(Finding("INST-NEEDS-AGENCY", found=role))
    if not LOGIN.fullmatch(login):
        findings.append(Finding("INST-LOGIN", found=login))
    person = Person(login=login, name=name or login, role=role, agency=acts_for)
    if password is not None:
        try:
            validate_password(password, person)
        except ValidationError as problem:
            findings.append(Finding("INST-PASSWORD", found=" ".join(problem.messages)))
    if findings:
        raise Refused(findings)
    check_lengths(person)
    return person
