"""The table of controls names tests that are there (CONTROLS)."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
TABLE = (ROOT / "docs/methods/security.md").read_text("utf-8")
ROWS = [line.split(" | ") for line in TABLE.splitlines() if re.match(r"\| \d+ \|", line)]
NUMBERS = {*range(1, 21), *range(25, 29)}
_NAMED = re.compile(r"([A-Z]{3,})-(\d{2,3})(?:…(\d{2,3}))?((?:, -\d{2,3})*)")


def named(proof: str) -> set[str]:
    """Every test a proof names, ranges and lists written out."""
    found = set()
    for kind, first, last, more in _NAMED.findall(proof):
        width = len(first)
        numbers = {*range(int(first), int(last or first) + 1), *map(int, re.findall(r"\d+", more))}
        found |= {f"{kind}-{n:0{width}}" for n in numbers}
    return found


def test_each_control_has_a_line_and_a_test_that_is_there() -> None:
    assert {int(cells[0].strip("| ")) for cells in ROWS} == NUMBERS
    tests = "\n".join(
        p.read_text("utf-8") for p in (ROOT / "tests").rglob("test_*.py") if p != Path(__file__)
    )
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    for cells in ROWS:
        proof = cells[-1]
        made = set(re.findall(r"`make ([a-z-]+)`", proof))
        assert named(proof) or made, proof
        assert made <= targets
        missing = [n for n in named(proof) if not re.search(rf"\b{n}\b", tests)]
        assert not missing, f"no test says it is {missing}"


def test_a_proof_is_read_whole() -> None:
    assert named("MATRIX-001, -002), SCOPE-001…003; FLOOR-09") == {
        "MATRIX-001", "MATRIX-002", "SCOPE-001", "SCOPE-002", "SCOPE-003", "FLOOR-09",
    }  # fmt: skip
