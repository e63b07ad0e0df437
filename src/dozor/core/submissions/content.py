"""The content of a submission: rows as they were handed in, and what may be asked of them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date

from dozor.core.findings import Finding
from dozor.core.observations.checking import CheckedRow, Vocabulary, check_row
from dozor.core.observations.period import NotAPeriod, Period, PeriodKind, read_period

NAMING = ("indicator", "population", "sex", "age", "area", "period")


@dataclass(frozen=True)
class Row:
    """One row handed in, every cell as written.

    Cells are text, so that a version keeps the digits its agency wrote; the arithmetic is the bank's
    (`dozor.core.observations.checking`).

    Attributes
    ----------
    value, numerator, denominator, lower, upper
        Decimal numbers in `unit`; empty where there is none.
    n
        Respondents or records behind the value; empty where it does not rest on answers.
    method
        How value and interval were computed, as `Estimate.method` says it; empty for a count.
    missing
        A kind of `dozor.core.observations.observation.Missing`, when there is no value.
    is_nil
        A confirmed zero: looked for, and there was none.
    round
        Code of the round whose closing estimated the row; empty for a row typed in or read from a file.
    """

    indicator: str
    area: str
    period: str
    unit: str
    population: str = ""
    sex: str = ""
    age: str = ""
    value: str = ""
    numerator: str = ""
    denominator: str = ""
    lower: str = ""
    upper: str = ""
    n: str = ""
    method: str = ""
    missing: str = ""
    is_nil: bool = False
    round: str = ""
    note: str = ""

    @property
    def name(self) -> str:
        """What the row speaks of, in one text: a remark names its row by it.

        >>> Row("4.1", "BY-BR", "2026", "percent", population="youth", sex="female").name
        '4.1|youth|female||BY-BR|2026'
        """
        return "|".join(str(getattr(self, part)) for part in NAMING)

    def as_mapping(self) -> dict[str, str | bool]:
        """The row without its empty cells, as it is kept."""
        return {name: cell if cell is True else str(cell) for name, cell in asdict(self).items() if cell}


COLUMNS = tuple(f.name for f in fields(Row))
_CHECKED = frozenset(COLUMNS) - {"n", "method", "is_nil", "round"}


def row_of(cells: Mapping[str, object]) -> Row:
    """A row from kept cells; a cell no column is called by raises ``TypeError``."""
    return Row(**{name: bool(cell) if name == "is_nil" else str(cell) for name, cell in cells.items()})  # type: ignore[arg-type]


def checksum(rows: Sequence[Row]) -> str:
    """SHA-256 over the rows, in hexadecimal: the same rows in any order give the same.

    >>> a, b = Row("4.1", "BY", "2026", "percent"), Row("4.2", "BY", "2026", "percent")
    >>> checksum([a, b]) == checksum([b, a])
    True
    """
    kept = sorted((r.as_mapping() for r in rows), key=lambda r: json.dumps(r, sort_keys=True))
    text = json.dumps(kept, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True)
class Asked:
    """What an agency is asked for: the indicators it owes from a collection, its own places, one year."""

    indicators: frozenset[str]
    year: int
    is_own_area: Callable[[str], bool]


def check_content(
    rows: Sequence[Row], asked: Asked, vocabulary: Vocabulary, standing: Sequence[Row] = ()
) -> list[Finding]:
    """Everything wrong with the content of a submission; no finding means it may be submitted.

    Parameters
    ----------
    standing
        Rows accepted before; a correction says something of each of them, if only why there is no value.

    Returns
    -------
    list of Finding
        Numbered as the rows of a table, the heading being row 1.
    """
    if not rows:
        return [Finding("SUB-EMPTY")]
    findings: list[Finding] = []
    first: dict[str, int] = {}
    names: set[str] = set()
    for number, row in enumerate(rows, start=2):
        findings += _check(row, number, asked, vocabulary)
        # sums in several currencies are several rows of one name
        named = f"{row.name}|{row.unit}" if row.unit in vocabulary.currencies else row.name
        names.add(row.name)
        if (earlier := first.setdefault(named, number)) != number:
            findings.append(Finding("VAL-DUPLICATE", values={"first": earlier}, row=number))
    findings += [Finding("SUB-ROW-LEFT-OUT", found=r.name) for r in standing if r.name not in names]
    return findings


def _check(row: Row, number: int, asked: Asked, vocabulary: Vocabulary) -> Iterator[Finding]:
    # the source is the submission itself, so every row has one
    cells = {name: str(cell) for name, cell in row.as_mapping().items() if name in _CHECKED}
    checked = check_row(cells | {"source_title": "-"}, number, vocabulary)
    if not isinstance(checked, CheckedRow):
        yield from checked
    if row.indicator in vocabulary.indicators and row.indicator not in asked.indicators:
        known = ", ".join(sorted(asked.indicators))
        yield Finding("SUB-NOT-ASKED", row.indicator, {"known": known}, row=number, column="indicator")
    if vocabulary.area(row.area) is not None and not asked.is_own_area(row.area):
        yield Finding("SUB-OTHER-AREA", row.area, row=number, column="area")
    try:
        period = read_period(row.period)
    except NotAPeriod:
        period = None
    if period is not None and not _is_of(period, asked.year):
        yield Finding("SUB-OTHER-YEAR", row.period, {"year": asked.year}, row=number, column="period")
    if row.is_nil and (not row.value or row.value.strip("0.,")):
        yield Finding("SUB-NIL", row.value, row=number, column="value")
    if row.n and not row.n.isdecimal():
        yield Finding("VAL-NUMBER", row.n, row=number, column="n")


def _is_of(period: Period, year: int) -> bool:
    # the state at the end of a year is often dated the first day of the next one
    at_new_year = period.kind is PeriodKind.STATE and period.starts_on == date(year + 1, 1, 1)
    return period.starts_on.year <= year <= period.ends_on.year or at_new_year
