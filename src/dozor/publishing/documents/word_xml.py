"""The parts of a Word file that python-docx has no words for: fields, bookmarks, links, borders."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from copy import deepcopy
from datetime import date
from io import BytesIO
from typing import Any

from docx.document import Document as WordDocument
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shape import InlineShape
from docx.shared import Cm, RGBColor
from docx.table import Table, _Cell, _Row
from docx.text.paragraph import Paragraph
from docx.text.run import Run

ACCENT = RGBColor(0x0B, 0x55, 0x66)


def _element(tag: str, **attributes: str) -> Any:
    made = OxmlElement(f"w:{tag}")
    for name, value in attributes.items():
        made.set(qn(f"w:{name}"), value)
    return made


def _instruction(words: str) -> Any:
    text = _element("instrText")
    text.set(qn("xml:space"), "preserve")
    text.text = f" {words} "
    return text


def add_field(paragraph: Paragraph, instruction: str, shown: str, *, bold: bool = False) -> None:
    """Add a field that Word recalculates; `shown` stands there until it does."""
    for run in _field_runs(paragraph, instruction, shown):
        run.bold = bold or None


def _field_runs(paragraph: Paragraph, instruction: str, shown: str) -> list[Run]:
    begin, code, separate, result, end = (paragraph.add_run() for _ in range(5))
    begin._r.append(_element("fldChar", fldCharType="begin"))
    code._r.append(_instruction(instruction))
    separate._r.append(_element("fldChar", fldCharType="separate"))
    result.text = shown
    end._r.append(_element("fldChar", fldCharType="end"))
    return [begin, code, separate, result, end]


def add_bookmarked_run(paragraph: Paragraph, text: str, name: str, number: int) -> None:
    """Add text that links can point to."""
    paragraph._p.append(_element("bookmarkStart", id=str(number), name=name))
    paragraph.add_run(text)
    paragraph._p.append(_element("bookmarkEnd", id=str(number)))


def add_link(paragraph: Paragraph, text: str, url: str = "", *, anchor: str = "") -> None:
    """Add a link to an address outside, or to a bookmark inside the document."""
    link = _element("hyperlink", history="1")
    if url:
        link.set(qn("r:id"), paragraph.part.relate_to(url, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
    else:
        link.set(qn("w:anchor"), anchor)
    run = paragraph.add_run(text)
    run.font.color.rgb = ACCENT
    link.append(run._r)
    paragraph._p.append(link)


def write_contents(entries: Sequence[tuple[Paragraph, str, str]], width: float) -> None:
    """Write a table of contents: a field that Word brings up to date, filled with what it will hold.

    Each entry is its paragraph, its text and the bookmark of its heading.
    """
    for index, (paragraph, text, bookmark) in enumerate(entries):
        paragraph.paragraph_format.tab_stops.add_tab_stop(Cm(width), alignment=2, leader=1)
        if index == 0:
            begin, code, separate = (paragraph.add_run()._r for _ in range(3))
            # page numbers are Word's to reckon: "dirty" asks it to do so when the file is opened
            begin.append(_element("fldChar", fldCharType="begin", dirty="true"))
            code.append(_instruction('TOC \\o "1-2" \\h \\z \\u'))
            separate.append(_element("fldChar", fldCharType="separate"))
        link = _element("hyperlink", anchor=bookmark, history="1")
        before = len(paragraph._p)
        paragraph.add_run(f"{text}\t")
        _field_runs(paragraph, f"PAGEREF {bookmark} \\h", "")
        for child in list(paragraph._p)[before:]:
            link.append(child)
        paragraph._p.append(link)
    if entries:
        entries[-1][0].add_run()._r.append(_element("fldChar", fldCharType="end"))


def repeat_as_heading(row: _Row) -> None:
    """Repeat a row at the top of each page its table reaches."""
    row._tr.get_or_add_trPr().append(_element("tblHeader"))
    keep_whole(row)


def keep_whole(row: _Row) -> None:
    """Keep a row from being cut by the end of a page."""
    properties = row._tr.get_or_add_trPr()
    properties.insert(0, _element("cantSplit"))


def set_border(cell: _Cell, side: str, eighths: int, colour: str) -> None:
    """Draw one border of a cell; thickness in eighths of a point."""
    properties = cell._tc.get_or_add_tcPr()
    for old in properties.findall(qn("w:tcBorders")):
        properties.remove(old)
    borders = _element("tcBorders")
    borders.append(_element(side, val="single", sz=str(eighths), space="0", color=colour))
    properties.append(borders)


def set_cell_margins(table: Table, twips: int) -> None:
    """Set the room left and right of the words in every cell, in twentieths of a point."""
    margins = _element("tblCellMar")
    for side in ("left", "right"):
        margins.append(_element(side, w=str(twips), type="dxa"))
    # the schema wants margins between the layout and the look
    table._tbl.tblPr.insert_element_before(margins, "w:tblLook", "w:tblCaption", "w:tblDescription")


def describe_picture(picture: InlineShape, number: int, name: str, alt: str) -> None:
    """Give a picture its words for those who do not see it."""
    properties = picture._inline.docPr
    properties.set("id", str(number))
    properties.set("name", name)
    properties.set("descr", alt)


def new_numbering(word: WordDocument, style: str) -> int:
    """Return a numbering that starts again at one, in the manner of a list style."""
    numbering = word.part.numbering_part.element
    used = word.styles[style].element.pPr.numPr.numId.val
    pattern = next(one for one in numbering.num_lst if one.numId == used)
    number = max(one.numId for one in numbering.num_lst) + 1
    made = deepcopy(pattern)
    made.set(qn("w:numId"), str(number))
    restart = _element("lvlOverride", ilvl="0")
    restart.append(_element("startOverride", val="1"))
    made.append(restart)
    numbering.append(made)
    return number


def use_numbering(paragraph: Paragraph, number: int) -> None:
    properties = paragraph._p.get_or_add_pPr().get_or_add_numPr()
    properties.get_or_add_ilvl().val = 0
    properties.get_or_add_numId().val = number


def repacked(content: bytes, day: date) -> bytes:
    """Write the package again with one date for all parts, so that its bytes depend on nothing else."""
    buffer = BytesIO()
    with (
        zipfile.ZipFile(BytesIO(content)) as read,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as write,
    ):
        for name in sorted(read.namelist(), key=lambda name: (name != "[Content_Types].xml", name)):
            entry = zipfile.ZipInfo(name, (max(day.year, 1980), day.month, day.day, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            write.writestr(entry, read.read(name))
    return buffer.getvalue()
