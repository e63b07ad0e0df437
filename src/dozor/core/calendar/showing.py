"""A duty as a plain mapping: what `dozor obligations --format json` and the API give."""

from __future__ import annotations

from dozor.core.calendar.obligation import Obligation


def as_mapping(o: Obligation, language: str) -> dict[str, object]:
    """One duty as scripts read it; its ground in one language."""
    return {
        "indicator": o.indicator,
        "executor": o.executor,
        "agency": o.agency,
        "area": o.area,
        "year": o.year,
        "recipient": o.recipient,
        "due_on": o.due_on,
        "expected_by": o.expected_by,
        "target_on": o.target_on,
        "basis": o.basis.in_language(language),
        "status": str(o.status),
    }
