"""Control totals of what an agency hands in: one line for each question, to be read beside the file."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from dozor.core.plan.definitions import SeriesDefinition
from dozor.core.plan.instruments import Field, Instrument
from dozor.core.text import Text

Record = Mapping[str, str]


@dataclass(frozen=True)
class TotalLine:
    """One question's total.

    Parameters
    ----------
    number
        The question's number, as on the paper form.
    answers
        How many rows answer it.
    total
        The sum of its numbers; None where it feeds no indicator or is no number. Money is summed for each
        currency apart.
    part
        What the line is of: one answer of a choice (`answers` tells how often), one currency.
    section
        Label of the group the question stands in.
    """

    number: int
    label: Text
    answers: int
    total: Decimal | None = None
    part: Text | None = None
    section: Text | None = None


def totals_of(
    instrument: Instrument,
    records: Sequence[Record],
    definitions: Iterable[SeriesDefinition],
    *,
    leave_out: Collection[str] = (),
) -> tuple[TotalLine, ...]:
    """Count and sum the answers of a table of answers; a repeated group's turns are JSON in their column.

    `leave_out` names fields that are the same in every record.
    """
    money = {
        d.columns["amount"]: d.columns["currency"]
        for d in definitions
        if d.instrument == instrument.code and d.estimand == "money"
    }
    lines: list[TotalLine] = []
    for number, f in enumerate((f for f in instrument.fields if f.is_asked), start=1):
        if f.name in leave_out:
            continue
        rows = _rows(records, f.repeat)
        given = [row for row in rows if row.get(f.name)]
        if f.choices:
            lines += _choices(number, f, given)
        elif f.name in money:
            lines += _money(number, f, instrument.field(money[f.name]), given)
        elif f.type == "number" and f.indicators:
            total = sum((Decimal(row[f.name]) for row in given), Decimal(0))
            lines.append(TotalLine(number, f.label, len(given), total))
        else:
            lines.append(TotalLine(number, f.label, len(given)))
        section = next((g.label for g in reversed(f.groups) if g.label), None)
        lines = [replace(one, section=section) if one.number == number else one for one in lines]
    return tuple(lines)


def _rows(records: Sequence[Record], repeat: str | None) -> list[Record]:
    if repeat is None:
        return list(records)
    return [turn for record in records for turn in json.loads(record.get(repeat) or "[]")]


def _choices(number: int, f: Field, given: Sequence[Record]) -> list[TotalLine]:
    counts = Counter(code for row in given for code in row[f.name].split())
    lines = [TotalLine(number, f.label, len(given))]
    return lines + [
        TotalLine(number, f.label, counts[choice.name], part=choice.label)
        for choice in f.choices
        if counts[choice.name]
    ]


def _money(number: int, f: Field, currency: Field, given: Sequence[Record]) -> list[TotalLine]:
    lines = [TotalLine(number, f.label, len(given))]
    for choice in currency.choices:
        sums = [Decimal(row[f.name]) for row in given if row.get(currency.name) == choice.name]
        if sums:
            lines.append(TotalLine(number, f.label, len(sums), sum(sums, Decimal(0)), choice.label))
    return lines
