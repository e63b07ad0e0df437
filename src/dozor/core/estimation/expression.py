"""The few things a definition may say: a tree of comparisons over fields, in SQL's three-valued logic."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

FieldType = Literal["number", "text", "truth", "date"]
Value = float | int | str | bool
Operator = Literal["=", "<>", "<", "<=", ">", ">="]


@dataclass(frozen=True)
class Field:
    """An answer, by its column's name."""

    name: str
    type: FieldType


@dataclass(frozen=True)
class Constant:
    """A number, a text, a date written as text, or TRUE/FALSE."""

    value: Value
    type: FieldType


Operand = Field | Constant


@dataclass(frozen=True)
class Comparison:
    left: Operand
    operator: Operator
    right: Operand


@dataclass(frozen=True)
class Between:
    operand: Operand
    low: Operand
    high: Operand


@dataclass(frozen=True)
class In:
    operand: Operand
    values: tuple[Constant, ...]


@dataclass(frozen=True)
class IsNull:
    operand: Operand


@dataclass(frozen=True)
class Holds:
    """A field that is itself true or false; `as_number`: it stands as 1 or 0 and may be nothing else."""

    field: Field
    as_number: bool


@dataclass(frozen=True)
class Always:
    """TRUE or FALSE, written out."""

    value: bool


@dataclass(frozen=True)
class Not:
    term: Expression


@dataclass(frozen=True)
class And:
    terms: tuple[Expression, ...]


@dataclass(frozen=True)
class Or:
    terms: tuple[Expression, ...]


Expression = Comparison | Between | In | IsNull | Holds | Always | Not | And | Or


def fields_of(expression: Expression) -> frozenset[Field]:
    """Return every field an expression reads."""
    match expression:
        case And(terms) | Or(terms):
            return frozenset().union(*(fields_of(term) for term in terms))
        case Not(term):
            return fields_of(term)
        case Holds(field, _):
            return frozenset({field})
        case Always():
            return frozenset()
        case Comparison(left, _, right):
            parts: tuple[Operand, ...] = (left, right)
        case Between(operand, low, high):
            parts = (operand, low, high)
        case In(operand, _) | IsNull(operand):
            parts = (operand,)
    return frozenset(part for part in parts if isinstance(part, Field))


def is_known_with(expression: Expression) -> Field | None:
    """Return the field whose being answered is all that makes the expression known; ``None``: it takes more.

    A comparison of one field with constants is NULL exactly where the field is, and so is whatever NOT, AND
    and OR make of such comparisons.
    """
    fields = fields_of(expression)
    if len(fields) != 1 or not _is_of_comparisons(expression):
        return None
    return next(iter(fields))


def _is_of_comparisons(expression: Expression) -> bool:
    match expression:
        case And(terms) | Or(terms):
            return all(_is_of_comparisons(term) for term in terms)
        case Not(term):
            return _is_of_comparisons(term)
        case IsNull() | Always():
            return False
        case _:
            return bool(fields_of(expression))


def zero_one_fields(expression: Expression) -> frozenset[str]:
    """Return the numeric fields that stand as a truth value and must hold 0 or 1 only."""
    match expression:
        case And(terms) | Or(terms):
            return frozenset().union(*(zero_one_fields(term) for term in terms))
        case Not(term):
            return zero_one_fields(term)
        case Holds(field, True):
            return frozenset({field.name})
        case _:
            return frozenset()
