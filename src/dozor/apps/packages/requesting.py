"""An oblast centre's request to a city or district centre (para 9), carried to the centre's own instance."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from dozor.apps.collection.actions import request_collection
from dozor.apps.collection.models import Request
from dozor.apps.organisations.models import Agency
from dozor.apps.packages.making import make
from dozor.apps.packages.models import Package
from dozor.apps.packages.owner import owner
from dozor.apps.packages.told import Told, a_year
from dozor.apps.plans.queries import main_plan
from dozor.core.findings import Finding, Refused


def export_request(
    request: Request, *, by: str, at: datetime, on_behalf_of: str = ""
) -> tuple[Package, bytes]:
    """Make a package of a recorded request for the centre that is asked.

    Raises
    ------
    Refused
        ``PKG-OWNER``; ``PKG-NOT-OURS``: another agency asks.
    """
    ours = owner()
    if request.sender_id != ours.pk:
        raise Refused(Finding("PKG-NOT-OURS", request.number, {"owner": ours.code}))
    said: Mapping[str, Any] = {
        "plan": {"code": request.plan, "version": main_plan().version},
        "request": {
            "number": request.number,
            "dated_on": request.dated_on.isoformat() if request.dated_on else None,
            "year": request.year,
            "scope": request.scope,
            "due_on": request.due_on.isoformat(),
        },
    }
    return make(
        Package.Kind.REQUEST,
        request.recipient,
        subject=f"request {request.number}",
        said=said,
        parts={},
        request=request,
        by=by,
        at=at,
        on_behalf_of=on_behalf_of,
    )


def request_of(number: str, recipient: str = "") -> Request:
    """The last request of a number that this instance's agency made; raises ``PKG-REQUEST``."""
    made = Request.objects.filter(sender=owner(), number=number.strip())
    if recipient:
        made = made.filter(recipient__code=recipient)
    found = made.select_related("sender", "recipient").order_by("id").last()
    if found is None:
        raise Refused(Finding("PKG-REQUEST", f"{number} {recipient}".strip()))
    return found


def take_request(told: Told, sender: Agency, ours: Agency, *, by: str, at: datetime, name: str) -> Request:
    """Record what the oblast centre asks for; a request that is here by another way stands as it is.

    Raises
    ------
    Refused
        ``PKG-MANIFEST``; ``DUTY-REQUEST``: the sender is not this centre's own; whatever recording a
        request is refused for.
    """
    try:
        of = told.of
        number, scope, year = str(of["number"]), str(of["scope"]), a_year(of["year"])
        due_on = date.fromisoformat(of["due_on"])
        dated_on = date.fromisoformat(of["dated_on"]) if of["dated_on"] else None
    except (KeyError, TypeError, ValueError):
        raise Refused(Finding("PKG-MANIFEST", file=name)) from None
    known = Request.objects.filter(
        sender=sender, recipient=ours, year=year, number=number, scope=scope, due_on=due_on
    )
    return known.order_by("id").last() or request_collection(
        sender=sender,
        recipient=ours,
        year=year,
        scope=scope,
        due_on=due_on,
        number=number,
        dated_on=dated_on,
        by=by,
        at=at,
    )
