"""Translates rows of the bank into core values and back."""

from __future__ import annotations

from decimal import Decimal

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


def printed_digits(number: Decimal | None) -> int:
    return 0 if number is None else max(0, -int(number.as_tuple().exponent))


def figure_columns(figure: Figure) -> dict[str, object]:
    return {
        "value": figure.value,
        "digits": printed_digits(figure.value),
        "unit": figure.unit,
        "missing": figure.missing or "",
        "numerator": figure.numerator,
        "denominator": figure.denominator,
        "lower": figure.lower,
        "upper": figure.upper,
        "note": figure.note,
    }


def row_of(checked: CheckedRow, **more: object) -> Row:
    """A row ready to be inserted; `more` gives version, supersedes, source, batch and instant."""
    key = checked.key
    return Row(
        key=key.digest,
        plan=checked.plan,
        indicator=key.indicator,
        population=key.population,
        sex=key.sex,
        age=key.age,
        area=key.area,
        period=key.period,
        **figure_columns(checked.figure),
        **more,
    )


def observation_of(values: tuple[object, ...], sources: dict[int, Source]) -> Observation:
    """An observation from the columns `COLUMNS` of a row."""
    row = dict(zip(COLUMNS, values, strict=True))
    digits = int(row["digits"])  # type: ignore[call-overload]
    value = row["value"]
    return Observation(
        id=row["id"],  # type: ignore[arg-type]
        plan=str(row["plan"]),
        indicator=str(row["indicator"]),
        population=str(row["population"]),
        sex=str(row["sex"]),
        age=str(row["age"]),
        area=str(row["area"]),
        period=read_period(str(row["period"])),
        source=sources[row["source_id"]],  # type: ignore[index]
        figure=Figure(
            # the digits its source printed, no more and no fewer
            value=None if value is None else Decimal(value).quantize(Decimal(1).scaleb(-digits)),  # type: ignore[arg-type]
            unit=str(row["unit"]),
            missing=Missing(str(row["missing"])) if row["missing"] else None,
            numerator=plain(row["numerator"]),
            denominator=plain(row["denominator"]),
            lower=plain(row["lower"]),
            upper=plain(row["upper"]),
            note=str(row["note"]),
        ),
        recorded_at=row["recorded_at"],  # type: ignore[arg-type]
        version=row["version"],  # type: ignore[arg-type]
    )


def plain(number: object) -> Decimal | None:
    """A number without the zeros that the column's scale adds."""
    if number is None:
        return None
    normal = Decimal(number).normalize()  # type: ignore[arg-type]
    return normal.quantize(Decimal(1)) if int(normal.as_tuple().exponent) > 0 else normal
