"""Doubts as they stand, for pages, files and the report."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from dozor.apps.quality.models import RaisedDoubt
from dozor.apps.submissions.models import Submission
from dozor.core.quality.standing import DoubtState


def doubts(
    *,
    year: int | None = None,
    agencies: Collection[str] | None = None,
    submission: Submission | None = None,
    round_code: str | None = None,
    indicator: str | None = None,
    state: str | None = None,
    with_exercises: bool = False,
) -> Any:
    """Doubts, open ones first, then the worst; a QuerySet.

    Parameters
    ----------
    agencies
        Codes of those whose doubts are asked for; None: all.
    with_exercises
        Also those about invented answers of simulated rounds.
    """
    found = RaisedDoubt.objects.select_related("agency", "submission", "round")
    if year is not None:
        found = found.filter(year=year)
    if agencies is not None:
        found = found.filter(agency__code__in=agencies)
    if submission is not None:
        found = found.filter(submission=submission)
    if round_code is not None:
        found = found.filter(round__code=round_code)
    if indicator is not None:
        found = found.filter(indicator=indicator)
    if state is not None:
        found = found.filter(state=state)
    if not with_exercises:
        found = found.exclude(round__is_simulated=True)
    return found.order_by("-strength", "id")


def in_order(found: Collection[RaisedDoubt]) -> list[RaisedDoubt]:
    """Open ones first, corrected ones last; among them the worst first."""
    order = list(DoubtState)
    return sorted(found, key=lambda d: (order.index(DoubtState(d.state)), -d.strength, d.pk))
