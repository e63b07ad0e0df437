"""Documents (issue 01, point 8): PDF/UA by Typst, DOCX editable in Word.

DOC-001 hostile words stay words; DOC-002 the same document gives the same bytes; DOC-003 PDF is PDF/A-2a and
PDF/UA-1, has its tags, language, title and packaged fonts only; DOC-004 DOCX has real headings, repeated
table headings, alt text, language, fields; DOC-005 captions are numbered in the reader's language.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from io import BytesIO

import docx
import pytest
from docx.oxml.ns import qn
from pypdf import PdfReader

from dozor.publishing.charts import Heading as ChartHeading
from dozor.publishing.charts import Spark, describe, specification
from dozor.publishing.documents import (
    Callout,
    Column,
    Contents,
    Document,
    Figure,
    Heading,
    ListBlock,
    PageBreak,
    Paragraph,
    Ref,
    Row,
    SourceEntry,
    Sources,
    Strong,
    Table,
    TitlePage,
    to_docx,
    to_pdf,
)

HOSTILE = (
    r"""#panic() $x^2$ ] [ #] *a* _b_ `c` "d" 'e' \ \n \u{1F4A9} <label> @ref // no /* {data} {{x}} ~ = - +"""
)
SPARK = Spark("Новые случаи", (("2022", 1644), ("2025", 1088)))


def make(words: str = "Слова", language: str = "ru", rows: int = 3) -> Document:
    figure = Figure(specification(SPARK, language), words, describe(SPARK, language), (words,))
    return Document(
        language=language,
        title=f"Отчёт {words}",
        running_title=words,
        author=words,
        generated_on=date(2018, 2, 27),
        footer=words,
        blocks=(
            TitlePage(words, words, words, ((words, words),), words),
            Contents(words),
            Heading(1, f"Главное {words}"),
            Paragraph((words, Strong(words), Ref(1)), "lead"),
            Paragraph(words, "small"),
            ListBlock((words, (words, Ref(1)))),
            ListBlock((words, words), is_numbered=True),
            Callout(words, (words,)),
            Heading(2, words),
            Table(
                words,
                (Column("Первый столбец", 2), Column("Второй", 1, "right")),
                (Row((words,)), *(Row((f"строка {number}", words)) for number in range(rows))),
                (words,),
            ),
            figure,
            PageBreak(),
            Heading(3, words),
            Sources((SourceEntry(1, words, "https://example.org/a?b=1&c=%20#d"),)),
        ),
    )


def pdf_text(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)


def squeezed(text: str) -> str:
    """Leave out what line breaks, hyphenation and smart spacing may change."""
    return re.sub(r"[\s\u00ad\u00a0-]", "", text)


def test_doc_001_hostile_words_are_printed_as_they_are():
    text = squeezed(pdf_text(to_pdf(make(HOSTILE))))
    # headings, paragraphs, lists, callout, table, captions, notes, source: all of them, unharmed
    assert text.count(squeezed(HOSTILE)) >= 15


def test_doc_001_hostile_words_are_written_as_they_are():
    word = docx.Document(BytesIO(to_docx(make(HOSTILE))))
    assert sum(HOSTILE in paragraph.text for paragraph in word.paragraphs) >= 12
    assert HOSTILE in word.tables[-1].rows[1].cells[0].text


@pytest.mark.parametrize("render", [to_pdf, to_docx])
def test_doc_002_the_same_document_gives_the_same_bytes(render):
    assert render(make()) == render(make())


@pytest.mark.parametrize("language", ["ru", "be", "en"])
def test_doc_003_pdf_is_tagged_has_its_language_and_title(language):
    pdf = PdfReader(BytesIO(to_pdf(make(language=language))))
    root = pdf.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == language
    assert pdf.metadata.title == "Отчёт Слова"
    metadata = root["/Metadata"].get_data().replace(b" ", b"")
    assert b"pdfuaid:part>1<" in metadata
    assert b"pdfaid:part>2<" in metadata
    assert b"pdfaid:conformance>A<" in metadata
    assert root["/OutputIntents"][0]["/S"] == "/GTS_PDFA1"  # colours are defined without the screen
    assert "/Encrypt" not in pdf.trailer
    assert str(pdf.metadata.creation_date.date()) == "2018-02-27"


