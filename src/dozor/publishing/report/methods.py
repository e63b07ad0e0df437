"""What is missing and why, and how the figures came about."""

from __future__ import annotations

from dozor.language import date_text
from dozor.publishing.documents import Block, Column, Heading, ListBlock, Paragraph, Row, Words, parts
from dozor.publishing.report.gaps import KINDS
from dozor.publishing.report.tables import trimmed
from dozor.publishing.report.words import cell_words, missing_words, period_words, series_name
from dozor.publishing.report.writing import Writing


def missing_section(writing: Writing) -> list[Block]:
    """Return the section on series without a value for the year."""
    say, data = writing.say, writing.data
    heading = Heading(1, say("What is missing and why"))
    if not writing.gaps:
        return [heading, Paragraph(say("Every series of the plan has a value for {year}.", year=data.year))]
    rows: list[Row] = []
    for kind in KINDS:
        some = [gap for gap in writing.gaps if gap.kind is kind]
        if not some:
            continue
        name = missing_words(kind, writing.language)
        rows.append(Row((f"{name[0].upper()}{name[1:]}: {len(some)}",)))
        for gap in some:
            latest: Words = ""
            if gap.latest:
                value = cell_words(gap.latest, data.plan, writing.language)
                period = period_words(gap.latest.period, writing.language)
                latest = (*parts(value), f", {period}")
            beside = say("near value shown") if gap.has_near else ""
            reason = "; ".join(part for part in (gap.reason, beside) if part)
            series = gap.series
            rows.append(
                Row((series.indicator.code, series_name(series, data.plan, writing.language), latest, reason))
            )
    columns = (
        Column(say("No."), 0.75),
        Column(say("Indicator"), 5.6),
        Column(say("Latest earlier value"), 2.1, "right"),
        Column(say("Reason recorded"), 2.1),
    )
    caption = say("Series without a value that meets the plan's definition in {year}", year=data.year)
    told = writing.count(
        "{count} series of the plan has no value for {year} that meets the plan's definition.",
        "{count} series of the plan have no value for {year} that meets the plan's definition.",
        len(writing.gaps),
        year=data.year,
    )
    return [heading, Paragraph(told), trimmed(caption, columns, rows, wider=1)]


def methods_section(writing: Writing) -> list[Block]:
    """Return the section on methods."""
    say, data = writing.say, writing.data
    day = date_text(data.generated_on, writing.language)
    items: list[Words] = [
        say("Values are shown as their sources printed them, with the sources' own intervals and counts."),
        say(
            "Where sources disagree, a recorded choice says which value leads; without a choice all of them "
            "are shown and none leads."
        ),
        say(
            "“Exact” means that a specialist judged the value to meet the plan's definition; “not judged” "
            "that nobody has. A near value measures something close; it stands in a table of its own."
        ),
        say(
            "Rounds of a survey are points. They are joined by a line only when sites, sampling and "
            "definition are known to be the same."
        ),
        say("Estimates of a model are bands named by model and release; they are never mixed with counts."),
        say(
            "A part of a year is never compared with a year. A figure for the country is never a sum of "
            "regions."
        ),
        say("Shares of groups are never averaged."),
    ]
    kinds: list[Words] = [
        say("not due: the plan does not ask for the indicator this year;"),
        say("due, not received: an agency owed it and it has not come;"),
        say("not held: the collection was put off or called off by a decision;"),
        say("not estimable: the data do not allow an estimate;"),
        say("withheld to protect people: few people stand behind the figure;"),
        say("no published value: no source read gives one."),
    ]
    made = say(
        "Written on {day} by Dozor {software}; plan {plan}, version {version}; {values}.",
        day=day,
        software=data.software_version,
        plan=data.plan.code,
        version=data.plan.version,
        values=writing.count(
            "{count} value in the bank was read",
            "{count} values in the bank were read",
            len(data.observations),
        ),
    )
    return [
        Heading(1, say("Methods")),
        Heading(2, say("How values were chosen")),
        ListBlock(tuple(items)),
        Heading(2, say("Kinds of missing")),
        ListBlock(tuple(kinds)),
        Heading(2, say("How to make this report again")),
        Paragraph(made),
    ]
