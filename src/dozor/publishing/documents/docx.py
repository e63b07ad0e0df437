"""Writes a document as DOCX to be edited in Word: real styles, headings, captions, fields.

The package is written with fixed dates and in a fixed order, so that the same document gives the same bytes.
"""

from __future__ import annotations

from collections.abc import MutableMapping
from datetime import UTC, datetime
from io import BytesIO

import docx
from docx.document import Document as WordDocument
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK
from docx.shared import Cm, Pt
from docx.table import Table as WordTable
from docx.table import _Cell
from docx.text.paragraph import Paragraph as WordParagraph

from dozor.language import gettext
from dozor.publishing.charts.drawing import draw_png
from dozor.publishing.documents import word_xml
from dozor.publishing.documents.blocks import (
    Banner,
    Block,
    Callout,
    Column,
    Contents,
    Document,
    Facts,
    Figure,
    Heading,
    LetterHead,
    ListBlock,
    PageBreak,
    Paragraph,
    Ref,
    Row,
    Signature,
    Sources,
    Strong,
    Table,
    TitlePage,
    Words,
    parts,
)
from dozor.publishing.documents.word_styles import TEXT_WIDTH, prepare

PICTURE_SCALE = 3  # about 290 dots to the inch on paper
ALIGNMENTS = {
    "left": WD_ALIGN_PARAGRAPH.LEFT,
    "right": WD_ALIGN_PARAGRAPH.RIGHT,
    "center": WD_ALIGN_PARAGRAPH.CENTER,
}


def to_docx(document: Document, cache: MutableMapping[str, str] | None = None) -> bytes:
    """Return the document as DOCX; the same document, the same bytes.

    `cache` keeps drawn charts, as in `draw_svg`.
    """
    writer = _Writer(document, cache)
    for block in document.blocks:
        writer.write(block)
    buffer = BytesIO()
    writer.word.save(buffer)
    return word_xml.repacked(buffer.getvalue(), document.generated_on)


