"""Every duty of the year: due, sent, accepted, late, and why."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from dozor.core.calendar.obligation import LATE, MET, Obligation, Status
from dozor.language import date_text
from dozor.publishing.documents import Block, Column, Paragraph, Row
from dozor.publishing.report.duties import agency_name
from dozor.publishing.report.tables import trimmed
from dozor.publishing.report.words import status_words
from dozor.publishing.report.writing import Writing

Standing = tuple[str, str, str, str, str]


def obligations_annex(writing: Writing) -> list[Block]:
    """Return the annex; duties of one agency that stand alike share a row, each named by its indicator."""
    say, duties = writing.say, writing.data.own_obligations
    if not duties:
        return [Paragraph(say("No obligations are recorded for {year}.", year=writing.data.year))]
    by_agency: dict[str, dict[Standing, list[str]]] = defaultdict(lambda: defaultdict(list))
    for one in duties:
        by_agency[one.agency][_standing(writing, one)].append(one.indicator or say("the annual report"))
    order = {agency.code: place for place, agency in enumerate(writing.data.agencies)}
    rows: list[Row] = []
    for code in sorted(by_agency, key=lambda code: order.get(code, len(order))):
        rows.append(Row((agency_name(writing, code),)))
        rows += [
            Row((", ".join(dict.fromkeys(indicators)), *standing))
            for standing, indicators in by_agency[code].items()
        ]
    columns = (
        Column(say("Indicators"), 3.6),
        Column(say("Due on"), 1.5, "right"),
        Column(say("Sent"), 1.9, "right"),
        Column(say("Accepted"), 1.5, "right"),
        Column(say("Late by"), 1.2, "right"),
        Column(say("How it stands, and why"), 2.6),
    )
    day = date_text(writing.data.generated_on, writing.language)
    caption = say("Each obligation of {year} as of {day}", year=writing.data.year, day=day)
    told = say("Obligations of one agency that stand alike share a row. An empty cell: nothing is recorded.")
    return [Paragraph(told), trimmed(caption, columns, rows, wider=0)]


def _standing(writing: Writing, one: Obligation) -> Standing:
    came = [each for each in writing.data.handed_in if _is_of(each.agency, each.collection, one)]
    submitted = [each.submitted_on for each in came if each.submitted_on]
    accepted = [each.accepted_on for each in came if each.accepted_on]
    return (
        _day(writing, one.due_on),
        _sent(writing, one, min(submitted, default=None)),
        _day(writing, max(accepted) if len(accepted) == len(came) and accepted else None),
        _late(writing, one),
        _why(writing, one),
    )


def _is_of(agency: str, collection: str, one: Obligation) -> bool:
    return agency == one.agency and collection in one.collections


def _day(writing: Writing, day: date | None) -> str:
    return date_text(day, writing.language) if day else ""


def _sent(writing: Writing, one: Obligation, submitted: date | None) -> str:
    """The day the rows were submitted; the days each medium came, where receipts are recorded."""
    by_medium = dict(one.received)
    told = [
        writing.say("on paper {day}", day=_day(writing, by_medium["paper"])) if "paper" in by_medium else "",
        writing.say("as a file {day}", day=_day(writing, by_medium["electronic"]))
        if "electronic" in by_medium
        else _day(writing, submitted),
    ]
    return "; ".join(part for part in told if part)


def _late(writing: Writing, one: Obligation) -> str:
    if one.status not in LATE or one.due_on is None:
        return ""
    until = max((day for _, day in one.received), default=writing.data.generated_on)
    days = (until if one.status in MET else writing.data.generated_on) - one.due_on
    if days.days <= 0:
        return ""
    return writing.count("{count} day", "{count} days", days.days)


def _why(writing: Writing, one: Obligation) -> str:
    told = [status_words(one.status, writing.language)]
    if one.decision is not None:
        day = date_text(one.decision.dated_on, writing.language)
        told.append(f"№ {one.decision.number}, {day}: {one.decision.reason}")
    elif one.letter and one.status is not Status.NOT_RECORDED:
        told.append(one.letter)
    return "; ".join(told)
