"""The annex on the quality of data: a desk review in the four domains of WHO's data quality review."""

from __future__ import annotations

from dozor.core.quality.review import DOMAINS, AnswerGiven, DeskReview
from dozor.core.quality.titles import TITLES
from dozor.language import gettext, number, percent, say
from dozor.publishing.documents import Block, Column, Heading, Paragraph, Row, Table
from dozor.publishing.report.duties import is_unrecorded
from dozor.publishing.report.tables import trimmed
from dozor.publishing.report.writing import Writing


def data_quality_annex(writing: Writing, review: DeskReview) -> list[Block]:
    """What came and in time, what was doubtful by rule and agency, how it was answered."""
    words = writing.say
    if not review.agencies and not review.rules:
        if is_unrecorded(writing):
            return [Paragraph(words("This bank came into use later: what came and when was not recorded."))]
        return [Paragraph(words("Nothing was due by the day of this report, and no rule found anything."))]
    blocks: list[Block] = [Paragraph(_summary(writing, review))]
    if review.agencies:
        blocks += [Heading(2, words("Completeness and timeliness by agency")), _reports(writing, review)]
    if review.rules:
        blocks += [Heading(2, words("Doubts by rule and by agency")), _rules(writing, review)]
    if any(a.raised for a in review.agencies):
        blocks.append(_by_agency(writing, review))
    if review.answers:
        blocks += [Heading(2, words("What agencies answered")), _answers(writing, review)]
    return blocks


def _summary(writing: Writing, review: DeskReview) -> str:
    expected = sum(a.expected for a in review.agencies)
    told = []
    if expected:
        told.append(
            writing.say(
                "Of {expected} reports due, {received} came, {on_time} of them in time.",
                expected=expected,
                received=sum(a.received for a in review.agencies),
                on_time=sum(a.on_time for a in review.agencies),
            )
        )
    told.append(
        writing.say(
            "The rules of quality raised {raised} doubts about figures, answers and reports; {open} of them "
            "are not answered. A doubt is no verdict: it is corrected, confirmed or explained.",
            raised=review.raised,
            open=review.open,
        )
    )
    return " ".join(told)


def _reports(writing: Writing, review: DeskReview) -> Table:
    words, language = writing.say, writing.language
    columns = (
        Column(words("Agency"), 3),
        Column(words("Reports due"), 1.5, "right"),
        Column(words("Came"), 1.5, "right"),
        Column(words("In time"), 1.4, "right"),
        Column(words("Values filled in"), 1.7, "right"),
        Column(words("Verification factor"), 1.9, "right"),
    )
    rows = [
        Row(
            (
                _name(a.agency, writing),
                number(a.expected, language),
                _share(a.received, a.expected, language),
                _share(a.on_time, a.expected, language),
                _share(a.values_received, a.values_expected, language),
                number(round(a.factor, 2), language, 2) if a.factor is not None else "",
            )
        )
        for a in review.agencies
    ]
    note = words(
        "Verification factor: recounted at the sites visited over reported; 1 means that the reports "
        "agree with the sites' own records."
    )
    has_factor = any(a.factor is not None for a in review.agencies)
    caption = words("Reports by agency, {year}", year=writing.data.year)
    return trimmed(caption, columns, rows, notes=(note,) if has_factor else (), wider=0)


def _share(part: int, whole: int, language: str) -> str:
    return percent(100 * part / whole, language, 0) if whole else "—"


def _name(code: str, writing: Writing) -> str:
    agencies = writing.data.agencies
    return writing.name(agencies.agency(code).short_name) if code in agencies else code


def _by_agency(writing: Writing, review: DeskReview) -> Table:
    words, language = writing.say, writing.language
    columns = (
        Column(words("Agency"), 4),
        Column(words("Raised"), 1.5, "right"),
        Column(words("Corrected"), 1.6, "right"),
        Column(words("With an answer"), 1.7, "right"),
        Column(words("Not answered"), 1.6, "right"),
    )
    rows = [
        Row(
            (
                _name(a.agency, writing),
                *(number(n, language) for n in (a.raised, a.corrected, a.answered, a.open)),
            )
        )
        for a in review.agencies
        if a.raised
    ]
    return Table(words("Doubts by agency, {year}", year=writing.data.year), columns, tuple(rows))


def _rules(writing: Writing, review: DeskReview) -> Table:
    words, by_rule = writing.say, {r.rule: r for r in review.rules}
    rows: list[Row] = []
    for domain, rules in DOMAINS.items():
        found = [by_rule[r] for r in rules if r in by_rule]
        if not found:
            continue
        rows.append(Row((words(domain),)))
        for one in found:
            counts = (one.raised, one.corrected, one.confirmed, one.explained, one.open)
            title = f"{one.rule}. {gettext(TITLES[one.rule], writing.language)}"
            rows.append(Row((title, *(number(n, writing.language) for n in counts))))
    columns = (
        Column(words("Rule"), 4),
        Column(words("Raised"), 1.3, "right"),
        Column(words("Corrected"), 1.6, "right"),
        Column(words("Confirmed"), 1.9, "right"),
        Column(words("Explained"), 1.5, "right"),
        Column(words("Not answered"), 1.3, "right"),
    )
    return Table(words("Doubts by rule, {year}", year=writing.data.year), columns, tuple(rows))


def _answers(writing: Writing, review: DeskReview) -> Table:
    words = writing.say
    columns = (
        Column(words("No."), 0.7),
        Column(words("Agency, place"), 2),
        Column(words("What was doubted"), 4.2),
        Column(words("Answer"), 3.1),
    )
    rows = [Row(_answer(one, writing)) for one in review.answers]
    return Table(
        words("Answers to doubts about figures, {year}", year=writing.data.year), columns, tuple(rows)
    )


def _answer(one: AnswerGiven, writing: Writing) -> tuple[str, ...]:
    data, words = writing.data, writing.say
    place = writing.name(data.areas.area(one.area).name) if one.area in data.areas else one.area
    said = say(one.finding, writing.language)
    state = words("confirmed") if one.is_confirmed else words("explained")
    return (
        one.indicator,
        f"{_name(one.agency, writing)}, {place}",
        said.message,
        f"{state}: {one.text}" if one.text else state,
    )
