"""A questionnaire for a pen: numbered questions, boxes, and in words when a question is asked."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import typst

from dozor.core.findings import Finding, Refused
from dozor.core.plan.instruments import Field, Group, Instrument, Note
from dozor.language import gettext
from dozor.language.conditions import condition_text
from dozor.publishing.fonts import FOLDER
from dozor.publishing.forms.qr import qr_svg

TEMPLATE = Path(__file__).parent / "questionnaire.typ"
REPEAT_ROWS = 28  # to the end of the second page
MATRIX_LEAST, MATRIX_CHOICES = 3, 4  # so many questions with the same few answers become one grid
MOST_BOXES = 20
_MADE = datetime(2006, 12, 30, tzinfo=UTC)  # the same instrument gives the same bytes on any day
_LENGTH = re.compile(r"\{\d+,(\d+)\}")
_LIMIT = re.compile(r"\. <= \$\{(\w+)\}")
Block = dict[str, Any]


def questionnaire_pdf(instrument: Instrument, language: str = "ru") -> bytes:
    """Return the form as PDF/UA-1, A4, to be printed and filled in by hand.

    Raises
    ------
    Refused
        ``WB-CONDITION``: a condition of the form that has no words.
    """
    pdf = typst.compile(
        str(TEMPLATE),
        root=str(TEMPLATE.parent),
        font_paths=[str(FOLDER)],
        ignore_system_fonts=True,
        format="pdf",
        pdf_standards=["ua-1"],
        timestamp=_MADE,
        sys_inputs={"form": json.dumps(questionnaire(instrument, language), ensure_ascii=False)},
    )
    if not isinstance(pdf, bytes):
        raise TypeError("Typst gave no document")
    return pdf


def questionnaire(instrument: Instrument, language: str) -> dict[str, Any]:
    """Lay the questions out as blocks; every word is in the reader's language already."""
    is_interview = instrument.kind == "person"
    filling = (
        gettext(
            "Mark the answer with a cross in its box. To correct, fill the box and cross another.", language
        ),
        gettext(
            "Write digits one in a box, from the right. Write no names, addresses or telephone numbers.",
            language,
        ),
    )
    return {
        "language": language,
        "title": instrument.title.in_language(language),
        "code": instrument.code,
        "version": instrument.version,
        "qr": qr_svg(f"dozor:{instrument.code}:{instrument.version}"),
        "date_field": any(f.kind == "today" for f in instrument.fields),
        "filling": " ".join(filling),
        "words": {
            "page": gettext("Page {page} of {pages}", language),
            "qr": gettext("QR code of the form and its version: {code}, {version}", language).format(
                code=instrument.code, version=instrument.version
            ),
            "number": gettext("Number of the questionnaire", language)
            if is_interview
            else gettext("Number of the form", language),
            "date": gettext("Date", language),
            "day_shape": gettext("day, month, year", language),
            "comma": "." if language == "en" else ",",
            "row": gettext("No.", language),
            "answer_number": gettext("Write the number of the answer.", language),
        },
        "blocks": list(_Layout(instrument, language).blocks()),
    }


