"""What a published form lets a record hold: the part of an instrument that answers are checked against."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, Literal, get_args

from dozor.core.plan.conditions import (
    Condition,
    Matches,
    Reference,
    Value,
    holds,
    names_in,
    read_condition,
)

FieldKind = Literal["text", "integer", "decimal", "date", "time", "instant", "choice", "choices", "file"]
KINDS: frozenset[str] = frozenset(get_args(FieldKind))
_MOST_KNOWN = 5_000  # answers remembered with whether they let a question be asked


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
        Must be answered by everybody who is asked it.
    conditions
        Those under which it is asked (see :mod:`dozor.core.plan.conditions`), its groups' and its own; all
        must hold. Empty: everybody is asked.
    is_code
        A respondent's own code or coupon: kept only as a keyed hash.
    repeat
        Name of the repeated group it stands in; empty: asked once.
    constraint
        What must hold of the answer, where a plain range (`minimum`, `maximum`) does not say it. What it says
        of today is taken as true: the day the form was filled is the phone's.
    """

    name: str
    kind: FieldKind
    choices: tuple[str, ...] = ()
    is_required: bool = False
    is_code: bool = False
    minimum: float | None = None
    maximum: float | None = None
    repeat: str = ""
    conditions: tuple[str, ...] = ()
    constraint: str = ""

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"no such kind of answer: {self.kind}")

    @cached_property
    def choice_set(self) -> frozenset[str]:
        return frozenset(self.choices)

    @cached_property
    def read(self) -> dict[str, Value]:
        """Texts known to fit, with what they mean: the choices, an answer left out, whatever is read later.

        Records of a survey say the same few things; only what breaks no rule is remembered here.
        """
        known: dict[str, Value] = {c: c for c in self.choices}
        return known if self.is_required else {"": None, **known}

    @cached_property
    def others(self) -> frozenset[str]:
        """The other questions its constraint speaks of."""
        return names_in(self._rule) if self._rule is not None else frozenset()

    @cached_property
    def shape(self) -> re.Pattern[str] | None:
        """What an answer's text must look like, where that is all that its constraint asks."""
        match self._rule:
            case Matches(Reference(""), pattern, is_denied=False):
                return re.compile(pattern)
        return None

    def fits(self, value: Value, values: Mapping[str, Value]) -> bool:
        """Whether the constraint holds of an answer; not asked while another it leans on is not given."""
        if self._rule is None or any(values.get(other) is None for other in self.others):
            return True
        return holds(self._rule, values, this=value, today=date.max)

    @cached_property
    def _rule(self) -> Condition | None:
        return read_condition(self.constraint) if self.constraint else None

    def is_asked(self, values: Mapping[str, Value]) -> bool:
        """Whether these answers let the question be asked; a condition on today's date is not decided: no."""
        conditions, names, known = self._asking
        said = tuple(values.get(name) for name in names)
        answer = known.get(said)
        if answer is None:
            answer = all(holds(c, values) for c in conditions)
            if len(known) < _MOST_KNOWN:
                known[said] = answer
        return answer

    @cached_property
    def _asking(self) -> tuple[tuple[Condition, ...], tuple[str, ...], dict[tuple[Value, ...], bool]]:
        """The conditions, whose answers they hang on, and what followed from answers met already."""
        conditions = tuple(read_condition(c) for c in self.conditions)
        names = sorted(frozenset[str]().union(*(names_in(c) for c in conditions)))
        return conditions, tuple(names), {}


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

    @cached_property
    def leaning(self) -> dict[str, tuple[AnswerField, ...]]:
        """By repeated group (empty: asked once) the fields whose constraint speaks of other answers."""
        return {
            group: tuple(f for f in fields if f.others)
            for group, fields in {"": self.single, **self.repeats}.items()
        }

    def as_mapping(self) -> dict[str, Any]:
        """Return a JSON value that :func:`form_of` reads back."""
        return {"code": self.code, "version": self.version, "fields": [asdict(f) for f in self.fields]}


def form_of(mapping: Mapping[str, Any]) -> AnswerForm:
    """Read a form from what ``as_mapping`` wrote."""
    return AnswerForm(
        code=mapping["code"],
        version=mapping["version"],
        fields=tuple(
            AnswerField(**{**f, "choices": tuple(f["choices"]), "conditions": tuple(f.get("conditions", ()))})
            for f in mapping["fields"]
        ),
    )
