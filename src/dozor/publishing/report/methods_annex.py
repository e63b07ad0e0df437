"""How each indicator is measured: definition, estimator, interval, instrument, design; its value's grade."""

from __future__ import annotations

from collections.abc import Sequence

from dozor.core.observations.observation import Match
from dozor.core.plan import Direction, Indicator, Series
from dozor.core.plan.definitions import Design, SeriesDefinition
from dozor.publishing.documents import Block, Column, Paragraph, Part, Row, Table, Words, parts
from dozor.publishing.report.values import Cell
from dozor.publishing.report.words import period_words, series_name
from dozor.publishing.report.writing import Writing


def methods_annex(writing: Writing) -> list[Block]:
    """Return the annex: a table for each direction, and the plan's own choices under it."""
    say = writing.say
    blocks: list[Block] = [
        Paragraph(
            say(
                "How the plan's instruments measure each indicator, and whether the value shown was measured "
                "so. A value taken from a source keeps the source's own method. An empty cell: no published "
                "value."
            )
        )
    ]
    for direction in writing.data.plan.directions:
        blocks += _direction(writing, direction)
    return blocks


def _direction(writing: Writing, direction: Direction) -> list[Block]:
    say = writing.say
    indicators = writing.data.plan.of_direction(direction.number)
    if not indicators:
        return []
    rows, notes = [], list[Words]()
    for indicator in indicators:
        rows.append(_row(writing, indicator))
        notes += _rules(writing, indicator)
    columns = (
        Column(say("No."), 0.65),
        Column(say("What is measured"), 4.1),
        Column(say("Estimate and interval"), 2.8),
        Column(say("Instrument and design"), 2.5),
        Column(say("Value shown"), 1.5),
    )
    name = writing.name(direction.short_name)
    caption = say("Methods of direction {number}: {name}", number=direction.number, name=name)
    return [Table(caption, columns, tuple(rows), tuple(notes))]


def _row(writing: Writing, indicator: Indicator) -> Row:
    definitions = [d for d in _law(writing) if d.indicator == indicator.code]
    return Row(
        (
            indicator.code,
            _measured(writing, indicator),
            _lines(dict.fromkeys(_estimate(writing, d) for d in definitions)) or _counted(writing),
            _lines(dict.fromkeys(_instrument(writing, d) for d in definitions))
            or (writing.name(indicator.method) if indicator.method else ""),
            _shown(writing, indicator),
        )
    )


def _law(writing: Writing) -> Sequence[SeriesDefinition]:
    return [d for d in writing.data.plan.definitions if d.wording == "law"]


def _measured(writing: Writing, indicator: Indicator) -> str:
    """The text's own wording, or numerator over denominator where the plan spells them out."""
    if indicator.numerator is None or indicator.denominator is None:
        return writing.name(indicator.name)
    name = writing.name(indicator.short_name)
    whole = writing.say(
        "{numerator}, out of: {denominator}",
        numerator=writing.name(indicator.numerator).rstrip("."),
        denominator=writing.name(indicator.denominator).rstrip("."),
    )
    return f"{name}. {whole}"


def _lines(some: dict[str, None]) -> str:
    return "; ".join(one for one in some if one)


def _estimate(writing: Writing, definition: SeriesDefinition) -> str:
    """How the estimator of the definition and its first design work, and the rule of its interval."""
    design = definition.designs[0] if definition.designs else None
    of = {
        "share": writing.say("share"),
        "qualitative": writing.say("answers as given"),
        "mean": writing.say("mean"),
        "ratio": writing.say("ratio of two totals"),
        "total": writing.say("total"),
        "money": writing.say("sum in each currency"),
        "median": writing.say("median age by Kaplan and Meier, those who have not begun censored"),
        "cohort": writing.say("share of all who started"),
    }[definition.estimand]
    if definition.estimand == "qualitative":
        return of
    interval = _interval(writing, definition, design)
    return f"{of}; {interval}"


def _interval(writing: Writing, definition: SeriesDefinition, design: Design | None) -> str:
    say = writing.say
    if definition.estimand == "cohort":
        return say("Wilson's interval")
    if design is None or design.kind == "census":
        return say("every record is counted, no sampling interval")
    if design.kind == "rds":
        return say("RDS-II (Volz and Heckathorn), interval by bootstrap of the recruitment trees")
    if definition.estimand == "median":
        return say("interval on the log scale, clusters left out in turn")
    if definition.estimand == "share":
        return say("Taylor linearisation over strata and clusters, interval on the logit scale")
    return say("Taylor linearisation over strata and clusters, t interval")


def _counted(writing: Writing) -> str:
    return writing.say("no definition in the plan's text")


def _instrument(writing: Writing, definition: SeriesDefinition) -> str:
    instrument = writing.data.plan.instruments[definition.instrument]
    return f"{writing.name(instrument.title)}: {_designs(writing, definition)}"


def _designs(writing: Writing, definition: SeriesDefinition) -> str:
    kinds = {
        "sample": writing.say("a probability sample"),
        "rds": writing.say("chains of recruitment"),
        "census": writing.say("all records"),
    }
    named = dict.fromkeys(kinds[design.kind] for design in definition.designs)
    return f" {writing.say('or')} ".join(named) or kinds["census"]


def _shown(writing: Writing, indicator: Indicator) -> Words:
    """Year, grade and sources of the newest value of each population shown in the report."""
    told: list[Part] = []
    for population in indicator.populations:
        totals = writing.selection.totals(indicator.code, population)
        if not totals:
            continue
        cell = totals[-1]
        if told:
            told.append("; ")
        if len(indicator.populations) > 1:
            name = series_name(Series(indicator, population), writing.data.plan, writing.language)
            told.append(f"{name.rsplit(': ', 1)[-1]}: ")
        told.append(f"{period_words(cell.period, writing.language)}, {_grade(writing, cell)} ")
        told += parts(writing.sources.of(cell.sources))
    return tuple(told)


def _grade(writing: Writing, cell: Cell) -> str:
    grades = {one.match for one in cell.observations}
    if Match.NEAR in grades:
        return writing.say("near")
    return writing.say("exact") if grades != {None} else writing.say("not judged")


def _rules(writing: Writing, indicator: Indicator) -> list[Words]:
    """The choices made where the law's words leave room, once for each indicator."""
    found = dict.fromkeys(
        writing.name(rule) for d in _law(writing) if d.indicator == indicator.code for rule in d.rules
    )
    return [f"{indicator.code}. {rule}" for rule in found]
