"""The styles of a Word document: the same calm look as the PDF, in styles an editor can change."""

from __future__ import annotations

import uuid
from typing import Any

from docx.document import Document as WordDocument
from docx.enum.style import WD_STYLE_TYPE
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.styles.style import ParagraphStyle

from dozor.publishing.fonts import FAMILY, FOLDER

PAGE_WIDTH, PAGE_HEIGHT, MARGIN = 21.0, 29.7, 2.2  # centimetres
TEXT_WIDTH = PAGE_WIDTH - 2 * MARGIN
INK, SOFT, ACCENT = RGBColor(0x17, 0x21, 0x2B), RGBColor(0x55, 0x62, 0x6E), RGBColor(0x0B, 0x55, 0x66)
WARM = "F6F4EF"
LOCALES = {"ru": "ru-RU", "be": "be-BY", "en": "en-GB"}


def prepare(word: WordDocument, language: str) -> None:
    """Set page, language, fonts and styles of a new document."""
    section = word.sections[0]
    section.page_width, section.page_height = Cm(PAGE_WIDTH), Cm(PAGE_HEIGHT)
    section.left_margin = section.right_margin = Cm(MARGIN)
    section.top_margin, section.bottom_margin = Cm(2.7), Cm(2.5)
    _set_defaults(word, language)
    _style(word, "Normal", size=10, after=6, line=1.25)
    _style(word, "Title", size=28, bold=True, after=10, line=1.05)
    _style(word, "Subtitle", size=13, colour=SOFT, after=18)
    _style(word, "Heading 1", size=19, bold=True, after=14, line=1.1)
    _style(word, "Heading 2", size=13, bold=True, before=20, after=8, line=1.15)
    _style(word, "Heading 3", size=10.5, bold=True, before=12, after=5)
    _style(word, "Caption", size=9.5, before=10, after=6)
    _style(word, "Header", size=8, colour=SOFT)
    _style(word, "Footer", size=8, colour=SOFT)
    _style(word, "List Bullet", after=4, line=1.25)
    _style(word, "List Number", after=4, line=1.25)
    _style(word, "TOC 1", bold=True, before=6, after=2)
    _style(word, "TOC 2", after=2).paragraph_format.left_indent = Cm(0.5)
    _style(word, "Place", size=12, colour=SOFT, after=6)
    _style(word, "Fact", size=19, bold=True, colour=ACCENT, before=6, after=2, line=1.0)
    _style(word, "Contents heading", size=19, bold=True, after=14)
    _style(word, "Lead", size=12, after=10, line=1.3)
    _style(word, "Small", size=8.5, colour=SOFT, after=3, line=1.15)
    _style(
        word, "Table heading", size=8, colour=SOFT, before=3, after=3, line=1.1
    ).paragraph_format.keep_with_next = True
    _style(word, "Table text", size=8.75, before=3, after=3, line=1.1)
    _style(word, "Table subheading", size=8.75, bold=True, before=7, after=3, line=1.1)
    _style(word, "Picture", before=8, after=4, line=1.0).paragraph_format.keep_with_next = True
    source = _style(word, "Source", size=8.75, after=5, line=1.15)
    source.paragraph_format.left_indent, source.paragraph_format.first_line_indent = Cm(0.9), Cm(-0.9)
    _shade_callout(_style(word, "Callout", after=6, line=1.25))
    _embed_fonts(word)


def _style(
    word: WordDocument,
    name: str,
    *,
    size: float | None = None,
    bold: bool = False,
    colour: RGBColor = INK,
    before: float = 0,
    after: float = 0,
    line: float = 1.2,
) -> ParagraphStyle:
    if name in word.styles:
        style: Any = word.styles[name]
    else:
        style = word.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = word.styles["Normal"]
    if size:
        style.font.size = Pt(size)
    style.font.bold, style.font.italic = bold, False
    style.font.color.rgb = colour
    style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(after)
    style.paragraph_format.line_spacing = line
    _use_font(style.element.get_or_add_rPr())
    # what the template adds of its own: a rule under a title, tab stops in a footer, spaced letters
    for holder, tag in (
        (style.element.pPr, "pBdr"),
        (style.element.pPr, "tabs"),
        (style.element.rPr, "spacing"),
    ):
        found = holder.find(qn(f"w:{tag}")) if holder is not None else None
        if found is not None:
            holder.remove(found)
    return style  # type: ignore[no-any-return]