class _Writer:
    """Adds blocks to a Word document one after another, counting captions and bookmarks."""

    def __init__(self, document: Document, cache: MutableMapping[str, str] | None) -> None:
        self.document = document
        self.cache = cache
        self.language = document.language
        self.word: WordDocument = docx.Document()
        prepare(self.word, document.language)
        self.style_ids = {style.name: style.style_id for style in self.word.styles}
        self._set_properties()
        self._set_running_lines()
        self.headings = [block for block in document.blocks if isinstance(block, Heading)]
        self.heading_count = 0
        self.bookmark_count = 0
        self.picture_count = 0
        self.counts = {"table": 0, "figure": 0}

    def write(self, block: Block) -> None:
        match block:
            case TitlePage():
                self._title_page(block)
            case Banner():
                self._banner(block)
            case Facts():
                self._facts(block)
            case LetterHead():
                self._letter_head(block)
            case Signature():
                self._signature(block)
            case Contents():
                self._contents(block)
            case Heading():
                self._heading(block)
            case Paragraph():
                style = {"body": "Normal", "lead": "Lead", "small": "Small"}[block.role]
                self._words(self.word.add_paragraph(style=style), block.words)
            case ListBlock():
                self._list(block)
            case Callout():
                self._callout(block)
            case Table():
                self._table(block)
            case Figure():
                self._figure(block)
            case Sources():
                self._sources(block)
            case PageBreak():
                self.word.add_paragraph().add_run().add_break(WD_BREAK.PAGE)

    def _set_properties(self) -> None:
        day = self.document.generated_on
        properties = self.word.core_properties
        properties.title, properties.author = self.document.title, self.document.author
        properties.language, properties.comments = self.language, ""
        properties.last_modified_by = self.document.author
        properties.created = properties.modified = datetime(day.year, day.month, day.day, tzinfo=UTC)

    def _set_running_lines(self) -> None:
        section = self.word.sections[0]
        titled = any(isinstance(block, TitlePage | LetterHead) for block in self.document.blocks)
        section.different_first_page_header_footer = titled
        section.header.paragraphs[0].style = self.word.styles["Header"]
        section.header.paragraphs[0].text = self.document.running_title
        foot = section.footer.paragraphs[0]
        foot.style = self.word.styles["Footer"]
        foot.paragraph_format.tab_stops.add_tab_stop(Cm(TEXT_WIDTH), alignment=2)
        foot.add_run(f"{self.document.footer}\t")
        before, between, after = _split_page_words(gettext("Page {page} of {pages}", self.language))
        foot.add_run(before)
        word_xml.add_field(foot, "PAGE", "2")
        foot.add_run(between)
        word_xml.add_field(foot, "NUMPAGES", "9")
        foot.add_run(after)

    def _title_page(self, page: TitlePage) -> None:
        place = self.word.add_paragraph(page.place, style="Place")
        place.paragraph_format.space_before = Pt(130)
        self.word.add_paragraph(page.title, style="Title")
        if page.subtitle:
            self.word.add_paragraph(page.subtitle, style="Subtitle")
        if page.notice:
            self._callout(Callout("", (page.notice,)))
        gap = self.word.add_paragraph()
        gap.paragraph_format.space_before = Pt(60)
        if page.details:
            table = self._plain_table(2, (5.0, TEXT_WIDTH - 5.0))
            for name, value in page.details:
                cells = table.add_row().cells
                self._cell(cells[0], name, "Small")
                self._cell(cells[1], value, "Small")

    def _banner(self, block: Banner) -> None:
        if block.place:
            self.word.add_paragraph(block.place, style="Place")
        self.word.add_paragraph(block.title, style="Title")
        if block.subtitle:
            self.word.add_paragraph(block.subtitle, style="Subtitle")
        if block.notice:
            self._callout(Callout("", (block.notice,)))

    def _facts(self, block: Facts) -> None:
        width = TEXT_WIDTH / len(block.facts)
        cells = self._plain_table(len(block.facts), (width,) * len(block.facts)).add_row().cells
        for cell, fact in zip(cells, block.facts, strict=True):
            word_xml.set_border(cell, "top", 12, "0B5566")
            self._cell(cell, fact.value, "Fact")
            for words, style in ((fact.what, "Table text"), (fact.note, "Small")):
                self._words(cell.add_paragraph(style=style), words)
        self.word.add_paragraph(style="Small")

    def _letter_head(self, block: LetterHead) -> None:
        cells = self._plain_table(2, (TEXT_WIDTH / 2, TEXT_WIDTH / 2)).add_row().cells
        self._cell(cells[0], (Strong(block.sender),), "Normal")
        for line in block.to_fill:
            cells[0].add_paragraph(line, style="Normal")
        self._cell(cells[1], block.recipient, "Normal")
        self.word.add_paragraph(style="Small").paragraph_format.space_after = Pt(24)

    def _signature(self, block: Signature) -> None:
        self.word.add_paragraph(style="Small").paragraph_format.space_after = Pt(18)
        table = self._plain_table(3, (TEXT_WIDTH * 0.4, TEXT_WIDTH * 0.3, TEXT_WIDTH * 0.3))
        first, second = table.add_row().cells, table.add_row().cells
        self._cell(first[0], block.post, "Normal")
        for cell, under, words in zip(first[1:], second[1:], block.under, strict=True):
            word_xml.set_border(cell, "bottom", 4, "17212B")
            self._cell(under, words, "Small", "center")

    def _contents(self, block: Contents) -> None:
        self._page_break()
        self.word.add_paragraph(block.title, style="Contents heading")
        listed = [(number, one) for number, one in enumerate(self.headings, 1) if one.level <= 2]
        entries = [
            (self.word.add_paragraph(style=f"TOC {one.level}"), one.text, f"_heading{number}")
            for number, one in listed
        ]
        word_xml.write_contents(entries, TEXT_WIDTH)

    def _heading(self, block: Heading) -> None:
        self.heading_count += 1
        paragraph = self.word.add_paragraph(style=f"Heading {block.level}")
        begins_page = block.level == 1 and block.begins_page and not self.document.is_flowing
        paragraph.paragraph_format.page_break_before = begins_page
        if block.level == 1 and not begins_page:
            paragraph.paragraph_format.space_before = Pt(30)
        self._bookmarked(paragraph, block.text, f"_heading{self.heading_count}")

    def _list(self, block: ListBlock) -> None:
        style = "List Number" if block.is_numbered else "List Bullet"
        number = word_xml.new_numbering(self.word, style) if block.is_numbered else None
        for item in block.items:
            paragraph = self.word.add_paragraph(style=style)
            if number is not None:
                word_xml.use_numbering(paragraph, number)
            self._words(paragraph, item)

    def _callout(self, block: Callout) -> None:
        if block.title:
            title = self.word.add_paragraph(style="Callout")
            title.paragraph_format.keep_with_next = True
            title.paragraph_format.space_after = Pt(0)
            title.add_run(block.title).bold = True
        for words in block.paragraphs:
            self._words(self.word.add_paragraph(style="Callout"), words)

    def _table(self, block: Table) -> None:
        self._caption("table", block.caption, keep_with_next=True)
        total = sum(column.width for column in block.columns)
        widths = tuple(TEXT_WIDTH * column.width / total for column in block.columns)
        table = self._plain_table(len(block.columns), widths)
        head = table.add_row()
        word_xml.repeat_as_heading(head)
        for cell, column in zip(head.cells, block.columns, strict=True):
            self._cell(cell, column.title, "Table heading", column.align)
            word_xml.set_border(cell, "bottom", 8, "17212B")
        for row in block.rows:
            self._row(table, row, block.columns)
        for number, note in enumerate(block.notes):
            line = self.word.add_paragraph(style="Small")
            line.paragraph_format.space_before = Pt(0 if number else 5)
            self._words(line, note)
        self.word.add_paragraph(style="Small")

    def _row(self, table: WordTable, row: Row, columns: tuple[Column, ...]) -> None:
        made = table.add_row()
        word_xml.keep_whole(made)
        cells = made.cells
        if len(row.cells) == 1 and len(columns) > 1:
            merged = cells[0].merge(cells[-1])
            self._cell(merged, row.cells[0], "Table subheading")
            merged.paragraphs[0].paragraph_format.keep_with_next = True
        else:
            for cell, words, column in zip(cells, row.cells, columns, strict=True):
                self._cell(cell, words, "Table text", column.align)
        for cell in made.cells:
            word_xml.set_border(cell, "bottom", 4, "DCD7CC")

    def _figure(self, block: Figure) -> None:
        self.picture_count += 1
        paragraph = self.word.add_paragraph(style="Picture")
        png = draw_png(block.spec, PICTURE_SCALE, language=self.language, cache=self.cache)
        picture = paragraph.add_run().add_picture(BytesIO(png), width=Cm(TEXT_WIDTH))
        word_xml.describe_picture(picture, self.picture_count, block.caption, block.alt)
        self._caption("figure", block.caption, keep_with_next=bool(block.notes))
        for number, note in enumerate(block.notes, 1):
            line = self.word.add_paragraph(style="Small")
            line.paragraph_format.keep_with_next = number < len(block.notes)
            self._words(line, note)

    def _sources(self, block: Sources) -> None:
        if block.is_short:
            paragraph = self.word.add_paragraph(style="Small")
            for entry in block.entries:
                self._bookmarked(paragraph, f"[{entry.number}]", f"_source{entry.number}")
                paragraph.add_run(f"\u00a0{entry.text}. ")
            return
        for entry in block.entries:
            paragraph = self.word.add_paragraph(style="Source")
            self._bookmarked(paragraph, f"{entry.number}.", f"_source{entry.number}")
            paragraph.add_run(f"\t{entry.text}")
            if entry.url:
                paragraph.add_run().add_break()
                word_xml.add_link(paragraph, entry.url, entry.url)

    def _caption(self, kind: str, text: str, *, keep_with_next: bool) -> None:
        self.counts[kind] += 1
        label = gettext("Table", self.language) if kind == "table" else gettext("Fig.", self.language)
        paragraph = self.word.add_paragraph(style="Caption")
        paragraph.paragraph_format.keep_with_next = keep_with_next
        paragraph.add_run(f"{label}\u00a0").bold = True
        word_xml.add_field(
            paragraph, f"SEQ {label.rstrip('.')} \\* ARABIC", str(self.counts[kind]), bold=True
        )
        paragraph.add_run(". ").bold = True
        paragraph.add_run(text)

    def _bookmarked(self, paragraph: WordParagraph, text: str, name: str) -> None:
        self.bookmark_count += 1
        word_xml.add_bookmarked_run(paragraph, text, name, self.bookmark_count)

    def _words(self, paragraph: WordParagraph, words: Words) -> None:
        for part in parts(words):
            if isinstance(part, Strong):
                paragraph.add_run(part.text).bold = True
            elif isinstance(part, Ref):
                word_xml.add_link(paragraph, f"[{part.number}]", anchor=f"_source{part.number}")
            else:
                paragraph.add_run(part)

    def _cell(self, cell: _Cell, words: Words, style: str, align: str = "left") -> None:
        paragraph = cell.paragraphs[0]
        # by its id, looked up once: Word's own table of styles is searched anew for every name
        paragraph._p.style = self.style_ids[style]
        paragraph.alignment = ALIGNMENTS[align]
        self._words(paragraph, words)

    def _plain_table(self, columns: int, widths: tuple[float, ...]) -> WordTable:
        table = self.word.add_table(rows=0, cols=columns)
        table.alignment = WD_TABLE_ALIGNMENT.LEFT
        table.autofit = False
        word_xml.set_cell_margins(table, 70)
        for column, width in zip(table.columns, widths, strict=True):
            column.width = Cm(width)
        return table

    def _page_break(self) -> None:
        self.word.add_paragraph().add_run().add_break(WD_BREAK.PAGE)


def _split_page_words(words: str) -> tuple[str, str, str]:
    before, rest = words.split("{page}")
    between, after = rest.split("{pages}")
    return before, between, after
