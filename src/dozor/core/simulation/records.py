"""Records as an interviewer's phone or an office would send them: texts by question, with the day's work."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta

import numpy as np

from dozor.core.plan.instruments import Field
from dozor.core.simulation.columns import Column, Columns
from dozor.core.simulation.drawing import draw
from dozor.core.simulation.population import Population, Rows
from dozor.core.simulation.sampling import Drawn

OPENING, CLOSING = 9, 18  # hours of interviews
MINUTES, SPREAD = 22.0, 1.35  # of one interview: median and factor
INTERVIEWER, BETWEEN = "interviewer", 5  # the question that names them; minutes between two interviews


@dataclass(frozen=True)
class SimulatedRecord:
    """One filled form.

    Parameters
    ----------
    instance_id
        As a phone names it.
    texts
        Question → answer as written; what was not asked is not there.
    repeats
        Repeated group → its turns.
    done_at
        When it was finished, without a zone: local time.
    """

    instance_id: str
    texts: Mapping[str, str]
    repeats: Mapping[str, Sequence[Mapping[str, str]]]
    done_at: datetime


def records_of(
    population: Population, drawn: Drawn, rng: np.random.Generator, *, days: int = 20
) -> list[SimulatedRecord]:
    """Interview a sample: one record for each, over so many days up to the population's today.

    What people would say is settled by the population; how they came is settled by the sample, and what
    hangs on it is asked again.
    """
    rows, instrument = drawn.rows, population.instrument
    fixed = {name: column[rows] for name, column in population.columns.items()}
    columns = _as_sampled(population, drawn, fixed, rng)
    started = _starts(population, drawn, days, rng)
    minutes = np.rint(MINUTES * np.power(SPREAD, rng.standard_normal(len(rows)))) + 1
    if INTERVIEWER in columns:
        started = _one_at_a_time(started, minutes, columns[INTERVIEWER], population.crowd.place[rows])
    turns = {name: _turn_texts(population, name, rows) for name in population.turns}
    singles = [f for f in instrument.fields if f.repeat is None]
    told = {f.name: _texts(f, columns[f.name]) for f in singles}
    records = []
    for n in range(len(rows)):
        start = started[n]
        done = start + timedelta(minutes=float(minutes[n]))
        texts = {f.name: text for f in singles if (text := told[f.name][n])}
        for f in singles:
            if f.kind in {"start", "end"}:
                texts[f.name] = (start if f.kind == "start" else done).isoformat() + ".000+03:00"
            elif f.kind == "today":
                texts[f.name] = start.date().isoformat()
        records.append(
            SimulatedRecord(
                f"uuid:{_uuid(rng)}",
                texts,
                {name: of[n] for name, of in turns.items() if of[n]},
                done,
            )
        )
    return records


def spoil(record: SimulatedRecord, population: Population, rng: np.random.Generator) -> SimulatedRecord:
    """The same record as an outdated form would send it: one answer is no longer among the choices."""
    asked = [
        f.name
        for f in population.instrument.fields
        if f.kind == "select_one" and f.name in record.texts and f.name not in population.roles.areas
    ]
    if not asked:
        return record
    name = asked[int(rng.integers(len(asked)))]
    return replace(record, texts={**record.texts, name: "old_answer"})


def _as_sampled(population: Population, drawn: Drawn, fixed: Columns, rng: np.random.Generator) -> Columns:
    if not drawn.given:
        return fixed
    settled = set(drawn.given)
    again = {
        f.name
        for f in population.instrument.fields
        if any(name in f.relevant for name in settled) and f.name not in settled
    }
    kept = {name: column for name, column in fixed.items() if name not in again}
    crowd = population.crowd.within(drawn.rows)
    return draw(population.drawing({**kept, **drawn.given}), crowd, rng)


def _starts(population: Population, drawn: Drawn, days: int, rng: np.random.Generator) -> list[datetime]:
    """When each interview began, Sundays free.

    A place of a sample is worked through in two days; chains go on for as long as the round, in the order
    people came.
    """
    last = population.today
    working = [d for n in range(days - 1, -1, -1) if (d := last - timedelta(days=n)).weekday() != 6]
    working = working or [last]
    of_day = (CLOSING - OPENING) * 60
    found = np.zeros(len(drawn.rows), dtype=np.intp)
    place = population.crowd.place[drawn.rows]
    for one in np.unique(place):
        here = np.flatnonzero(place == one)
        first, most = 0, len(working)
        if not drawn.given:
            most = min(2, len(working))
            first = int(rng.integers(0, len(working) - most + 1))
        found[here] = first * of_day + np.sort(rng.integers(0, most * of_day, len(here)))
    return [
        datetime.combine(working[int(m) // of_day], time(OPENING)) + timedelta(minutes=int(m) % of_day)
        for m in found
    ]


def _one_at_a_time(
    started: Sequence[datetime], minutes: Column, interviewer: Column, place: Column
) -> list[datetime]:
    """Each interviewer's interviews one after another; the order in which people came to a place stays."""
    found = list(started)
    free: dict[object, datetime] = {}
    came: dict[object, datetime] = {}
    for n in sorted(range(len(found)), key=lambda n: found[n]):
        who, where = str(interviewer[n]), int(place[n])
        start = max(found[n], free.get(who, found[n]), came.get(where, found[n]))
        found[n] = came[where] = start
        free[who] = start + timedelta(minutes=float(minutes[n]) + BETWEEN)
    return found


def _turn_texts(population: Population, name: str, rows: Rows) -> list[list[dict[str, str]]]:
    of, columns = population.turns[name]
    fields = [f for f in population.instrument.fields if f.repeat == name]
    told = {f.name: _texts(f, columns[f.name]) for f in fields}
    by_row: dict[int, list[dict[str, str]]] = {}
    for turn, row in enumerate(of.tolist()):
        by_row.setdefault(row, []).append({f.name: text for f in fields if (text := told[f.name][turn])})
    return [by_row.get(row, []) for row in rows.tolist()]


def _texts(f: Field, column: Column) -> list[str]:
    if f.type == "number":
        whole = f.kind in {"integer", "calculate"}
        return ["" if np.isnan(v) else str(int(v)) if whole else f"{v:.1f}" for v in column.tolist()]
    if f.type == "date":
        return ["" if np.isnat(v) else str(v) for v in column]
    return [str(v) for v in column.tolist()]


def _uuid(rng: np.random.Generator) -> str:
    digits = rng.bytes(16).hex()
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:]}"
