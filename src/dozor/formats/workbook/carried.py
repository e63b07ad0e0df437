"""Which answers of last year open this year's workbook: labels and denominators, never results."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from dozor.core.answers.of_instrument import form_of_instrument
from dozor.core.estimation.definition import parse_definition
from dozor.core.estimation.expression import fields_of
from dozor.core.plan.definitions import SeriesDefinition
from dozor.core.plan.instruments import Instrument

CASES = frozenset({"case_code", "specimen_code"})  # a row of one case, one specimen: new every year
DENOMINATORS = frozenset({"denominator", "weight"})


def carried_fields(instrument: Instrument, definitions: Iterable[SeriesDefinition]) -> frozenset[str]:
    """Return the fields whose answers of last year may stand in this year's workbook.

    A label is a required text or choice that feeds no indicator and no definition: which institution, which
    channel. A denominator is a number that definitions only divide or weigh by, or that says whom a share
    is of; it is carried for institutions, whose pupils and classes are much the same next year. In records
    the denominator is this year's own count. Records of single cases carry nothing.
    """
    form = form_of_instrument(instrument)
    if any(f.is_code or f.name in CASES for f in form.fields):
        return frozenset()
    results, denominators = set[str](), set[str]()
    for definition in definitions:
        if definition.instrument != instrument.code:
            continue
        for name, column in definition.columns.items():
            (denominators if name in DENOMINATORS else results).add(column)
        if definition.expression:
            parsed = parse_definition(definition.code, definition.expression, instrument.types)
            results |= {f.name for f in fields_of(parsed.trait)}
            if parsed.given is not None:
                denominators |= {f.name for f in fields_of(parsed.given)}
    fields = [f for f in instrument.fields if f.is_asked]
    labels = {
        f.name
        for f in fields
        if f.required
        and f.kind in {"text", "select_one"}
        and not f.indicators
        and f.name not in results | denominators
    }
    if instrument.kind != "institution":
        return frozenset(labels)
    numbers = {f.name for f in fields if f.type == "number" and f.name in denominators - results}
    return frozenset(labels | numbers)


def carried_rows(
    rows: Iterable[Mapping[str, str]], fields: frozenset[str], *, most: int
) -> tuple[Mapping[str, str], ...]:
    """Keep of last year's rows what is carried; a row that keeps nothing is left out, twins become one."""
    kept: dict[tuple[tuple[str, str], ...], None] = {}
    for row in rows:
        one = tuple((name, said) for name, said in row.items() if name in fields and said)
        if one:
            kept.setdefault(one)
        if len(kept) >= most:
            break
    return tuple(dict(one) for one in kept)
