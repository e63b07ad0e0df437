"""Estimates as tables for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dozor.cli.output import language, print_table
from dozor.core.estimation.comparison import Comparison
from dozor.core.estimation.estimate import Estimate
from dozor.core.estimation.independence import IndependenceTest
from dozor.language import gettext, number

ESTIMATES = ("Quantity", "Estimate", "Std. error", "Lower", "Upper", "Answers", "Deff", "Domain")
DIFFERENCES = ("Quantity", "Difference", "Std. error", "Lower", "Upper", "t", "p", "Domain")
TESTS = ("Two columns", "Statistic", "Degrees of freedom", "p", "Answers", "Method")


def print_estimates(rows: Sequence[Estimate | IndependenceTest]) -> None:
    """Print one line for each estimate, difference and test, a dash where there is no number."""
    estimates = [row for row in rows if isinstance(row, Estimate) and not isinstance(row, Comparison)]
    if estimates:
        print_table(ESTIMATES, (_estimate(row) for row in estimates), numeric=range(1, 7))
    compared = [row for row in rows if isinstance(row, Comparison)]
    if compared:
        print_table(DIFFERENCES, (_difference(row) for row in compared), numeric=range(1, 7))
    tests = [row for row in rows if isinstance(row, IndependenceTest)]
    if tests:
        print_table(TESTS, (_test(row) for row in tests), numeric=range(1, 5))


def _estimate(row: Estimate) -> tuple[str, ...]:
    values = (row.estimate, row.se, row.lower, row.upper)
    shown = [_shown(value, small=row.estimand in {"share", "ratio"}) for value in values]
    # sizes are named by their method, everything else as the person named it
    name = gettext(row.name, language()) if row.estimand == "population size" else row.name
    return (name, *shown, number(row.n, language()), _shown(row.deff), _domain(row.domain))


def _difference(row: Comparison) -> tuple[str, ...]:
    values = (row.estimate, row.se, row.lower, row.upper, row.statistic, row.p)
    between = f"{_domain(row.domain)} − {_domain(row.against)}"
    return (row.name, *(_shown(value, small=True) for value in values), between)


def _test(row: IndependenceTest) -> tuple[str, ...]:
    df = [_shown(value) for value in (row.ndf, row.ddf) if value is not None]
    answers = number(row.n, language())
    return (
        row.name,
        _shown(row.statistic, small=True),
        "; ".join(df),
        _shown(row.p, small=True),
        answers,
        row.method,
    )


def _domain(domain: Mapping[str, str]) -> str:
    return ", ".join(f"{column} {value}" for column, value in domain.items())


def _shown(value: float | None, *, small: bool = False) -> str:
    """Write four digits after the point of what lies near 0–1, and otherwise as many as tell it apart."""
    if value is None:
        return "–"
    if small and abs(value) < 10:
        return number(value, language(), 4)
    return number(value, language(), 0 if abs(value) >= 1000 else 2)