def _use_font(properties: Any) -> None:
    fonts = properties.find(qn("w:rFonts"))
    if fonts is None:
        fonts = OxmlElement("w:rFonts")
        properties.insert(0, fonts)
    fonts.attrib.clear()
    for script in ("ascii", "hAnsi", "cs", "eastAsia"):
        fonts.set(qn(f"w:{script}"), FAMILY)


def _set_defaults(word: WordDocument, language: str) -> None:
    defaults = word.styles.element.find(qn("w:docDefaults")).find(qn("w:rPrDefault")).find(qn("w:rPr"))
    _use_font(defaults)
    spoken = defaults.find(qn("w:lang"))
    if spoken is None:
        spoken = OxmlElement("w:lang")
        defaults.append(spoken)
    spoken.attrib.clear()
    spoken.set(qn("w:val"), LOCALES[language])
    spoken.set(qn("w:eastAsia"), LOCALES[language])


def _shade_callout(style: ParagraphStyle) -> None:
    properties = style.element.get_or_add_pPr()
    borders = OxmlElement("w:pBdr")
    left = OxmlElement("w:left")
    for name, value in {"val": "single", "sz": "20", "space": "8", "color": "0B5566"}.items():
        left.set(qn(f"w:{name}"), value)
    borders.append(left)
    shade = OxmlElement("w:shd")
    for name, value in {"val": "clear", "color": "auto", "fill": WARM}.items():
        shade.set(qn(f"w:{name}"), value)
    # the schema wants borders and shading before spacing and indents
    properties.insert_element_before(borders, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:outlineLvl")
    properties.insert_element_before(shade, "w:tabs", "w:spacing", "w:ind", "w:jc", "w:outlineLvl")
    style.paragraph_format.left_indent = Cm(0.4)


def _embed_fonts(word: WordDocument) -> None:
    """Put Golos Text into the file, so that it looks the same where the font is not installed.

    Word keeps embedded fonts with their first 32 bytes mixed with a key (ECMA-376 part 4, 15.2.13); the key
    is made from the font, so that the file stays the same from run to run.
    """
    table = next(part for part in word.part.package.iter_parts() if part.partname == "/word/fontTable.xml")
    declared = []
    for number, (role, name) in enumerate({"embedRegular": "Regular", "embedBold": "Bold"}.items(), 1):
        content = (FOLDER / f"GolosText-{name}.ttf").read_bytes()
        key = uuid.uuid5(uuid.NAMESPACE_URL, f"golos-text-{name}")
        mask = bytes.fromhex(key.hex)[::-1] * 2
        mixed = bytes(one ^ other for one, other in zip(content[:32], mask, strict=True)) + content[32:]
        part = Part(
            PackURI(f"/word/fonts/font{number}.odttf"),
            "application/vnd.openxmlformats-officedocument.obfuscatedFont",
            mixed,
            word.part.package,
        )
        relation = table.relate_to(part, RELATIONSHIP_TYPE.FONT)
        declared.append(f'<w:{role} r:id="{relation}" w:fontKey="{{{str(key).upper()}}}"/>')
    font = (
        f'<w:font w:name="{FAMILY}"><w:altName w:val="PT Sans"/><w:charset w:val="CC"/>'
        f'<w:family w:val="swiss"/><w:pitch w:val="variable"/>{"".join(declared)}</w:font>'
    )
    blob = table.blob.replace(b"</w:fonts>", font.encode() + b"</w:fonts>")
    table._blob = blob
    settings = word.settings.element
    for mode in settings.iter(qn("w:compatSetting")):
        if mode.get(qn("w:name")) == "compatibilityMode":
            mode.set(qn("w:val"), "15")  # a table's edge stands at the margin, not its text
    embed = OxmlElement("w:embedTrueTypeFonts")
    settings.insert_element_before(embed, *_AFTER_EMBED)


_AFTER_EMBED = (
    "w:embedSystemFonts",
    "w:saveSubsetFonts",
    "w:bordersDoNotSurroundHeader",
    "w:proofState",
    "w:stylePaneFormatFilter",
    "w:defaultTabStop",
    "w:characterSpacingControl",
    "w:hdrShapeDefaults",
    "w:compat",
    "w:rsids",
    "m:mathPr",
    "w:themeFontLang",
    "w:clrSchemeMapping",
    "w:shapeDefaults",
    "w:decimalSymbol",
    "w:listSeparator",
)
