"""How a round's field goes: who answered, from which places, on which days, by which interviewers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from statistics import median

import numpy as np
from numpy.typing import NDArray

from dozor.core.design.sample_list import SampleList
from dozor.core.estimation.definition import parse_expression
from dozor.core.estimation.truth import evaluate
from dozor.core.plan.conditions import Value
from dozor.core.plan.instruments import Field, Instrument

UNSAID = frozenset({"dont_know", "dont_remember", "refused"})
LONGEST_HOURS = 12.0  # a form left open over night tells nothing of the interview

Row = Mapping[str, Value]


@dataclass(frozen=True)
class Response:
    """Records in all; those that count; those asked who did not agree; those not of the group."""

    records: int = 0
    counted: int = 0
    refused: int = 0
    others: int = 0

    @property
    def share(self) -> float | None:
        """Of those asked, who agreed, 0–1; None with nobody asked."""
        asked = self.counted + self.refused
        return self.counted / asked if asked else None


@dataclass(frozen=True)
class PlaceWork:
    """What came from one place of the sample; `planned` is None where no list says it."""

    code: str
    stratum: str
    planned: int | None
    response: Response
    last_on: date | None


@dataclass(frozen=True)
class InterviewerWork:
    """One interviewer's work.

    Parameters
    ----------
    minutes
        Median of an interview with somebody who agreed; None where the form notes no times.
    unsaid
        Share of "don't know" and refusals among the answers to choose, 0–1.
    """

    code: str
    response: Response
    minutes: float | None
    unsaid: float | None
    last_on: date | None


@dataclass(frozen=True)
class Fieldwork:
    """The whole picture; days in order, those without a record between them too."""

    response: Response
    places: tuple[PlaceWork, ...]
    interviewers: tuple[InterviewerWork, ...]
    days: tuple[tuple[date, int], ...]

    @property
    def planned(self) -> int | None:
        """Records planned in all; None where no list says it."""
        told = [p.planned for p in self.places if p.planned is not None]
        return sum(told) if told else None


def fieldwork_of(
    instrument: Instrument, rows: Sequence[Row], *, place: str | None = None, sample: SampleList | None = None
) -> Fieldwork:
    """Sum up a round's records.

    Parameters
    ----------
    rows
        One for each record: field → answer, None where there is none.
    place
        Field that names the place of the survey; by default the key of the sample's list.
    """
    place = sample.key if sample is not None else place
    says = _standing(instrument, rows)
    days = [_day(instrument, row) for row in rows]
    by_place = _grouped(rows, place)
    by_interviewer = _grouped(rows, "interviewer" if instrument.has_field("interviewer") else None)
    codes = list(dict.fromkeys([*(sample.by_code if sample else ()), *sorted(by_place)]))
    return Fieldwork(
        _response(says),
        tuple(_place(code, by_place.get(code, []), says, days, sample) for code in codes),
        tuple(
            _interviewer(
                code, [rows[n] for n in of], [says[n] for n in of], [days[n] for n in of], instrument
            )
            for code, of in sorted(by_interviewer.items())
        ),
        _calendar(d for d in days if d is not None),
    )


def _standing(instrument: Instrument, rows: Sequence[Row]) -> list[str]:
    """``counted``, ``refused`` or ``other`` for each record, by what every estimate asks of it."""
    if not instrument.counted:
        return ["counted"] * len(rows)
    answers = {f.name: _column(f, rows) for f in instrument.fields if f.repeat is None}
    true, known = evaluate(parse_expression(instrument.counted, instrument.types), answers, len(rows))
    return ["counted" if t and k else "refused" if k else "other" for t, k in zip(true, known, strict=True)]


def _column(f: Field, rows: Sequence[Row]) -> tuple[NDArray[np.generic], NDArray[np.bool_]]:
    found = [row.get(f.name) for row in rows]
    known = np.array([v is not None for v in found], dtype=np.bool_)
    if f.type == "number":
        # an answer kept as the text it was (a broken rule) is no number
        numbers = [float(v) if isinstance(v, int | float) else np.nan for v in found]
        values = np.array(numbers, dtype=np.float64)
        return values, known & ~np.isnan(values)
    if f.type == "date":
        return np.array(
            [np.datetime64(v) if isinstance(v, date) else np.datetime64("NaT") for v in found]
        ), known
    texts = np.array(["" if v is None else str(v) for v in found], dtype=object)
    return texts, known


def _response(says: Iterable[str]) -> Response:
    counts = Counter(says)
    return Response(counts.total(), counts["counted"], counts["refused"], counts["other"])


def _grouped(rows: Sequence[Row], name: str | None) -> dict[str, list[int]]:
    groups: dict[str, list[int]] = {}
    if name is not None:
        for n, row in enumerate(rows):
            groups.setdefault(str(row.get(name) or ""), []).append(n)
    return groups


def _place(
    code: str, of: list[int], says: list[str], days: list[date | None], sample: SampleList | None
) -> PlaceWork:
    line = sample.by_code.get(code) if sample else None
    return PlaceWork(
        code,
        line.stratum if line else "",
        line.planned if line else None,
        _response(says[n] for n in of),
        max((d for n in of if (d := days[n]) is not None), default=None),
    )


def _interviewer(
    code: str, rows: list[Row], says: list[str], days: list[date | None], instrument: Instrument
) -> InterviewerWork:
    counted = [row for row, said in zip(rows, says, strict=True) if said == "counted"]
    minutes = [m for row in counted if (m := _minutes(instrument, row)) is not None]
    chosen = [
        str(row[f.name])
        for f in instrument.fields
        if f.kind == "select_one" and UNSAID & {c.name for c in f.choices}
        for row in counted
        if row.get(f.name) is not None
    ]
    return InterviewerWork(
        code,
        _response(says),
        median(minutes) if minutes else None,
        sum(c in UNSAID for c in chosen) / len(chosen) if chosen else None,
        max((d for d in days if d is not None), default=None),
    )


def _minutes(instrument: Instrument, row: Row) -> float | None:
    times = [_instant(row.get(f.name)) for f in instrument.fields if f.kind in {"start", "end"}]
    if len(times) != 2 or times[0] is None or times[1] is None:
        return None
    passed = (times[1] - times[0]).total_seconds() / 60
    return passed if 0 < passed <= 60 * LONGEST_HOURS else None


def _day(instrument: Instrument, row: Row) -> date | None:
    for f in instrument.fields:
        value = row.get(f.name)
        if f.kind == "today" and isinstance(value, date):
            return value
        if f.kind in {"today", "start"} and (found := _instant(value)) is not None:
            return found.date()
    return None


def _instant(value: Value) -> datetime | None:
    try:
        return datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _calendar(days: Iterable[date]) -> tuple[tuple[date, int], ...]:
    counts = Counter(days)
    if not counts:
        return ()
    first, last = min(counts), max(counts)
    ordinals = range(first.toordinal(), min(last.toordinal(), first.toordinal() + 400) + 1)
    return tuple((d := date.fromordinal(n), counts[d]) for n in ordinals)
