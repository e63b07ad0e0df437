"""The primary rules beside another program's: τ-ARGUS, through pytauargus.

REF-DIS-001  The counts hidden by threshold are the same in every cell, margins included.
REF-DIS-002  So are the cells unsafe by the p % rule and by the (n, k) rule.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from dozor.core.disclosure import About, Cell, Kind, Rule
from dozor.core.disclosure.primary import sensitivity

RULE = Rule(8, False, True, 5, 1, 1, 0, Decimal(10), 2, Decimal(75))
DIMENSIONS = ("area", "sex", "age")


def people(rng: np.random.Generator, many: int) -> list[tuple[str, str, str]]:
    areas = rng.choice([f"d{k:02}" for k in range(12)], many, p=rng.dirichlet(np.full(12, 0.7)))
    sexes, ages = rng.choice(["f", "m"], many), rng.choice(list("abcde"), many, p=[0.4, 0.3, 0.15, 0.1, 0.05])
    return [(str(a), str(s), str(g)) for a, s, g in zip(areas, sexes, ages, strict=True)]


def margins(rows: list[tuple[str, str, str]]) -> dict[tuple[str, ...], list[int]]:
    """Every cell with its margins: which rows are in it."""
    found: dict[tuple[str, ...], list[int]] = {}
    for number, row in enumerate(rows):
        for kept in itertools.product((True, False), repeat=3):
            key = tuple(code if keep else "Total" for code, keep in zip(row, kept, strict=True))
            found.setdefault(key, []).append(number)
    return found


def theirs(rows: list[tuple[str, str, str]], response: list[float], rule: str, folder: Path) -> int:
    """How many cells τ-ARGUS finds unsafe."""
    from pytauargus import protect

    data: dict[str, list[object]] = {name: [row[k] for row in rows] for k, name in enumerate(DIMENSIONS)}
    data["value"] = list(response)
    found = protect(
        data,
        list(DIMENSIONS),
        response="value",
        safety_rules=rule,
        suppress="MOD(1,5,1,0,0)",
        workdir=str(folder),
    )
    return list(found.tables[0].status()).count("U")


def ours(cells: list[Cell], rule: Rule, scale: int = 0) -> int:
    return sum(sensitivity(cell, rule, money_scale=scale) is not None for cell in cells)


@pytest.mark.parametrize("seed", [3, 4])
def test_the_same_counts_are_small(seed, tmp_path, monkeypatch):
    """REF-DIS-001"""
    monkeypatch.chdir(tmp_path)  # the engine leaves its logs where it stands
    rows = people(np.random.default_rng(seed), 900)
    cells = [
        Cell(str(k), About("new", key[0], sex=key[1], age=key[2]), Kind.COUNT, Decimal(len(members)))
        for k, (key, members) in enumerate(margins(rows).items())
    ]
    small = ours(cells, RULE)
    assert 20 < small < len(cells)
    assert small == theirs(rows, [1.0] * len(rows), "FREQ(8,10)", tmp_path)


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("P(10,100,1)", lambda rule: replace(rule, dominance_percent=Decimal(100))),
        ("NK(2,75)", lambda rule: replace(rule, p_percent=Decimal("0.0001"))),
    ],
)
def test_the_same_sums_of_money_are_unsafe(name: str, change: Callable[[Rule], Rule], tmp_path, monkeypatch):
    """REF-DIS-002: payers' sums, most of them small, a few very large."""
    monkeypatch.chdir(tmp_path)
    rng = np.random.default_rng(7)
    rows = people(rng, 260)
    paid = [float(v) for v in np.ceil(rng.lognormal(2, 1.4, len(rows)))]
    cells = []
    for k, (key, members) in enumerate(margins(rows).items()):
        given = tuple(Decimal(int(paid[m])) for m in members)
        cells.append(
            Cell(
                str(k),
                About("money", key[0], sex=key[1], age=key[2]),
                Kind.MONEY,
                sum(given, Decimal(0)),
                contributions=given,
            )
        )
    unsafe = ours(cells, change(RULE))
    assert 20 < unsafe < len(cells)
    assert unsafe == theirs(rows, paid, name, tmp_path)
