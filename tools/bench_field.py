"""Do the intervals cover the truth as often as they say? `make coverage`.

Draws many samples of simulated populations with a known truth, by the designs of the plan's definitions,
estimates each as closing a round does (weights from the sample's list; chains), and counts how often the 95 %
interval holds the truth: the whole sample's estimate of each of the law's series, and its parts.
"""

from __future__ import annotations

import argparse
import os
import time
from collections import defaultdict
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import yaml

import dozor
from dozor.core.answers.checking import check_record
from dozor.core.answers.of_instrument import form_of_instrument
from dozor.core.design.sample_list import read_sample_list
from dozor.core.estimation.series import link
from dozor.core.findings import Refused
from dozor.core.simulation.population import populate
from dozor.core.simulation.records import records_of
from dozor.core.simulation.sampling import draw_clusters, recruit
from dozor.core.simulation.truth import true_values
from dozor.core.simulation.truths import read_truths
from dozor.formats.plan_folder import find_plan, load_areas, places_folder
from dozor.store.answers_at_rest import StoredRecord, lay_out
from dozor.store.answers_at_rest.tables import INSTANCE_ID
from dozor.store.sampled import with_sample
from dozor.store.series import estimate_series
from dozor.store.source import Source, types_of

TRUTHS = Path(dozor.__file__).parent / "examples" / "belarus" / "field.yaml"
TODAY = date(2026, 11, 20)
FEWEST = 30  # respondents: the parts below it are few people's words, and no report prints them
INSTRUMENTS = ("survey-youth", "survey-heads-general-secondary", "sti-records", "survey-pwid")

HEADING = """# Do the intervals hold the truth?

Written by `make coverage`: {samples} samples of each simulated population, drawn by the design of the plan's
definitions and estimated as closing a round does. How many of the 95 % intervals hold the known truth: of the
whole sample's estimates of the law's series, and of its parts (areas, sexes, age groups) of at least 30.
Everything here is simulated; estimates of one sample lean together, and the tree bootstrap is wide.

"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--samples", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="instruments at once")
    parser.add_argument("--output", type=Path, help="a file for the table, beside the screen")
    parser.add_argument("instruments", nargs="*", default=INSTRUMENTS)
    asked = parser.parse_args()
    begun = time.perf_counter()
    lines = [
        "| instrument | design | samples | whole: covered | intervals | parts: covered | intervals |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    print(*lines, sep="\n", flush=True)
    # a process of its own for each: the engine's threads do not outlive a fork
    with ProcessPoolExecutor(asked.jobs, mp_context=get_context("spawn")) as pool:
        arguments = [(code, n, asked.seed, asked.samples) for n, code in enumerate(asked.instruments)]
        for line in pool.map(covered_by, *zip(*arguments, strict=True)):
            lines.append(line)
            print(line, flush=True)
    took = time.perf_counter() - begun
    print(f"{took:.0f} s by the clock, {asked.jobs} at once, load {os.getloadavg()[0]:.1f}")
    if asked.output:
        asked.output.write_text(HEADING.format(samples=asked.samples) + "\n".join(lines) + "\n", "utf-8")


def covered_by(code: str, number: int, seed: int, samples: int) -> str:
    """Draw an instrument's samples; return its line of the table."""
    plan = find_plan("by-hiv-2006-123")
    truths = read_truths(yaml.safe_load(TRUTHS.read_text(encoding="utf-8")))
    parents = {a.code: a.parent or "" for a in load_areas(places_folder())}
    ages = {a.code: a for a in plan.ages}
    rng = np.random.default_rng([seed, number])
    instrument = plan.instruments[code]
    definitions = [d for d in plan.definitions if d.instrument == code and d.wording == "law"]
    design = definitions[0].designs[0]
    population = populate(
        plan,
        instrument,
        truths,
        parents=parents,
        year=2026,
        today=TODAY,
        rng=rng,
        kind=design.kind,
        areas=("BY-HM",) if design.kind == "rds" and instrument.has_field("city") else (),
    )
    links = [link(d, instrument) for d in definitions]
    truth = {
        (t.definition, t.area, t.sex, t.age): t.value
        for one in links
        for t in true_values(population, one, ages)
    }
    covered: dict[bool, list[bool]] = defaultdict(list)
    for _ in range(samples):
        drawn = (
            recruit(population, rng, people=300)
            if design.kind == "rds"
            else draw_clusters(population, rng, sites=5, take=10)
        )
        source, counted = _source(population, drawn, rng), design
        if drawn.table:
            key = next(iter(drawn.table[0]))
            sample = read_sample_list(enumerate(drawn.table, start=2), keys=(key,), file="")
            source, counted, _found = with_sample(source, instrument, design, sample)
        for one in links:
            try:
                found = estimate_series(source, one, counted, ages=ages, row_id=INSTANCE_ID)
            except Refused:
                continue
            for e in found:
                true = truth.get((e.definition, e.area, e.sex, e.age))
                if true is None or e.estimate.lower is None or e.estimate.n < FEWEST:
                    continue
                upper = np.inf if e.estimate.upper is None else e.estimate.upper
                covered[not e.estimate.domain].append(e.estimate.lower <= true <= upper)
    whole, parts = covered[True], covered[False]
    return (
        f"| {code} | {design.kind} | {samples} | {_share(whole)} | {len(whole)} "
        f"| {_share(parts)} | {len(parts)} |"
    )


def _source(population: object, drawn: object, rng: np.random.Generator) -> Source:
    form = form_of_instrument(population.instrument)  # type: ignore[attr-defined]
    records = []
    for one in records_of(population, drawn, rng):  # type: ignore[arg-type]
        checked = check_record(form, one.texts, one.repeats, year=2026, pseudonym=str)
        answers = checked.answers
        records.append(
            StoredRecord(form.code, form.version, one.instance_id, answers.values, answers.repeats)
        )
    table = lay_out(form, records)
    return Source(table=table, types=types_of(table.schema()), file=form.code)


def _share(found: list[bool]) -> str:
    return f"{100 * np.mean(found):.1f} %" if found else "—"


if __name__ == "__main__":
    main()
