"""Indicator definitions: ``NAME="EXPR [given EXPR]"``, parsed against an allow-list.

A person is in the denominator when the `given` part is true and the expression is not NULL; in the numerator
when both are true. "Don't know" is an answer like any other and has to be named to be left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import cast

import sqlglot
from sqlglot import exp
from sqlglot.errors import ParseError, TokenError

from dozor.core.estimation.expression import (
    Always,
    And,
    Between,
    Comparison,
    Constant,
    Expression,
    Field,
    FieldType,
    Holds,
    In,
    IsNull,
    Not,
    Operand,
    Operator,
    Or,
)
from dozor.core.findings import Finding, Refused

DIALECT = "duckdb"
LONGEST = 20_000  # characters; a definition is a sentence, not a program

_COMPARISONS: Mapping[type[exp.Expression], Operator] = {
    exp.EQ: "=",
    exp.NEQ: "<>",
    exp.LT: "<",
    exp.LTE: "<=",
    exp.GT: ">",
    exp.GTE: ">=",
}


@dataclass(frozen=True)
class Definition:
    """A share to estimate: who has the trait, and of whom it is asked.

    Parameters
    ----------
    name
        What the estimate is called.
    trait
        True for those counted in the numerator.
    given
        True for those the question is put to; ``None``: everybody.
    text
        The definition as written.
    """

    name: str
    trait: Expression
    given: Expression | None
    text: str

    @property
    def whole(self) -> Expression:
        """Both parts, for what they have in common (the fields they read)."""
        return self.trait if self.given is None else And((self.trait, self.given))


def parse_named(text: str, fields: Mapping[str, FieldType]) -> Definition:
    """Parse ``NAME=EXPR [given EXPR]``; raise ``EST-SHARE-FORM`` when the name or the ``=`` is missing."""
    name, equals, body = text.partition("=")
    name = name.strip()
    if not equals or not name or not body.strip() or name[-1] in "<>!" or body[0] == "=":
        raise Refused(Finding("EST-SHARE-FORM", found=text))
    return parse_definition(name, body, fields)


def parse_definition(name: str, text: str, fields: Mapping[str, FieldType]) -> Definition:
    """Parse one definition.

    Parameters
    ----------
    text
        SQL boolean expression, optionally followed by ``given`` and another.
    fields
        Type of every column at hand.

    Raises
    ------
    Refused
        ``EST-EXPR-SYNTAX``: not an expression; ``EST-EXPR-FIELD``: no such column;
        ``EST-EXPR-FORBIDDEN``: a function, a subquery or anything else outside the list;
        ``EST-EXPR-TYPES``: operands of different types.

    Examples
    --------
    >>> types = {"test": "number", "age": "number"}
    >>> parse_definition("tested", "test = 1 given age >= 15", types).given
    Comparison(left=Field(name='age', type='number'), operator='>=', right=Constant(value=15, type='number'))
    """
    before, after = _split_given(text, name)
    reader = _Reader(fields, name)
    return Definition(
        name=name,
        trait=reader.parse(before),
        given=None if after is None else reader.parse(after),
        text=text.strip(),
    )


def parse_expression(text: str, fields: Mapping[str, FieldType], *, name: str = "") -> Expression:
    """Parse one boolean expression without a ``given`` part; errors as in :func:`parse_definition`."""
    return _Reader(fields, name).parse(text)


def _split_given(text: str, name: str) -> tuple[str, str | None]:
    """Cut the text at the word ``given``, unless it stands inside quotes."""
    if len(text) > LONGEST:
        raise Refused(Finding("EST-EXPR-SYNTAX", found=text[:80] + "…", values={"name": name}))
    try:
        tokens = sqlglot.tokenize(text, read=DIALECT)
    except TokenError:
        raise Refused(Finding("EST-EXPR-SYNTAX", found=text, values={"name": name})) from None
    places = [t for t in tokens if t.token_type.name == "VAR" and t.text.lower() == "given"]
    if not places:
        return text, None
    if len(places) > 1:
        raise Refused(Finding("EST-EXPR-SYNTAX", found=text, values={"name": name}))
    return text[: places[0].start], text[places[0].end + 1 :]


class _Reader:
    """Turns sqlglot's tree into ours, refusing whatever is not on the list."""

    def __init__(self, fields: Mapping[str, FieldType], name: str) -> None:
        self.fields = fields
        self.name = name
        self.text = ""

    def parse(self, text: str) -> Expression:
        self.text = text.strip()
        try:
            statements = sqlglot.parse(text, read=DIALECT)
            if len(statements) == 1 and statements[0] is not None:
                return self.condition(cast(exp.Expression, statements[0]))
        except (ParseError, TokenError, RecursionError):
            pass
        raise self.refuse("EST-EXPR-SYNTAX", self.text)

    def refuse(self, code: str, found: str, **values: object) -> Refused:
        return Refused(Finding(code, found=found, values={"name": self.name, **values}))

    def condition(self, node: exp.Expression) -> Expression:
        match node:
            case exp.Paren():
                return self.condition(node.this)
            case exp.And():
                return And(tuple(self.condition(term) for term in _terms(node)))
            case exp.Or():
                return Or(tuple(self.condition(term) for term in _terms(node)))
            case exp.Not():
                return Not(self.condition(node.this))
            case exp.Boolean():
                return Always(bool(node.this))
            case exp.Column() | exp.Identifier():
                return self.holds(node)
            case exp.Is() if isinstance(node.expression, exp.Null):
                return IsNull(self.operand(node.this))
            case exp.Between() if not node.args.get("symmetric"):
                low, high = self.operand(node.args["low"]), self.operand(node.args["high"])
                operand, low = self.alike(node, self.operand(node.this), low)
                operand, high = self.alike(node, operand, high)
                return Between(operand, low, high)
            case exp.In() if node.expressions and not (
                node.args.get("query") or node.args.get("unnest") or node.args.get("field")
            ):
                return self.membership(node)
        if type(node) in _COMPARISONS:
            left, right = self.alike(node, self.operand(node.this), self.operand(node.expression))
            return Comparison(left, _COMPARISONS[type(node)], right)
        raise self.forbid(node)

    def membership(self, node: exp.In) -> In:
        operand = self.operand(node.this)
        values = []
        for item in node.expressions:
            operand, value = self.alike(node, operand, self.operand(item))
            if not isinstance(value, Constant):
                raise self.forbid(item)
            values.append(value)
        return In(operand, tuple(values))

    def holds(self, node: exp.Expression) -> Holds:
        field = self.field(node)
        if field.type not in {"truth", "number"}:
            raise self.refuse("EST-EXPR-TYPES", self.text, left=field.name, right="TRUE")
        return Holds(field, as_number=field.type == "number")

    def operand(self, node: exp.Expression) -> Operand:
        match node:
            case exp.Paren():
                return self.operand(node.this)
            case exp.Column() | exp.Identifier():
                return self.field(node)
            case exp.Boolean():
                return Constant(bool(node.this), "truth")
            case exp.Literal() if node.is_string:
                return Constant(str(node.this), "text")
            case exp.Literal():
                return Constant(_number(str(node.this)), "number")
            case exp.Neg() if isinstance(node.this, exp.Literal) and not node.this.is_string:
                return Constant(-_number(str(node.this.this)), "number")
        raise self.forbid(node)

    def field(self, node: exp.Expression) -> Field:
        parts = node.parts if isinstance(node, exp.Column) else [node]
        # a heading may hold a point, which SQL reads as table and column
        name = ".".join(str(part.this) for part in parts)
        if name not in self.fields:
            near = [known for known in self.fields if known.lower() == name.lower()]
            raise self.refuse("EST-EXPR-FIELD", name, known=", ".join(near or list(self.fields)[:30]))
        return Field(name, self.fields[name])

    def alike(self, node: exp.Expression, left: Operand, right: Operand) -> tuple[Operand, Operand]:
        """Give both operands one type, reading a text as a date where it meets one."""
        if left.type == "date" and isinstance(right, Constant):
            right = self.as_date(node, right)
        if right.type == "date" and isinstance(left, Constant):
            left = self.as_date(node, left)
        if left.type != right.type:
            raise self.refuse("EST-EXPR-TYPES", _said(node), left=_shown(left), right=_shown(right))
        return left, right

    def as_date(self, node: exp.Expression, constant: Constant) -> Constant:
        try:
            return Constant(date.fromisoformat(str(constant.value)).isoformat(), "date")
        except ValueError:
            found = _said(node)
            raise self.refuse("EST-EXPR-TYPES", found, left="date", right=str(constant.value)) from None

    def forbid(self, node: exp.Expression) -> Refused:
        return self.refuse("EST-EXPR-FORBIDDEN", _said(node))


def _terms(node: exp.Connector) -> list[exp.Expression]:
    """Return the terms of a chain of ANDs or of ORs."""
    return [cast(exp.Expression, term) for term in node.flatten()]


def _number(text: str) -> float | int:
    return int(text) if text.isdigit() else float(text)


def _said(node: exp.Expression) -> str:
    return node.sql(dialect=DIALECT)


def _shown(operand: Operand) -> str:
    return operand.name if isinstance(operand, Field) else repr(operand.value)
