"""The numbered supplement to an annual report: what was, what it became, why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from dozor.core.text import Text
from dozor.language import date_text, gettext
from dozor.publishing.documents import (
    Block,
    Column,
    Document,
    Heading,
    Paragraph,
    Row,
    Strong,
    Table,
)


@dataclass(frozen=True)
class ChangedCell:
    """One cell in the reader's words."""

    row: str
    cell: str
    was: str
    became: str


@dataclass(frozen=True)
class SupplementData:
    """What a supplement says.

    Attributes
    ----------
    number, year
        Its number within the year reported on.
    made_on
        The day the correction was accepted.
    before, after
        Numbers of the versions compared; `checksum` is the SHA-256 of the newer one's rows.
    """

    number: int
    year: int
    made_on: date
    author: Text
    recipient: Text
    agency: Text
    collection: Text
    plan: Text
    before: int
    after: int
    checksum: str
    reason: str
    changes: Sequence[ChangedCell]


def build_supplement(data: SupplementData, language: str) -> Document:
    """Return the document, to be printed by `to_pdf` or `to_docx`."""

    def say(text: str, **words: object) -> str:
        return gettext(text, language).format(**words)

    title = say("Supplement No. {number} to the report for {year}", number=data.number, year=data.year)
    blocks: list[Block] = [
        Heading(1, title),
        Paragraph(say("To: {recipient}", recipient=data.recipient.in_language(language))),
        Paragraph(
            say(
                "{author} informs of a correction accepted on {day}, after the report was due.",
                author=data.author.in_language(language),
                day=date_text(data.made_on, language),
            ),
            "lead",
        ),
        Paragraph(
            (
                Strong(data.agency.in_language(language)),
                f". {data.collection.in_language(language)}. ",
                say("Version {before} is replaced by version {after}.", before=data.before, after=data.after),
            )
        ),
        Table(
            caption=say("What changed"),
            columns=(
                Column(say("Row"), 5),
                Column(say("Cell"), 2),
                Column(say("Was"), 2, "right"),
                Column(say("Became"), 2, "right"),
            ),
            rows=tuple(Row((c.row, c.cell, c.was, c.became)) for c in data.changes),
        ),
        Heading(2, say("Why")),
        Paragraph(data.reason or say("No reason was recorded.")),
        Paragraph(say("Checksum of the rows (SHA-256): {sum}", sum=data.checksum), "small"),
        Paragraph(say("Signature, date: ______________________"), "body"),
    ]
    return Document(
        language=language,
        title=f"{title}. {data.plan.in_language(language)}",
        running_title=title,
        author=data.author.in_language(language),
        generated_on=data.made_on,
        blocks=tuple(blocks),
    )