def test_doc_003_chapters_of_a_short_document_follow_one_another():
    pages = {flag: len(PdfReader(BytesIO(to_pdf(_chapters(flag)))).pages) for flag in (False, True)}
    assert pages == {False: 6, True: 2}
    words = {flag: docx.Document(BytesIO(to_docx(_chapters(flag)))) for flag in (False, True)}
    begin = {
        flag: {p.paragraph_format.page_break_before for p in word.paragraphs if p.style.name == "Heading 1"}
        for flag, word in words.items()
    }
    assert begin == {False: {True}, True: {False}}


def _chapters(is_flowing: bool) -> Document:
    chapters = [
        block for number in range(4) for block in (Heading(1, f"Глава {number}"), Paragraph("Строка."))
    ]
    blocks = (TitlePage("Отчёт"), Contents("Содержание"), *chapters)
    return replace(make(), blocks=blocks, is_flowing=is_flowing)


def test_doc_003_only_packaged_fonts_are_used():
    pdf = PdfReader(BytesIO(to_pdf(make())))
    fonts = {
        font.get_object()["/BaseFont"]
        for page in pdf.pages
        for font in page["/Resources"].get("/Font", {}).values()
    }
    assert fonts
    assert all("GolosText" in name for name in fonts)


def test_doc_003_a_table_heading_repeats_on_every_page_it_reaches():
    pages = [page.extract_text() for page in PdfReader(BytesIO(to_pdf(make(rows=120)))).pages]
    with_rows = [page for page in pages if "строка" in page]
    assert len(with_rows) > 2
    assert all("Первый столбец" in page for page in with_rows)


def test_doc_004_word_file_has_structure():
    word = docx.Document(BytesIO(to_docx(make())))
    styles = [paragraph.style.name for paragraph in word.paragraphs]
    assert {"Title", "Heading 1", "Heading 2", "Heading 3", "Caption", "TOC 1", "TOC 2"} <= set(styles)
    table = word.tables[-1]
    assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
    assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in table.rows)
    assert word.inline_shapes[0]._inline.docPr.get("descr") == describe(SPARK, "ru")
    assert word.styles.element.find(f".//{qn('w:lang')}").get(qn("w:val")) == "ru-RU"
    footer = word.sections[0].footer.paragraphs[0]._p.xml
    assert "PAGE" in footer
    assert "NUMPAGES" in footer
    assert any("TOC" in (code.text or "") for code in word.element.iter(qn("w:instrText")))


def test_doc_004_word_file_carries_its_typeface():
    names = [str(part.partname) for part in docx.Document(BytesIO(to_docx(make()))).part.package.iter_parts()]
    assert len([name for name in names if name.endswith(".odttf")]) == 2


@pytest.mark.parametrize(
    ("language", "table", "figure", "page"),
    [
        ("ru", "Таблица 1. ", "Рис. 1. ", "Страница 2 из"),
        ("be", "Табліца 1. ", "Мал. 1. ", "Старонка 2 з"),
        ("en", "Table 1. ", "Fig. 1. ", "Page 2 of"),
    ],
)
def test_doc_005_captions_and_pages_are_numbered_in_the_readers_language(language, table, figure, page):
    text = pdf_text(to_pdf(make(language=language))).replace("\u00a0", " ")
    word = docx.Document(BytesIO(to_docx(make(language=language))))
    written = [paragraph.text.replace("\u00a0", " ") for paragraph in word.paragraphs]
    assert table + "Слова" in text
    assert figure + "Слова" in text
    assert page in text
    assert table + "Слова" in written
    assert figure + "Слова" in written


def test_a_reference_needs_its_source():
    with pytest.raises(ValueError, match="without a source"):
        replace(make(), blocks=(Paragraph(("x", Ref(7))),))


def test_a_picture_needs_words():
    with pytest.raises(ValueError, match="do not see"):
        Figure(specification(SPARK, "ru"), "Подпись", " ")
    with pytest.raises(ValueError, match="title"):
        ChartHeading("")


def test_a_row_fits_its_table():
    with pytest.raises(ValueError, match="3 cells"):
        Table("x", (Column("a"), Column("b")), (Row(("1", "2", "3")),))
