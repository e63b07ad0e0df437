"""What was found wrong: a code, a place, what was found, what was expected.

A finding carries no sentence. Its words are in :mod:`dozor.core.messages`, one entry per code, and
:func:`dozor.language.say` speaks them in the reader's language.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Finding:
    """One thing wrong with an input.

    Parameters
    ----------
    code
        Key of the message, for example ``VAL-PERCENT``; stable, so that scripts may rely on it.
    found
        What stands in the input, as written there.
    values
        Further words for the sentence (``{limit}`` and the like). A value may be a number, text, or a name in
        three languages (``Text``); what needs translation otherwise is a code of its own, not a value.
    file, row, column
        The place: file name, line or row number counted from 1 (the heading is row 1 of a table),
        and the column's heading or the key's path.
    """

    code: str
    found: str = ""
    values: Mapping[str, object] = field(default_factory=dict)
    file: str | None = None
    row: int | None = None
    column: str | None = None


class Refused(Exception):  # noqa: N818 - the field's word for input that was not taken
    """The input was not taken and nothing was changed; `findings` says why."""

    def __init__(self, findings: Iterable[Finding] | Finding) -> None:
        self.findings: tuple[Finding, ...] = (findings,) if isinstance(findings, Finding) else tuple(findings)
        if not self.findings:
            raise ValueError("a refusal needs at least one finding")
        super().__init__("; ".join(f"{f.code}: {f.found}" for f in self.findings[:5]))
