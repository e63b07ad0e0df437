"""Chains of recruitment, and what is refused about them.

REC-001  Waves, seeds and numbers of recruits follow from identifiers, in any order of rows.
REC-002  A recruiter outside the sample, a chain that closes, an identifier missing or used twice are refused
         together, each with its row.
REC-003  Coupons handed in twice and recruits seen before their recruiter are found.
REC-004  A part of the forest is a forest: who lost a recruiter becomes a seed.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from dozor.core.design.recruitment import check_coupons, check_order, read_recruitment
from dozor.core.findings import Refused

IDS = ["a", "b", "c", "d", "e"]
RECRUITERS = ["", "a", "a", "c", "0"]


def test_waves_seeds_and_recruits() -> None:
    tree = read_recruitment(IDS, RECRUITERS)
    assert tree.wave.tolist() == [0, 1, 1, 2, 0]
    assert tree.seed.tolist() == [0, 0, 0, 0, 4]
    assert tree.recruits.tolist() == [2, 0, 1, 0, 0]


def test_the_order_of_rows_does_not_matter() -> None:
    tree = read_recruitment(IDS[::-1], RECRUITERS[::-1])
    assert tree.wave.tolist() == [0, 2, 1, 1, 0]
    assert tree.seed.tolist() == [0, 4, 4, 4, 4]


def test_every_fault_is_told_at_once() -> None:
    with pytest.raises(Refused) as refused:
        read_recruitment(["a", "b", "c", "", "a", "x"], ["z", "c", "b", "", "", "x"])
    told = [(f.code, f.found, f.row) for f in refused.value.findings]
    assert told == [
        ("RDS-ID-MISSING", "", 5),
        ("RDS-ID-REPEATED", "a", 6),
        ("RDS-ORPHAN", "z", 2),
        ("RDS-CYCLE", "b → c → b", 3),
        ("RDS-CYCLE", "x → x", 7),
    ]


def test_coupons() -> None:
    tree = read_recruitment(IDS, RECRUITERS)
    found = check_coupons(["", "k1", "k1", "", ""], seeds=tree.parent < 0)
    assert [(f.code, f.row) for f in found] == [("RDS-COUPON-REPEATED", 4), ("RDS-COUPON-MISSING", 5)]


def test_recruits_seen_before_their_recruiter() -> None:
    tree = read_recruitment(IDS, RECRUITERS)
    days = [date(2024, 5, 2), date(2024, 5, 1), None, date(2024, 5, 1), date(2024, 5, 9)]
    (found,) = check_order(tree, days)
    assert (found.code, found.row, found.values["recruiter_row"]) == ("RDS-RECRUITER-LATER", 3, 2)


def test_a_part_is_a_forest() -> None:
    part = read_recruitment(IDS, RECRUITERS).within(np.array([False, True, True, True, True]))
    assert part.parent.tolist() == [-1, -1, 1, -1]
    assert part.wave.tolist() == [0, 0, 1, 0]
