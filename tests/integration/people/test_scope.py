"""What a person may do and whose rows they see (SCOPE).

SCOPE-001 every role × right × relation, against a table written by hand
SCOPE-002 whoever is signed out, switched off or of an unknown role has the published figures alone
SCOPE-003 what one may do about an agency is never more than what one may do at all, or may see
"""

from __future__ import annotations

from itertools import product

import pytest
from django.contrib.auth.models import AnonymousUser
from tests.instances import Instance

from dozor.apps.organisations.models import Agency, Person, Role
from dozor.apps.organisations.scope import Right, may, visible_agencies

# who asks, from where
HOME = {
    Role.ADMINISTRATOR: None,
    Role.NATIONAL_ANALYST: "RCHEPH",
    Role.OBLAST_SPECIALIST: "OCHEPH-BR",
    Role.MINISTRY_FOCAL_POINT: "MOE",
    Role.MINISTRY_READER: "MOH",
}
# about whose rows: themselves, a centre below the Brest one, and others
ABOUT = ("own", "below", "OCHEPH-HO", "MCHE", "RCHEPH", "MOD", "-")
# columns in that order; the last one asks about the right as such
TABLE = """
administrator         read-published  . y y y y y y
administrator         read-duties     . y y y y y y
administrator         record-round    . - - - - - -
administrator         read-board      . y y y y y y
administrator         record-receipt  . - - - - - -
administrator         import-values   . y y y y y y
administrator         make-report     . y y y y y y
administrator         manage-people   . y y y y y y
national-analyst      read-published  y y y y y y y
national-analyst      read-duties     y y y y y y y
national-analyst      record-round    y y y y y y y
national-analyst      read-board      y y y y y y y
national-analyst      record-receipt  y y y y y y y
national-analyst      import-values   y y y y y y y
national-analyst      make-report     y y y y y y y
national-analyst      manage-people   - - - - - - -
oblast-specialist     read-published  y y y y y y y
oblast-specialist     read-duties     y y - - - - y
oblast-specialist     record-round    y y - - - - y
oblast-specialist     read-board      - - - - - - -
oblast-specialist     record-receipt  - - - - - - -
oblast-specialist     import-values   - - - - - - -
oblast-specialist     make-report     y y - - - - y
oblast-specialist     manage-people   - - - - - - -
ministry-focal-point  read-published  y y y y y y y
ministry-focal-point  read-duties     y - - - - - y
ministry-focal-point  record-round    - - - - - - -
ministry-focal-point  read-board      - - - - - - -
ministry-focal-point  record-receipt  - - - - - - -
ministry-focal-point  import-values   - - - - - - -
ministry-focal-point  make-report     - - - - - - -
ministry-focal-point  manage-people   - - - - - - -
ministry-reader       read-published  y y y y y y y
ministry-reader       read-duties     y y y y y y y
ministry-reader       record-round    - - - - - - -
ministry-reader       read-board      y y y y y y y
ministry-reader       record-receipt  - - - - - - -
ministry-reader       import-values   - - - - - - -
ministry-reader       make-report     y y y y y y y
ministry-reader       manage-people   - - - - - - -
"""
ROWS = [line.split() for line in TABLE.split("\n") if line]


def person(role: str, **more: object) -> Person:
    code = HOME[Role(role)]
    agency = Agency.objects.get(code=code) if code else None
    return Person(login="p", role=role, agency=agency, **more)


def test_scope_001_the_table_is_whole() -> None:
    """A new role or right stands in no row yet, and fails here until somebody writes what it may."""
    assert [(r[0], r[1]) for r in ROWS] == [(role.value, right.value) for role, right in product(Role, Right)]


@pytest.mark.parametrize("row", ROWS, ids=lambda r: f"{r[0]} {r[1]}")
def test_scope_001_every_role_right_and_relation(untouched: Instance, row: list[str]) -> None:
    role, right, *marks = row
    who = person(role)
    below = Agency.objects.filter(parent="OCHEPH-BR", roles__icontains="DCHE").first()
    assert below is not None
    for about, mark in zip(ABOUT, marks, strict=True):
        if mark == ".":
            continue  # an administrator acts for no agency
        code = {"own": HOME[Role(role)], "below": below.code, "-": None}.get(about, about)
        assert may(who, Right(right), code) == (mark == "y"), about


@pytest.mark.parametrize("right", list(Right))
def test_scope_002_who_is_nobody_has_the_published_figures_alone(untouched: Instance, right: Right) -> None:
    nobody = [AnonymousUser(), None, person("national-analyst", is_active=False)]
    unknown = person("national-analyst")
    unknown.role = "wizard"
    lost = person("oblast-specialist")
    lost.agency = None
    for who in nobody:
        assert may(who, right) == (right is Right.READ_PUBLISHED)
        assert visible_agencies(who) == frozenset()
    for who in (unknown, lost):
        for code in ("RCHEPH", "OCHEPH-BR"):
            assert may(who, right, code) == (right is Right.READ_PUBLISHED)
        assert visible_agencies(who) == frozenset() or who is unknown


def test_scope_003_no_agency_gives_more_than_the_right_itself(untouched: Instance) -> None:
    codes = list(Agency.objects.values_list("code", flat=True))
    for role, right in product(HOME, Right):
        who = person(role)
        seen = visible_agencies(who)
        allowed = {code for code in codes if may(who, right, code)}
        if right is Right.READ_PUBLISHED:
            assert allowed == set(codes)
        elif not may(who, right):
            assert allowed == set()
        else:
            assert allowed == (set(codes) if seen is None else seen)


def test_scope_003_an_oblast_centre_sees_itself_and_every_centre_below_it(untouched: Instance) -> None:
    seen = visible_agencies(person("oblast-specialist"))
    below = set(Agency.objects.filter(parent="OCHEPH-BR").values_list("code", flat=True))
    assert len(below) > 10
    assert seen == below | {"OCHEPH-BR"}
