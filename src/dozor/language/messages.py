"""Speaks a finding: code and place in, sentences out."""

from __future__ import annotations

from dataclasses import dataclass

from dozor.core.findings import Finding
from dozor.core.messages import WORDINGS
from dozor.core.text import Text
from dozor.language.catalogue import gettext
from dozor.language.words import (
    DOUBT_STATES,
    SUBMISSION_ACTS,
    SUBMISSION_RECEIPTS,
    SUBMISSION_STATES,
)

# what findings name by codes of these tables: by the finding's code and the place in its wording
NAMED = {
    "SUB-STATE": {
        "found": SUBMISSION_STATES,
        "act": SUBMISSION_ACTS | SUBMISSION_RECEIPTS,
        "allowed": SUBMISSION_STATES | SUBMISSION_ACTS,
    },
    "PKG-NOT-RETURNED": {"found": SUBMISSION_STATES},
    "PKG-JUDGED": {"found": SUBMISSION_ACTS},
    "QLT-STATE": {"found": DOUBT_STATES},
}


@dataclass(frozen=True)
class Said:
    """A finding in words.

    Parameters
    ----------
    words
        What happened, what was expected and what to do, for a place where it is seen what they are about.
    brief
        The same without what was expected, beside which it stands in a column of its own.
    message
        `words` with their place in front.
    """

    code: str
    file: str | None
    row: int | None
    column: str | None
    found: str
    expected: str
    words: str
    brief: str
    message: str


def say(finding: Finding, language: str, *, question: str = "") -> Said:
    """Put a finding into words: where, what happened, what was expected, what to do.

    Parameters
    ----------
    question
        What people call the finding's column, for those who do not know its name.
    """
    wording = WORDINGS[finding.code]
    words: dict[str, object] = {
        "found": finding.found,
        "file": finding.file or "",
        "row": finding.row if finding.row is not None else "",
        "column": finding.column or "",
        **{
            name: value.in_language(language) if isinstance(value, Text) else value
            for name, value in finding.values.items()
        },
    }

    for name, table in NAMED.get(finding.code, {}).items():
        codes = str(words[name]).split(", ")
        words[name] = ", ".join(gettext(table.get(code, code), language) for code in codes)

    def fill(template: str) -> str:
        return gettext(template, language).format(**words)

    place, expected = _place(finding, language, question), fill(wording.expected)
    happened, todo = fill(wording.happened), fill(wording.todo)
    wanted = gettext("Expected: {expected}", language).format(expected=_in_sentence(expected))
    return Said(
        code=finding.code,
        file=finding.file,
        row=finding.row,
        column=finding.column,
        found=finding.found,
        expected=expected,
        words=_capital(f"{happened} {wanted} {todo}"),
        brief=" ".join(filter(None, (place, happened if place else _capital(happened), todo))),
        message=f"{place} {happened} {wanted} {todo}" if place else _capital(f"{happened} {wanted} {todo}"),
    )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _in_sentence(text: str) -> str:
    """Write a phrase or a sentence as the end of one."""
    if text[1:2].islower() or text[1:2] == " ":
        text = text[0].lower() + text[1:]
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _place(finding: Finding, language: str, question: str) -> str:
    parts = []
    if finding.file:
        parts.append(finding.file)
    if finding.row is not None:
        parts.append(gettext("row {row}", language).format(row=finding.row))
    if question:
        parts.append(gettext("question “{question}”", language).format(question=question))
    elif finding.column:
        parts.append(gettext("column “{column}”", language).format(column=finding.column))
    if not parts:
        return ""
    place = ", ".join(parts)
    return (place if finding.file else place[0].upper() + place[1:]) + ":"
