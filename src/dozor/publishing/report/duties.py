"""Who handed in what the plan asks for, and who did not."""

from __future__ import annotations

from collections import Counter, defaultdict

from dozor.core.calendar.obligation import Obligation, Status
from dozor.language import date_text
from dozor.publishing.documents import Block, Callout, Column, Heading, Paragraph, Row, Table
from dozor.publishing.report.words import status_words
from dozor.publishing.report.writing import Writing

# in the order in which a reader asks
STATUSES = (
    Status.RECEIVED,
    Status.RECEIVED_LATE,
    Status.OVERDUE,
    Status.COLLECTION_OVERDUE,
    Status.DUE_SOON,
    Status.DUE,
    Status.COLLECTING,
    Status.COLLECTION_NOT_PLANNED,
    Status.NO_DATE_AGREED,
    Status.POSTPONED,
    Status.NOT_HELD,
    Status.NOT_RECORDED,
)
LATE = (Status.OVERDUE, Status.COLLECTION_OVERDUE, Status.RECEIVED_LATE)
MOST_ROWS = 60


def duties_section(writing: Writing) -> list[Block]:
    """Return the section on obligations kept and missed."""
    duties = writing.data.own_obligations
    blocks: list[Block] = [Heading(1, writing.say("Obligations kept and missed"))]
    if writing.data.is_demonstration:
        note = writing.data.plan.status_note
        blocks.append(
            Callout(
                writing.say("Demonstration calendar"),
                (
                    writing.name(note)
                    if note
                    else writing.say(
                        "Nothing read says that the plan was in force in {year}.", year=writing.data.year
                    ),
                ),
            )
        )
    if not duties:
        return [
            *blocks,
            Paragraph(writing.say("No obligations are recorded for {year}.", year=writing.data.year)),
        ]
    blocks.append(Paragraph(standing(writing)))
    blocks.append(_byagency_name(writing))
    late = [one for one in duties if one.status in LATE]
    if late:
        blocks.append(_late_table(writing, late))
    decided = [one for one in duties if one.decision]
    if decided:
        blocks.append(_decisions_table(writing, decided))
    return blocks


def is_unrecorded(writing: Writing) -> bool:
    """Whether the year lies before the instance's use, so that nobody wrote down what came."""
    return all(one.status is Status.NOT_RECORDED for one in writing.data.own_obligations)


def standing(writing: Writing) -> str:
    """Say in one or two sentences how many duties there were and how they were met."""
    duties = writing.data.own_obligations
    counts = Counter(one.status for one in duties)
    told = writing.count(
        "For {year} the plan gives {count} obligation to hand in data.",
        "For {year} the plan gives {count} obligations to hand in data.",
        len(duties),
        year=writing.data.year,
    )
    if is_unrecorded(writing):
        return f"{told} " + writing.say(
            "Whether they were met was not recorded: this bank came into use later."
        )
    known = "; ".join(
        f"{status_words(status, writing.language)} — {counts[status]}"
        for status in STATUSES
        if counts[status]
    )
    return f"{told} " + writing.say("Of these: {known}.", known=known)


def _byagency_name(writing: Writing) -> Table:
    counts: dict[str, Counter[Status]] = defaultdict(Counter)
    for one in writing.data.own_obligations:
        counts[one.agency][one.status] += 1
    shown = [status for status in STATUSES if any(row[status] for row in counts.values())]
    order = {agency.code: place for place, agency in enumerate(writing.data.agencies)}
    rows = [
        Row((agency_name(writing, code), str(row.total()), *(str(row[status] or "0") for status in shown)))
        for code, row in sorted(counts.items(), key=lambda item: order.get(item[0], len(order)))
    ]
    if len(rows) > 1:
        total = sum(counts.values(), Counter())
        rows.append(
            Row((writing.say("All together"), str(total.total()), *(str(total[status]) for status in shown)))
        )
    columns = (
        Column(writing.say("Who owes"), 3.4),
        Column(writing.say("Owed"), 1, "right"),
        *(Column(status_words(status, writing.language), 1.3, "right") for status in shown),
    )
    day = date_text(writing.data.generated_on, writing.language)
    caption = writing.say("Obligations of {year} as of {day}", year=writing.data.year, day=day)
    return Table(caption, columns, tuple(rows))


def _late_table(writing: Writing, late: list[Obligation]) -> Table:
    rows = [
        Row(
            (
                one.indicator or "",
                _indicator(writing, one),
                agency_name(writing, one.agency),
                date_text(one.due_on, writing.language) if one.due_on else "",
                status_words(one.status, writing.language),
            )
        )
        for one in late[:MOST_ROWS]
    ]
    left_off = len(late) - len(rows)
    notes = (
        (writing.count("{count} more is in the bank.", "{count} more are in the bank.", left_off),)
        if left_off
        else ()
    )
    columns = (
        Column(writing.say("No."), 0.7),
        Column(writing.say("Indicator"), 3.6),
        Column(writing.say("Who owes"), 2.4),
        Column(writing.say("Due on"), 1.5, "right"),
        Column(writing.say("Status"), 1.5),
    )
    return Table(writing.say("Late or missed"), columns, tuple(rows), notes)


def _decisions_table(writing: Writing, decided: list[Obligation]) -> Table:
    rows = [
        Row(
            (
                one.indicator or "",
                agency_name(writing, one.agency),
                status_words(one.status, writing.language),
                f"№ {one.decision.number}, {date_text(one.decision.dated_on, writing.language)}",
                one.decision.reason,
            )
        )
        for one in decided[:MOST_ROWS]
        if one.decision
    ]
    columns = (
        Column(writing.say("No."), 0.7),
        Column(writing.say("Who owes"), 2.4),
        Column(writing.say("Status"), 1.7),
        Column(writing.say("Decision"), 2),
        Column(writing.say("Reason"), 3),
    )
    return Table(writing.say("Put off or not held by decision"), columns, tuple(rows))


def agency_name(writing: Writing, code: str) -> str:
    """An agency's short name; its code where it is not among those known."""
    agencies = writing.data.agencies
    return writing.name(agencies.agency(code).short_name) if code in agencies else code


def _indicator(writing: Writing, one: Obligation) -> str:
    if one.indicator is None:
        return writing.say("the annual report")
    return writing.name(writing.data.plan.indicator(one.indicator).short_name)
