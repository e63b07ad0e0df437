"""D1–D4, D17: what came of what was expected, when, how evenly, and what was changed afterwards."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from dozor.core.findings import Finding
from dozor.core.quality.doubt import Doubt, Grade


@dataclass(frozen=True)
class Expected:
    """What one agency owed in one year, and what became of it.

    Parameters
    ----------
    expected
        Reports or values that were due by now; what is not due yet is not expected.
    received, on_time
        Of these; `on_time` in every medium the clause asks for.
    changed
        Values changed after acceptance, out of `received`.
    """

    agency: str
    year: int
    expected: int
    received: int
    on_time: int = 0
    changed: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.on_time <= self.received <= self.expected:
            raise ValueError(f"{self.agency} {self.year}: on time ≤ received ≤ expected does not hold")


@dataclass(frozen=True)
class Rate:
    """A rate from 0 to 1 under which a finding is due: `amber`, and with more weight `red`."""

    amber: float
    red: float


def check_rate(rule: str, rows: Iterable[Expected], limit: Rate) -> Iterator[Doubt]:
    """D1 (reports), D2 (values), D3 (timeliness): the share of the expected that came, or came in time."""
    for row in rows:
        if not row.expected:
            continue
        got = row.on_time if rule == "D3" else row.received
        rate = got / row.expected
        if rate < limit.amber:
            finding = Finding(
                f"QLT-{rule}",
                found=f"{100 * rate:.0f}",
                values={
                    "agency": row.agency,
                    "year": row.year,
                    "got": got,
                    "expected_count": row.expected,
                    "limit": f"{100 * limit.amber:.0f}",
                },
            )
            strength = 20.0 if rate < limit.red else 5.0
            yield Doubt(rule, Grade.NOTICE, finding, strength=strength, about={"agency": row.agency})


def check_even(rows: Iterable[Expected], *, points: float) -> Iterator[Doubt]:
    """D4: an agency whose share of reports fell by more than `points` (0–1) from the year before."""
    by_agency: dict[str, dict[int, Expected]] = {}
    for row in rows:
        if row.expected:
            by_agency.setdefault(row.agency, {})[row.year] = row
    for agency, years in by_agency.items():
        for year in sorted(years):
            before, now = years.get(year - 1), years[year]
            if before is None:
                continue
            fell = before.received / before.expected - now.received / now.expected
            if fell > points:
                finding = Finding(
                    "QLT-D4",
                    found=f"{100 * now.received / now.expected:.0f}",
                    values={
                        "agency": agency,
                        "year": year,
                        "before": f"{100 * before.received / before.expected:.0f}",
                        "limit": f"{100 * points:.0f}",
                    },
                )
                yield Doubt("D4", Grade.NOTICE, finding, strength=20 * fell, about={"agency": agency})


def check_late_changes(rows: Iterable[Expected], *, share: float) -> Iterator[Doubt]:
    """D17: more than `share` of an agency's values changed after acceptance."""
    for row in rows:
        if row.received and row.changed / row.received > share:
            finding = Finding(
                "QLT-D17",
                found=f"{100 * row.changed / row.received:.0f}",
                values={
                    "agency": row.agency,
                    "year": row.year,
                    "changed": row.changed,
                    "n": row.received,
                    "limit": f"{100 * share:.0f}",
                },
            )
            yield Doubt("D17", Grade.NOTICE, finding, strength=10.0, about={"agency": row.agency})


def rates(row: Expected) -> Mapping[str, float | None]:
    """The reporting-rate family as DHIS2 names it; None where nothing was expected."""
    if not row.expected:
        return {"reporting_rate": None, "reporting_rate_on_time": None}
    return {
        "reporting_rate": row.received / row.expected,
        "reporting_rate_on_time": row.on_time / row.expected,
    }
