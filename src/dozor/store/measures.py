"""The sums each quantity needs, as Ibis expressions."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import ibis
from ibis.expr import types as ir

from dozor.core.estimation.expression import Field, fields_of, is_known_with
from dozor.core.estimation.request import SurveyRequest
from dozor.core.estimation.totals import Column
from dozor.store.expressions import condition, trait, value_of
from dozor.store.source import Source


@dataclass(frozen=True)
class Measure:
    """One quantity over rows.

    Parameters
    ----------
    column
        Its kind and name.
    y
        The value: 1 or 0 for a share, a number otherwise; NULL where there is no answer.
    x
        A ratio's denominator.
    given
        Whom the question is put to, where not everybody.
    complete
        Whether no answer can be missing.
    centre
        A number near the values, taken off before squaring.
    asked
        What the measure was made from, to know the same again.
    known
        A shorter expression that is NULL exactly where `y` is: the engine then looks at the answer and works
        out nothing.
    """

    column: Column
    asked: Hashable
    y: ir.NumericValue
    x: ir.NumericValue | None = None
    given: ir.BooleanValue | None = None
    complete: bool = False
    centre: float = 0.0
    known: ir.Value | None = None

    def weighted(self, weight: ir.NumericValue) -> ir.NumericValue:
        """``w y``: NULL where there is no answer."""
        return weight * self.y

    def seen(self) -> ir.Value:
        """What is NULL where there is no answer."""
        return self.y if self.known is None else self.known

    def answered(self) -> ir.BooleanValue:
        return self.seen().notnull()

    def squared(self, weight: ir.NumericValue) -> dict[str, ir.NumericValue]:
        """The second-order products a design effect needs, by name."""
        if self.column.kind == "share":
            return {}
        off = self.y - self.centre if self.centre else self.y
        products = {"yy": weight * off * off}
        if self.x is not None:
            products |= {"xy": weight * self.x * self.y, "xx": weight * self.x * self.x}
        return products


def measures_of(request: SurveyRequest, source: Source) -> list[Measure]:
    """List what is asked for, in the order of the answer: shares, means, totals, ratios."""
    asked = ("measures", request.shares, request.means, request.totals, request.ratios)
    return source.once(asked, lambda: _measures(request, source))


def _measures(request: SurveyRequest, source: Source) -> list[Measure]:
    measures = []
    for definition in request.shares:
        given = None if definition.given is None else condition(definition.given, source)
        names = {field.name for field in fields_of(definition.whole)}
        alone = is_known_with(definition.trait) if definition.given is None else None
        measures.append(
            Measure(
                Column("share", definition.name),
                definition,
                # a number, for engines differ in how they read NOT … IS NULL
                trait(definition, source).cast("int8"),
                given=given,
                complete=given is None and names <= source.complete,
                known=None if alone is None else value_of(alone, source),
            )
        )
    numbers = list(dict.fromkeys([*request.means, *request.totals]))
    centres = dict(zip(numbers, _centres(numbers, source), strict=True))
    for kind, names_asked in (("mean", request.means), ("total", request.totals)):
        for name in names_asked:
            measures.append(
                Measure(
                    Column("mean" if kind == "mean" else "total", name),
                    (kind, name),
                    source.number(name).cast("float64"),
                    complete=name in source.complete,
                    centre=centres[name],
                )
            )
    for ratio in request.ratios:
        y = source.number(ratio.numerator).cast("float64")
        x = source.number(ratio.denominator).cast("float64")
        both = y.notnull() & x.notnull()
        nothing = ibis.null("float64")
        measures.append(
            Measure(
                Column("ratio", ratio.name),
                ratio,
                ibis.ifelse(both, y, nothing),
                x=ibis.ifelse(both, x, nothing),
            )
        )
    return measures


def _centres(names: Sequence[str], source: Source) -> list[float]:
    """Return the rough middle of each column, 0 for one without answers."""
    if not names:
        return []
    query = source.table.aggregate(
        **{f"m{i}": source.number(name).cast("float64").mean() for i, name in enumerate(names)}
    )
    row = query.to_pyarrow().to_pylist()[0]
    return [float(row[f"m{i}"] or 0.0) for i in range(len(names))]


def fields_read(request: SurveyRequest) -> frozenset[Field]:
    """Return every field the definitions read."""
    return frozenset().union(*(fields_of(definition.whole) for definition in request.shares))
