"""A definition as an Ibis expression: the same text on every engine."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from datetime import date
from functools import reduce
from typing import Any

import ibis
from ibis.expr import types as ir

from dozor.core.estimation.definition import Definition
from dozor.core.estimation.expression import (
    Always,
    And,
    Between,
    Comparison,
    Constant,
    Expression,
    Field,
    Holds,
    In,
    IsNull,
    Not,
    Operand,
    Or,
)
from dozor.store.source import Source

_COMPARE: Mapping[str, Callable[[Any, Any], Any]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def trait(definition: Definition, source: Source) -> ir.BooleanValue:
    """True: has the trait; false: has not; NULL: not in the denominator."""
    has = condition(definition.trait, source)
    if definition.given is None:
        return has
    return ibis.ifelse(condition(definition.given, source), has, ibis.null("boolean"))


def condition(expression: Expression, source: Source) -> ir.BooleanValue:
    """Translate an expression; NULL where it is not known."""
    match expression:
        case Always(value):
            return ibis.literal(value)
        case Not(term):
            return ~condition(term, source)
        case And(terms):
            return reduce(operator.and_, (condition(term, source) for term in terms))
        case Or(terms):
            return reduce(operator.or_, (condition(term, source) for term in terms))
        case Holds(field, as_number):
            return source.number(field.name) == 1 if as_number else source.table[field.name]
        case IsNull(operand):
            return value_of(operand, source).isnull()
        case Comparison(left, sign, right):
            return _COMPARE[sign](value_of(left, source), value_of(right, source))
        case Between(operand, low, high):
            return value_of(operand, source).between(value_of(low, source), value_of(high, source))
        case In(operand, values):
            return value_of(operand, source).isin([value_of(value, source) for value in values])


def value_of(operand: Operand, source: Source) -> Any:
    """Translate a field, read as its type, or a constant."""
    match operand:
        case Field(name, "number"):
            return source.number(name)
        case Field(name, _):
            return source.table[name]
        case Constant(value, "date"):
            return ibis.literal(date.fromisoformat(str(value)))
        case Constant(value, _):
            return ibis.literal(value)
