"""Who may open what: every route × method × role × relation × state, executed whole (MATRIX).

MATRIX-001  a route that is not in `routes.txt` fails the build
MATRIX-002  each cell answers as the oracle says, shows no row and writes no row outside the person's reach
MATRIX-003  every text column of every table that belongs to somebody holds a canary
MATRIX-004  no canary is ever in a log
MATRIX-005  what a form does not ask for is not recorded, whoever sends it along
MATRIX-006  a row outside the reach is answered to the letter like a row that is not there
MATRIX-007  a column's words are shown to nobody but who holds one of its rights in `fields.txt` (each cell of
            MATRIX-002 holds what it shows against it); what stands there is shown to somebody
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from itertools import islice
from typing import Any
from unittest import mock

import pytest
from django.http import HttpRequest, HttpResponse
from tests.instances import Instance
from tests.integration.matrix import oracle, planted
from tests.integration.matrix.executing import METHODS, Aim, Asker, Matrix, Route, every_route, routes

ROUTES = routes()


@pytest.fixture(scope="module")
def matrix(untouched_example: Instance) -> Iterator[Matrix]:
    with mock.patch("dozor.apps.audit.kept.TRUSTS_TRANSACTIONS", True):  # each cell is one, and rolled back
        yield Matrix()


def plain_refusals() -> AbstractContextManager[Any]:
    """The refusals' pages without their frame: they were looked at whole, and drawing them takes its time."""

    def plain(request: HttpRequest, template: str, context: Any = None, *, status: int) -> HttpResponse:
        return HttpResponse(template, status=status)

    return mock.patch("dozor.web.views.faults.render", plain)


@pytest.fixture
def heard() -> Iterator[list[str]]:
    """Everything the program logs, at every level."""
    lines: list[str] = []

    class Ear(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(self.format(record))

    ear, root = Ear(), logging.getLogger()
    before = root.level
    root.addHandler(ear)
    root.setLevel(logging.DEBUG)
    yield lines
    root.removeHandler(ear)
    root.setLevel(before)


def test_matrix_001_every_route_is_in_the_table() -> None:
    told = [route.name for route in ROUTES]
    assert sorted(told) == sorted(every_route())


@pytest.mark.parametrize("route", ROUTES, ids=lambda r: r.name)
def test_matrix_002_every_cell(matrix: Matrix, heard: list[str], route: Route) -> None:
    wrong = []
    for number, (aim, asker) in enumerate(matrix.meetings(route)):
        # what a page does not understand it does not understand about anyone: asked once, of everybody
        for method in METHODS if number < len(matrix.askers) else ("GET", "POST"):
            with nullcontext() if number < len(matrix.askers) else plain_refusals():
                faults = matrix.faults(asker, route, method, aim)
            about = aim.agency or aim.owner or "-"
            wrong += [
                f"{asker.login or 'visitor'} {method} about {about} {aim.state or ''}: {f}" for f in faults
            ]
    assert not wrong, f"{len(wrong)} wrong\n" + "\n".join(wrong[:40])
    told = {agency for line in heard for agency in planted.betrayed(line)}
    assert not told, f"the log speaks of {told}"


def test_matrix_003_every_text_column_is_planted(matrix: Matrix) -> None:
    silent = [
        f"{model._meta.label}.{column} of {agency}"
        for model in planted.own_tables()
        for column in planted.words_of(model)
        for agency in planted.AGENCIES
        if planted.betrayed(str(getattr(matrix.planter.rows[model._meta.label, agency], column))) != {agency}
    ]
    assert not silent


# columns that no form of these routes asks for: whose a row is, who did it, when, how far it is, what one may
UNASKED = {
    "role": "administrator", "is_active": "0", "is_superuser": "1", "password": "x", "login": "x",
    "agency": "MOE", "agency_id": "1", "sender": "MOE", "sender_id": "1", "recorded_by": "somebody",
    "recorded_at": "2001-01-01", "by": "somebody", "at": "2001-01-01", "handed_in_by": "somebody",
    "created_by": "somebody", "accepted": "1", "checksum": "0", "plan": "x", "id": "1", "pk": "1",
    "software_version": "x", "version": "9", "owner": "somebody", "on_behalf_of": "somebody",
}  # fmt: skip
NOTHING = {"button": "1"}  # a form that is sent at all: an empty one is shown again
# these ask for some of them, and are not held against their own fields
ASKED = {
    "person-act": {"role", "agency", "password"}, "person-add": {"role", "agency", "login"},
    "round-plan": {"agency"}, "round-open": {"agency"}, "board-agree": {"agency"},
    "board-decision": {"agency"}, "collector": {"agency"},
}  # fmt: skip


# a new calendar key is drawn at random each time
def test_matrix_005_what_a_form_does_not_ask_for_is_not_recorded(matrix: Matrix) -> None:
    wrong, recorded = [], 0
    for route in (r for r in ROUTES if "POST" in r.methods and not r.is_owned and r.name != "calendar-key"):
        more = {k: v for k, v in UNASKED.items() if k not in ASKED.get(route.name, set())}
        meetings = (m for m in matrix.meetings(route) if _is_taken(matrix, route, *m))
        for aim, asker in islice(meetings, 1):  # a form asks everybody the same
            plain, along = (matrix.changed(asker, route, aim, extra) for extra in (NOTHING, more))
            recorded += bool(plain)
            wrong += [f"{route.name} by {asker.login}: {row}" for row in along - plain]
    assert not wrong, "\n".join(wrong[:20])
    assert recorded >= len(planted.DONE_FOR)  # forms were taken, not all refused


def _is_taken(matrix: Matrix, route: Route, aim: Aim, asker: Asker) -> bool:
    is_recorded = route.name not in planted.DONE_FOR or aim.agency in planted.DONE_FOR[route.name]
    return is_recorded and matrix.expected(asker, route, "POST", aim) == "in"


def test_matrix_006_a_strangers_row_is_answered_like_none(matrix: Matrix) -> None:
    wrong, compared = [], 0
    for route in (r for r in ROUTES if r.kind in planted.KINDS and not r.is_owned):
        for method in sorted(route.methods & {"GET", "POST"}):
            meetings = matrix.meetings(route)
            refused = (m for m in meetings if matrix.expected(m[1], route, method, m[0]) == "gone")
            for aim, asker in islice(refused, 2):
                last = aim.arguments[-1]
                none = replace(
                    aim, arguments=(*aim.arguments[:-1], 10**9 if isinstance(last, int) else "none")
                )
                there, absent = (matrix.answer(asker, route, method, one) for one in (aim, none))
                compared += 1
                if there != absent:
                    wrong.append(f"{route.name} {method} by {asker.login}: {there} and {absent}"[:2000])
    assert not wrong, "\n".join(wrong[:20])
    assert compared > 2 * len(planted.KINDS)


@pytest.mark.parametrize("field", oracle.fields())
def test_matrix_007_what_may_be_shown_is_shown(matrix: Matrix, field: str) -> None:
    """Else its line is of no use, and a leak of it would never be heard."""
    assert field in planted.fields()
    rights, name = oracle.fields()[field]
    assert not set(rights) - set(oracle.reaches())
    (route,) = (r for r in ROUTES if r.name == name)
    meetings = [m for m in matrix.meetings(route) if matrix.expected(m[1], route, "GET", m[0]) == "in"]
    assert any(
        shown == field for aim, asker in meetings for _, shown in planted.sung(matrix.page(asker, route, aim))
    )
