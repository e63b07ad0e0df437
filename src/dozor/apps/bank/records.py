"""Translates rows of the bank into core values and back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import DecimalField

from dozor.apps.bank.models import MOST_DIGITS, MOST_PLACES
from dozor.apps.bank.models import Observation as Row
from dozor.core.observations.checking import CheckedRow
from dozor.core.observations.observation import Figure, Missing, Observation, Source
from dozor.core.observations.period import read_period

# what a correction may change; two rows that agree in all of it are the same value
FIGURE = ("value", "digits", "unit", "missing", "numerator", "denominator", "lower", "upper", "note")
COLUMNS = (
    "id",
    "version",
    "plan",
    "indicator",
    "population",
    "sex",
    "age",
    "area",
    "period",
    "source_id",
    *FIGURE,
    "recorded_at",
)


# what a row of a file says, and what the act of loading it adds
CONTENT = ("key", "plan", "indicator", "population", "sex", "age", "area", "period", *FIGURE)
ADDED = ("version", "supersedes_id", "source_id", "recorded_at", "batch_id")


class Ready(NamedTuple):
    """A checked row ready for the bank: the columns `CONTENT`, and its source's key, title, address, year."""

    content: tuple[object, ...]
    source: tuple[str, str, str, int | None]

    @property
    def key(self) -> str:
        return str(self.content[0])

    @property
    def figure(self) -> tuple[object, ...]:
        return self.content[-len(FIGURE) :]


def ready(checked: CheckedRow) -> Ready:
    key, figure, source = checked.key, checked.figure, checked.source
    return Ready(
        content=(
            key.digest,
            checked.plan,
            key.indicator,
            key.population,
            key.sex,
            key.age,
            key.area,
            key.period,
            figure.value,
            printed_digits(figure.value),
            figure.unit,
            figure.missing.value if figure.missing else "",
            figure.numerator,
            figure.denominator,
            figure.lower,
            figure.upper,
            figure.note,
        ),
        source=(key.source, source.title, source.url, source.year),
    )


def printed_digits(number: Decimal | None) -> int:
    return 0 if number is None else max(0, -int(number.as_tuple().exponent))


def comparable(figure: Iterable[object]) -> tuple[object, ...]:
    """The columns `FIGURE` in a form that is equal when they say the same."""
    return tuple([plain(v) if type(v) is Decimal else v for v in figure])


def insert(rows: Iterable[tuple[object, ...]]) -> None:
    """Insert rows given as the columns `CONTENT` and `ADDED`; model instances would take thrice as long."""
    database = connections[DEFAULT_DB_ALIAS]
    by_name = {f.attname: f for f in Row._meta.concrete_fields}
    fields = [by_name[name] for name in (*CONTENT, *ADDED)]
    decimals = [n for n, f in enumerate(fields) if isinstance(f, DecimalField)]
    instant = len(CONTENT) + ADDED.index("recorded_at")
    adapted_instant = cache(database.ops.adapt_datetimefield_value)
    quote = database.ops.quote_name
    columns = ", ".join(quote(f.column) for f in fields)
    table, places = quote(Row._meta.db_table), ", ".join(["%s"] * len(fields))
    prepared = []
    for row in rows:
        values = list(row)
        for n in decimals:
            if values[n] is not None:
                values[n] = database.ops.adapt_decimalfield_value(values[n], MOST_DIGITS, MOST_PLACES)
        values[instant] = adapted_instant(values[instant])
        prepared.append(values)
    with database.cursor() as cursor:
        if database.vendor == "postgresql":
            # one stream in place of a statement for every row
            with database.wrap_database_errors, cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as stream:
                for values in prepared:
                    stream.write_row(values)
        else:
            cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({places})", prepared)  # noqa: S608 - names of our own columns


def observation_of(values: tuple[Any, ...], sources: Mapping[int, Source]) -> Observation:
    """An observation from the columns `COLUMNS` of a row."""
    pk, version, plan, indicator, population, sex, age, area, period, source = values[:10]
    value, digits, unit, missing, numerator, denominator, lower, upper, note, recorded_at = values[10:]
    return Observation(
        id=pk,
        plan=plan,
        indicator=indicator,
        population=population,
        sex=sex,
        age=age,
        area=area,
        period=read_period(period),
        source=sources[source],
        figure=Figure(
            # the digits its source printed, no more and no fewer
            value=None if value is None else value.quantize(_last_digit(digits)),
            unit=unit,
            missing=Missing(missing) if missing else None,
            numerator=plain(numerator),
            denominator=plain(denominator),
            lower=plain(lower),
            upper=plain(upper),
            note=note,
        ),
        recorded_at=recorded_at,
        version=version,
    )


@cache
def _last_digit(digits: int) -> Decimal:
    return Decimal(1).scaleb(-digits)


def plain(number: Decimal | None) -> Decimal | None:
    """A number without the zeros that the column's scale adds."""
    if number is None:
        return None
    normal = number.normalize()
    return normal.quantize(Decimal(1)) if int(normal.as_tuple().exponent) > 0 else normal
