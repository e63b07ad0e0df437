"""Conditions of a form as values: when a question is asked, what an answer must be.

The part of XPath that instruments use: ``and``, ``or``, ``not()``, comparisons of ``${field}``, ``.`` (the
answer itself), texts and numbers, ``regex()``, ``date()``, ``today()``. A workbook and a sheet of paper have
no XPath engine: the workbook's reader evaluates these values, the paper says them in words.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

Value: TypeAlias = str | int | float | date | None

_TOKEN = re.compile(
    r"\s*(?:(?P<reference>\$\{\w+\})|(?P<text>'[^']*'|\"[^\"]*\")|(?P<number>-?\d+(?:\.\d+)?)"
    r"|(?P<word>[a-z][a-z-]*)|(?P<sign>!=|>=|<=|[=<>(),.]))"
)
_OPPOSITE = {"=": "!=", "!=": "=", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}
_DEEPEST = 50


@dataclass(frozen=True)
class Reference:
    """The answer to another question; ``name`` empty: the answer itself."""

    name: str = ""


@dataclass(frozen=True)
class Literal:
    value: str | float


@dataclass(frozen=True)
class Call:
    """``today()``, ``date('2016-07-01')``."""

    name: str
    arguments: tuple[Operand, ...] = ()


Operand: TypeAlias = Reference | Literal | Call


@dataclass(frozen=True)
class Comparison:
    left: Operand
    sign: str
    right: Operand


@dataclass(frozen=True)
class Matches:
    """The operand's text fits a regular expression."""

    operand: Operand
    pattern: str
    is_denied: bool = False


@dataclass(frozen=True)
class AllOf:
    parts: tuple[Condition, ...]


@dataclass(frozen=True)
class AnyOf:
    parts: tuple[Condition, ...]


Condition: TypeAlias = Comparison | Matches | AllOf | AnyOf


def read_condition(text: str) -> Condition:
    """Read a condition; ``not()`` is carried inwards, so that none is left.

    Raises
    ------
    ValueError
        The text says more than this part of XPath.

    >>> read_condition("not(${age} >= 18)")
    Comparison(left=Reference(name='age'), sign='<', right=Literal(value=18.0))
    """
    return _Reader(text).whole()


def holds(
    condition: Condition, values: Mapping[str, Value], *, this: Value = None, today: date | None = None
) -> bool:
    """Whether a condition is true of these answers; an answer not given compares as XPath's empty text.

    Parameters
    ----------
    values
        Answers by field: a choice by its code, a date as a date.
    this
        The answer itself, for constraints.
    today
        What ``today()`` means; None: a comparison with it is false.
    """
    if isinstance(condition, AllOf):
        return all(holds(part, values, this=this, today=today) for part in condition.parts)
    if isinstance(condition, AnyOf):
        return any(holds(part, values, this=this, today=today) for part in condition.parts)
    if isinstance(condition, Matches):
        found = _operand(condition.operand, values, this, today)
        return (re.search(condition.pattern, _text(found)) is not None) is not condition.is_denied
    left = _operand(condition.left, values, this, today)
    right = _operand(condition.right, values, this, today)
    return _compare(left, condition.sign, right)


def names_in(condition: Condition) -> frozenset[str]:
    """The other questions a condition speaks of."""
    if isinstance(condition, AllOf | AnyOf):
        return frozenset[str]().union(*(names_in(part) for part in condition.parts))
    sides = (condition.operand,) if isinstance(condition, Matches) else (condition.left, condition.right)
    return frozenset(side.name for side in sides if isinstance(side, Reference) and side.name)


def as_plain(condition: Condition) -> list[object]:
    """Write a condition as JSON values, for a reader without Python.

    ``["all"|"any", part, …]``, ``["=", left, right]`` with any comparison's sign,
    ``["regex", operand, pattern, is_denied]``. An operand
    An operand is ``["ref", name]``, ``["is", value]``, ``["today"]`` or ``["date", text]``.

    >>> as_plain(read_condition("${age} >= 18"))
    ['>=', ['ref', 'age'], ['is', 18.0]]
    """
    if isinstance(condition, AllOf | AnyOf):
        return ["all" if isinstance(condition, AllOf) else "any", *(as_plain(p) for p in condition.parts)]
    if isinstance(condition, Matches):
        return ["regex", _plain_operand(condition.operand), condition.pattern, condition.is_denied]
    return [condition.sign, _plain_operand(condition.left), _plain_operand(condition.right)]


def _plain_operand(operand: Operand) -> list[object]:
    if isinstance(operand, Reference):
        return ["ref", operand.name]
    if isinstance(operand, Literal):
        return ["is", operand.value]
    return (
        ["today"]
        if operand.name == "today"
        else ["date", _text(_operand(operand.arguments[0], {}, None, None))]
    )


