"""What a person may do and whose rows they see (SCOPE).

SCOPE-001 every role × right × agency of the country, against `matrix/rights.txt`, a table written by hand
SCOPE-002 whoever is signed out, switched off or of an unknown role has the published figures alone
SCOPE-003 no right is lent by another: an administrator reads no answers, nobody but a recipient accepts
"""

from __future__ import annotations

from itertools import product

import pytest
from django.contrib.auth.models import AnonymousUser
from tests.instances import Instance
from tests.integration.matrix import oracle

from dozor.apps.organisations.models import Agency, Person, Role
from dozor.apps.organisations.scope import Right, agencies_for, may, needs_second_factor, visible_agencies

# who asks, from where; an administrator of none and one of the republican centre
HOMES = {
    Role.DISTRICT_SPECIALIST: ("DCHE-BR-bereza",),
    Role.OBLAST_SPECIALIST: ("OCHEPH-BR", "MCHE"),
    Role.OBLAST_COORDINATOR: ("OCHEPH-BR", "MCHE"),
    Role.MINISTRY_FOCAL_POINT: ("MOE", "MIA"),
    Role.NATIONAL_ANALYST: ("RCHEPH",),
    Role.NATIONAL_APPROVER: ("RCHEPH",),
    Role.MINISTRY_READER: ("MOH",),
    Role.AUDITOR: ("MOH",),
    Role.ADMINISTRATOR: (None, "RCHEPH"),
}


def person(role: str, home: str | None = None, **more: object) -> Person:
    agency = Agency.objects.get(code=home) if home else None
    return Person(login="p", role=role, agency=agency, **more)


def test_scope_001_the_table_is_whole() -> None:
    """A new role or right stands in no row yet, and fails here until somebody writes what it may."""
    assert list(oracle.reaches()) == [right.value for right in Right]
    assert list(oracle.ROLES.values()) == [role.value for role in Role]
    assert set(HOMES) == set(Role)


@pytest.mark.parametrize("role", list(Role))
def test_scope_001_every_role_right_and_agency(untouched: Instance, role: Role) -> None:
    everyone = set(Agency.objects.values_list("code", flat=True))
    assert everyone == set(oracle.parents())
    for home, right in product(HOMES[role], Right):
        who = person(role, home)
        about = agencies_for(who, right)
        assert (everyone if about is None else about) == oracle.allowed(role, home, right), right
        assert may(who, right) == oracle.holds(role, right), right
        for code in (home, "DCHE-BR-bereza", "OCHEPH-BR", "OCHEPH-HO", "RCHEPH", "MOD"):
            if code is not None:
                assert may(who, right, code) == (code in oracle.allowed(role, home, right)), (right, code)


@pytest.mark.parametrize("right", list(Right))
def test_scope_002_who_is_nobody_has_the_published_figures_alone(untouched: Instance, right: Right) -> None:
    nobody = [AnonymousUser(), None, person("national-analyst", "RCHEPH", is_active=False)]
    unknown = person("national-analyst", "RCHEPH")
    unknown.role = "wizard"
    for who in (*nobody, unknown):
        assert may(who, right) == (right is Right.READ_PUBLISHED)
        assert visible_agencies(who) == frozenset()
    lost = person("oblast-specialist")
    for code in ("RCHEPH", "OCHEPH-BR"):
        assert may(lost, right, code) == (right in (Right.READ_PUBLISHED, Right.READ_BANK))


def test_scope_003_an_administrator_does_everything_but_read_answers(untouched: Instance) -> None:
    for home in HOMES[Role.ADMINISTRATOR]:
        who = person(Role.ADMINISTRATOR, home)
        lacking = {right for right in Right if not may(who, right)}
        assert lacking == {Right.READ_ANSWERS, Right.FILL_FORMS}


def test_scope_003_nobody_accepts_or_sends_back_what_their_own_agency_hands_in(untouched: Instance) -> None:
    """But the approver of the republican centre, which has no one above it: four eyes are the action's."""
    for role, homes in HOMES.items():
        for home in homes:
            if home and role is not Role.ADMINISTRATOR:
                for right in (Right.CHECK_SUBMISSION, Right.ACCEPT_SUBMISSION):
                    is_approver = (role, right) == (Role.NATIONAL_APPROVER, Right.ACCEPT_SUBMISSION)
                    assert may(person(role, home), right, home) == is_approver


def test_scope_003_answers_approval_and_administration_need_a_second_factor() -> None:
    assert {role for role in Role if not needs_second_factor(role)} == {Role.MINISTRY_READER}
