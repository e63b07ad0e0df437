"""Conditions of a form in words: “only if the answer to question 5 is “Yes””."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from dozor.core.plan.conditions import (
    AllOf,
    AnyOf,
    Call,
    Comparison,
    Condition,
    Literal,
    Matches,
    Operand,
    Reference,
    read_condition,
)
from dozor.core.plan.instruments import Field, Instrument
from dozor.language.catalogue import gettext
from dozor.language.numbers import number

Name = Callable[[str], str]  # from a field's name to how a reader finds it: “question 5”


def condition_text(text: str, instrument: Instrument, language: str, name: Name) -> str:
    """Say a condition in words, without a capital and without a full stop.

    Parameters
    ----------
    text
        XPath as in the instrument.
    name
        How a question is called: ``question 5``, or its heading in quotes.

    Raises
    ------
    ValueError
        The condition says more than :mod:`dozor.core.plan.conditions` reads.
    """
    fields = {f.name: f for f in instrument.fields}
    return _Words(fields, language, name).of(read_condition(text))


class _Words:
    def __init__(self, fields: Mapping[str, Field], language: str, name: Name) -> None:
        self.fields, self.language, self.name = fields, language, name

    def of(self, condition: Condition, *, inside: bool = False) -> str:
        if isinstance(condition, AllOf):
            joined = gettext("{one} and {other}", self.language)
            return _join(self._parts(condition.parts), joined)
        if isinstance(condition, AnyOf):
            joined = gettext("{one}, or {other}", self.language)
            said = _join([self.of(part, inside=True) for part in condition.parts], joined)
            return f"({said})" if inside else said
        if isinstance(condition, Matches):
            raise ValueError("a pattern has no words")
        return self._comparison(condition)

    def _parts(self, parts: tuple[Condition, ...]) -> list[str]:
        said: list[str] = []
        left = list(parts)
        while left:
            one = left.pop(0)
            if left and _is_range(one, left[0]):
                low, high = one, left.pop(0)
                said.append(self._range(low, high))
            else:
                said.append(self.of(one, inside=True))
        return said

    def _range(self, low: Comparison, high: Comparison) -> str:
        return self._say(
            "{question}: from {low} to {high}",
            low.left.name,
            low=self._value(low.right),
            high=self._value(high.right),
        )

    def _comparison(self, one: Comparison) -> str:
        if not isinstance(one.left, Reference) or not one.left.name:
            raise ValueError("only comparisons of other questions' answers have words")
        name, field = one.left.name, self.fields[one.left.name]
        if isinstance(one.right, Literal) and isinstance(one.right.value, str):
            code = one.right.value
            if not code:
                return self._say(
                    "{question} is answered" if one.sign == "!=" else "{question} is not answered", name
                )
            labels = {c.name: c.label.in_language(self.language) for c in field.choices}
            text = "{question}: “{answer}”" if one.sign == "=" else "{question}: any answer but “{answer}”"
            return self._say(text, name, answer=labels.get(code, code))
        texts = {
            "=": "{question}: {answer}",
            "!=": "{question}: not {answer}",
            "<": "{question}: less than {answer}",
            "<=": "{question}: {answer} or less",
            ">": "{question}: more than {answer}",
            ">=": "{question}: {answer} or more",
        }
        return self._say(texts[one.sign], name, answer=self._value(one.right))

    def _say(self, text: str, name: str, **words: str) -> str:
        return gettext(text, self.language).format(question=self.name(name), **words)

    def _value(self, operand: Operand) -> str:
        if isinstance(operand, Literal):
            return operand.value if isinstance(operand.value, str) else number(operand.value, self.language)
        if isinstance(operand, Reference):
            return self.name(operand.name)
        assert isinstance(operand, Call)  # noqa: S101 - the third kind of operand
        if operand.name == "today":
            return gettext("today's date", self.language)
        return self._value(operand.arguments[0])


def _is_range(one: Condition, other: Condition) -> bool:
    """``x >= low`` followed by ``x <= high``: said as one."""
    return (
        isinstance(one, Comparison)
        and isinstance(other, Comparison)
        and one.left == other.left
        and (one.sign, other.sign) == (">=", "<=")
    )


def _join(said: list[str], joined: str) -> str:
    text = said[0]
    for other in said[1:]:
        text = joined.format(one=text, other=other)
    return text
