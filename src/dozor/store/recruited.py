"""Estimates of a respondent-driven sample from a source."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from dozor.core.design.recruitment import Recruitment, check_coupons, check_order, read_recruitment
from dozor.core.estimation.definition import Definition
from dozor.core.estimation.estimate import Estimate
from dozor.core.estimation.rds.bootstrap import Bootstrap, BootstrapInterval, bootstrap_estimates
from dozor.core.estimation.rds.combining import Size, combine_cities
from dozor.core.estimation.rds.estimators import binary_codes, estimate_mean, estimate_shares
from dozor.core.estimation.rds.sample import RdsSample, check_degrees
from dozor.core.estimation.rds.weights import Estimator
from dozor.core.findings import Finding, Refused
from dozor.store.respondents import Respondents, findings_of, read_respondents
from dozor.store.source import Source

# what makes one domain not estimable, without a fault in the data
TOO_SMALL = frozenset({"EST-ALL-MISSING", "RDS-DOMAIN-LARGE", "RDS-NO-RECRUITS"})


@dataclass(frozen=True)
class BootstrapPlan:
    """How to resample; the same seed gives the same figures, whatever else is asked for."""

    kind: Bootstrap
    replicates: int = 1000
    seed: int = 1
    interval: BootstrapInterval = "normal"
    corrected: bool = False


@dataclass(frozen=True)
class RdsRequest:
    """Everything asked of one file.

    Parameters
    ----------
    id, recruiter, degree
        Columns.
    shares
        0/1 outcomes; `levels` are columns whose every value is a group; `means` are quantities.
    population
        Size of the population, for successive sampling and the finite population factor.
    coupon, interviewed
        Columns checked when named: coupons handed in twice, recruits seen before their recruiter.
    city, sizes
        Column of cities, each a sample of its own, and the sizes by which they become one figure.
    """

    id: str
    recruiter: str
    degree: str
    shares: tuple[Definition, ...] = ()
    levels: tuple[str, ...] = ()
    means: tuple[str, ...] = ()
    estimator: Estimator = "rds2"
    population: float | None = None
    bootstrap: BootstrapPlan | None = None
    level: float = 0.95
    by: tuple[tuple[str, ...], ...] = ()
    coupon: str | None = None
    interviewed: str | None = None
    city: str | None = None
    sizes: Mapping[str, Size] = field(default_factory=dict)


@dataclass(frozen=True)
class Recruited:
    """A checked sample with its rows."""

    rows: Respondents
    sample: RdsSample


def read_recruited(source: Source, request: RdsRequest) -> Recruited:
    """Read and check the sample; refuses with every fault of chains, degrees, coupons and order."""
    columns = [request.id, request.recruiter, request.degree]
    columns += [c for c in (request.coupon, request.interviewed) if c is not None]
    columns += [*request.means, *(f for d in request.shares for f in sorted(_fields(d)))]
    groupings = [c for by in request.by for c in by] + list(request.levels)
    groupings += [request.city] if request.city else []
    rows = read_respondents(source, columns, groupings)
    with findings_of(source):
        findings: list[Finding] = []
        tree: Recruitment | None = None
        try:
            tree = read_recruitment(
                rows.texts(request.id),
                rows.texts(request.recruiter),
                id_column=request.id,
                recruiter_column=request.recruiter,
            )
        except Refused as refused:
            findings += refused.findings
        degree = rows.numbers(request.degree)
        findings += check_degrees(degree, request.degree)
        if tree is not None:
            findings += _extra_checks(rows, tree, request)
        if findings or tree is None:
            raise Refused(findings)
        return Recruited(rows, RdsSample(tree, degree, request.population))


def estimate_recruited(
    source: Source, request: RdsRequest, *, progress: Callable[[float], None] = lambda _: None
) -> list[Estimate]:
    """Estimate everything asked for: the whole sample first, then each domain.

    A domain is estimated as a sample of its own: respondents whose recruiter is outside become seeds.

    Raises
    ------
    Refused
        What is wrong with the sample or the request, coded ``RDS-…`` and ``EST-…``.
    """
    if not (request.shares or request.levels or request.means):
        raise Refused(Finding("EST-NOTHING-ASKED", file=source.file or None))
    recruited = read_recruited(source, request)
    by_sets: list[tuple[str, ...]] = [(), *dict.fromkeys(request.by)]
    domains = [(by, place, kept) for by in by_sets for place, kept in recruited.rows.domains(by)]
    estimates: list[Estimate] = []
    with findings_of(source):
        for done, (by, place, kept) in enumerate(domains):
            if request.city and not by:
                estimates += _cities(recruited, request)
            else:
                estimates += _domain(recruited, request, place, kept, strict=not by)
            progress((done + 1) / len(domains))
    return estimates


def _fields(definition: Definition) -> set[str]:
    from dozor.core.estimation.expression import fields_of

    return {f.name for f in fields_of(definition.whole)}


def _extra_checks(rows: Respondents, tree: Recruitment, request: RdsRequest) -> list[Finding]:
    findings: list[Finding] = []
    if request.coupon is not None:
        findings += check_coupons(rows.texts(request.coupon), seeds=tree.parent < 0, column=request.coupon)
    if request.interviewed is not None:
        when: list[object]
        if rows.is_dated(request.interviewed):
            when = list(rows.days(request.interviewed))
        else:
            numbers = rows.numbers(request.interviewed)
            when = [None if np.isnan(v) else float(v) for v in numbers]
        findings += check_order(tree, when, column=request.interviewed)  # type: ignore[arg-type]
    return findings


def _cities(recruited: Recruited, request: RdsRequest) -> list[Estimate]:
    """Estimate each city with its own size, and all together by their sizes."""
    city = request.city or ""
    asked = {place[city]: kept for place, kept in recruited.rows.domains((city,))}
    lacking = [Finding("RDS-SIZES-NEEDED", name, column=city) for name in asked if name not in request.sizes]
    if lacking:
        raise Refused(lacking)
    rows: list[Estimate] = []
    for name, kept in asked.items():
        tree = recruited.sample.recruitment
        apart = RdsSample(tree.within(kept), recruited.sample.degree[kept], request.sizes[name].people)
        rows += _estimate(recruited.rows, apart, request, {city: name}, kept, strict=True)
    together = [
        combine_cities(
            {row.domain[city]: row for row in rows if row.name == name and row.estimand == "share"},
            request.sizes,
            level=request.level,
        )
        for name in dict.fromkeys(row.name for row in rows if row.estimand == "share")
    ]
    return together + rows


def _domain(
    recruited: Recruited,
    request: RdsRequest,
    place: Mapping[str, str],
    kept: NDArray[np.bool_],
    *,
    strict: bool,
) -> list[Estimate]:
    if kept.all():
        return _estimate(recruited.rows, recruited.sample, request, place, kept, strict=strict)
    try:
        part = recruited.sample.within(kept)
    except Refused as refused:
        if not {f.code for f in refused.findings} <= TOO_SMALL:
            raise
        names = [d.name for d in request.shares]
        return [
            Estimate("share", name, dict(place), n=int(kept.sum()), method=request.estimator)
            for name in names
        ]
    return _estimate(recruited.rows, part, request, place, kept, strict=strict)


def _estimate(
    rows: Respondents,
    sample: RdsSample,
    request: RdsRequest,
    place: Mapping[str, str],
    kept: NDArray[np.bool_],
    *,
    strict: bool,
) -> list[Estimate]:
    found: list[Estimate] = []
    for definition in request.shares:
        outcome = rows.binary(definition)[kept]
        if strict and np.isnan(outcome).all():
            raise Refused(Finding("EST-ALL-MISSING", definition.name))
        codes = binary_codes(outcome, name=definition.name)
        # the share of those without is asked for too, and left out
        found += _shares(sample, codes, ["", definition.name], request, place, strict=strict)[-1:]
    for column in request.levels:
        codes, names = rows.levels(column)
        part = codes[kept]
        if strict and (part < 0).all():
            raise Refused(Finding("EST-ALL-MISSING", column))
        found += _shares(sample, part, [f"{column}={n}" for n in names], request, place, strict=strict)
    for column in request.means:
        values = rows.numbers(column)[kept]
        if not strict and np.isnan(values).all():
            found.append(Estimate("mean", column, dict(place), method=request.estimator))
            continue
        found.append(
            estimate_mean(
                sample, values, name=column, estimator=request.estimator, level=request.level, domain=place
            )
        )
    return found


def _shares(
    sample: RdsSample,
    codes: NDArray[np.intp],
    names: list[str],
    request: RdsRequest,
    place: Mapping[str, str],
    *,
    strict: bool,
) -> list[Estimate]:
    plan = request.bootstrap
    try:
        if plan is None:
            return estimate_shares(
                sample, codes, names, estimator=request.estimator, level=request.level, domain=place
            )
        return bootstrap_estimates(
            sample,
            codes,
            names,
            estimator=request.estimator,
            kind=plan.kind,
            replicates=plan.replicates,
            rng=np.random.default_rng(plan.seed),
            level=request.level,
            interval=plan.interval,
            domain=place,
            corrected=plan.corrected,
        )
    except Refused as refused:
        if strict or not {f.code for f in refused.findings} <= TOO_SMALL:
            raise
        n = int((codes >= 0).sum())
        return [Estimate("share", name, dict(place), n=n, method=request.estimator) for name in names]
