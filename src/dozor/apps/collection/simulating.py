"""Rounds of simulated answers: an exercise on the real ways, marked as such wherever it appears."""

from __future__ import annotations

import csv
import json
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr
from zoneinfo import ZoneInfo

import numpy as np
import yaml

from dozor.apps.collection.designing import record_sample
from dozor.apps.collection.importing import import_answers
from dozor.apps.collection.keeping import phone
from dozor.apps.collection.models import Device, Round
from dozor.apps.collection.receiving import receive
from dozor.apps.collection.rounds import instrument_of
from dozor.apps.organisations.queries import areas
from dozor.apps.plans.queries import main_plan
from dozor.core.findings import Refused
from dozor.core.plan.definitions import DesignKind
from dozor.core.simulation.population import Population, populate
from dozor.core.simulation.records import SimulatedRecord, records_of
from dozor.core.simulation.sampling import Drawn, draw_clusters, everybody, recruit
from dozor.core.simulation.truths import Truths, read_truths

TRUTHS = Path(__file__).parents[2] / "examples" / "belarus" / "field.yaml"
MINSK = ZoneInfo("Europe/Minsk")
Progress = Callable[[int], None]


@dataclass(frozen=True)
class Sampling:
    """How large a simulated sample is.

    Parameters
    ----------
    sites, take
        Places of each stratum and people of each place, for samples drawn by chance.
    people
        Of each city, for chains of recruitment.
    areas
        Narrowest areas it is held in; by default all that the instrument offers.
    size
        Of the population; by default what the truths say.
    """

    sites: int = 4
    take: int = 12
    people: int = 150
    areas: Sequence[str] = ()
    size: int | None = None
    days: int = 20


@dataclass(frozen=True)
class SimulatedField:
    """A population with its truth, the sample drawn from it, and the records it gives."""

    population: Population
    drawn: Drawn
    records: list[SimulatedRecord]
    kind: DesignKind


@cache
def truths() -> Truths:
    """The example's truths; invented throughout."""
    return read_truths(yaml.safe_load(TRUTHS.read_text(encoding="utf-8")))


def simulate(
    instrument: str,
    *,
    year: int,
    today: date,
    rng: np.random.Generator,
    kind: DesignKind | None = None,
    sampling: Sampling = Sampling(),
) -> SimulatedField:
    """Make a population for an instrument and interview a sample of it.

    Parameters
    ----------
    kind
        How it is sampled; by default the first design the instrument's definitions name.
    """
    of = instrument_of(instrument)
    kind = kind or design_kind(instrument)
    parents = {area.code: area.parent or "" for area in areas()}
    population = populate(
        main_plan(),
        of,
        truths(),
        parents=parents,
        year=year,
        today=today,
        rng=rng,
        kind=kind,
        areas=sampling.areas,
        size=sampling.size,
    )
    if kind == "rds":
        drawn = recruit(population, rng, people=sampling.people)
    elif kind == "sample":
        drawn = draw_clusters(population, rng, sites=sampling.sites, take=sampling.take)
    else:
        drawn = everybody(population)
    return SimulatedField(population, drawn, records_of(population, drawn, rng, days=sampling.days), kind)


def design_kind(instrument: str) -> DesignKind:
    """The first design that the instrument's definitions name; chains before samples; else every record."""
    firsts = [d.designs[0].kind for d in main_plan().definitions if d.instrument == instrument and d.designs]
    return "rds" if "rds" in firsts else "sample" if "sample" in firsts else "census"


def record_its_sample(round_: Round, drawn: Drawn, *, by: str, at: datetime) -> None:
    """Load the sample's list as anybody would: from a table."""
    if not drawn.table:
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{round_.code}-sample.csv"
        _write_rows(path, list(drawn.table[0]), (dict(line) for line in drawn.table))
        record_sample(round_, path, by=by, at=at)


def send_by_file(round_: Round, records: Sequence[SimulatedRecord], *, by: str, at: datetime) -> None:
    """Bring records as one table, through the import of anybody's file; raises `Refused`."""
    form = round_.form.answer_form
    columns = ["instance_id", *(f.name for f in form.single), *form.repeats]
    rows = (
        {
            "instance_id": one.instance_id,
            **one.texts,
            **{name: json.dumps(list(turns), ensure_ascii=False) for name, turns in one.repeats.items()},
        }
        for one in records
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{round_.code}.csv"
        _write_rows(path, columns, rows)
        summary = import_answers(path, instrument=round_.instrument, round_=round_, by=by, at=at)
    if summary.refused:
        raise Refused(summary.findings)


def send_by_phone(
    device: Device,
    round_: Round,
    records: Iterable[SimulatedRecord],
    *,
    at: datetime | None = None,
    progress: Progress = lambda _: None,
) -> None:
    """Send records one by one as a phone does, each when it was done, or all at an instant."""
    for sent, one in enumerate(records, start=1):
        done = one.done_at.replace(tzinfo=MINSK)
        receive(sender=phone(device), received=as_xml(round_, one), at=at or done)
        progress(sent)


def as_xml(round_: Round, one: SimulatedRecord) -> bytes:
    """A record as a phone posts it."""
    inside = [_elements(one.texts)]
    inside += [f"<{name}>{_elements(turn)}</{name}>" for name, turns in one.repeats.items() for turn in turns]
    return (
        f"<data id={quoteattr(round_.instrument)} version={quoteattr(round_.form.version)} "
        'xmlns:orx="http://openrosa.org/xforms">'
        f"{''.join(inside)}<orx:meta><orx:instanceID>{escape(one.instance_id)}</orx:instanceID></orx:meta></data>"
    ).encode()


def _elements(texts: Iterable[str] | dict[str, str]) -> str:
    return "".join(f"<{name}>{escape(text)}</{name}>" for name, text in dict(texts).items())


def _write_rows(path: Path, columns: list[str], rows: Iterable[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        writer.writerows(rows)
