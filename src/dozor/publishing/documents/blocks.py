"""What a document is made of.

Every word is already in the reader's language and stays data to the last: a renderer never reads it as its
own markup.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, is_dataclass
from datetime import date
from typing import Literal, TypeAlias

from dozor.publishing.charts.style import Spec

Align = Literal["left", "right", "center"]
SMALLEST = 0.8  # of the usual size: 8 points


@dataclass(frozen=True)
class Strong:
    """Words that stand out, as the figure of a sentence does."""

    text: str


@dataclass(frozen=True)
class Ref:
    """A reference to a numbered source of the list at the end."""

    number: int


Part: TypeAlias = "str | Strong | Ref"
Words: TypeAlias = "str | tuple[Part, ...]"


def parts(words: Words) -> tuple[Part, ...]:
    """Return the words as a sequence, whichever way they were written."""
    return (words,) if isinstance(words, str) else words


def plain(words: Words) -> str:
    """Return the words without emphasis; a reference reads as [3]."""
    return "".join(
        part if isinstance(part, str) else part.text if isinstance(part, Strong) else f"[{part.number}]"
        for part in parts(words)
    )


@dataclass(frozen=True)
class TitlePage:
    """The first page. `details`: short facts, name and value; `notice`: what to know before reading."""

    title: str
    subtitle: str = ""
    place: str = ""
    details: tuple[tuple[str, str], ...] = ()
    notice: str = ""


@dataclass(frozen=True)
class Contents:
    """The table of contents, down to level 2."""

    title: str


@dataclass(frozen=True)
class Heading:
    """A heading of level 1–3; level 1 begins a page, unless it says otherwise or the document flows."""

    level: Literal[1, 2, 3]
    text: str
    begins_page: bool = True


@dataclass(frozen=True)
class Paragraph:
    words: Words
    role: Literal["body", "lead", "small"] = "body"


@dataclass(frozen=True)
class ListBlock:
    items: tuple[Words, ...]
    is_numbered: bool = False


@dataclass(frozen=True)
class Callout:
    """A quiet box for what limits the figures around it."""

    title: str
    paragraphs: tuple[Words, ...]


@dataclass(frozen=True)
class Column:
    """`width`: the column's part of the table's width, on any common scale."""

    title: str
    width: float = 1
    align: Align = "left"


@dataclass(frozen=True)
class Row:
    """One row; a row with one cell in a table of several columns is a subheading."""

    cells: tuple[Words, ...]


@dataclass(frozen=True)
class Table:
    """A numbered table with its caption above; the heading repeats on each page, no row is cut in two."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    notes: tuple[Words, ...] = ()

    def __post_init__(self) -> None:
        for row in self.rows:
            if len(row.cells) not in (1, len(self.columns)):
                raise ValueError(f"{self.caption}: a row of {len(row.cells)} cells")


@dataclass(frozen=True)
class Figure:
    """A numbered picture with its caption below; drawn from a chart's specification."""

    spec: Spec
    caption: str
    alt: str
    notes: tuple[Words, ...] = ()

    def __post_init__(self) -> None:
        if not self.alt.strip():
            raise ValueError(f"{self.caption}: a picture without words for those who do not see it")


@dataclass(frozen=True)
class SourceEntry:
    number: int
    text: str
    url: str = ""


@dataclass(frozen=True)
class Sources:
    """`is_short`: titles alone, one after another, where room is scarce."""

    entries: tuple[SourceEntry, ...]
    is_short: bool = False


@dataclass(frozen=True)
class PageBreak:
    pass


@dataclass(frozen=True)
class Banner:
    """The head of a document without a title page: place, title, one line under it, what to know first."""

    title: str
    place: str = ""
    subtitle: str = ""
    notice: str = ""


@dataclass(frozen=True)
class Fact:
    """One large figure with what it is and, smaller, what it stands beside."""

    value: str
    what: str
    note: Words = ""


@dataclass(frozen=True)
class Facts:
    """Two to four facts side by side."""

    facts: tuple[Fact, ...]

    def __post_init__(self) -> None:
        if not 2 <= len(self.facts) <= 4:
            raise ValueError(f"{len(self.facts)} facts do not stand side by side")


@dataclass(frozen=True)
class LetterHead:
    """The head of an official letter: who writes, lines to be filled in by hand, to whom."""

    sender: str
    to_fill: tuple[str, ...]
    recipient: str


@dataclass(frozen=True)
class Signature:
    """A post, a line to sign on and a line for the name; `under`: the small words below the two lines."""

    post: str
    under: tuple[str, str]


Block: TypeAlias = (
    TitlePage
    | Banner
    | Facts
    | LetterHead
    | Signature
    | Contents
    | Heading
    | Paragraph
    | ListBlock
    | Callout
    | Table
    | Figure
    | Sources
    | PageBreak
)


@dataclass(frozen=True)
class Document:
    """A document in one language.

    Parameters
    ----------
    running_title
        Printed at the head of every page but the first.
    generated_on
        The day given as the document's date; nothing reads the clock.
    footer
        Printed beside the page number, for example the version of the data.
    is_flowing
        Chapters follow one another on a page: for a document whose chapters are short.
    pages
        How many pages it has to fit on; type and spacing are then made smaller, down to `SMALLEST` of
        their size. 0: as many as it takes. Word sets its own pages.
    """

    language: str
    title: str
    running_title: str
    author: str
    generated_on: date
    blocks: tuple[Block, ...]
    footer: str = ""
    is_flowing: bool = False
    pages: int = 0

    def __post_init__(self) -> None:
        listed = {
            entry.number for block in self.blocks if isinstance(block, Sources) for entry in block.entries
        }
        if missing := sorted(set(_references(self.blocks)) - listed):
            raise ValueError(f"references without a source: {missing}")


def _references(value: object) -> Iterator[int]:
    if isinstance(value, Ref):
        yield value.number
    elif isinstance(value, tuple):
        for one in value:
            yield from _references(one)
    elif is_dataclass(value) and not isinstance(value, Figure):
        for one in vars(value).values():
            yield from _references(one)
    elif isinstance(value, Figure):
        yield from _references(value.notes)
