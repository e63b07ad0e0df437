"""The looks and lists that all sheets of a workbook share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from xlsxwriter.utility import xl_col_to_name

from dozor.core.places import Agency
from dozor.formats.workbook.layout import LISTS_SHEET, WorkbookLayout

INK, SOFT, RULE, WARM, ACCENT, ENTRY = "#17212b", "#55626e", "#dcd7cc", "#f6f4ef", "#0b5566", "#ffffff"


@dataclass
class Drawing:
    """A workbook being drawn: its looks and its lists of words, each made once."""

    book: Any
    layout: WorkbookLayout
    title: str
    agency: Agency

    def __post_init__(self) -> None:
        self.lists: dict[tuple[str, ...], str] = {}
        self.formats: dict[tuple[tuple[str, Any], ...], Any] = {}

    def look(self, **properties: Any) -> Any:
        base = {"font_name": "Calibri", "font_size": 11, "font_color": INK, "valign": "top", **properties}
        key = tuple(sorted(base.items()))
        return self.formats.setdefault(key, None) or self._made(key, base)

    def _made(self, key: tuple[tuple[str, Any], ...], base: dict[str, Any]) -> Any:
        self.formats[key] = self.book.add_format(base)
        return self.formats[key]

    def list_of(self, words: tuple[str, ...]) -> str:
        """Where the hidden sheet holds these words."""
        if words not in self.lists:
            letter = xl_col_to_name(len(self.lists))
            self.lists[words] = f"='{LISTS_SHEET}'!${letter}$1:${letter}${len(words)}"
        return self.lists[words]

    def lists_sheet(self) -> None:
        sheet = self.book.add_worksheet(LISTS_SHEET)
        for place, words in enumerate(self.lists):
            for row, text in enumerate(words):
                sheet.write_string(row, place, text)
        sheet.very_hidden()
        sheet.protect()
