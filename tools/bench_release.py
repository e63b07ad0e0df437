"""Protects simulated national tables and attacks them (`make bench-release`).

New diagnoses in 125 districts of 7 regions by sex, age and route, with every margin: gamma-Poisson counts, so
sparse that most cells are 0 or small. Naive hiding hides the small counts and nothing else; what can then be
worked out is counted by narrowing bounds from sum to sum, with no solver: a least figure. Ours is `protect`,
and its certificate is verified. Seconds by the clock and of the processor; the load is printed beside.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from decimal import Decimal

import numpy as np

from dozor.core.disclosure import (
    About,
    Cell,
    Division,
    Kind,
    Status,
    Structure,
    protect,
    verify_certificate,
)
from dozor.core.disclosure.audience import Audience
from dozor.core.disclosure.knowledge import assemble
from dozor.core.disclosure.propagation import propagate
from dozor.formats.plan_folder import load_audiences

DISTRICTS, REGIONS = 125, 7
SIZES = {"2.8": (6, 0), "14": (6, 4), "26": (12, 4), "100": (12, 19)}  # thousand cells: ages, routes


def simulate(ages: int, routes: int, *, seed: int = 20061123) -> tuple[list[Cell], Structure]:
    """One year's table with every margin over areas, sexes, ages and routes."""
    rng = np.random.default_rng(seed)
    size = rng.gamma(0.6, 2.0, DISTRICTS)
    people = rng.gamma(0.5, 2.0, (1, 2, ages, max(routes, 1))) / max(1.0, routes / 2)
    counts = rng.poisson(size[:, None, None, None] * people)
    age_codes, route_codes = [f"a{k}" for k in range(ages)], [f"r{k}" for k in range(routes)] or ["all"]
    at: dict[tuple[str, str, str, str], int] = {}
    for (district, sex, age, route), value in np.ndenumerate(counts):
        for area in (f"d{district}", f"o{district % REGIONS}", "country"):
            for s in (("female", "male")[sex], "all"):
                for a in (age_codes[age], "all"):
                    for r in dict.fromkeys((route_codes[route], "all")):
                        at[area, s, a, r] = at.get((area, s, a, r), 0) + int(value)
    cells = [
        Cell(str(k), About("new", area, r, s, a, "2025"), Kind.COUNT, Decimal(value))
        for k, ((area, s, a, r), value) in enumerate(at.items())
    ]
    regions = [Division("country", tuple(f"o{k}" for k in range(REGIONS)))]
    for k in range(REGIONS):
        regions.append(Division(f"o{k}", tuple(f"d{d}" for d in range(DISTRICTS) if d % REGIONS == k)))
    spans: dict[str, tuple[int | None, int | None]] = {"all": (0, None)}
    spans |= {code: (5 * k, 5 * k + 4 if k < ages - 1 else None) for k, code in enumerate(age_codes)}
    populations = (Division("all", tuple(route_codes)),) if routes else ()
    return cells, Structure(areas=tuple(regions), populations=populations, ages=spans)


def naive(cells: list[Cell], structure: Structure, audience: Audience) -> tuple[int, int]:
    """Small counts when nothing else is hidden and nothing rounded: how many, and how many are worked out."""
    knowledge = assemble(cells, audience=audience, structure=structure)
    hidden = knowledge.primary()
    certain = propagate(knowledge.system, hidden)
    found = certain.lower == certain.upper
    if not (certain.lower[found] == knowledge.system.truth[found]).all():
        sys.exit("a recovered number is not the true one")
    of = np.array(knowledge.quantity_of)[hidden]
    return int(hidden.sum()), int(found[of].sum())


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--thousands", nargs="+", choices=SIZES, default=list(SIZES))
    parser.add_argument("--audiences", nargs="+", default=["public", "legal-entities"])
    options = parser.parse_args()
    print(
        "| cells | audience | small | worked out, naive | worked out, ours | secondary | harmless shown "
        "| protect, s (processor) | verify, s | load |"
    )
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |", flush=True)
    for size in options.thousands:
        cells, structure = simulate(*SIZES[size])
        exact = load_audiences().audience("legal-entities")
        small, recovered = naive(cells, structure, exact)
        for code in options.audiences:
            audience = load_audiences().audience(code)
            begun, worked = time.perf_counter(), time.process_time()
            found = protect(cells, audience=audience, structure=structure, rng=np.random.default_rng(1))
            clock, processor = time.perf_counter() - begun, time.process_time() - worked
            statuses = [p.status for p in found.cells]
            begun = time.perf_counter()
            faults = (
                verify_certificate(found.certificate, cells, statuses, audience=audience, structure=structure)
                if found.certificate
                else ("unproven",)
            )
            verified = time.perf_counter() - begun
            # a certificate that holds moves every hidden count: none can be worked out
            ours = "0" if not faults else f"not proven ({len(found.audit.culprits)})"
            primary = statuses.count(Status.PRIMARY)
            shown = statuses.count(Status.PUBLISHED) / (len(cells) - primary)
            print(
                f"| {len(cells):,} | {code} | {small:,} | {recovered:,} ({recovered / small:.0%}) | {ours} "
                f"| {statuses.count(Status.SECONDARY):,} | {shown:.1%} | {clock:.1f} ({processor:.1f}) "
                f"| {verified:.1f} | {os.getloadavg()[0]:.1f} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
