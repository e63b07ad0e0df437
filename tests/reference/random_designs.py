"""Draws the random designs that `random_designs.R` asks R about: our own simulation.

``python -m tests.reference.random_designs`` writes ``data/random_*.csv``.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl

FOLDER = Path(__file__).parent / "data"
LONELY = ("remove", "adjust", "average")
DESIGNS = ("strata", "clusters", "stages", "fractions", *LONELY)


def survey(kind: str, rng: np.random.Generator) -> pl.DataFrame:
    """Two to four strata of a few unequal clusters; answers missing, tied, and alike within clusters."""
    rows = []
    for h in range(1, 5):
        drawn = int(rng.integers(5, 10)) if kind == "strata" else int(rng.integers(2, 5))
        if kind in LONELY and h == 2:
            drawn = 1
        clusters = drawn + int(rng.integers(2, 9))
        for c in range(1, drawn + 1):
            people = 1 if kind == "strata" else int(rng.integers(2, 6))
            there = people + int(rng.integers(0, 5))
            shift, weight = rng.normal(0, 0.8), rng.uniform(2, 40)
            for k in range(1, people + 1):
                trait = int(rng.random() < 1 / (1 + np.exp(0.4 - shift)))
                row = {
                    "h": h, "c": c, "k": k, "w": round(weight * rng.uniform(0.8, 1.2), 3),
                    "f1": clusters, "f2": there, "p1": drawn / clusters, "p2": people / there,
                    "y": None if rng.random() < 0.08 else trait,
                    "x": None if rng.random() < 0.06 else round(rng.normal(20 + 3 * shift, 5)),
                    "z": int(rng.integers(1, 7)), "d": int(rng.poisson(2)),
                    "g": "ab"[int(rng.random() < 0.4)], "sex": "fm"[int(rng.random() < 0.5)],
                    "t": int(rng.random() < 0.5),
                }  # fmt: skip
                rows.append(row)
    return pl.DataFrame(rows, infer_schema_length=None).sample(fraction=1, shuffle=True, seed=1)


def cohort(rng: np.random.Generator, size: int = 60) -> pl.DataFrame:
    months = np.clip(np.round(rng.exponential(14, size)), 1, 24)
    event = np.where(months >= 24, 0, rng.choice(4, size, p=[0.35, 0.25, 0.25, 0.15]))
    entry = np.round(np.maximum(0, np.minimum(months - 0.5, rng.exponential(3, size) - 2)), 1)
    return pl.DataFrame(
        {
            "id": np.arange(1, size + 1), "months": months, "event": event, "entry": entry,
            "w": np.round(rng.uniform(0.3, 3, size), 3), "cl": rng.integers(1, 9, size),
            "arm": rng.integers(0, 3, size),
        }
    )  # fmt: skip


def main() -> None:
    for number, kind in enumerate(DESIGNS):
        survey(kind, np.random.default_rng(100 + number)).write_csv(FOLDER / f"random_{kind}.csv")
    cohort(np.random.default_rng(200)).write_csv(FOLDER / "random_cohort.csv")


if __name__ == "__main__":
    main()
