"""A value as a plain mapping: what `dozor values show --format json` and the API give."""

from __future__ import annotations

from decimal import Decimal

from dozor.core.observations.instant import MINSK
from dozor.core.observations.observation import Observation


def as_mapping(o: Observation) -> dict[str, object]:
    """One value as scripts read it; ``missing`` says why ``value`` is None."""
    return {
        "indicator": o.indicator,
        "population": o.population,
        "sex": o.sex,
        "age": o.age,
        "area": o.area,
        "period": o.period.text,
        "value": plain_number(o.value),
        "unit": o.figure.unit,
        "lower": plain_number(o.figure.lower),
        "upper": plain_number(o.figure.upper),
        "recorded_at": o.recorded_at.astimezone(MINSK).isoformat(),
        "source": o.source.title,
        "simulated": o.source.is_simulated,
        "headline": bool(o.is_headline),
        "missing": o.figure.missing,
        "match": o.match,
    }


def plain_number(value: Decimal | None) -> int | float | None:
    """A JSON number: whole where the number is whole."""
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)
