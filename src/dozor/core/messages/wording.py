"""The shape of one message."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Wording:
    """What happened, what was expected, what to do; each an English template."""

    happened: str
    expected: str
    todo: str
