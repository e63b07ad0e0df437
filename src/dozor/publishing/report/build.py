"""Builds the annual report: one document from one set of data, in one language."""

from __future__ import annotations

from dozor.language import date_text
from dozor.publishing.documents import Block, Contents, Document, Heading, TitlePage
from dozor.publishing.report.comparison import comparison_section
from dozor.publishing.report.data import ReportData
from dozor.publishing.report.data_quality import data_quality_annex
from dozor.publishing.report.directions import directions_section
from dozor.publishing.report.disclosure import disclosure_statement
from dozor.publishing.report.duties import duties_section
from dozor.publishing.report.methods import methods_section, missing_section
from dozor.publishing.report.methods_annex import methods_annex
from dozor.publishing.report.obligations_annex import obligations_annex
from dozor.publishing.report.situation import situation_section
from dozor.publishing.report.summary import summary_section
from dozor.publishing.report.writing import Writing


def build_report(data: ReportData, language: str) -> Document:
    """Return the annual report of the country or of one place.

    Its sentences are made from the data: a figure that the bank lacks is said to be lacking. The document
    is printed by `to_pdf` or `to_docx`. A place's report is short: its chapters follow one another.
    """
    writing = Writing.of(data, language)
    title = writing.say("Annual report for {year}", year=data.year)
    body: list[Block] = [
        *summary_section(writing),
        *situation_section(writing),
        *directions_section(writing),
        *comparison_section(writing),
        *missing_section(writing),
        *duties_section(writing),
        *methods_section(writing),
        *_annexes(writing),
        Heading(1, writing.say("Sources"), begins_page=False),
        writing.sources.block(),
    ]
    return Document(
        language=language,
        title=f"{title}. {writing.name(data.plan.title)}",
        running_title=f"{writing.name(data.plan.short_title)} · {writing.place} · {title}",
        author=writing.name(data.author),
        generated_on=data.generated_on,
        footer=state_of_data(writing),
        blocks=(_title_page(writing, title), Contents(writing.say("Contents")), *body),
        is_flowing=not data.is_national,
    )


def _annexes(writing: Writing) -> list[Block]:
    """The annexes, numbered in the order they come: methods in the national report alone."""
    say, data = writing.say, writing.data
    found: list[tuple[str, list[Block]]] = []
    if data.is_national:
        found.append((say("Methods, indicator by indicator"), methods_annex(writing)))
    found.append((say("Obligations, one by one"), obligations_annex(writing)))
    if data.review is not None:
        found.append((say("Quality of data"), data_quality_annex(writing, data.review)))
    if data.disclosure is not None:
        found.append((say("How people are protected"), disclosure_statement(writing, data.disclosure)))
    blocks: list[Block] = []
    for number, (title, content) in enumerate(found, start=1):
        heading = say("Annex {number}. {title}", number=number, title=title)
        blocks += [Heading(1, heading, begins_page=number == 1), *content]
    return blocks


def _title_page(writing: Writing, title: str) -> TitlePage:
    data, say = writing.data, writing.say
    details = [(say("Prepared by"), writing.name(data.author))]
    if data.plan.source:
        details.append((say("Ground"), writing.name(data.plan.source.title)))
    details.append((say("Written on"), date_text(data.generated_on, writing.language)))
    details.append((say("Data"), state_of_data(writing)))
    return TitlePage(
        title=title,
        subtitle=writing.name(data.plan.title),
        place=writing.place,
        details=tuple(details),
        notice=" ".join(standing_notices(writing)),
    )


def standing_notices(writing: Writing) -> list[str]:
    """What a reader has to know before the first figure: a draft, a calendar nobody has confirmed."""
    data, say = writing.data, writing.say
    notices = []
    if data.is_working_draft:
        notices.append(say("Working draft: the values have not been released."))
    if data.is_demonstration:
        notices.append(
            say("Demonstration calendar: the plan's force in {year} is not confirmed.", year=data.year)
        )
    return notices


def state_of_data(writing: Writing) -> str:
    """Which data a document rests on: a release, or the bank of a day."""
    data = writing.data
    if data.release:
        return writing.say("Release {name}", name=data.release)
    return writing.say("Working draft of {day}", day=date_text(data.generated_on, writing.language))
