"""A questionnaire or form of a plan: what it asks of whom, and which indicator each answer feeds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from dozor.core.text import Text

InstrumentKind = Literal["person", "institution", "record"]
ValueType = Literal["number", "text", "truth", "date"]  # as an expression reads it


@dataclass(frozen=True)
class Choice:
    """One answer to choose: `name` is what is stored, `label` what is read."""

    name: str
    label: Text


@dataclass(frozen=True)
class Group:
    """Questions that belong together; a repeat is asked as often as there are things to tell of.

    `relevant` is the XPath condition under which the group is asked; empty: always.
    """

    name: str
    label: Text | None = None
    relevant: str = ""
    is_repeat: bool = False


@dataclass(frozen=True)
class Note:
    """Words shown between questions, with no answer."""

    name: str
    label: Text
    relevant: str = ""
    groups: tuple[Group, ...] = ()


@dataclass(frozen=True)
class Field:
    """One answer of an instrument: a question, or a value the form keeps by itself.

    Parameters
    ----------
    name
        The column of the answers; unique in the instrument, whatever group it stands in.
    type
        How an expression reads it: a chosen answer is the text of its code.
    kind
        The XLSForm type's first word: ``integer``, ``decimal``, ``text``, ``date``, ``select_one``,
        ``select_multiple``, ``calculate``, or what the device notes itself: ``start``, ``end``, ``today``.
    label
        The question; a value kept by the form carries its name in every language.
    choices
        The answers to choose from, in order. "Refused" and "don't know" are answers among them.
    required
        Whether the form goes on without an answer.
    indicators
        Codes of the plan's indicators that the answer feeds.
    relevant, constraint, calculation
        XPath as in the XLSForm; `relevant` is the question's own, those of its groups stand there.
    groups
        From the outermost to the one it stands in.
    lowest, highest
        What the constraint says of a number, where it is a plain range; for controls and drawn data.
    """

    name: str
    type: ValueType
    kind: str
    label: Text
    choices: tuple[Choice, ...] = ()
    required: bool = True
    indicators: tuple[str, ...] = ()
    hint: Text | None = None
    relevant: str = ""
    constraint: str = ""
    constraint_message: Text | None = None
    calculation: str = ""
    default: str = ""
    appearance: str = ""
    groups: tuple[Group, ...] = ()
    lowest: float | None = None
    highest: float | None = None

    @property
    def is_asked(self) -> bool:
        """Whether somebody answers it; else the form keeps the value by itself."""
        return self.kind not in {"calculate", "start", "end", "today"}

    @property
    def repeat(self) -> str | None:
        """Name of the repeat it stands in: each of its turns is a row of its own."""
        return next((g.name for g in self.groups if g.is_repeat), None)


@dataclass(frozen=True)
class Instrument:
    """One questionnaire or form, with shared blocks in their places.

    Parameters
    ----------
    code
        Name of its text and of its form: ``survey-youth``.
    kind
        Whom a row speaks of: a person, an institution, or a record (a case, a sum of money, a specimen).
    collections
        Codes of the plan's collections it serves.
    version
        The text's date and the first digits of a digest of the whole, blocks included: another text
        never has the same version.
    lines
        Questions and notes in order.
    counted
        SQL condition on a row that takes part in any estimate (consent given, of the age asked for);
        empty: every row.
    sheets
        The resolved XLSForm: sheet → rows, each from column to text. Languages stand in the columns as
        ``label::ru``.
    file
        Where the text stands, for messages.
    """

    code: str
    kind: InstrumentKind
    title: Text
    version: str
    collections: tuple[str, ...]
    lines: tuple[Field | Note, ...]
    counted: str = ""
    sheets: Mapping[str, tuple[Mapping[str, str], ...]] = field(default_factory=dict, repr=False)
    file: str = ""

    @cached_property
    def fields(self) -> tuple[Field, ...]:
        """Every answer, in order."""
        return tuple(line for line in self.lines if isinstance(line, Field))

    @cached_property
    def _by_name(self) -> dict[str, Field]:
        return {f.name: f for f in self.fields}

    def field(self, name: str) -> Field:
        """Return the field with this name; KeyError when there is none."""
        return self._by_name[name]

    def has_field(self, name: str) -> bool:
        return name in self._by_name

    @property
    def types(self) -> dict[str, ValueType]:
        """Type of every field, as the parser of definitions wants it."""
        return {f.name: f.type for f in self.fields}
