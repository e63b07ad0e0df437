"""The summary: sentences made from the data, and nothing that the data do not say."""

from __future__ import annotations

from dozor.core.observations.period import PeriodKind
from dozor.core.plan import Series
from dozor.publishing.documents import Block, Callout, Heading, ListBlock, Paragraph, Part, Words, parts
from dozor.publishing.report.duties import standing
from dozor.publishing.report.values import Cell
from dozor.publishing.report.words import NO_BREAK, cell_words, period_words, respondents, series_name
from dozor.publishing.report.writing import Writing

MOST_FINDINGS = 14


def summary_section(writing: Writing) -> list[Block]:
    """Return the summary."""
    blocks: list[Block] = [Heading(1, writing.say("Summary"))]
    blocks.append(Paragraph(coverage(writing), "lead"))
    situation = _situation(writing)
    if situation:
        blocks += [Heading(2, writing.say("The situation")), ListBlock(tuple(situation))]
    findings = _findings(writing)
    if findings:
        heading = writing.say("Indicators with a value for {year}", year=writing.data.year)
        blocks += [Heading(2, heading), ListBlock(tuple(findings))]
    blocks += [Heading(2, writing.say("Obligations")), Paragraph(standing(writing))]
    notices = _notices(writing)
    if notices:
        blocks.append(Callout(writing.say("What to know before using these figures"), tuple(notices)))
    return blocks


def coverage(writing: Writing) -> str:
    """Say how many of the plan's series have a value."""
    plan, year = writing.data.plan, writing.data.year
    series = plan.series()
    without = {(gap.series.indicator.code, gap.series.population): gap for gap in writing.gaps}
    earlier = sum(gap.latest is not None for gap in writing.gaps)
    with_value = len(series) - len(without)
    asked = writing.count(
        "The plan asks for {count} indicator", "The plan asks for {count} indicators", len(plan.indicators)
    )
    apart = writing.count(
        "which is {count} series once populations are told apart.",
        "which are {count} series once populations are told apart.",
        len(series),
    )
    told = [f"{asked}, {apart}"]
    if with_value:
        told.append(
            writing.count(
                "A published value that meets the plan's definition exists for {count} series in {year};",
                "Published values that meet the plan's definition exist for {count} series in {year};",
                with_value,
                year=year,
            )
        )
    else:
        told.append(writing.say("No published value for {year} meets the plan's definition;", year=year))
    if earlier:
        told.append(
            writing.count("{count} more has an earlier one;", "{count} more have an earlier one;", earlier)
        )
    told.append(
        writing.count(
            "for {count} series there is none.",
            "for {count} series there is none.",
            len(without) - earlier,
        )
    )
    return " ".join(told)


def _situation(writing: Writing) -> list[Words]:
    """The count of the year and its rate, where the bank has them."""
    context, situation = writing.data.context, writing.data.situation
    if context is None or situation is None or writing.context is None:
        return []
    told: list[Words] = []
    for code in (situation.count, situation.rate):
        indicator = context.indicator(code)
        totals = [
            cell
            for cell in writing.context.totals(code, indicator.populations[0])
            if cell.period.kind is PeriodKind.YEAR
        ]
        if totals:
            told.append(_sentence(writing, writing.name(indicator.name), totals, context_plan=True))
    return told


def _findings(writing: Writing) -> list[Words]:
    """Every series with an exact value for the year: value, interval, n, and the value before it."""
    told: list[Words] = []
    for series in writing.data.plan.series():
        totals = writing.selection.totals(series.indicator.code, series.population)
        exact = [cell for cell in totals if not cell.is_near]
        if exact and exact[-1].period.reporting_year == writing.data.year:
            code, name = series.indicator.code, _series(writing, series)
            told.append(_sentence(writing, f"{code}{NO_BREAK}{name}", exact))
    return told[:MOST_FINDINGS]


def _sentence(writing: Writing, name: str, totals: list[Cell], *, context_plan: bool = False) -> Words:
    """“Name: value (interval), n = …, year; before: value, year.” with the sources of both."""
    plan = writing.data.context if context_plan and writing.data.context else writing.data.plan
    language, cell = writing.language, totals[-1]
    words: list[Part] = [f"{name}: ", *parts(cell_words(cell, plan, language))]
    count = respondents(cell.chosen, language)
    if count:
        words.append(f", n{NO_BREAK}={NO_BREAK}{count}")
    words.append(writing.say(", {period}", period=period_words(cell.period, language)))
    words += [" ", *parts(writing.sources.of(cell.sources))]
    if len(totals) > 1:
        before = totals[-2]
        period = period_words(before.period, language)
        words.append("; " + writing.say("before that, in {period}:", period=period) + " ")
        words += [
            *parts(cell_words(before, plan, language)),
            " ",
            *parts(writing.sources.of(before.sources)),
        ]
    return (*words, ".")


def _series(writing: Writing, series: Series) -> str:
    return series_name(series, writing.data.plan, writing.language)


def _notices(writing: Writing) -> list[Words]:
    data = writing.data
    told: list[Words] = []
    if data.is_working_draft:
        told.append(
            writing.say("This is a working draft: its values have not gone through release and may change.")
        )
    near = sum(gap.has_near for gap in writing.gaps)
    if near:
        told.append(
            writing.count(
                "For {count} series the year's value was measured by a near definition; it is shown beside "
                "the indicator and not as the indicator.",
                "For {count} series the year's values were measured by a near definition; they are shown "
                "beside the indicators and not as the indicators.",
                near,
            )
        )
    if data.is_demonstration:
        told.append(
            writing.say(
                "Nothing read says that the plan was in force in {year}: its dates are a demonstration "
                "calendar.",
                year=data.year,
            )
        )
    told.append(
        writing.say("Where an interval or a number of respondents is not given, the source does not give it.")
    )
    return told
