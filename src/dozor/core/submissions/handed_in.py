"""When what an agency owed went its way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class HandedIn:
    """One agency's rows of one collection: the day they were first submitted, and the day they were accepted.

    None: not yet. A later correction changes neither the first day nor, until it is accepted, the last.
    """

    agency: str
    collection: str
    submitted_on: date | None = None
    accepted_on: date | None = None