def _compare(left: Value, sign: str, right: Value) -> bool:
    if sign in {"=", "!="} and not any(isinstance(v, int | float | date) for v in (left, right)):
        return (_text(left) == _text(right)) is (sign == "=")
    a, b = _number(left), _number(right)
    return {"=": a == b, "!=": a != b, "<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b}[sign]


def _operand(operand: Operand, values: Mapping[str, Value], this: Value, today: date | None) -> Value:
    if isinstance(operand, Literal):
        return operand.value
    if isinstance(operand, Reference):
        return values.get(operand.name) if operand.name else this
    if operand.name == "today":
        return today if today is not None else math.nan
    return date.fromisoformat(_text(_operand(operand.arguments[0], values, this, today)))


def _text(value: Value) -> str:
    return "" if value is None else value.isoformat() if isinstance(value, date) else str(value)


def _number(value: Value) -> float:
    if isinstance(value, date):
        return float(value.toordinal())
    try:
        return math.nan if value is None else float(value)
    except ValueError:
        return math.nan


class _Reader:
    def __init__(self, text: str) -> None:
        self.tokens: list[tuple[str, str]] = []
        self.place = self.depth = 0
        at, text = 0, text.strip()
        while at < len(text):
            found = _TOKEN.match(text, at)
            if found is None or found.lastgroup is None:
                raise ValueError(f"not understood: {text[at : at + 20]!r}")
            self.tokens.append((found.lastgroup, found[found.lastgroup]))
            at = found.end()

    def whole(self) -> Condition:
        condition = self._any(False)
        if self.place < len(self.tokens):
            raise ValueError(f"not understood: {self.tokens[self.place][1]!r}")
        return condition

    def _take(self, *wanted: str) -> bool:
        taken = self.place < len(self.tokens) and self.tokens[self.place][1] in wanted
        self.place += taken
        return taken

    def _expect(self, wanted: str) -> None:
        if not self._take(wanted):
            raise ValueError(f"{wanted!r} is missing")

    def _any(self, denied: bool) -> Condition:
        parts = [self._all(denied)]
        while self._take("or"):
            parts.append(self._all(denied))
        return _joined(parts, AllOf if denied else AnyOf)

    def _all(self, denied: bool) -> Condition:
        parts = [self._one(denied)]
        while self._take("and"):
            parts.append(self._one(denied))
        return _joined(parts, AnyOf if denied else AllOf)

    def _one(self, denied: bool) -> Condition:
        self.depth += 1
        if self.depth > _DEEPEST:
            raise ValueError("brackets too deep")
        try:
            if self._take("("):
                inner = self._any(denied)
                self._expect(")")
                return inner
            if self._take("not"):
                self._expect("(")
                inner = self._any(not denied)
                self._expect(")")
                return inner
            if self._take("regex"):
                self._expect("(")
                operand = self._operand()
                self._expect(",")
                pattern = self._operand()
                self._expect(")")
                if not isinstance(pattern, Literal) or not isinstance(pattern.value, str):
                    raise ValueError("a pattern is a text")
                re.compile(pattern.value)
                return Matches(operand, pattern.value, denied)
            left = self._operand()
            sign = self.tokens[self.place][1] if self.place < len(self.tokens) else ""
            if sign not in _OPPOSITE:
                raise ValueError("a comparison is missing")
            self.place += 1
            return Comparison(left, _OPPOSITE[sign] if denied else sign, self._operand())
        finally:
            self.depth -= 1

    def _operand(self) -> Operand:
        if self.place == len(self.tokens):
            raise ValueError("something is missing at the end")
        kind, word = self.tokens[self.place]
        self.place += 1
        if kind == "reference":
            return Reference(word[2:-1])
        if word == ".":
            return Reference()
        if kind == "text":
            return Literal(word[1:-1])
        if kind == "number":
            return Literal(float(word))
        if word in {"today", "date"}:
            self._expect("(")
            arguments: tuple[Operand, ...] = ()
            if word == "date":
                day = self._operand()
                _check_date(day)
                arguments = (day,)
            self._expect(")")
            return Call(word, arguments)
        raise ValueError(f"not understood: {word!r}")


def _check_date(operand: Operand) -> None:
    if not isinstance(operand, Literal) or not isinstance(operand.value, str):
        raise ValueError("a date is a text")
    date.fromisoformat(operand.value)


def _joined(parts: list[Condition], kind: type[AllOf] | type[AnyOf]) -> Condition:
    return parts[0] if len(parts) == 1 else kind(tuple(parts))
