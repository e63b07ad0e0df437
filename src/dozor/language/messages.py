"""Speaks a finding: code and place in, sentences out."""

from __future__ import annotations

from dataclasses import dataclass

from dozor.core.findings import Finding
from dozor.core.messages import WORDINGS
from dozor.language.catalogue import gettext


@dataclass(frozen=True)
class Said:
    """A finding in words; the fields are those scripts read from ``--format json``."""

    code: str
    file: str | None
    row: int | None
    column: str | None
    found: str
    expected: str
    message: str


def say(finding: Finding, language: str) -> Said:
    """Put a finding into words: where, what happened, what was expected, what to do."""
    wording = WORDINGS[finding.code]
    words: dict[str, object] = {
        "found": finding.found,
        "file": finding.file or "",
        "row": finding.row if finding.row is not None else "",
        "column": finding.column or "",
        **finding.values,
    }

    def fill(template: str) -> str:
        return gettext(template, language).format(**words)

    place, happened = _place(finding, language), fill(wording.happened)
    if not place:
        happened = happened[:1].upper() + happened[1:]
    return Said(
        code=finding.code,
        file=finding.file,
        row=finding.row,
        column=finding.column,
        found=finding.found,
        expected=fill(wording.expected),
        message=" ".join(part for part in (place, happened, fill(wording.todo)) if part),
    )


def _place(finding: Finding, language: str) -> str:
    parts = []
    if finding.file:
        parts.append(finding.file)
    if finding.row is not None:
        parts.append(gettext("row {row}", language).format(row=finding.row))
    if finding.column:
        parts.append(gettext("column “{column}”", language).format(column=finding.column))
    if not parts:
        return ""
    place = ", ".join(parts)
    return (place if finding.file else place[0].upper() + place[1:]) + ":"
