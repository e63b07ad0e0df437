"""Reads the options of `dozor estimate rds` into a request."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import cast

from dozor.core.estimation.definition import parse_named
from dozor.core.estimation.rds.bootstrap import BOOTSTRAPS, INTERVALS, Bootstrap, BootstrapInterval
from dozor.core.estimation.rds.combining import Size
from dozor.core.estimation.rds.weights import ESTIMATORS, Estimator
from dozor.core.findings import Finding, Refused
from dozor.store.recruited import BootstrapPlan, RdsRequest
from dozor.store.source import Source


@dataclass(frozen=True)
class RdsOptions:
    """The options as typed."""

    id: str
    recruiter: str
    degree: str
    outcome: Sequence[str] = ()
    levels: Sequence[str] = ()
    mean: Sequence[str] = ()
    estimator: str = "rds2"
    population_size: float | None = None
    bootstrap: str | None = None
    replicates: int = 1000
    seed: int = 1
    interval: str = "normal"
    level: float = 0.95
    by: Sequence[str] = ()
    coupon: str | None = None
    interviewed: str | None = None
    combine: str | None = None
    size: Sequence[str] = ()
    corrected: bool = False

    def mentions(self) -> list[str]:
        """Every text that may name a column."""
        return texts_of(self)


def read_request(options: RdsOptions, source: Source) -> RdsRequest:
    """Read the options against the file's columns.

    Raises
    ------
    Refused
        ``EST-CHOICE``, ``EST-LEVEL``, ``RDS-POPULATION-WRONG``, ``RDS-SIZE-FORM`` and what a definition
        raises.
    """
    check_level(options.level)
    size = options.population_size
    if size is not None and not (size > 0 and math.isfinite(size)):
        raise Refused(Finding("RDS-POPULATION-WRONG", f"{size:g}"))
    plan = None
    if options.bootstrap is not None:
        plan = BootstrapPlan(
            kind=cast(Bootstrap, one_of("--bootstrap", options.bootstrap, BOOTSTRAPS)),
            replicates=options.replicates,
            seed=options.seed,
            interval=cast(BootstrapInterval, one_of("--interval", options.interval, INTERVALS)),
            corrected=options.corrected,
        )
    return RdsRequest(
        id=options.id,
        recruiter=options.recruiter,
        degree=options.degree,
        shares=tuple(parse_named(text, source.types) for text in options.outcome),
        levels=tuple(options.levels),
        means=tuple(options.mean),
        estimator=cast(Estimator, one_of("--estimator", options.estimator, ESTIMATORS)),
        population=size,
        bootstrap=plan,
        level=options.level,
        by=tuple(columns_of(text, source) for text in options.by),
        coupon=options.coupon,
        interviewed=options.interviewed,
        city=options.combine,
        sizes=dict(_size(text) for text in options.size),
    )


def texts_of(options: object) -> list[str]:
    """Every text among the values of a dataclass of options."""
    texts: list[str] = []
    for part in fields(options):  # type: ignore[arg-type]
        value = getattr(options, part.name)
        values = value if isinstance(value, list | tuple) else [value]
        texts += [text for text in values if isinstance(text, str)]
    return texts


def check_level(level: float) -> None:
    if not 0 < level < 1:
        raise Refused(Finding("EST-LEVEL", found=f"{level:g}"))


def one_of(option: str, found: str, known: Sequence[str]) -> str:
    if found not in known:
        raise Refused(Finding("EST-CHOICE", found, {"option": option, "known": ", ".join(known)}))
    return found


def columns_of(text: str | None, source: Source) -> tuple[str, ...]:
    """Cut a list of columns at its commas, unless the whole is a heading."""
    if text is None:
        return ()
    if text in source.types:
        return (text,)
    return tuple(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))


def _size(text: str) -> tuple[str, Size]:
    """Read ``CITY=people`` or ``CITY=people:standard error``."""
    city, equals, rest = text.rpartition("=")
    people, _, se = rest.partition(":")
    try:
        if not equals or not city.strip():
            raise ValueError
        return city.strip(), Size(float(people), float(se or 0))
    except ValueError:
        raise Refused(Finding("RDS-SIZE-FORM", text)) from None
