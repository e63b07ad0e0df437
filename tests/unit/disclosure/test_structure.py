"""Which sums there are.

DIS-STR-001  Overlapping age groups: every way in which groups make up another, none twice.
DIS-STR-002  Parts of a year make the year; states do not add up.
DIS-STR-003  A division with a part missing is an inequality, and few persons left over are sensitive.
DIS-STR-004  The system, and so the release, is the same in every process.
"""

from __future__ import annotations

import os
import subprocess
import sys
from decimal import Decimal

import pytest

from dozor.core.disclosure import About, Division, Structure
from dozor.core.disclosure.relations import relations
from dozor.core.disclosure.tiling import divisions_of_spans


def sums(spans: dict[str, tuple[int, int]]) -> set[str]:
    return {
        f"{d.whole} {'=' if d.is_complete else '>='} {' + '.join(d.parts)}" for d in divisions_of_spans(spans)
    }


@pytest.mark.parametrize(
    ("spans", "expected"),
    [
        ({"all": (0, 99), "0-14": (0, 14), "15+": (15, 99)}, {"all = 0-14 + 15+"}),
        # a chain: nothing is said twice
        (
            {"all": (0, 99), "0-14": (0, 14), "15+": (15, 99), "15-24": (15, 24), "25+": (25, 99)},
            {"all = 0-14 + 15+", "15+ = 15-24 + 25+"},
        ),
        # overlapping: two ways to cut 15+
        (
            {"15+": (15, 99), "15-24": (15, 24), "25+": (25, 99), "15-49": (15, 49), "50+": (50, 99)},
            {
                "15+ = 15-24 + 25+",
                "15+ = 15-49 + 50+",
                "15+ >= 15-24 + 50+",  # what is left are those of 25–49, whom no group names
                "15-49 >= 15-24",
                "25+ >= 50+",
            },
        ),
        # a gap leaves an inequality
        ({"all": (0, 99), "15-24": (15, 24), "30-39": (30, 39)}, {"all >= 15-24 + 30-39"}),
        # two codes of one span are one thing
        ({"<25": (0, 24), "0-24": (0, 24)}, {"0-24 = <25"}),
    ],
)
def test_age_groups_that_overlap(spans, expected):
    """DIS-STR-001"""
    assert sums(spans) == expected


def found(quantities: dict[About, int], structure: Structure) -> set[tuple[str, bool]]:
    return {
        (" ".join(f"{k:+d}·{a.period or a.sex or a.area}" for a, k in terms), is_sum)
        for terms, is_sum in relations(quantities, structure)
    }


def test_parts_of_a_year_and_running_totals():
    """DIS-STR-002"""
    flow = {About("new", "BY", period=p): 0 for p in ("2024", "2024-01..2024-06", "2024-07..2024-12")}
    assert found(flow, Structure(flows=frozenset({"new"}))) == {
        ("+1·2024-01..2024-06 +1·2024-07..2024-12 -1·2024", True)
    }
    assert found(flow, Structure()) == set()
    ever = {About("ever", "BY", period=p): 0 for p in ("2022-12-31", "2024-12-31")}
    years = {About("new", "BY", period=p): 0 for p in ("2023", "2024")}
    structure = Structure(running=(("ever", "new"),))
    assert found(ever | years, structure) == {
        ("+1·2023 +1·2024 +1·2022-12-31 -1·2024-12-31", True),
        ("+1·2022-12-31 -1·2024-12-31", False),
    }
    assert ("+1·2023 +1·2022-12-31 -1·2024-12-31", False) in found(
        ever | {About("new", "BY", period="2023"): 0}, structure
    )


def test_a_missing_part_leaves_an_inequality():
    """DIS-STR-003"""
    both = {About("new", "BY", sex=s): 0 for s in ("all", "female", "male")}
    assert {is_sum for _, is_sum in found(both, Structure())} == {True}
    one = {About("new", "BY", sex=s): 0 for s in ("all", "female")}
    assert {is_sum for _, is_sum in found(one, Structure())} == {False}
    cascade = Structure(measures=(Division("a", ("b",), is_complete=False),))
    assert found({About("a", "BY"): 0, About("b", "BY"): 0}, cascade) == {("+1·all -1·all", False)}


SCRIPT = """
import numpy as np
from decimal import Decimal
from dozor.core.disclosure import *
from dozor.core.disclosure.knowledge import assemble
from dozor.core.text import Text
rule = Rule(8, False, True, 5, 1, 1, 0, Decimal(10), 2, Decimal(90))
who = Audience("a", Text("т", "т", "t"), ("a",), rule, rule, frozenset())
rng = np.random.default_rng(5)
cells = []
for k, area in enumerate(("d1", "d2", "d3")):
    f, m = (int(v) for v in rng.poisson(6, 2))
    cells += [Cell(f"{area}{s}", About("n", area, sex=s), Kind.COUNT, Decimal(v))
              for s, v in (("female", f), ("male", m), ("all", f + m))]
for s in ("female", "male", "all"):
    total = sum(int(c.value) for c in cells if c.about.sex == s)
    cells.append(Cell(f"c{s}", About("n", "c", sex=s), Kind.COUNT, Decimal(total)))
structure = Structure(areas=(Division("c", ("d1", "d2", "d3")),))
found = protect(cells, audience=who, structure=structure, rng=np.random.default_rng(1))
print(found.certificate.system, found.certificate.differences, [p.status.value for p in found.cells])
"""


def test_the_same_release_in_every_process():
    """DIS-STR-004: whatever the hash seed."""
    said = {
        subprocess.run(
            [sys.executable, "-c", SCRIPT],
            env={**os.environ, "PYTHONHASHSEED": seed},
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(said) == 1
    assert Decimal(len(said.pop())) > 100
