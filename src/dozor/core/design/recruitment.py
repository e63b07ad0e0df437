"""Who recruited whom: the forest of a respondent-driven sample, checked before anything is estimated."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
from numpy.typing import NDArray

from dozor.core.findings import Finding, Refused

SEED_MARKS = frozenset({"", "0", "seed"})  # an empty cell or 0; R's package RDS writes "seed"
FIRST_DATA_ROW = 2  # row 1 of a table is its heading

Indices = NDArray[np.intp]


@dataclass(frozen=True)
class Recruitment:
    """A forest of recruitment: every respondent is a seed or has one recruiter in the sample.

    Parameters
    ----------
    parent
        Row of the recruiter, -1 for a seed; shape (n,).
    wave
        Steps from the seed, 0 for a seed.
    seed
        Row of the seed at the root of the chain.
    """

    parent: Indices
    wave: Indices
    seed: Indices

    @property
    def size(self) -> int:
        return len(self.parent)

    @property
    def recruits(self) -> Indices:
        """How many each respondent recruited."""
        return np.bincount(self.parent[self.parent >= 0], minlength=self.size).astype(np.intp)

    def within(self, kept: NDArray[np.bool_]) -> Recruitment:
        """Return the forest of some respondents; who lost a recruiter becomes a seed, as in R's RDS."""
        position = np.cumsum(kept) - 1
        parent = self.parent[kept]
        stays = (parent >= 0) & kept[parent]
        return _forest(np.where(stays, position[parent], -1))


def read_recruitment(
    ids: Sequence[str],
    recruiters: Sequence[str],
    *,
    id_column: str = "id",
    recruiter_column: str = "recruiter",
) -> Recruitment:
    """Build the forest from identifiers, or refuse with every fault found.

    Parameters
    ----------
    ids, recruiters
        One per respondent, as text. An empty recruiter, ``0`` or ``seed`` marks a seed.
    id_column, recruiter_column
        Headings, for the findings.

    Raises
    ------
    Refused
        ``RDS-ID-MISSING``, ``RDS-ID-REPEATED``, ``RDS-ORPHAN`` (the recruiter is not in the sample),
        ``RDS-CYCLE`` (a chain that returns to itself), each with its row.
    """
    names = [str(i).strip() for i in ids]
    wanted = [str(r).strip() for r in recruiters]
    findings: list[Finding] = []
    row_of: dict[str, int] = {}
    for row, name in enumerate(names):
        if not name:
            findings.append(Finding("RDS-ID-MISSING", row=row + FIRST_DATA_ROW, column=id_column))
        elif name in row_of:
            values = {"first": row_of[name] + FIRST_DATA_ROW}
            findings.append(Finding("RDS-ID-REPEATED", name, values, None, row + FIRST_DATA_ROW, id_column))
        else:
            row_of[name] = row
    parent = np.full(len(names), -1, dtype=np.intp)
    for row, recruiter in enumerate(wanted):
        if recruiter.lower() in SEED_MARKS:
            continue
        if recruiter not in row_of:
            findings.append(
                Finding("RDS-ORPHAN", recruiter, row=row + FIRST_DATA_ROW, column=recruiter_column)
            )
        else:
            parent[row] = row_of[recruiter]
    findings += [
        Finding(
            "RDS-CYCLE",
            " → ".join(names[row] for row in [*cycle, cycle[0]]),
            row=cycle[0] + FIRST_DATA_ROW,
            column=recruiter_column,
        )
        for cycle in _cycles(parent)
    ]
    if findings:
        raise Refused(findings)
    return _forest(parent)


def check_coupons(
    coupons: Sequence[str], *, seeds: NDArray[np.bool_], column: str = "coupon"
) -> tuple[Finding, ...]:
    """Find coupons handed in twice (``RDS-COUPON-REPEATED``) or not at all (``RDS-COUPON-MISSING``)."""
    findings = []
    first: dict[str, int] = {}
    for row, raw in enumerate(coupons):
        coupon = str(raw).strip()
        if coupon and coupon in first:
            values = {"first": first[coupon] + FIRST_DATA_ROW}
            findings.append(
                Finding("RDS-COUPON-REPEATED", coupon, values, None, row + FIRST_DATA_ROW, column)
            )
        elif coupon:
            first[coupon] = row
        elif not seeds[row]:
            findings.append(Finding("RDS-COUPON-MISSING", row=row + FIRST_DATA_ROW, column=column))
    return tuple(findings)


def check_order(
    tree: Recruitment, interviewed: Sequence[date | datetime | float | None], *, column: str = "interviewed"
) -> tuple[Finding, ...]:
    """Find recruits interviewed before their recruiter (``RDS-RECRUITER-LATER``); ``None`` is not known."""
    findings = []
    for row, parent in enumerate(tree.parent):
        if parent < 0:
            continue
        own, recruiters = interviewed[row], interviewed[parent]
        if own is not None and recruiters is not None and own < recruiters:
            findings.append(
                Finding(
                    "RDS-RECRUITER-LATER",
                    str(own),
                    {"recruiter_row": int(parent) + FIRST_DATA_ROW, "recruiter_on": str(recruiters)},
                    row=row + FIRST_DATA_ROW,
                    column=column,
                )
            )
    return tuple(findings)


def _forest(parent: Indices) -> Recruitment:
    """Find waves and seeds by walking down from the seeds; `parent` holds no cycle."""
    wave = np.where(parent < 0, 0, -1)
    seed = np.where(parent < 0, np.arange(len(parent)), -1)
    waiting = np.flatnonzero(parent >= 0)
    while len(waiting):
        above = wave[parent[waiting]]
        ready = above >= 0
        rows = waiting[ready]
        wave[rows] = above[ready] + 1
        seed[rows] = seed[parent[rows]]
        waiting = waiting[~ready]
    return Recruitment(parent.astype(np.intp), wave.astype(np.intp), seed.astype(np.intp))


def _cycles(parent: Indices) -> list[list[int]]:
    """Return each closed chain once, from its first row on."""
    state = np.zeros(len(parent), dtype=np.int8)  # 1: on the present walk, 2: done
    cycles = []
    for start in range(len(parent)):
        walk = []
        row = start
        while row >= 0 and state[row] == 0:
            state[row] = 1
            walk.append(row)
            row = int(parent[row])
        if row >= 0 and state[row] == 1:
            loop = walk[walk.index(row) :]
            turn = loop.index(min(loop))
            cycles.append(loop[turn:] + loop[:turn])
        state[walk] = 2
    return cycles
