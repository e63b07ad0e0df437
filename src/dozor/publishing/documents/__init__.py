"""Documents: a small tree of blocks, printed as PDF (PDF/A-2a and PDF/UA-1) or as an editable DOCX."""

from __future__ import annotations

from dozor.publishing.documents.blocks import (
    Block,
    Callout,
    Column,
    Contents,
    Document,
    Figure,
    Heading,
    ListBlock,
    PageBreak,
    Paragraph,
    Part,
    Ref,
    Row,
    SourceEntry,
    Sources,
    Strong,
    Table,
    TitlePage,
    Words,
    parts,
    plain,
)
from dozor.publishing.documents.docx import to_docx
from dozor.publishing.documents.pdf import to_pdf

__all__ = [
    "Block",
    "Callout",
    "Column",
    "Contents",
    "Document",
    "Figure",
    "Heading",
    "ListBlock",
    "PageBreak",
    "Paragraph",
    "Part",
    "Ref",
    "Row",
    "SourceEntry",
    "Sources",
    "Strong",
    "Table",
    "TitlePage",
    "Words",
    "parts",
    "plain",
    "to_docx",
    "to_pdf",
]
