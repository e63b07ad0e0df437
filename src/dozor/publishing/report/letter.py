"""The letter that goes with the annual report to whom it is owed, on one page."""

from __future__ import annotations

from dozor.core.calendar.obligation import Obligation
from dozor.language import date_text
from dozor.publishing.documents import (
    Block,
    Document,
    LetterHead,
    Paragraph,
    Signature,
    Strong,
)
from dozor.publishing.report.build import standing_notices
from dozor.publishing.report.data import ReportData
from dozor.publishing.report.duties import standing
from dozor.publishing.report.summary import coverage
from dozor.publishing.report.writing import Writing


def build_letter(data: ReportData, language: str) -> Document:
    """Return the letter of transmittal of a country's annual report.

    Number, date, signature and name are lines to be filled in. Raises LookupError where nobody owes a
    report on the plan as a whole.
    """
    writing = Writing.of(data, language)
    say = writing.say
    duty = next((one for one in data.obligations if one.indicator is None), None)
    if duty is None:
        raise LookupError("nobody owes a report on the plan as a whole")
    subject = say("On the annual report for {year}", year=data.year)
    blank = "____________"
    blocks: list[Block] = [
        LetterHead(
            writing.name(data.author),
            (
                say("Outgoing No. {blank} of {blank}", blank=blank),
                say("In reply to No. {blank} of {blank}", blank=blank),
            ),
            _recipient(writing, duty),
        ),
        Paragraph((Strong(subject),)),
        Paragraph(_ground(writing, duty)),
        Paragraph(coverage(writing)),
        Paragraph(standing(writing)),
        Paragraph(_made_of(writing)),
    ]
    if notices := standing_notices(writing):
        blocks.append(Paragraph(" ".join(notices), "small"))
    blocks += [
        Paragraph(
            say("Enclosed: the annual report for {year}, on paper and as a file (PDF/A).", year=data.year)
        ),
        Signature(say("Head of the agency"), (say("signature"), say("initials, surname"))),
        Paragraph(say("Prepared by, telephone: {blank}", blank=blank * 2), "small"),
    ]
    return Document(
        language=language,
        title=f"{subject}. {writing.name(data.plan.title)}",
        running_title="",
        author=writing.name(data.author),
        generated_on=data.generated_on,
        blocks=tuple(blocks),
        pages=1,
    )


def _recipient(writing: Writing, duty: Obligation) -> str:
    named = writing.data.agencies.playing(duty.recipient)
    return writing.name(next(iter(named)).name) if named else duty.recipient


def _ground(writing: Writing, duty: Obligation) -> str:
    say, data = writing.say, writing.data
    told = [
        say(
            "We send the annual report on the monitoring plan for {year}. Ground: {basis}.",
            year=data.year,
            basis=writing.name(duty.basis),
        )
    ]
    if data.plan.source:
        told.append(f"{writing.name(data.plan.source.title).rstrip('.')}.")
    if duty.due_on is not None:
        told.append(say("It is due by {day}.", day=date_text(duty.due_on, writing.language)))
    return " ".join(told)


def _made_of(writing: Writing) -> str:
    say, data = writing.say, writing.data
    day = date_text(data.generated_on, writing.language)
    if not data.release:
        return say("The report is made of the bank of data as it stood on {day}.", day=day)
    return say(
        "The report is made of the release {release} of {day}; the SHA-256 of its content is {sum}. Whoever "
        "has the release can make the report again byte for byte.",
        release=data.release,
        day=day,
        sum=data.checksum,
    )
