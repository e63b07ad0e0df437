"""What is sensitive by itself, before any sum is looked at, and how uncertain the attacker has to stay."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from enum import StrEnum

from dozor.core.disclosure.audience import Rule
from dozor.core.disclosure.cell import Cell, Kind


class Part(StrEnum):
    """The quantity of a cell that is meant: what is counted, or those of the denominator who are not."""

    NUMERATOR = "numerator"
    COMPLEMENT = "complement"


class Reason(StrEnum):
    SMALL_COUNT = "small-count"
    SMALL_REMAINDER = "small-remainder"
    NOBODY = "nobody"
    EVERYONE = "everyone"
    FEW_RESPONDENTS = "few-respondents"
    ONE_PAYER = "one-payer"
    FEW_PAYERS = "few-payers"
    PAYERS_UNKNOWN = "payers-unknown"


@dataclass(frozen=True)
class Need:
    """How far a hidden quantity must be able to move while everything published stays as it is.

    With x the true value and [a, b] the attacker's interval: b − a ≥ `width`, b ≥ x + `up`,
    a ≤ x − `down`, and [a, b] holds a value outside `band` (both ends included). Money: in the unit of
    the last digit kept.
    """

    part: Part
    width: int
    up: int = 0
    down: int = 0
    band: tuple[int, int] | None = None


@dataclass(frozen=True)
class Sensitivity:
    reason: Reason
    needs: tuple[Need, ...]


def sensitivity(cell: Cell, rule: Rule, *, money_scale: int = 0) -> Sensitivity | None:
    """Judge one cell by the primary rules; None when it may be shown if nothing else speaks against it.

    Parameters
    ----------
    money_scale
        Digits after the point kept of money in the attacker's table: its unit is 10^-scale.

    Notes
    -----
    Counts of persons: 1 ≤ x < `smallest_shown`, and 0 where the rule hides nobody. Shares also by those
    who are *not* counted; rates by their numerator alone, since residents are many. Money: the p % rule
    is broken when X − x₁ − x₂ < p/100 · x₁, the (n, k) rule when x₁ + … + xₙ > k/100 · X (Hundepool et
    al. 2012, ch. 4.2). What is missing to satisfy the rule has to be hidden in the total, both ways.
    """
    if cell.is_published:
        return None
    if cell.kind is Kind.MONEY:
        return _of_money(cell, rule, money_scale)
    if not cell.counts_persons:
        return None
    if cell.kind is Kind.COUNT:
        found = _of_persons(int(cell.value), rule)
        return Sensitivity(found, (_need(Part.NUMERATOR, rule, rule.hides_nobody),)) if found else None
    if cell.numerator is not None and cell.complement is not None:
        needs = []
        reasons = []
        if reason := _of_persons(cell.numerator, rule):
            reasons.append(reason)
            needs.append(_need(Part.NUMERATOR, rule, rule.hides_nobody))
        if cell.kind is Kind.SHARE and (reason := _of_remainder(cell.complement, rule)):
            reasons.append(reason)
            needs.append(_need(Part.COMPLEMENT, rule, rule.hides_everyone))
        if reasons:
            return Sensitivity(reasons[0], tuple(needs))
    if cell.respondents is not None and cell.respondents < rule.least_respondents:
        counted = cell.numerator is not None
        return Sensitivity(Reason.FEW_RESPONDENTS, (Need(Part.NUMERATOR, rule.width),) if counted else ())
    return None


def _need(part: Part, rule: Rule, hides_zero: bool) -> Need:
    return Need(part, rule.width, band=(0 if hides_zero else 1, max(rule.largest_hidden, 0)))


def _of_persons(count: int, rule: Rule) -> Reason | None:
    if count == 0:
        return Reason.NOBODY if rule.hides_nobody else None
    return Reason.SMALL_COUNT if count < rule.smallest_shown else None


def _of_remainder(count: int, rule: Rule) -> Reason | None:
    if count == 0:
        return Reason.EVERYONE if rule.hides_everyone else None
    return Reason.SMALL_REMAINDER if count < rule.smallest_shown else None


def _of_money(cell: Cell, rule: Rule, scale: int) -> Sensitivity | None:
    whole = cell.value
    if whole == 0:
        return None
    if cell.contributions is None:
        lacking, reason = rule.p_percent / 100 * whole, Reason.PAYERS_UNKNOWN
    else:
        given = sorted(cell.contributions, reverse=True)
        by_p = rule.p_percent / 100 * given[0] - (whole - sum(given[:2], Decimal(0)))
        by_dominance = sum(given[: rule.dominance_n], Decimal(0)) * 100 / rule.dominance_percent - whole
        lacking = max(by_p, by_dominance)
        if lacking <= 0:
            return None
        reason = Reason.ONE_PAYER if by_p > 0 else Reason.FEW_PAYERS
    units = max(1, int((lacking * 10**scale).to_integral_value(ROUND_CEILING)))
    most_down = int(whole * 10**scale)
    return Sensitivity(reason, (Need(Part.NUMERATOR, units, up=units, down=min(units, most_down)),))
