"""Where a duty is on its way: at its agency, at the recipient, or waiting for its paper."""

from __future__ import annotations

from enum import StrEnum

from dozor.core.calendar.obligation import MET, Obligation, Status
from dozor.core.submissions.states import State


class Stage(StrEnum):
    """The place where a duty waits; in the order of its life."""

    UNDATED = "undated"  # no round planned, or no date agreed
    COLLECTING = "collecting"
    PREPARING = "preparing"  # collection has ended, nothing is submitted
    RETURNED = "returned"  # with its agency again, to be answered
    CHECKING = "checking"  # with the recipient
    PAPER = "paper"  # accepted or submitted; the signed copy has not come
    DONE = "done"
    NOT_EXPECTED = "not-expected"


def stage(duty: Obligation, state: State | str | None) -> Stage:
    """Where a duty waits, from its dates and the state of its submission (None: there is none).

    A submission sent back waits with its agency although its data once came; one being checked waits with
    the recipient although both media are there.
    """
    if duty.status in (Status.NOT_HELD, Status.POSTPONED, Status.NOT_RECORDED):
        return Stage.NOT_EXPECTED
    if state == State.RETURNED:
        return Stage.RETURNED
    if state == State.SUBMITTED:
        return Stage.CHECKING
    if duty.status in MET:
        return Stage.DONE
    if state in (State.ACCEPTED, State.LOCKED):
        return Stage.PAPER
    if duty.status in (Status.COLLECTING, Status.COLLECTION_OVERDUE):
        return Stage.COLLECTING
    if duty.status in (Status.COLLECTION_NOT_PLANNED, Status.NO_DATE_AGREED) and state is None:
        return Stage.UNDATED
    return Stage.PREPARING
