"""Why what was handed in may be sent back, and how long its agency has to answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from dozor.core.text import Text


@dataclass(frozen=True)
class Reason:
    """One reason for sending back: what statistics of reasons count."""

    code: str
    name: Text


@dataclass(frozen=True)
class SendingBack:
    """The rule of a submission sent back.

    Parameters
    ----------
    days
        Days from the day it was sent back to the new due date.
    non_working_day
        The term moves to the next working day when its last day is not one ("next"), or stays.
    note
        On what ground, where the law names no term.
    """

    days: int
    non_working_day: Literal["next", "stays"] = "next"
    reasons: tuple[Reason, ...] = ()
    note: Text | None = None

    def __post_init__(self) -> None:
        if self.days < 0:
            raise ValueError("a term has no negative number of days")
