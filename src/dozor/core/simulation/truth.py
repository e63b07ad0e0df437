"""The true value of every definition in a simulated population: what an estimate should come near."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dozor.core.estimation.cohort.first_age import median_first_age
from dozor.core.estimation.series import Link
from dozor.core.estimation.truth import has_trait
from dozor.core.plan.vocabulary import Age
from dozor.core.simulation.columns import Bools, Columns, is_answered
from dozor.core.simulation.population import Population

DAYS_OF_MONTH = 365.25 / 12


@dataclass(frozen=True)
class TrueValue:
    """The value of one definition in one place, sex or age group; `part` is the currency of money.

    ``None`` where nobody is asked.
    """

    definition: str
    area: str
    sex: str
    age: str
    value: float | None
    part: str = ""


def true_values(population: Population, link: Link, ages: Mapping[str, Age]) -> list[TrueValue]:
    """Compute a definition over everybody: undivided, then by place, sex and age group.

    Notes
    -----
    A median of ages at a first event is that of the Kaplan–Meier curve of everybody, each counted once.
    """
    columns: Columns = population.turns[link.repeat][1] if link.repeat else population.columns
    rows = len(next(iter(columns.values())))
    definition = link.definition
    found: list[TrueValue] = []
    for (area, sex, age), kept in _domains(link, columns, rows, ages):
        part = {name: column[kept] for name, column in columns.items()}
        if definition.estimand == "money":
            currency = part[definition.columns["currency"]]
            for code in sorted(set(currency.tolist()) - {""}):
                here = {name: column[currency == code] for name, column in part.items()}
                found.append(TrueValue(definition.code, area, sex, age, _value(link, here), str(code)))
            continue
        found.append(TrueValue(definition.code, area, sex, age, _value(link, part)))
    return found


def _domains(
    link: Link, columns: Columns, rows: int, ages: Mapping[str, Age]
) -> Iterator[tuple[tuple[str, str, str], Bools]]:
    definition = link.definition
    whole = {"area": "", "sex": definition.sex, "age": definition.age}
    yield (whole["area"], whole["sex"], whole["age"]), np.ones(rows, dtype=np.bool_)
    for dimension, name in definition.by.items():
        column = columns[name]
        if dimension == "age" and column.dtype != object:
            for code in definition.ages:
                low, high = ages[code].lowest or 0, ages[code].highest
                kept = (column >= low) & (column <= (np.inf if high is None else high))
                said = {**whole, "age": code}
                yield (said["area"], said["sex"], said["age"]), kept
            continue
        for code in sorted(set(column.tolist()) - {""}):
            said = {**whole, dimension: str(code)}
            yield (said["area"], said["sex"], said["age"]), np.asarray(column == code, dtype=np.bool_)


def _value(link: Link, columns: Columns) -> float | None:
    definition = link.definition
    rows = len(next(iter(columns.values())))
    if link.parsed is None:
        has = known = np.ones(rows, dtype=np.bool_)
    else:
        answers = {name: (column, is_answered(column)) for name, column in columns.items()}
        has, known = has_trait(link.parsed, answers, rows)
    named = {key: columns[name] for key, name in definition.columns.items()}
    match definition.estimand:
        case "share" | "qualitative":
            return _over(float(has.sum()), float(known.sum()))
        case "mean":
            weight = named.get("weight", np.ones(rows))
            counted = has & is_answered(named["value"]) & is_answered(weight)
            return _over(float((named["value"] * weight)[counted].sum()), float(weight[counted].sum()))
        case "ratio":
            counted = has & is_answered(named["numerator"]) & is_answered(named["denominator"])
            return _over(float(named["numerator"][counted].sum()), float(named["denominator"][counted].sum()))
        case "total":
            return float(named["value"][has].sum()) if "value" in named else float(has.sum())
        case "money":
            return float(named["amount"][has].sum())
        case "median":
            first, age = named["first_age"], named["present_age"]
            asked = known & ~(has & np.isnan(first))
            if not asked.any():
                return None
            return median_first_age(first_age=first[asked], age=age[asked], has_begun=has[asked]).estimate
        case "cohort":
            return _retained(link, named, has)


def _retained(link: Link, named: Mapping[str, NDArray[Any]], kept: Bools) -> float | None:
    """Share still there so many months after the start, of all who started and did not move."""
    definition = link.definition
    months = float(definition.months or 12)
    years = named["end"].astype("datetime64[M]").astype(int) - named["start"].astype("datetime64[M]").astype(
        int
    )
    start_day = (named["start"] - named["start"].astype("datetime64[M]")).astype(int)
    end_day = (named["end"] - named["end"].astype("datetime64[M]")).astype(int)
    # whole months are enough: the day of the month says whether the last one is complete
    passed = years - (end_day < start_day)
    left = named["exit"] != definition.answers["still"]
    # who leaves on the very day the months are over is no longer there
    gone_by = left & ((passed < months) | ((passed == months) & (end_day == start_day)))
    moved = gone_by & (named["exit"] == definition.answers["moved"])
    counted = kept & ~moved
    on = counted & ~gone_by & (passed >= months)
    return _over(float(on.sum()), float(counted.sum()))


def _over(part: float, whole: float) -> float | None:
    return part / whole if whole > 0 else None
