"""The life of a submission: which act leads from which state to which."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from dozor.core.findings import Finding, Refused


class State(StrEnum):
    """Where a submission stands."""

    DRAFT = "draft"  # being prepared by its agency; nobody else's concern yet
    SUBMITTED = "submitted"  # with the recipient, to be checked
    RETURNED = "returned"  # sent back with remarks and a new due date
    ACCEPTED = "accepted"  # its rows stand
    LOCKED = "locked"  # the year is closed


class Act(StrEnum):
    """What is done to a submission."""

    HAND_IN = "hand-in"  # a version is laid in; where the submission stands does not change
    SUBMIT = "submit"
    SEND_BACK = "send-back"
    ANSWER = "answer"
    CORRECT = "correct"  # a newer version instead of one submitted or accepted, with the reason
    ACCEPT = "accept"
    LOCK = "lock"
    REOPEN = "reopen"  # by a decision with number and date


_AFTER: Mapping[tuple[State, Act], State] = MappingProxyType(
    {
        (State.DRAFT, Act.HAND_IN): State.DRAFT,
        (State.SUBMITTED, Act.HAND_IN): State.SUBMITTED,
        (State.RETURNED, Act.HAND_IN): State.RETURNED,
        (State.ACCEPTED, Act.HAND_IN): State.ACCEPTED,
        (State.DRAFT, Act.SUBMIT): State.SUBMITTED,
        (State.RETURNED, Act.ANSWER): State.SUBMITTED,
        (State.SUBMITTED, Act.CORRECT): State.SUBMITTED,
        (State.ACCEPTED, Act.CORRECT): State.SUBMITTED,
        (State.SUBMITTED, Act.SEND_BACK): State.RETURNED,
        (State.ACCEPTED, Act.SEND_BACK): State.RETURNED,
        (State.SUBMITTED, Act.ACCEPT): State.ACCEPTED,
        (State.ACCEPTED, Act.LOCK): State.LOCKED,
        (State.LOCKED, Act.REOPEN): State.ACCEPTED,
    }
)


def may_follow(state: State | str) -> tuple[Act, ...]:
    """The acts a submission in this state allows, in the order of its life.

    >>> [str(act) for act in may_follow("locked")]
    ['reopen']
    """
    return tuple(act for before, act in _AFTER if before == State(state))


def after(state: State | str, act: Act) -> State:
    """The state an act leads to; raises ``SUB-STATE`` when the state does not allow it.

    >>> after("returned", Act.ANSWER)
    <State.SUBMITTED: 'submitted'>
    """
    found = _AFTER.get((State(state), act))
    if found is None:
        allowed = ", ".join(may_follow(state))
        raise Refused(Finding("SUB-STATE", found=str(state), values={"act": str(act), "allowed": allowed}))
    return found
