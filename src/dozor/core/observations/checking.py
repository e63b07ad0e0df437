"""Checks one row of a table of values against the plans, the places and arithmetic.

What may be asked of any value, whoever sent it; rules that compare values with one another are the
quality room's.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from dozor.core.findings import Finding
from dozor.core.observations.observation import Figure, Key, Missing, Source
from dozor.core.observations.period import NotAPeriod, Period, read_period

REQUIRED = ("indicator", "area", "period", "value", "unit", "source_title")
OPTIONAL = (
    "population",
    "sex",
    "age",
    "missing",
    "numerator",
    "denominator",
    "lower",
    "upper",
    "source_url",
    "source_year",
    "note",
)
COLUMNS = REQUIRED + OPTIONAL

# 1 July 2016: one new rouble (BYN) for 10,000 old ones (BYR); Decree No. 450 of 4 November 2015
REDENOMINATION = date(2016, 7, 1)
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d{1,3})?", re.ASCII | re.IGNORECASE)
_YEAR = re.compile(r"(19|20)\d{2}", re.ASCII)
_SPACES = re.compile(r"[\s\u00a0\u202f]")
_LIKELY_DATE = re.compile(r"\d{1,2}[./-]\d{1,2}[./-]\d{2,4}(\s.*)?|\d{4}-\d{2}-\d{2} \d{2}:\d{2}(:\d{2})?")


@dataclass(frozen=True)
class IndicatorRule:
    """What the plans' text says about one indicator, as far as a row must obey it."""

    plan: str
    code: str
    populations: frozenset[str]
    units: frozenset[str]
    maxima: Mapping[str, Decimal] = field(default_factory=dict)  # by unit
    may_be_negative: bool = False


@dataclass(frozen=True)
class Vocabulary:
    """Everything a row may name.

    `area` finds a code from a code or an exact English name and returns None for an unknown place.
    `factors` holds, for units that are a ratio, what the ratio is multiplied by: 100 for percent,
    100,000 for "per 100k"; a plain count has factor None. `currencies` are the units of sums of money: sums
    in several of them stand side by side and are never added.
    """

    indicators: Mapping[str, IndicatorRule]
    populations: frozenset[str]
    sexes: frozenset[str]
    ages: frozenset[str]
    units: frozenset[str]
    area: Callable[[str], str | None]
    factors: Mapping[str, Decimal | None] = field(default_factory=dict)
    currencies: frozenset[str] = frozenset()


@dataclass(frozen=True)
class CheckedRow:
    """A row that may enter the bank."""

    plan: str
    key: Key
    period: Period
    source: Source
    figure: Figure


def read_number(text: str) -> Decimal:
    """Read a number written with a decimal comma or point, with or without spaces between thousands.

    Raises ``InvalidOperation`` for anything else, infinities included.
    """
    plain = _SPACES.sub("", text).replace("−", "-")
    if "," in plain:
        if "." in plain or plain.count(",") > 1:
            raise InvalidOperation(text)  # 1,234.5 and 1,234,567 could be read in two ways
        plain = plain.replace(",", ".")
    if not _NUMBER.fullmatch(plain):
        raise InvalidOperation(text)
    return Decimal(plain)


def check_row(cells: Mapping[str, str], row: int, vocabulary: Vocabulary) -> CheckedRow | list[Finding]:
    """Check one row; return it ready for the bank, or everything that is wrong with it.

    Parameters
    ----------
    cells
        Text by column heading; a column that is not in the file is absent or empty.
    row
        Number of the row in the file, the heading being row 1.
    """
    findings: list[Finding] = []
    # the cell of a column, empty where there is none
    cell = defaultdict(str, {column: text.strip() for column, text in cells.items() if text}).__getitem__

    def wrong(code: str, column: str, found: str | None = None, **values: object) -> None:
        shown = cells.get(column, "") if found is None else found
        findings.append(Finding(code, found=shown, values=values, row=row, column=column))

    rule = vocabulary.indicators.get(cell("indicator"))
    if rule is None:
        wrong("VAL-INDICATOR", "indicator")

    population = cell("population")
    if rule is not None and not population and len(rule.populations) == 1:
        population = next(iter(rule.populations))
    populations = vocabulary.populations if rule is None else rule.populations
    # of an unknown indicator nobody can say whether a population is missing
    if population not in populations and (population or rule is not None):
        wrong("VAL-POPULATION", "population", known=_some(populations))

    sex, age = cell("sex"), cell("age")
    if sex and sex not in vocabulary.sexes:
        wrong("VAL-SEX", "sex", known=_some(vocabulary.sexes))
    if age and age not in vocabulary.ages:
        wrong("VAL-AGE", "age", known=_some(vocabulary.ages))

    area = vocabulary.area(cell("area"))
    if area is None:
        wrong("VAL-AREA", "area")

    unit = cell("unit")
    if unit not in vocabulary.units or (rule is not None and rule.units and unit not in rule.units):
        wrong("VAL-UNIT", "unit", known=_some(rule.units if rule else vocabulary.units))

    period = None
    try:
        period = read_period(cell("period"))
    except NotAPeriod:
        wrong("VAL-DATE-AS-TEXT" if _LIKELY_DATE.fullmatch(cell("period")) else "VAL-PERIOD", "period")

    if not cell("source_title"):
        wrong("VAL-SOURCE", "source_title")
    source_year = None
    if cell("source_year"):
        if _YEAR.fullmatch(cell("source_year")):
            source_year = int(cell("source_year"))
        else:
            wrong("VAL-SOURCE-YEAR", "source_year")

    numbers: dict[str, Decimal | None] = {}
    for column in ("value", "numerator", "denominator", "lower", "upper"):
        numbers[column] = None
        if text := cell(column):
            try:
                number = read_number(text)
            except InvalidOperation:
                wrong("VAL-NUMBER", column)
                continue
            if _fits(number):
                numbers[column] = number
            else:
                wrong("VAL-DIGITS", column)
    missing = None
    if cell("missing"):
        if cell("missing") in set(Missing):
            missing = Missing(cell("missing"))
        else:
            wrong("VAL-MISSING-KIND", "missing", known=_some(frozenset(Missing)))
    if not cell("value") and not cell("missing"):
        wrong("VAL-EMPTY", "value", known=_some(frozenset(Missing)))
    if cell("value") and cell("missing"):
        wrong("VAL-VALUE-AND-MISSING", "missing")

    if period is not None:
        if unit == "BYR" and period.starts_on >= REDENOMINATION:
            wrong("VAL-CURRENCY-ERA", "unit", currency="BYN")
        if unit == "BYN" and period.ends_on < REDENOMINATION:
            wrong("VAL-CURRENCY-ERA", "unit", currency="BYR")

    findings += _arithmetic(numbers, cell("value"), unit, rule, vocabulary.factors, row)
    if findings or rule is None or area is None or period is None:
        return findings
    source = _source(cell("source_title"), cell("source_url"), source_year)
    key = Key(rule.code, population, sex, age, area, period.text, source.key)
    figure = Figure(
        value=numbers["value"],
        unit=unit,
        missing=missing,
        numerator=numbers["numerator"],
        denominator=numbers["denominator"],
        lower=numbers["lower"],
        upper=numbers["upper"],
        note=cell("note"),
    )
    return CheckedRow(rule.plan, key, period, source, figure)


