"""How complete and how timely reporting is, counted as DHIS2 counts it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from dozor.core.calendar.obligation import MET, Obligation, Status

NOT_EXPECTED = frozenset({Status.NOT_HELD, Status.POSTPONED, Status.NOT_RECORDED})


@dataclass(frozen=True)
class ReportingRate:
    """Duties expected, received in both media, and received in time.

    A duty whose round is not held or put off is not expected, nor one of a year before the instance was used.

    References
    ----------
    DHIS2 user guide, "Data set reporting rates": reporting rate = actual / expected × 100; reporting rate on
    time = actual on time / expected × 100.
    """

    expected: int = 0
    received: int = 0
    on_time: int = 0

    @property
    def percent(self) -> Decimal | None:
        """Received of expected; None where nothing is expected."""
        return _percent(self.received, self.expected)

    @property
    def percent_on_time(self) -> Decimal | None:
        return _percent(self.on_time, self.expected)


def reporting_rate(duties: Iterable[Obligation]) -> ReportingRate:
    """Count the rate of some duties, as they stand.

    >>> reporting_rate([])
    ReportingRate(expected=0, received=0, on_time=0)
    """
    statuses = [duty.status for duty in duties if duty.status not in NOT_EXPECTED]
    return ReportingRate(
        expected=len(statuses),
        received=sum(status in MET for status in statuses),
        on_time=statuses.count(Status.RECEIVED),
    )


def _percent(part: int, whole: int) -> Decimal | None:
    return (Decimal(100) * part / whole).quantize(Decimal("0.1")) if whole else None
