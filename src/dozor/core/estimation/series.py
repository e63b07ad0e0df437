"""The chain from an indicator to its answers: definition, expression, fields, instrument; proved whole."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from dozor.core.estimation.definition import Definition, parse_definition, parse_expression
from dozor.core.estimation.expression import (
    And,
    Comparison,
    Constant,
    Expression,
    Field,
    In,
    Not,
    Or,
    fields_of,
)
from dozor.core.findings import Finding, Refused
from dozor.core.plan import Indicator, Plan
from dozor.core.plan.definitions import FILE, Estimand, SeriesDefinition
from dozor.core.plan.instruments import Instrument

# which estimands can give a value of which kind
FITTING: Mapping[str, tuple[Estimand, ...]] = {
    "proportion": ("share", "ratio", "cohort"),
    "composite": ("share",),
    "mean": ("mean", "ratio"),
    "median": ("median",),
    "count": ("total",),
    "money": ("money",),
    "qualitative": ("qualitative",),
}
NUMBERS = {"value", "weight", "numerator", "denominator", "first_age", "present_age", "amount", "degree"}


@dataclass(frozen=True)
class Link:
    """One series' way from the plan to the question.

    Parameters
    ----------
    parsed
        The expression with what every row must meet (the instrument's ``counted``) in its `given` part;
        ``TRUE`` where the definition has none. ``None`` where nothing restricts the rows at all.
    fields
        Every field the value is computed from.
    repeat
        The repeat whose turns are the rows; ``None``: one row for each form.
    """

    definition: SeriesDefinition
    instrument: Instrument
    parsed: Definition | None
    fields: tuple[str, ...]
    repeat: str | None


def parse_series(definition: SeriesDefinition, instrument: Instrument) -> Definition | None:
    """Parse a definition over its instrument's fields; raise `Refused` with the place in the text."""
    types = instrument.types
    try:
        counted = (
            parse_expression(instrument.counted, types, name=instrument.code) if instrument.counted else None
        )
    except Refused as refused:
        raise Refused(
            [replace(f, file=instrument.file, column="counted") for f in refused.findings]
        ) from None
    if not definition.expression and counted is None:
        return None
    try:
        parsed = parse_definition(definition.code, definition.expression or "TRUE", types)
    except Refused as refused:
        place = Finding("", file=definition.file, row=definition.row, column="expression")
        raise Refused(
            [replace(place, code=f.code, found=f.found, values=f.values) for f in refused.findings]
        ) from None
    if counted is None:
        return parsed
    given = counted if parsed.given is None else And((counted, parsed.given))
    return replace(parsed, given=given)


def link(definition: SeriesDefinition, instrument: Instrument) -> Link:
    """Follow one definition to its fields; raise `Refused` when the expression cannot be read."""
    parsed = parse_series(definition, instrument)
    read = {f.name for f in fields_of(parsed.whole)} if parsed else set()
    read.update(definition.columns.values())
    if definition.break_by:
        read.add(definition.break_by)
    fields = tuple(f.name for f in instrument.fields if f.name in read)
    repeats = [r for name in fields if (r := instrument.field(name).repeat)]
    return Link(definition, instrument, parsed, fields, repeats[0] if repeats else None)


def as_mapping(one: Link) -> dict[str, object]:
    """Return one link of the chain as a JSON-ready mapping."""
    definition = one.definition
    return {
        "indicator": definition.indicator,
        "population": definition.population,
        "definition": definition.code,
        "wording": definition.wording,
        "estimand": definition.estimand,
        "expression": definition.expression or None,
        "columns": dict(definition.columns),
        "answers": dict(definition.answers),
        "months": definition.months,
        "designs": [design.code for design in definition.designs],
        "by": dict(definition.by),
        "rules": [dict(rule.as_mapping()) for rule in definition.rules],
        "instrument": one.instrument.code,
        "version": one.instrument.version,
        "repeat": one.repeat,
        "fields": [
            {"name": f.name, "type": f.type, "label": dict(f.label.as_mapping())}
            for f in one.instrument.fields
            if f.name in one.fields
        ],
    }


def check_series(plan: Plan) -> tuple[Link, ...]:
    """Prove that every series of a plan leads to questions, and every question where it says.

    Returns
    -------
    tuple of Link
        One for each definition, in the order of the text. Empty for a plan without instruments.

    Raises
    ------
    Refused
        With every break found: a series without a definition or with two, an instrument, field, type or
        answer that is not there, a question that names an indicator nothing computes from it.
    """
    if not plan.collecting:
        return ()
    instruments, definitions = plan.instruments, plan.definitions
    findings = [*_each_once(plan, definitions)]
    links: list[Link] = []
    for definition in definitions:
        found = list(_places(plan, definition))
        if not found:
            try:
                one = link(definition, instruments[definition.instrument])
            except Refused as refused:
                found.extend(refused.findings)
            else:
                links.append(one)
                found.extend(_linked(one))
        findings.extend(found)
    if not findings:
        findings.extend(_questions(plan, instruments, links))
    if findings:
        raise Refused(_sorted(findings))
    return tuple(links)


def _sorted(findings: Iterable[Finding]) -> list[Finding]:
    unique = {(f.code, f.file, f.row, f.column, f.found): f for f in findings}
    return sorted(unique.values(), key=lambda f: (f.file or "", f.row or 0, f.code))


def _fault(definition: SeriesDefinition, code: str, found: str, column: str, **values: object) -> Finding:
    named = {"name": definition.code, **values}
    return Finding(code, found, named, definition.file, definition.row, column)


def _each_once(plan: Plan, definitions: tuple[SeriesDefinition, ...]) -> Iterator[Finding]:
    """Exactly one definition of the law for each series; no two of one name."""
    known: dict[str, SeriesDefinition] = {}
    for definition in definitions:
        first = known.setdefault(definition.code, definition)
        if first is not definition:
            yield _fault(definition, "DEF-TWICE", definition.code, "indicator", first=first.row)
    for series in plan.series():
        code = f"{series.indicator.code}/{series.population}"
        if code not in known or known[code].wording != "law":
            yield Finding("DEF-MISSING", code, file=FILE)


def _places(plan: Plan, definition: SeriesDefinition) -> Iterator[Finding]:
    """The indicator, population and instrument a definition names, and what it must say of them."""
    if not plan.has_indicator(definition.indicator):
        yield _fault(definition, "DEF-INDICATOR", definition.indicator, "indicator")
        return
    indicator = plan.indicator(definition.indicator)
    populations = (*indicator.populations, *indicator.further_populations)
    if definition.population not in populations:
        known = ", ".join(populations[:12])
        yield _fault(definition, "DEF-POPULATION", definition.population, "population", known=known)
    instrument = plan.instruments.get(definition.instrument)
    if instrument is None:
        known = ", ".join(plan.instruments)
        yield _fault(definition, "DEF-INSTRUMENT", definition.instrument, "instrument", known=known)
        return
    if not set(instrument.collections) & set(indicator.collections):
        known = ", ".join(indicator.collections)
        yield _fault(definition, "DEF-COLLECTION", definition.instrument, "instrument", known=known)
    fitting = FITTING.get(indicator.value_kind, ())
    if definition.wording == "law" and definition.estimand not in fitting:
        known = ", ".join(fitting)
        yield _fault(definition, "DEF-ESTIMAND", definition.estimand, "estimand", known=known)
    yield from _columns(definition, instrument)
    yield from _breakdowns(plan, indicator, instrument, definition)


def _columns(definition: SeriesDefinition, instrument: Instrument) -> Iterator[Finding]:
    """Every column a definition and its designs name is a field of a fitting type."""
    named = [(f"by_{dimension}", column) for dimension, column in definition.by.items()]
    named += definition.columns.items()
    named += [
        (f"designs.{d.code}.{key}", column) for d in definition.designs for key, column in d.columns.items()
    ]
    named += [(f"designs.{d.code}.coupons", column) for d in definition.designs for column in d.coupons]
    if definition.break_by:
        named.append(("break_by", definition.break_by))
    for key, column in named:
        if not instrument.has_field(column):
            yield _fault(definition, "DEF-FIELD", column, key, instrument=instrument.code)
            continue
        has = instrument.field(column).type
        number = key in NUMBERS or key.endswith((".degree", ".weight"))
        if number and has != "number":
            yield _fault(definition, "DEF-TYPE", column, key, wanted="number", type=has)
        elif key in {"date", "start", "end"} and has != "date":
            yield _fault(definition, "DEF-TYPE", column, key, wanted="date", type=has)


def _coded(definition: SeriesDefinition) -> Iterator[tuple[str, str]]:
    """Codes that must be answers: those of a cohort's ways out, and age groups asked for as such."""
    for code in definition.answers.values():
        yield code, definition.columns["exit"]
    for code in definition.ages if "age" in definition.by else ():
        yield code, definition.by["age"]


def _breakdowns(
    plan: Plan, indicator: Indicator, instrument: Instrument, definition: SeriesDefinition
) -> Iterator[Finding]:
    """What the plan wants a value divided by, and codes that the vocabulary and the answers know."""
    if definition.wording == "law":
        # a population is a series of its own; a population of one sex is not divided by it
        given = {"population", *definition.by, *(["sex"] if definition.sex in {"female", "male"} else [])}
        for dimension in indicator.disaggregations:
            if dimension not in given:
                yield _fault(definition, "DEF-DIVIDED", dimension, f"by_{dimension}")
    ages, sexes = {a.code for a in plan.ages}, {s.code for s in plan.sexes}
    for code in (definition.age, *definition.ages):
        if code not in ages:
            yield _fault(definition, "DEF-AGE", code, "ages", known=", ".join(sorted(ages)))
    if definition.sex not in sexes:
        yield _fault(definition, "DEF-SEX", definition.sex, "sex", known=", ".join(sorted(sexes)))
    if "age" in definition.by and not definition.ages:
        yield _fault(definition, "DEF-AGES", "", "ages")
    for code, column in _coded(definition):
        choices = [c.name for c in instrument.field(column).choices] if instrument.has_field(column) else []
        if code not in choices and (choices or column not in definition.by.values()):
            known = ", ".join(choices)
            yield _fault(definition, "DEF-ANSWER", code, column, field=column, known=known)


def _linked(one: Link) -> Iterator[Finding]:
    """Answers that can be given, and rows that are rows of one thing."""
    definition, instrument = one.definition, one.instrument
    if one.parsed is not None:
        for field, value in _compared(one.parsed.whole):
            choices = {c.name for c in instrument.field(field).choices}
            if choices and value not in choices:
                known = ", ".join(sorted(choices))
                yield _fault(definition, "DEF-ANSWER", value, "expression", field=field, known=known)
    repeats = dict.fromkeys(r for name in one.fields if (r := instrument.field(name).repeat))
    if len(repeats) > 1:
        yield _fault(definition, "DEF-REPEATS", ", ".join(repeats), "expression")
    for name in one.fields:
        if definition.indicator not in instrument.field(name).indicators and not _is_of_all(instrument, name):
            yield _fault(definition, "DEF-UNNAMED", name, "expression", file=instrument.file)


def _is_of_all(instrument: Instrument, name: str) -> bool:
    """A field that every estimate of the instrument rests on names no single indicator."""
    if not instrument.counted:
        return False
    counted = parse_expression(instrument.counted, instrument.types)
    return any(field.name == name for field in fields_of(counted))


def _questions(plan: Plan, instruments: Mapping[str, Instrument], links: list[Link]) -> Iterator[Finding]:
    """Every indicator a question names is computed from it; every instrument serves known collections."""
    read = {(one.instrument.code, name, one.definition.indicator) for one in links for name in one.fields}
    collections = {c.code for c in plan.collections}
    for instrument in instruments.values():
        for code in instrument.collections:
            if code not in collections:
                yield Finding("DEF-NO-COLLECTION", code, file=instrument.file, column="collections")
        for field in instrument.fields:
            for indicator in field.indicators:
                if (instrument.code, field.name, indicator) not in read:
                    values = {"name": field.name}
                    yield Finding("DEF-IDLE", indicator, values, file=instrument.file, column="indicators")


def _compared(expression: Expression) -> Iterator[tuple[str, str]]:
    """Every field that is held against a text, with that text."""
    match expression:
        case And(terms) | Or(terms):
            for term in terms:
                yield from _compared(term)
        case Not(term):
            yield from _compared(term)
        case Comparison(Field(name, "text"), _, Constant(value)) | Comparison(
            Constant(value), _, Field(name, "text")
        ):
            yield name, str(value)
        case In(Field(name, "text"), values):
            for constant in values:
                yield name, str(constant.value)
