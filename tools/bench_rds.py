"""Time the respondent-driven estimators on generated samples: the RDS part of `make bench-estimation`."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

import numpy as np

from dozor.core.design.recruitment import read_recruitment
from dozor.core.estimation.rds.bootstrap import bootstrap_shares
from dozor.core.estimation.rds.estimators import estimate_shares
from dozor.core.estimation.rds.likelihood import likelihood_standard_error
from dozor.core.estimation.rds.sample import RdsSample
from dozor.core.estimation.rds.weights import successive_sampling_weights

TIMES = 9


def generate(n: int, population: float, seed: int = 1) -> tuple[RdsSample, np.ndarray]:
    """Make a sample of `n`: ten seeds, each respondent recruits up to three, like recruits like."""
    rng = np.random.default_rng(seed)
    parent = [-1] * 10
    line = 0
    while len(parent) < n:
        parent += [line] * min(int(rng.integers(0, 4)) if line > 20 else 2, n - len(parent))
        line += 1
    trait = np.zeros(n, dtype=np.intp)
    for row, above in enumerate(parent):
        chance = 0.25 if above < 0 else (0.45 if trait[above] else 0.18)
        trait[row] = rng.random() < chance
    degree = np.minimum(1 + rng.geometric(0.1, n) + (rng.random(n) < 0.05) * rng.integers(0, 80, n), 150)
    ids = [str(i + 1) for i in range(n)]
    tree = read_recruitment(ids, ["0" if p < 0 else ids[p] for p in parent])
    return RdsSample(tree, degree.astype(float), population), trait


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Seconds by the clock and by the processor: the best of several, as other work only ever adds."""
    work()
    clock, processor = [], []
    for _ in range(TIMES):
        begun, worked = time.perf_counter(), time.process_time()
        work()
        clock.append(time.perf_counter() - begun)
        processor.append(time.process_time() - worked)
    return min(clock), min(processor)


def main() -> int:
    sample, trait = generate(2000, 20_000)

    def bootstrap(kind: str) -> Callable[[], object]:
        estimator = "ss" if kind == "gile" else "rds2"
        return lambda: bootstrap_shares(
            sample, trait, 2, estimator=estimator, kind=kind, replicates=1000, rng=np.random.default_rng(1)
        )

    rows = [
        ("exact successive sampling weights, n = 2,000, N = 20,000", 0.2,
         lambda: successive_sampling_weights(sample.degree, 20_000)),
        ("tree bootstrap, 1,000 replicates, n = 2,000", 0.1, bootstrap("tree")),
        ("Salganik bootstrap, 1,000 replicates, n = 2,000", 0.35, bootstrap("salganik")),
        ("Gile bootstrap, 1,000 replicates, n = 2,000", None, bootstrap("gile")),
        ("RDS-II share with its standard error, n = 2,000", None,
         lambda: estimate_shares(sample, trait, ["0", "1"], estimator="rds2")),
        ("standard error alone, n = 2,000", None,
         lambda: likelihood_standard_error(1 / sample.degree, trait.astype(float))),
    ]  # fmt: skip
    late = 0
    for name, limit, work in rows:
        seconds, processor = timed(work)
        verdict = "" if limit is None else f"   limit {limit:g} s: {'met' if seconds < limit else 'NOT met'}"
        late += limit is not None and seconds >= limit
        print(f"{seconds:8.3f} s  {processor:8.3f} s of processor  {name}{verdict}")
    return 1 if late else 0


if __name__ == "__main__":
    sys.exit(main())