@lru_cache(maxsize=1000)
def _source(title: str, url: str, year: int | None) -> Source:
    """The rows of a file name few sources: each is made, and its key computed, once."""
    return Source(title, url, year)


def _arithmetic(
    numbers: Mapping[str, Decimal | None],
    printed: str,
    unit: str,
    rule: IndicatorRule | None,
    factors: Mapping[str, Decimal | None],
    row: int,
) -> Iterator[Finding]:
    value, lower, upper = numbers["value"], numbers["lower"], numbers["upper"]
    numerator, denominator = numbers["numerator"], numbers["denominator"]

    def finding(code: str, column: str, found: object, **values: object) -> Finding:
        return Finding(code, found=str(found), values=values, row=row, column=column)

    limit = rule.maxima.get(unit) if rule is not None else None
    if limit is None and unit == "percent":
        limit = Decimal(100)
    for column in ("value", "lower", "upper"):
        number = numbers[column]
        if number is None:
            continue
        if limit is not None and number > limit:
            code = "VAL-PERCENT" if unit == "percent" else "VAL-MAXIMUM"
            yield finding(code, column, number, limit=limit)
        if number < 0 and not (rule and rule.may_be_negative):
            yield finding("VAL-NEGATIVE", column, number)
    if lower is not None and upper is not None and lower > upper:
        yield finding("VAL-BOUNDS", "lower", lower, upper=upper)
    elif value is not None and (
        (lower is not None and lower > value) or (upper is not None and upper < value)
    ):
        yield finding(
            "VAL-OUTSIDE-BOUNDS",
            "value",
            value,
            lower="−∞" if lower is None else lower,
            upper="+∞" if upper is None else upper,
        )
    if denominator is not None and denominator <= 0:
        yield finding("VAL-DENOMINATOR", "denominator", denominator)
        return
    if numerator is None:
        return
    if numerator < 0:
        yield finding("VAL-NEGATIVE", "numerator", numerator)
        return
    if denominator is not None and unit == "percent" and numerator > denominator and (limit or 0) <= 100:
        yield finding("VAL-NUMERATOR", "numerator", numerator, denominator=denominator)
        return
    if value is None or denominator is None or unit not in factors:
        return
    factor = factors[unit]
    # a count given with the total it is a part of: the value is the numerator itself
    computed = numerator if factor is None else factor * numerator / denominator
    if abs(computed - value) > half_of_last_digit(printed):
        shown = f"{computed:.4f}".rstrip("0").rstrip(".")
        yield finding("VAL-RATIO", "value", printed, computed=shown)


def _fits(number: Decimal) -> bool:
    """True when the number is kept exactly on every engine: 15 digits, 8 after the decimal sign."""
    _sign, digits, exponent = number.as_tuple()
    if len(digits) <= 15 and -8 <= int(exponent) <= 0:
        return True
    _sign, digits, exponent = number.normalize().as_tuple()
    exponent = int(exponent)
    return exponent >= -8 and len(digits) + max(exponent, 0) <= 15


def half_of_last_digit(printed: str) -> Decimal:
    """Half a unit of the last printed digit: the rounding a printed number allows.

    >>> half_of_last_digit("76.9")
    Decimal('0.05')
    """
    exponent = int(read_number(printed).as_tuple().exponent)
    return Decimal(5).scaleb(min(exponent, 0) - 1)


def _some(names: frozenset[str], most: int = 6) -> str:
    listed = sorted(str(n) for n in names)
    return ", ".join(listed[:most]) + (", …" if len(listed) > most else "")
