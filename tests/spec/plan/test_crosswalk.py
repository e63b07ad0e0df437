"""The crosswalk to international frameworks keeps its cautions.

CROSS-001  Grades per row: 9 the same, 12 adaptable, 8 related, 16 without a counterpart.
CROSS-002  Only codes that were read are marked so; editions from 2022 carry no code at all.
CROSS-003  The conjunction 8.3 is never offered as rebuildable from the two separate shares.
"""

from __future__ import annotations

from collections import Counter

import pytest

from dozor.core.plan import Plan
from dozor.formats.plan_folder import load_plan, packaged_folder

GRADES = ("same", "adaptable", "related")


@pytest.fixture(scope="module")
def plan() -> Plan:
    return load_plan(packaged_folder() / "by-hiv-2006-123")


def test_cross_001_grades(plan: Plan) -> None:
    best = {
        i.code: min((GRADES.index(c.match) for c in plan.correspondences if c.indicator == i.code), default=3)
        for i in plan.indicators
    }
    assert Counter(best.values()) == {0: 9, 1: 12, 2: 8, 3: 16}


def test_cross_002_what_was_read(plan: Plan) -> None:
    read = {(c.indicator, c.framework, c.their_code) for c in plan.correspondences if c.status == "read"}
    assert read == {
        ("1.1", "gam-2017", "8.1"),
        ("13.3", "gam-2017", "1.3"),
        ("1.2", "gam-2021", None),
        ("10.1", "gam-2021", "2.3"),
        ("10.2", "gam-2021", "2.2"),
        ("13.1", "gam-2021", "1.2"),
        *((code, "ungass-2005", None) for code in ("1.2", "2.1", "8.2", "8.3", "12.1")),
    }
    assert not any(c.framework == "gam-2022" for c in plan.correspondences)
    assert "gam-2022" in {f.code for f in plan.frameworks}


def test_cross_003_the_conjunction(plan: Plan) -> None:
    parts = [c for c in plan.correspondences if c.indicator == "8.3" and c.framework == "gam-2021"]
    assert [c.their_code for c in parts] == ["3.8", "3.6C"]
    assert all(c.match == "related" and c.caution is not None for c in parts)
