"""What a published form lets a record hold: the part of an instrument that answers are checked against."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, Literal, get_args

FieldKind = Literal["text", "integer", "decimal", "date", "time", "instant", "choice", "choices", "file"]
KINDS: frozenset[str] = frozenset(get_args(FieldKind))


@dataclass(frozen=True)
class AnswerField:
    """One question's place in a record.

    Parameters
    ----------
    name
        Unique in the form.
    choices
        Codes that may be answered; empty: any.
    is_required
        Must be answered by everybody; a question behind a condition is never so marked.
    is_code
        A respondent's own code or coupon: kept only as a keyed hash.
    repeat
        Name of the repeated group it stands in; empty: asked once.
    """

    name: str
    kind: FieldKind
    choices: tuple[str, ...] = ()
    is_required: bool = False
    is_code: bool = False
    minimum: float | None = None
    maximum: float | None = None
    repeat: str = ""

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"no such kind of answer: {self.kind}")

    @cached_property
    def choice_set(self) -> frozenset[str]:
        return frozenset(self.choices)

    @cached_property
    def read(self) -> dict[str, str | int | float | date | None]:
        """Texts known to fit, with what they mean: the choices, an answer left out, whatever is read later.

        Records of a survey say the same few things; only what breaks no rule is remembered here.
        """
        known: dict[str, str | int | float | date | None] = {c: c for c in self.choices}
        return known if self.is_required else {"": None, **known}


@dataclass(frozen=True)
class AnswerForm:
    """One published version of an instrument, as far as its answers go."""

    code: str
    version: str
    fields: tuple[AnswerField, ...] = field(default_factory=tuple)

    def __post_init__(self) -> None:
        if len(self.by_name) != len(self.fields):
            raise ValueError("a question's name stands twice")

    @cached_property
    def by_name(self) -> dict[str, AnswerField]:
        return {f.name: f for f in self.fields}

    @cached_property
    def repeats(self) -> dict[str, tuple[AnswerField, ...]]:
        """The fields of each repeated group."""
        groups: dict[str, list[AnswerField]] = {}
        for f in self.fields:
            if f.repeat:
                groups.setdefault(f.repeat, []).append(f)
        return {name: tuple(fields) for name, fields in groups.items()}

    @cached_property
    def single(self) -> tuple[AnswerField, ...]:
        """The fields asked once."""
        return tuple(f for f in self.fields if not f.repeat)

    def as_mapping(self) -> dict[str, Any]:
        """Return a JSON value that :func:`form_of` reads back."""
        return {"code": self.code, "version": self.version, "fields": [asdict(f) for f in self.fields]}


def form_of(mapping: Mapping[str, Any]) -> AnswerForm:
    """Read a form from what ``as_mapping`` wrote."""
    return AnswerForm(
        code=mapping["code"],
        version=mapping["version"],
        fields=tuple(AnswerField(**{**f, "choices": tuple(f["choices"])}) for f in mapping["fields"]),
    )
