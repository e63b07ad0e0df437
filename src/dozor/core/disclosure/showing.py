"""How a number is printed for an audience, and what its print says of the number behind it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal

from dozor.core.disclosure.audience import Rule
from dozor.core.disclosure.cell import About, Cell, Kind

UNBOUNDED = 2**62


@dataclass(frozen=True)
class Statement:
    """Lower ≤ Σ coefficient · quantity ≤ upper, in whole numbers; ±`UNBOUNDED` where there is no limit."""

    terms: tuple[tuple[About, int], ...]
    lower: int
    upper: int


def digits_shown(cell: Cell, rule: Rule | None) -> int:
    """Digits after the point; a rule of None leaves them as the source printed them."""
    if rule is None or cell.kind not in (Kind.SHARE, Kind.RATE):
        return cell.decimals
    return min(cell.decimals, rule.share_decimals)


def shown_value(cell: Cell, rule: Rule | None) -> Decimal:
    """Round a cell as it is printed: counts of persons to the rule's base, others to their digits, half up.

    >>> from dozor.core.disclosure.audience import _STAND_IN as to_five
    >>> shown_value(Cell("1", About("2.1", "BY"), Kind.COUNT, Decimal(13)), to_five)
    Decimal('15')
    """
    if rule is None:
        return cell.value
    if cell.kind is Kind.COUNT:
        base = rule.rounding if cell.counts_persons else 1
        return Decimal((2 * int(cell.value) + base) // (2 * base) * base)
    return cell.value.quantize(Decimal(1).scaleb(-digits_shown(cell, rule)), ROUND_HALF_UP)


def is_quotient(cell: Cell) -> bool:
    """Whether a share or rate is its numerator divided by its denominator, to the digits it has.

    False for a weighted estimate, whose value says nothing exact of the respondents.
    """
    if cell.numerator is None or cell.denominator is None:
        return False
    unit = Decimal(1).scaleb(-cell.decimals)
    quotient = cell.numerator * cell.factor / cell.denominator
    return abs(quotient - cell.value) <= unit / 2


def statements(cell: Cell, rule: Rule | None, *, money_scale: int = 0) -> tuple[Statement, ...]:
    """What everyone knows once the cell is published; `rule` is None for what its source published.

    Knows also that the cell passed the primary rule: the rule is public, so a published 0 rounded to 5
    is an exact 0, and a published 10 is 8 to 12.
    """
    if cell.kind is Kind.MEAN:
        return ()
    printed = shown_value(cell, rule)
    if cell.kind is Kind.COUNT:
        base = rule.rounding if rule is not None and cell.counts_persons else 1
        lower, upper = int(printed) - base // 2, int(printed) + (base - 1) // 2
        return (_passed(cell, rule, cell.about, int(cell.value), max(lower, 0), upper),)
    if cell.kind is Kind.MONEY:
        half = Decimal(1).scaleb(-digits_shown(cell, rule)) / 2
        scale = 10**money_scale
        lower = int(((printed - half) * scale).to_integral_value(ROUND_CEILING))
        upper = int(((printed + half) * scale).to_integral_value(ROUND_CEILING)) - 1
        exact = int(cell.value * scale)
        if lower > upper:  # printed with every digit kept
            lower = upper = exact
        return (Statement(((cell.about, 1),), max(lower, 0), upper),)
    return _of_quotient(cell, rule, printed)


def _of_quotient(cell: Cell, rule: Rule | None, printed: Decimal) -> tuple[Statement, ...]:
    """The denominator is printed beside; the numerator lies where the quotient rounds to the print."""
    if cell.numerator is None or cell.denominator is None or cell.complement is None:
        return ()
    top, bottom = cell.numerator_about, cell.denominator_about
    found = [Statement(((bottom, 1),), cell.denominator, cell.denominator)]
    found.append(_passed(cell, rule, top, cell.numerator, 0, UNBOUNDED))
    if cell.kind is Kind.SHARE:
        found.append(_passed(cell, rule, complement_about(cell), cell.complement, 0, UNBOUNDED))
    if is_quotient(cell):
        # printed − half ≤ factor · top / bottom < printed + half, times 2 · 10^digits to be whole
        digits = digits_shown(cell, rule)
        half = Decimal(1).scaleb(-digits) / 2
        lowest = ((printed - half) * cell.denominator / cell.factor).to_integral_value(ROUND_CEILING)
        highest = ((printed + half) * cell.denominator / cell.factor).to_integral_value(ROUND_CEILING) - 1
        if rule is None:  # another's print: how halves were rounded is not known
            highest = ((printed + half) * cell.denominator / cell.factor).to_integral_value(ROUND_FLOOR)
        found.append(Statement(((top, 1),), max(int(lowest), 0), int(highest)))
    return tuple(found)


def _passed(cell: Cell, rule: Rule | None, about: About, count: int, lower: int, upper: int) -> Statement:
    """Narrow an interval by what the primary rule let pass."""
    if rule is not None and cell.counts_persons and not cell.is_published:
        if count >= rule.smallest_shown:
            lower = max(lower, rule.smallest_shown)
        elif count == 0:
            upper = 0
    return Statement(((about, 1),), lower, upper)


def complement_about(cell: Cell) -> About:
    """Those of the denominator who are not in the numerator, as a quantity of its own."""
    return cell.about.of(f"{cell.denominator_about.measure} \\ {cell.numerator_about.measure}")
