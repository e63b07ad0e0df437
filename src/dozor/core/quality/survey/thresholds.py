"""Thresholds of the rules on answers."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Self

from dozor.core.yaml_text import Block

# where each threshold stands in the plan's text: part and key
_TEXT = {
    "near_duplicates": ("near_duplicates", "quantile"),
    "interviewer_p": ("interviewers", "p"),
    "fewest_interviews": ("interviewers", "fewest"),
    "variance_p": ("low_variance", "p"),
    "share_of_median": ("timing", "share_of_median"),
    "most_a_day": ("timing", "most_a_day"),
    "first_hour": ("timing", "first_hour"),
    "last_hour": ("timing", "last_hour"),
    "whipple": ("heaping", "whipple"),
    "edge_p": ("heaping", "edge_p"),
    "violations": (None, "violations_per_1000"),
    "refusal_p": ("refusals", "p"),
    "rare_share": ("rare", "share"),
    "kappa": ("back_check", "kappa"),
    "fewest_repeated": ("back_check", "fewest"),
    "achieved": ("sampling", "achieved"),
    "seed_share": ("sampling", "seed_share"),
    "homophily": ("sampling", "homophily"),
}


@dataclass(frozen=True)
class SurveyRules:
    """Thresholds of S1–S12, each on the scale its rule states."""

    near_duplicates: float = 0.999
    interviewer_p: float = 0.002
    fewest_interviews: float = 10
    variance_p: float = 0.001
    share_of_median: float = 0.333
    most_a_day: float = 15
    first_hour: float = 7
    last_hour: float = 22
    whipple: float = 125
    edge_p: float = 0.001
    violations: float = 5
    refusal_p: float = 0.002
    rare_share: float = 0.005
    kappa: float = 0.8
    fewest_repeated: float = 20
    achieved: float = 0.8
    seed_share: float = 0.5
    homophily: float = 2.0

    @classmethod
    def read(cls, block: Block | None, default: Self) -> Self:
        """Read the ``survey`` part of ``quality.yaml``; what it leaves out keeps its default."""
        if block is None:
            return default
        parts: dict[str, Block | None] = {}
        found = {}
        for one in fields(cls):
            part, key = _TEXT[one.name]
            if part is not None and part not in parts:
                parts[part] = block.block(part) if block.has(part) else None
            at = block if part is None else parts[part]
            number = at.optional_decimal(key) if at is not None and at.has(key) else None
            if number is not None:
                found[one.name] = float(number)
        for inner in parts.values():
            if inner is not None:
                inner.close()
        block.close()
        return replace(default, **found)
