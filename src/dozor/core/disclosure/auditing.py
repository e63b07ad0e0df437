"""The auditor: an attacker who has read everything published, and what he can find out."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from dozor.core.disclosure.boxes import Boxes
from dozor.core.disclosure.cutting import Cutting
from dozor.core.disclosure.knowledge import Knowledge
from dozor.core.disclosure.moving import Part, Room
from dozor.core.disclosure.propagation import Certain, propagate
from dozor.core.disclosure.showing import UNBOUNDED
from dozor.core.disclosure.system import Bools, Ints, Needs
from dozor.core.disclosure.witnesses import Search, Witnesses
from dozor.core.findings import Finding
from dozor.core.yaml_text.blocks import short_list

PARTS = (700, 1200, 3000)  # quantities in the parts of the table tried in turn


class Verdict(StrEnum):
    """Of one hidden quantity: witnessed, worked out too closely, or neither within the time given."""

    SAFE = "safe"
    EXPOSED = "exposed"
    UNPROVEN = "unproven"


@dataclass(frozen=True)
class Attacked:
    """What the attacker learns of one hidden quantity.

    Parameters
    ----------
    quantity, name
        Its number in the system, and its name.
    cells
        Ids of the hidden cells that show it.
    lower, upper
        His interval. Exact when `is_exact`; else known to reach at least so far (safe), or at most
        (exposed); None is no bound.
    culprits
        Ids of published cells that expose it, or names of quantities known otherwise.
    """

    quantity: int
    name: str
    cells: tuple[str, ...]
    verdict: Verdict
    lower: int | None
    upper: int | None
    is_exact: bool = False
    culprits: tuple[str, ...] = ()


@dataclass(frozen=True)
class Audit:
    """The verdict on a release: safe only when every hidden quantity is."""

    attacked: tuple[Attacked, ...]
    witnesses: Witnesses
    needs: Needs

    @property
    def is_safe(self) -> bool:
        return all(one.verdict is Verdict.SAFE for one in self.attacked)

    @property
    def culprits(self) -> tuple[Attacked, ...]:
        return tuple(one for one in self.attacked if one.verdict is not Verdict.SAFE)

    def findings(self) -> tuple[Finding, ...]:
        """One finding for each hidden quantity that is exposed or unproven."""
        return tuple(
            Finding(
                f"DIS-{one.verdict.upper()}",
                found=", ".join(one.cells) or one.name,
                values={
                    "lower": "?" if one.lower is None else one.lower,
                    "upper": "?" if one.upper is None else one.upper,
                    "culprits": short_list(one.culprits) or "—",
                },
            )
            for one in self.culprits
        )


def audit(
    knowledge: Knowledge,
    hidden: Bools,
    *,
    rng: np.random.Generator,
    witnesses: Witnesses | None = None,
    seconds_each: float = 20.0,
) -> Audit:
    """Attack a release whose cells `hidden` are not shown.

    A quantity is safe when whole-number tables are found that agree with everything published and differ
    in it as the rule asks; exposed when it is shown that there are none; unproven otherwise.

    Parameters
    ----------
    witnesses
        Moves found before, while fewer cells were hidden: still good.
    seconds_each
        Most time for one search in whole numbers; what is not settled in it is unproven.

    Notes
    -----
    Bounds are first narrowed row by row, then moves are looked for: boxes first, then in
    neighbourhoods by linear and whole-number programmes (HiGHS). What is left is searched in all that hangs
    together with it.
    """
    system = knowledge.system
    witnesses = Witnesses(len(system.truth)) if witnesses is None else witnesses
    room = Room(system, hidden)
    needs = knowledge.needs(hidden)
    search = Search(room, witnesses, rng, seconds=seconds_each)
    search.take(needs)
    certain = propagate(system, hidden)
    is_exposed = ~needs.are_met(
        system.truth,
        _change(certain.lower, system.truth, needs.quantity),
        _change(certain.upper, system.truth, needs.quantity),
    )
    search.is_open &= ~is_exposed
    outside: dict[int, tuple[int, int]] = {}
    search.box(Boxes(room, room, np.zeros(len(system.truth)), rng))
    for size in PARTS:
        left = search.sweep(size, whole=True)
        cutting = Cutting(system, room.is_mobile, rng)
        for need in left.tolist():
            at, _ = cutting.around(int(needs.quantity[need]), size)
            if found := search.prove_lost(need, at):
                outside[need] = found
                search.is_open[need] = False
                is_exposed[need] = True
    cutting = Cutting(system, room.is_mobile, rng)
    for need in np.flatnonzero(search.is_open & ~search.is_lost).tolist():
        if search.is_open[need]:
            everything, _ = cutting.around(int(needs.quantity[need]), len(system.truth))
            search.is_lost[need] = search.reach(need, Part(room, everything))
    search.is_lost &= search.is_open
    return Audit(_report(knowledge, search, is_exposed, certain, outside), witnesses, needs)


def _change(bound: Ints, truth: Ints, quantity: Ints) -> Ints:
    found = bound[quantity] - truth[quantity]
    return np.where(np.abs(bound[quantity]) == UNBOUNDED, bound[quantity], found)


def _report(
    knowledge: Knowledge,
    search: Search,
    is_exposed: Bools,
    certain: Certain,
    outside: dict[int, tuple[int, int]],
) -> tuple[Attacked, ...]:
    """One line for each quantity that something is asked of."""
    system, needs, witnesses = knowledge.system, search.needs, search.witnesses
    cells = cells_of(knowledge)
    met = witnesses.met(needs, system.truth)
    found = []
    for quantity in np.unique(needs.quantity).tolist():
        asked = search.needs_of(np.array([quantity])).tolist()
        at = int(system.truth[quantity])
        ids = tuple(knowledge.cells[c].id for c in cells.get(quantity, ()) if search.room.hidden[c])
        reached = (at + int(witnesses.lowest[quantity]), at + int(witnesses.highest[quantity]))
        if all(met[i] for i in asked):
            found.append(Attacked(quantity, system.names[quantity], ids, Verdict.SAFE, *reached))
            continue
        exact = any(search.is_lost[i] for i in asked)
        exposed = exact or any(is_exposed[i] for i in asked)
        lower, upper = reached
        if exposed and not exact:
            lower, upper = int(certain.lower[quantity]), int(certain.upper[quantity])
            for low, high in (outside[i] for i in asked if i in outside):
                lower, upper = max(lower, at + low), min(upper, at + high)
        found.append(
            Attacked(
                quantity,
                system.names[quantity],
                ids,
                Verdict.EXPOSED if exposed else Verdict.UNPROVEN,
                None if lower <= -UNBOUNDED else lower,
                None if upper >= UNBOUNDED else upper,
                exact,
                _culprits(knowledge, search.room, quantity, certain, cells),
            )
        )
    return tuple(found)


def cells_of(knowledge: Knowledge) -> dict[int, list[int]]:
    """Cells by the quantities they show."""
    found: dict[int, list[int]] = {}
    for index, pair in enumerate(zip(knowledge.quantity_of, knowledge.complement_of, strict=True)):
        for quantity in pair:
            if quantity >= 0:
                found.setdefault(quantity, []).append(index)
    return found


def _culprits(
    knowledge: Knowledge, room: Room, quantity: int, certain: Certain, cells: dict[int, list[int]]
) -> tuple[str, ...]:
    """What is published in the rows that narrow a quantity, or in all its rows when no single one does."""
    system = knowledge.system
    rows = {int(certain.lower_row[quantity]), int(certain.upper_row[quantity])} - {-1}
    if not rows:
        column = slice(system.columns.indptr[quantity], system.columns.indptr[quantity + 1])
        rows = set(system.columns.indices[column].tolist())
    found: dict[str, None] = {}
    for row in sorted(rows):
        members = system.rows.indices[system.rows.indptr[row] : system.rows.indptr[row + 1]]
        for member in members.tolist():
            shown = [c for c in cells.get(member, ()) if not room.hidden[c]]
            found.update(dict.fromkeys(knowledge.cells[c].id for c in shown))
            if not shown and not cells.get(member) and member != quantity:
                found[system.names[member]] = None
    return tuple(found)
