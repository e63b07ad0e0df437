"""How the plan's indicators answer to those of other frameworks, and how surely that is known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from dozor.core.text import Text

Match = Literal["same", "adaptable", "related"]
Status = Literal["read", "to-confirm"]


@dataclass(frozen=True)
class Framework:
    """One edition of another body's list of indicators; codes change from edition to edition."""

    code: str
    name: Text
    note: Text | None = None


@dataclass(frozen=True)
class Correspondence:
    """One of the plan's indicators beside one of another framework's.

    Parameters
    ----------
    their_code
        None where that framework gives its indicators titles only, or its code was not read.
    match
        ``same``: the same concept and the same idea of numerator and denominator; ``adaptable``: may be
        computed from the same data; ``related``: speaks of the same thing.
    status
        ``read``: the code or title was read in the framework's own text; ``to-confirm``: it was not.
        The grade of the match is an opinion in either case.
    caution
        What a careless comparison would get wrong.
    """

    indicator: str
    framework: str
    their_code: str | None
    their_title: Text
    match: Match
    status: Status
    caution: Text | None = None
