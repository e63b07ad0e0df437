"""What a manifest says, of the shape it must have: read with nothing believed but the signature."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from dozor.core.findings import Finding, Refused

FIRST_YEAR, LAST_YEAR = 1990, 2100


@dataclass(frozen=True)
class Told:
    """What every package says: its number, the day it left, the plan it follows, and what is of its kind."""

    sequence: int
    sent_on: date
    plan: str
    plan_version: str
    of: Mapping[str, Any]


def told_of(manifest: Mapping[str, Any], part: str, name: str) -> Told:
    """What a manifest says, with the mapping it holds under `part`; raises ``PKG-MANIFEST``."""
    try:
        sequence, of = manifest["sequence"], manifest[part]
        if type(sequence) is not int or not 0 < sequence < 2**31 or not isinstance(of, dict):
            raise ValueError
        plan = manifest["plan"]
        return Told(
            sequence=sequence,
            sent_on=date.fromisoformat(manifest["sent_on"]),
            plan=str(plan["code"]),
            plan_version=str(plan["version"]),
            of=of,
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        raise Refused(Finding("PKG-MANIFEST", file=name)) from None


@dataclass(frozen=True)
class Of:
    """Which submission a package speaks of, and which rows: versions are numbered apart in each instance."""

    code: str
    collection: str
    year: int
    checksum: str
    request: str  # number of the request it answers; empty: it answers a duty


def of_submission(of: Mapping[str, Any], name: str) -> Of:
    """The submission a manifest names; raises ``PKG-MANIFEST``."""
    try:
        return Of(
            code=str(of["code"]),
            collection=str(of["collection"]),
            year=a_year(of["year"]),
            checksum=str(of["checksum"]),
            request=str(of.get("request", "")),
        )
    except (KeyError, TypeError, ValueError):
        raise Refused(Finding("PKG-MANIFEST", file=name)) from None


def a_year(given: Any) -> int:
    """A year as a manifest gives it; raises ``ValueError``."""
    if type(given) is not int or not FIRST_YEAR <= given <= LAST_YEAR:
        raise ValueError
    return given
