"""How many planted errors the rules find, and how often they cry over clean figures, beside DHIS2's rules.

`make bench-quality`. Everything here is simulated. Recall is the share of planted errors of which at least
one wrong cell is named by a doubt; a false alarm is a doubt on clean data, counted per 1,000 clean figures.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))
from dozor.core.quality.checking import check_figures
from dozor.core.quality.figures import Cell, Reported, by_series
from dozor.core.quality.history import modified_z_score
from dozor.core.quality.thresholds import Rules, read_rules
from dozor.formats.plan_folder import find_plan
from planted_errors import (
    AGES,
    DISTRICTS,
    KINDS,
    SEXES,
    SPANS,
    Figures,
    children,
    national_data,
    parent,
    plant,
)

Finder = Callable[[Figures], set[Cell]]
PLAN = "by-hiv-2006-123"


def ours(rules: Rules) -> Finder:
    def find(figures: Figures) -> set[Cell]:
        doubts = check_figures(figures.values(), rules, parent=parent, children=children, ages=SPANS)
        # a sum that does not hold accuses total and parts alike; a person looks at all of them
        return {cell for d in doubts for cell in d.cells}

    return find


def named(rules: Rules) -> Callable[[Figures], list[tuple[str, Cell | None]]]:
    """Doubts by rule and first cell: what a person has to answer on clean data."""

    def find(figures: Figures) -> list[tuple[str, Cell | None]]:
        doubts = check_figures(figures.values(), rules, parent=parent, children=children, ages=SPANS)
        return [(d.rule, d.cell) for d in doubts]

    return find


def dhis2(score: str) -> Finder:
    """DHIS2's outlier rules on each series of an area.

    z > 3 with the figure itself in mean and SD, as DHIS2 computes it (of five figures none can exceed 1.8);
    modified z > 3.5; min–max from mean ± 2 SD of the years before.
    """

    def find(figures: Figures) -> set[Cell]:
        found = set()
        for group in by_series(figures.values()).values():
            lines: dict[str, list[Reported]] = {}
            for (area, _), figure in sorted(group.items(), key=lambda item: item[0]):
                lines.setdefault(area, []).append(figure)
            for line in lines.values():
                values = np.array([f.value for f in line])
                for i, figure in enumerate(line):
                    others = np.delete(values, i)
                    if score == "z" and len(values) > 1 and values.std() > 0:
                        is_out = abs(figure.value - values.mean()) / values.std() > 3
                    elif score == "modified z":
                        is_out = abs(modified_z_score(figure.value, others)) > 3.5
                    elif score == "min–max" and i >= 2:
                        past = values[:i]
                        is_out = abs(figure.value - past.mean()) > 2 * past.std(ddof=1) > 0
                    else:
                        is_out = False
                    if is_out:
                        found.add(figure.cell)
        return found

    return find


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--countries", type=int, default=6, help="simulated countries")
    asked.add_argument("--each", type=int, default=15, help="errors of each kind in each")
    asked.add_argument("--seed", type=int, default=20061230)
    options = asked.parse_args()
    plan = find_plan(PLAN)
    rules = read_rules(plan.quality)
    rng = np.random.default_rng(options.seed)
    finders = {
        "Dozor": ours(rules),
        "z 3": dhis2("z"),
        "modified z 3.5": dhis2("modified z"),
        "min–max": dhis2("min–max"),
    }
    alarms = dict.fromkeys(finders, 0)
    by_rule: Counter[str] = Counter()
    found: dict[str, dict[str, list[bool]]] = {kind: {name: [] for name in finders} for kind in KINDS}
    large: dict[str, list[bool]] = {kind: [] for kind in KINDS}
    clean_figures = 0
    for _ in range(options.countries):
        clean = national_data(plan, rng)
        clean_figures += len(clean)
        doubts = named(rules)(clean)
        by_rule.update(rule for rule, _ in doubts)
        alarms["Dozor"] += len(doubts)
        for name, find in finders.items():
            alarms[name] += len(find(clean)) if name != "Dozor" else 0
        for kind in KINDS:
            spoilt, planted = plant(clean, kind, options.each, rng)
            large[kind] += [p.size >= 0.5 or not _adds_up(spoilt, p.cells) for p in planted]
            for name, find in finders.items():
                hit = find(spoilt)
                found[kind][name] += [not hit.isdisjoint(p.cells) for p in planted]
    print(f"simulated figures: {clean_figures:,} in {options.countries} countries of five years")
    rows: list[tuple[str, list[float]]] = [
        ("false alarms per 1,000 clean figures", [1000 * alarms[name] / clean_figures for name in finders])
    ]
    for kind in KINDS:
        n = len(large[kind])
        rows.append(
            (f"{kind} ({n})", [float(np.mean(found[kind][name])) if n else float("nan") for name in finders])
        )
        if sum(large[kind]) not in (0, n):
            of = [float(np.mean(np.array(found[kind][name])[np.array(large[kind])])) for name in finders]
            rows.append((f"  off by half or more, or a sum broken ({sum(large[kind])})", of))
    everything = {name: np.concatenate([found[kind][name] for kind in KINDS]) for name in finders}
    is_large = np.concatenate([large[kind] for kind in KINDS]).astype(bool)
    rows.append((f"all ({is_large.size})", [float(everything[name].mean()) for name in finders]))
    rows.append(
        (
            f"all off by half or more, or with a sum broken ({is_large.sum()})",
            [float(everything[name][is_large].mean()) for name in finders],
        )
    )
    width = max(len(text) for text, _ in rows)
    print(" " * width, *(f"{name:>15}" for name in finders))
    for text, figures in rows:
        print(f"{text:{width}}", *(f"{f:15.3f}" for f in figures))
    print("our false alarms by rule:", dict(by_rule) or "none")


def _adds_up(figures: Figures, cells: tuple[Cell, ...]) -> bool:
    """Whether the figures a planted error touched still add up, by plain sums and not the rules judged."""
    for cell in cells:
        figure = figures[cell]
        if figure.kind == "share":
            n, of = figure.numerator, figure.denominator
            if of and n is not None and abs(100 * n / of - figure.value) > 0.051:
                return False
            continue
        whole = cell._replace(sex="all", age="15+")
        parts = [cell._replace(sex=s, age=a) for s in SEXES for a in AGES]
        known = [figures[c].value for c in parts if c in figures]
        if whole in figures and known and abs(sum(known) - figures[whole].value) > 0.5:
            return False
        inside = [figures[d].value for a in DISTRICTS[cell.area] if (d := cell._replace(area=a)) in figures]
        if inside and abs(sum(inside) - figure.value) > 0.5:
            return False
    return True


if __name__ == "__main__":
    main()
