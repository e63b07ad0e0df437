"""Moves found without a solver (BOX).

BOX-001  A closed change agrees with every sum over its dimension, and is found for every code.
BOX-002  A box is a move that is possible; its quantity changes by what was asked, by one box or several.
BOX-003  No box of one step costs less than the one found, counted corner by corner.
BOX-004  Where nobody can give there is no box; what is not to be hidden is not moved.
"""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from tests.unit.disclosure.test_cutting import system_of

from dozor.core.disclosure.boxes import Boxes
from dozor.core.disclosure.closing import Closing
from dozor.core.disclosure.moving import Room
from dozor.core.disclosure.system import Bools, System

AREA, POPULATION = 1, 2


@pytest.fixture(scope="module")
def system() -> System:
    """Three kinds of people in 18 districts of three regions; nobody of the first kind outside the last."""
    return system_of(3)


def number(system: System, name: str) -> int:
    return next(k for k, found in enumerate(system.names) if f"new · {name} ·" in found)


def boxes(system: System, hidden: Bools, may_hide: Bools) -> Boxes:
    price = 1.0 + np.arange(len(system.truth)) % 7
    return Boxes(Room(system, hidden), Room(system, may_hide), price, np.random.default_rng(1))


def hidden_but(system: System, *shown: str) -> Bools:
    found = np.ones(system.cells, dtype=np.bool_)
    found[[number(system, name) for name in shown]] = False
    return found


def test_box_001_a_closed_change_agrees_with_every_sum(system: System) -> None:
    closing = Closing(system, np.random.default_rng(1))
    for dimension in (AREA, POPULATION):
        for code in np.unique(system.codes[dimension]).tolist():
            used, signs = closing.changes(dimension, code, 10_000)
            assert signs.shape[0]
            changes = np.zeros((signs.shape[0], int(system.codes[dimension].max()) + 1), np.int64)
            changes[:, used] = signs.toarray()
            assert (changes[:, code] == 1).all()
            over = np.flatnonzero(system.is_over[dimension])
            assert not (changes[:, system.codes[dimension]] @ system.rows[over].T.toarray()).any()


@pytest.mark.parametrize("change", [1, 5, -3, -9])
def test_box_002_a_box_is_a_move_that_is_possible(system: System, change: int) -> None:
    everything = hidden_but(system)
    quantity = number(system, "d1 · r1")
    (move,) = boxes(system, everything, everything).cheapest(quantity, [[change]])
    assert Room(system, everything).allows(move)
    assert move.change[move.quantity == quantity].tolist() == [change]


def test_box_003_no_box_of_one_step_costs_less(system: System) -> None:
    own = ("d1 · r1", "d2 · r1", "o0 · r2")
    hidden = np.zeros(system.cells, dtype=np.bool_)
    hidden[[number(system, name) for name in own]] = True
    everything = hidden_but(system)
    searched = boxes(system, hidden, everything)
    quantity = number(system, own[0])
    (move,) = searched.cheapest(quantity, [[1]])
    at = {codes: k for k, codes in enumerate(zip(*system.codes[[AREA, POPULATION]].tolist(), strict=True))}
    closing = Closing(system, np.random.default_rng(1))
    prices = []
    for one, other in itertools.product(
        *(
            [
                dict(zip(used[k].tolist(), s[k].tolist(), strict=True))
                for s in signs.toarray()
                for k in [s != 0]
            ]
            for used, signs in (closing.changes(d, int(system.codes[d, quantity]), 10_000) for d in (1, 2))
        )
    ):
        corners = [(at[a, b], s * t) for (a, s), (b, t) in itertools.product(one.items(), other.items())]
        if all(searched.open_room.low[q] <= by <= searched.open_room.high[q] for q, by in corners):
            prices.append(sum(searched.price[q] for q, _ in corners if not hidden[q]))
    paid = sum(searched.price[q] for q in move.quantity.tolist() if not hidden[q])
    assert paid == min(prices) > 0


def test_box_004_where_nobody_can_give_there_is_none(system: System) -> None:
    everything = hidden_but(system)
    nought, giver = number(system, "d0 · r0"), number(system, "d1 · r1")
    assert not boxes(system, everything, everything).cheapest(nought, [[-1]])
    only = ~hidden_but(system, "d1 · r1")
    assert not boxes(system, only, only).cheapest(giver, [[1]])
