"""Times the estimation of a survey against the engine's bare group-by (`make bench-estimation`).

(a) 1 million respondents × 20 indicators × 61 domains with logit intervals, (b) the same at 100 thousand,
(e) growth from 10⁵ to 10⁷ rows. 50 strata × 20 clusters, weights, 7 regions × 2 sexes × 4 ages = 56 cells, 4
ages and the whole. Once with every question answered, once with 3 % of the answers missing at random.

The bare group-by sums w·y of the same 20 columns by the same keys from the same Parquet; with missing answers
a second bare one also sums the answered weight and counts answers, which a share needs. "First" includes
compiling the expression, "again" is the median of the runs after it. R is run beside when its `survey` is
installed.
"""

from __future__ import annotations

import argparse
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl

INDICATORS = 20
KEYS = ("stratum", "psu", "region", "sex", "age")
R_SCRIPT = Path(__file__).with_name("bench_survey.R")


def generate(path: Path, rows: int, *, missing: float) -> None:
    """Write respondents in no order, a million at a time."""
    import pyarrow.parquet as pq

    rng = np.random.default_rng(20061123)
    writer = None
    for start in range(0, rows, 1_000_000):
        n = min(1_000_000, rows - start)
        cluster = rng.integers(0, 1000, n)
        columns: dict[str, pl.Series | np.ndarray] = {
            "stratum": (cluster // 20).astype(np.int16),
            "psu": (cluster % 20).astype(np.int8),
            "region": (cluster // 20 % 7).astype(np.int8),
            "sex": rng.integers(0, 2, n).astype(np.int8),
            "age": rng.integers(0, 4, n).astype(np.int8),
            "w": rng.gamma(4, 25, n),
        }
        for k in range(INDICATORS):
            answers = pl.Series((rng.random(n) < 0.05 + 0.04 * k).astype(np.int8))
            columns[f"y{k}"] = answers.set(pl.Series(rng.random(n) < missing), None) if missing else answers
        table = pl.DataFrame(columns).to_arrow()
        writer = writer or pq.ParquetWriter(path, table.schema)
        writer.write_table(table)
    if writer is not None:
        writer.close()


def clock(runs: dict[str, Callable[[], object]], times: int) -> dict[str, float]:
    """Run each in turn, so that a busy machine slows all alike; median seconds by clock and by processor."""
    walls: dict[str, list[float]] = {name: [] for name in runs}
    works: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(times):
        for name, run in runs.items():
            begun, worked = time.perf_counter(), time.process_time()
            run()
            walls[name].append(time.perf_counter() - begun)
            works[name].append(time.process_time() - worked)
    found = {name: statistics.median(spent) for name, spent in walls.items()}
    return found | {f"{name}_cpu": statistics.median(spent) for name, spent in works.items()}


def measure(path: Path, rows: int, *, missing: bool, times: int) -> dict[str, float]:
    """Time one file: ours, and the bare group-bys."""
    from dozor.core.estimation.definition import parse_named
    from dozor.core.estimation.request import DesignColumns, SurveyRequest
    from dozor.formats.frames import open_source
    from dozor.store.engine import connect
    from dozor.store.survey import estimate_survey

    engine = connect()
    source = open_source(path, engine=engine)
    request = SurveyRequest(
        DesignColumns(weight="w", stratum="stratum", cluster=("psu",)),
        tuple(parse_named(f"i{k}=y{k} = 1", source.types) for k in range(INDICATORS)),
        by=(("region", "sex", "age"), ("age",)),
    )
    found = estimate_survey(source, request)
    if len(found) != INDICATORS * 61 or any(row.lower is None for row in found):
        sys.exit("the estimates are not complete")
    source.remembered.clear()

    def bare(sums: str) -> Callable[[], object]:
        query = f"SELECT {', '.join(KEYS)}, {sums} FROM read_parquet('{path}') GROUP BY ALL"  # noqa: S608
        return lambda: engine.con.execute(query).to_arrow_table()

    plain = ", ".join(f"sum(w * y{k})" for k in range(INDICATORS))
    aware = ", ".join(
        f"sum(w * y{k}), sum(w * (y{k} IS NOT NULL)::TINYINT), count(y{k})" for k in range(INDICATORS)
    )
    begun = time.perf_counter()
    estimate_survey(source, request)
    first = time.perf_counter() - begun
    runs = {"ours": lambda: estimate_survey(source, request), "bare": bare(plain)}
    if missing:
        runs["aware"] = bare(aware)
    return {"rows": rows, "first": first, **clock(runs, times)}


def in_process(arguments: list[str]) -> str:
    """Run one measurement in a process of its own, for its memory to be its own."""
    command = [sys.executable, __file__, *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def report(label: str, path: Path, rows: int, *, missing: bool, times: int) -> None:
    told = in_process(
        ["--one", str(path), "--rows", str(rows), "--times", str(times), *(["--missing"] * missing)]
    )
    values = {name: float(value) for name, value in (part.split("=") for part in told.split())}
    ratio = values["ours"] / values["bare"], values["ours_cpu"] / values["bare_cpu"]
    aware = f"{values['ours'] / values['aware']:6.2f}" if missing else " " * 6
    print(
        f"{label:<34} {values['first']:7.3f} {values['ours']:7.3f} {values['bare']:7.3f}"
        f" {values['ours_cpu']:7.3f} {values['bare_cpu']:8.3f}"
        f" {ratio[0]:6.2f} {ratio[1]:6.2f} {aware} {values['mib']:7.0f}",
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="1e5,1e6,1e7", help="rows of the files")
    parser.add_argument("--answered", action="store_true", help="only with every question answered")
    parser.add_argument("--times", type=int, default=5)
    parser.add_argument("--one", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--rows", type=int, default=0, help=argparse.SUPPRESS)
    parser.add_argument("--missing", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one is not None:
        values = measure(asked.one, asked.rows, missing=asked.missing, times=asked.times)
        values["mib"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(*(f"{name}={value}" for name, value in values.items()))
        return
    print("seconds; ×bare: again over the group-by of 20 sums, by clock and by processor;")
    print("×aware: over the group-by that also sums answered weights and counts answers")
    print("cpu, bare cpu: the processor's seconds of both")
    print(
        f"{'':<34} {'first':>7} {'again':>7} {'bare':>7} {'cpu':>7} {'bare cpu':>8}"
        f" {'×bare':>6} {'×cpu':>6} {'×aware':>6} {'MiB':>7}"
    )
    with tempfile.TemporaryDirectory() as folder:
        for missing in (False,) if asked.answered else (False, True):
            label = "3 % missing" if missing else "all answered"
            for rows in (int(float(size)) for size in asked.sizes.split(",")):
                path = Path(folder) / "answers.parquet"
                generate(path, rows, missing=0.03 if missing else 0.0)
                times = asked.times if rows < 10_000_000 else 3
                part = {100_000: "(b)", 1_000_000: "(a)"}.get(rows, "(e)")
                report(f"{part} {rows:>10,} rows, {label}", path, rows, missing=missing, times=times)
        if R_SCRIPT.exists() and shutil.which("Rscript"):
            path = Path(folder) / "answers.csv"
            generate(Path(folder) / "r.parquet", 100_000, missing=0.0)
            pl.read_parquet(Path(folder) / "r.parquet").write_csv(path)
            subprocess.run(["Rscript", str(R_SCRIPT), str(path)], check=False)


if __name__ == "__main__":
    main()
