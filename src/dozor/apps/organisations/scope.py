"""The one place that says what a person may do and whose rows they may see.

Rights follow from role × agency × area. Pages, files, exports, background work and commands ask here
and nowhere else.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from dozor.apps.organisations.models import Agency, Role


class Right(StrEnum):
    """Things a person may be allowed to do."""

    READ_PUBLISHED = "read-published"  # the example's published figures: everyone
    READ_DUTIES = "read-duties"
    RECORD_ROUND = "record-round"  # planned end, end of collection, requests to districts
    READ_BOARD = "read-board"  # who is late and with what, over all agencies
    RECORD_RECEIPT = "record-receipt"  # receipts, agreed dates, decisions
    IMPORT_VALUES = "import-values"
    MAKE_REPORT = "make-report"
    MANAGE_PEOPLE = "manage-people"


_EVERYONE = frozenset({Right.READ_PUBLISHED})
_RIGHTS: dict[str, frozenset[Right]] = {
    Role.ADMINISTRATOR: frozenset(
        {Right.READ_BOARD, Right.READ_DUTIES, Right.IMPORT_VALUES, Right.MAKE_REPORT, Right.MANAGE_PEOPLE}
    ),
    Role.NATIONAL_ANALYST: frozenset(Right) - {Right.MANAGE_PEOPLE},
    Role.OBLAST_SPECIALIST: frozenset({Right.READ_DUTIES, Right.RECORD_ROUND, Right.MAKE_REPORT}),
    Role.MINISTRY_FOCAL_POINT: frozenset({Right.READ_DUTIES}),
    Role.MINISTRY_READER: frozenset({Right.READ_DUTIES, Right.READ_BOARD, Right.MAKE_REPORT}),
}
_SEES_ALL = frozenset({Role.ADMINISTRATOR, Role.NATIONAL_ANALYST, Role.MINISTRY_READER})


def may(person: Any, right: Right, agency: str | None = None) -> bool:
    """Whether a person may do something, about an agency's rows when one is named.

    Parameters
    ----------
    person
        A `Person`, or Django's anonymous visitor.
    agency
        Code of the agency concerned; None asks about the right as such.
    """
    if right in _EVERYONE:
        return True
    if not getattr(person, "is_authenticated", False) or not person.is_active:
        return False
    if right not in _RIGHTS.get(person.role, frozenset()):
        return False
    if agency is None:
        return True
    seen = visible_agencies(person)
    return seen is None or agency in seen


def visible_agencies(person: Any) -> frozenset[str] | None:
    """Codes of the agencies whose rows a person may see; None means all of them.

    An oblast centre sees itself and the centres below it; a ministry itself alone.
    """
    if not getattr(person, "is_authenticated", False) or not person.is_active:
        return frozenset()
    if person.role in _SEES_ALL:
        return None
    if person.agency is None:
        return frozenset()
    own = person.agency.code
    if person.role == Role.OBLAST_SPECIALIST:
        return frozenset({own, *Agency.objects.filter(parent=own).values_list("code", flat=True)})
    return frozenset({own})
