"""SBOM-001  the list of components is the lock: every package with its version and hashes, no other."""

from __future__ import annotations

import re
from pathlib import Path

from tools.sbom import bom_of

LOCK = Path(__file__).parents[2] / "requirements.txt"


def test_sbom_001_every_package_of_the_lock() -> None:
    text = LOCK.read_text(encoding="utf-8")
    pinned = dict(re.findall(r"^([\w.-]+)(?:\[[\w,-]+\])?==(\S+)", text, re.MULTILINE))
    bom = bom_of(LOCK)
    assert {c.name: c.version for c in bom.components} == pinned
    assert {h.content for c in bom.components for h in c.hashes} == set(re.findall(r"sha256:(\w{64})", text))