class _Layout:
    def __init__(self, instrument: Instrument, language: str) -> None:
        self.instrument, self.language = instrument, language
        asked = [f for f in instrument.fields if f.is_asked]
        self.numbers = {f.name: number for number, f in enumerate(asked, start=1)}

    def blocks(self) -> Iterator[Block]:
        lines = [line for line in self.instrument.lines if isinstance(line, Note) or line.is_asked]
        open_groups: tuple[Group, ...] = ()
        at = 0
        while at < len(lines):
            line = lines[at]
            opened = _opened(open_groups, line.groups)
            open_groups = line.groups
            for group in opened:
                yield from self._group(group)
            repeat = next((g for g in line.groups if g.is_repeat), None)
            if repeat is not None:
                inside = [one for one in lines[at:] if repeat in one.groups]
                yield self._repeat([one for one in inside if isinstance(one, Field)])
                at += len(inside)
                continue
            if isinstance(line, Note):
                yield {"kind": "note", "text": self._text(line.label), "when": self._when(line.relevant)}
                at += 1
                continue
            alike = _alike(lines[at:])
            if len(alike) >= MATRIX_LEAST:
                yield self._matrix(alike)
            else:
                alike = [line]
                yield self._question(line)
            at += len(alike)

    def _group(self, group: Group) -> Iterator[Block]:
        """A heading, and for a conditional group where to go otherwise."""
        numbers = [self.numbers[f.name] for f in self.instrument.fields if f.is_asked and group in f.groups]
        when = self._when(group.relevant)
        if when and numbers:
            after = max(numbers) + 1
            otherwise = (
                gettext("Otherwise go to question {number}.", self.language).format(number=after)
                if after <= len(self.numbers)
                else gettext("Otherwise this is the end.", self.language)
            )
            when = f"{when} {otherwise}"
        if group.label or when:
            yield {"kind": "group", "label": self._text(group.label) if group.label else "", "when": when}

    def _question(self, f: Field) -> Block:
        block = self._head(f)
        if f.choices:
            labels = [self._text(c.label) for c in f.choices]
            widest = max(map(len, labels))
            columns = 1 if widest > 42 or (len(labels) < 3 and widest > 30) else 2 if widest > 24 else 3
            many = gettext("Several answers are possible.", self.language)
            return block | {
                "kind": "choices",
                "choices": labels,
                "columns": 4 if widest <= 13 and len(labels) > 3 else columns,
                "help": " ".join(
                    t for t in (block["help"], many if f.kind == "select_multiple" else "") if t
                ),
            }
        return block | {"kind": "boxes", **_boxes(f, self._highest(f))}

    def _highest(self, f: Field) -> float | None:
        """The largest number that may be answered; where another answer is the limit, that one's."""
        seen: set[str] = set()
        while f.highest is None and (limit := _LIMIT.search(f.constraint)) and f.name not in seen:
            seen.add(f.name)
            f = self.instrument.field(limit[1])
        return f.highest

    def _head(self, f: Field) -> Block:
        may_stay = gettext("may stay empty", self.language)
        return {
            "number": self.numbers[f.name],
            "label": self._text(f.label),
            "help": " ".join(text for text in (self._text(f.hint), self._limits(f)) if text),
            "when": self._when(f.relevant),
            "feeds": self._feeds(f.indicators),
            "optional": "" if f.required else f"{may_stay[:1].upper()}{may_stay[1:]}.",
        }

    def _matrix(self, fields: Sequence[Field]) -> Block:
        codes = list(dict.fromkeys(code for f in fields for code in f.indicators))
        return {
            "kind": "matrix",
            "choices": [self._text(c.label) for c in fields[0].choices],
            "rows": [{"number": self.numbers[f.name], "label": self._text(f.label)} for f in fields],
            "feeds": self._feeds(codes),
        }

    def _repeat(self, fields: Sequence[Field]) -> Block:
        """A table of empty rows; answers to choose from are numbered above it."""
        return {
            "kind": "repeat",
            "rows": REPEAT_ROWS,
            "columns": [
                self._head(f) | {"choices": [self._text(c.label) for c in f.choices], "width": _width(f)}
                for f in fields
            ],
        }

    def _when(self, relevant: str) -> str:
        if not relevant:
            return ""
        try:
            said = condition_text(relevant, self.instrument, self.language, self._called)
        except ValueError as wrong:
            values = {"field": "relevant", "why": str(wrong)}
            raise Refused(Finding("WB-CONDITION", relevant, values, file=self.instrument.file)) from None
        return gettext("Only if {condition}.", self.language).format(condition=said)

    def _called(self, name: str) -> str:
        return gettext("question {number}", self.language).format(number=self.numbers[name])

    def _feeds(self, indicators: Iterable[str]) -> str:
        codes = ", ".join(indicators)
        return gettext("indicator {codes}", self.language).format(codes=codes) if codes else ""

    def _limits(self, f: Field) -> str:
        return f.constraint_message.in_language(self.language) if f.constraint_message else ""

    def _text(self, text: Any) -> str:
        return str(text.in_language(self.language)) if text is not None else ""


def _opened(before: tuple[Group, ...], now: tuple[Group, ...]) -> tuple[Group, ...]:
    common = 0
    while common < min(len(before), len(now)) and before[common] == now[common]:
        common += 1
    return now[common:]


def _alike(lines: Sequence[Field | Note]) -> list[Field]:
    """Questions that follow one another, have the same answers and nothing to explain."""
    found: list[Field] = []
    for line in lines:
        if (
            not isinstance(line, Field)
            or line.kind != "select_one"
            or not 2 <= len(line.choices) <= MATRIX_CHOICES
            or line.relevant
            or line.hint
            or (found and (line.choices, line.groups) != (found[0].choices, found[0].groups))
        ):
            break
        found.append(line)
    return found


def _boxes(f: Field, highest: float | None) -> Block:
    """How many boxes an answer takes: whole ones, and those after the comma."""
    if f.kind == "date":
        return {"shape": "date", "whole": 0, "part": 0}
    if f.type == "number":
        whole = len(str(int(highest))) if highest is not None else 6
        return {"shape": "number", "whole": min(whole, MOST_BOXES), "part": 2 if f.kind == "decimal" else 0}
    length = _LENGTH.search(f.constraint)
    if length:
        return {"shape": "code", "whole": min(int(length[1]), MOST_BOXES), "part": 0}
    return {"shape": "line", "whole": 0, "part": 0}


def _width(f: Field) -> float:
    return 1.0 if f.choices else 2.2 if f.type == "number" or f.kind == "date" else 2.6
