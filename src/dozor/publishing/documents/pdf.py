"""Prints a document as PDF/A-2a and PDF/UA-1 at once with Typst and the packaged fonts.

Words travel to Typst as JSON and become text there; none of them is ever part of the markup.
"""

from __future__ import annotations

import json
from collections.abc import MutableMapping
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import typst

from dozor.language import date_text, gettext
from dozor.publishing.charts.drawing import draw_svg
from dozor.publishing.documents.blocks import (
    SMALLEST,
    Block,
    Document,
    Figure,
    LetterHead,
    Ref,
    Row,
    Strong,
    TitlePage,
    Words,
    parts,
)
from dozor.publishing.fonts import FOLDER

TEMPLATE = Path(__file__).parent / "document.typ"
STEP = 0.025


def to_pdf(document: Document, cache: MutableMapping[str, str] | None = None) -> bytes:
    """Return the document as PDF/A-2a and PDF/UA-1 (to be kept, tagged, with text alternatives).

    The same document gives the same bytes; Typst refuses what either standard forbids.

    `cache` keeps drawn charts, as in `draw_svg`.
    """
    day = document.generated_on
    data = _document(document, cache)
    pdf = typst.compile(
        **_input(data, _size(data, document.pages)),
        format="pdf",
        pdf_standards=["a-2a", "ua-1"],
        timestamp=datetime(day.year, day.month, day.day, tzinfo=UTC),
    )
    if not isinstance(pdf, bytes):
        raise TypeError("Typst gave no document")
    return pdf


def _input(data: dict[str, Any], size: float) -> dict[str, Any]:
    return {
        "input": str(TEMPLATE),
        "root": str(TEMPLATE.parent),
        "font_paths": [str(FOLDER)],
        "ignore_system_fonts": True,
        "sys_inputs": {"document": json.dumps(data | {"size": size}, ensure_ascii=False)},
    }


def _size(data: dict[str, Any], pages: int) -> float:
    """The largest type with which a document fits on so many pages; the smallest where it never does."""
    size = 1.0
    while pages and size > SMALLEST and _pages(data, size) > pages:
        size = round(size - STEP, 3)
    return size


def _pages(data: dict[str, Any], size: float) -> int:
    """How many pages a document has at a size of type."""
    return int(json.loads(typst.query(**_input(data, size), selector="<end>", field="value", one=True)))


def _document(document: Document, cache: MutableMapping[str, str] | None) -> dict[str, Any]:
    language, day = document.language, document.generated_on
    return {
        "language": language,
        "title": document.title,
        "running_title": document.running_title,
        "author": document.author,
        "footer": document.footer,
        "is_flowing": document.is_flowing,
        "has_first_footer": document.footer != ""
        and not any(isinstance(block, TitlePage | LetterHead) for block in document.blocks),
        "date": [day.year, day.month, day.day],
        "date_text": date_text(day, language),
        "words": {
            "table": gettext("Table", language),
            "figure": gettext("Fig.", language),
            "page": gettext("Page {page} of {pages}", language),
        },
        "blocks": [_block(block, document, cache) for block in document.blocks],
    }


def _block(block: Block, document: Document, cache: MutableMapping[str, str] | None) -> dict[str, Any]:
    kind = {"kind": type(block).__name__}
    if isinstance(block, Figure):
        svg = draw_svg(block.spec, document.language, cache)
        notes = [_words(note) for note in block.notes]
        return kind | {"svg": svg, "caption": block.caption, "alt": block.alt, "notes": notes}
    return kind | {name: _plain_data(value) for name, value in vars(block).items()}


def _plain_data(value: Any) -> Any:
    if isinstance(value, Row):
        return [_words(cell) for cell in value.cells]
    if isinstance(value, Strong | Ref):
        return _run(value)
    if isinstance(value, tuple):
        return [_plain_data(one) for one in value]
    return asdict(value) if hasattr(value, "__dataclass_fields__") else value


def _words(words: Words) -> list[dict[str, Any]]:
    return [_run(part) for part in parts(words)]


def _run(part: str | Strong | Ref) -> dict[str, Any]:
    if isinstance(part, Strong):
        return {"strong": part.text}
    if isinstance(part, Ref):
        return {"ref": part.number}
    return {"text": part}
