"""Evaluates a definition over arrays, in the same three-valued logic as the engines."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

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

BoolArray = NDArray[np.bool_]
Answers = Mapping[str, tuple[NDArray[Any], BoolArray]]
_COMPARE: Mapping[str, Callable[[Any, Any], Any]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def has_trait(definition: Definition, answers: Answers, rows: int) -> tuple[BoolArray, BoolArray]:
    """Return who has the trait and who is in the denominator; shape (rows,) each.

    Parameters
    ----------
    answers
        By field: the values, and whether each is known.
    """
    true, known = evaluate(definition.trait, answers, rows)
    if definition.given is not None:
        asked, asked_known = evaluate(definition.given, answers, rows)
        known = known & asked & asked_known
    return true & known, known


def evaluate(expression: Expression, answers: Answers, rows: int) -> tuple[BoolArray, BoolArray]:
    """Return whether the expression is true and whether it is known (not NULL); shape (rows,) each."""
    match expression:
        case Always(value):
            return np.full(rows, value), np.ones(rows, dtype=bool)
        case Not(term):
            true, known = evaluate(term, answers, rows)
            return ~true & known, known
        case And(terms) | Or(terms):
            is_and = isinstance(expression, And)
            parts = [evaluate(term, answers, rows) for term in terms]
            some_true = np.logical_or.reduce([t & k for t, k in parts])
            some_false = np.logical_or.reduce([~t & k for t, k in parts])
            all_known = np.logical_and.reduce([k for _, k in parts])
            # one false settles AND, one true settles OR, whatever is unknown
            if is_and:
                return ~some_false & all_known, some_false | all_known
            return some_true, some_true | all_known
        case Holds(field, as_number):
            values, known = answers[field.name]
            return ((values == 1) if as_number else values.astype(bool)) & known, known
        case IsNull(operand):
            return ~_values(operand, answers, rows)[1], np.ones(rows, dtype=bool)
        case Comparison(left, sign, right):
            return _compare(left, sign, right, answers, rows)
        case Between(operand, low, high):
            bounds = (Comparison(operand, ">=", low), Comparison(operand, "<=", high))
            return evaluate(And(bounds), answers, rows)
        case In(operand, constants):
            return evaluate(Or(tuple(Comparison(operand, "=", c) for c in constants)), answers, rows)


def _compare(
    left: Operand, sign: str, right: Operand, answers: Answers, rows: int
) -> tuple[BoolArray, BoolArray]:
    a, a_known = _values(left, answers, rows)
    b, b_known = _values(right, answers, rows)
    known = a_known & b_known
    true = np.zeros(rows, dtype=bool)
    true[known] = _COMPARE[sign](a[known], b[known])
    return true, known


def _values(operand: Operand, answers: Answers, rows: int) -> tuple[NDArray[Any], BoolArray]:
    match operand:
        case Field(name, _):
            return answers[name]
        case Constant(value, kind):
            stored = np.datetime64(str(value)) if kind == "date" else value
            dtype = object if kind == "text" else None
            return np.full(rows, stored, dtype=dtype), np.ones(rows, dtype=bool)
