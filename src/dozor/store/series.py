"""A plan's series from answers: its definition and the round's design, through the engine's estimators."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import ibis
from ibis.expr import types as ir

from dozor.core.estimation.definition import Definition, parse_expression
from dozor.core.estimation.estimate import Estimate
from dozor.core.estimation.request import DesignColumns, Ratio, SurveyRequest
from dozor.core.estimation.series import Link
from dozor.core.plan.definitions import Design, Dimension
from dozor.core.plan.vocabulary import Age
from dozor.store.cohorts import FirstAgeRequest, RetentionRequest, estimate_cohort, estimate_first_age
from dozor.store.expressions import condition
from dozor.store.recruited import BootstrapPlan, RdsRequest, estimate_recruited
from dozor.store.source import Source, types_of
from dozor.store.survey import estimate_survey

VALUE, VALUE_OF, AGE_GROUP = "dozor_value", "dozor_of", "dozor_age_group"
RESPONDENT, RECRUITER = "dozor_respondent", "dozor_recruiter"
CENSUS = "census"


@dataclass(frozen=True)
class SeriesEstimate:
    """An estimate of one definition in one place, sex or age group; empty: not divided by it.

    `part` is what else the figure is divided by: the currency of a sum of money.
    """

    definition: str
    area: str
    sex: str
    age: str
    estimate: Estimate
    part: str = ""


def estimate_series(
    source: Source, link: Link, design: Design, *, ages: Mapping[str, Age], row_id: str
) -> list[SeriesEstimate]:
    """Estimate one definition: everybody, then by place, by sex and by age group.

    Parameters
    ----------
    source
        One row for each respondent, institution, record or turn.
    ages
        Age groups by code; those of the definition are used.
    row_id
        Column that names a respondent, for chains of recruitment.
    """
    prepared = _prepared(source, link, ages)
    by = _columns_by(link)
    if link.definition.estimand == "money":
        by = {(*names, link.definition.columns["currency"]): d for names, d in by.items()}
    rows = _estimate(prepared, link, design, tuple(names for names in by if names), row_id)
    if design.kind == CENSUS:
        rows = [_without_error(row) for row in rows]
    return [_named(row, link, by) for row in rows if set(row.domain) in [set(names) for names in by]]


def _columns_by(link: Link) -> dict[tuple[str, ...], Dimension | None]:
    """Sets of columns the value is divided by, each with its dimension."""
    found: dict[tuple[str, ...], Dimension | None] = {(): None}
    for dimension, column in link.definition.by.items():
        found[AGE_GROUP if dimension == "age" else column,] = dimension
    return found


def _named(row: Estimate, link: Link, by: Mapping[tuple[str, ...], Dimension | None]) -> SeriesEstimate:
    definition = link.definition
    columns = next(names for names in by if set(names) == set(row.domain))
    said: dict[str, str] = {"area": "", "sex": definition.sex, "age": definition.age}
    dimension = by[columns]
    if dimension is not None:
        said[dimension] = row.domain[columns[0]]
    part = row.domain.get(definition.columns.get("currency", ""), "")
    place = {dimension: said[dimension]} if dimension is not None else {}
    told = replace(row, name=definition.code, domain=place | ({"currency": part} if part else {}))
    return SeriesEstimate(definition.code, said["area"], said["sex"], said["age"], told, part)


def _prepared(source: Source, link: Link, ages: Mapping[str, Age]) -> Source:
    """Add the columns that a definition's words stand for."""
    definition, table = link.definition, source.table
    columns = definition.columns
    whole = None if link.parsed is None else condition(link.parsed.whole, source)
    added: dict[str, ir.Value] = {}

    def number(name: str) -> ir.NumericValue:
        return source.number(columns[name]).cast("float64")

    def of_those(value: ir.NumericValue) -> ir.NumericValue:
        return value if whole is None else ibis.ifelse(whole, value, ibis.null("float64"))

    match definition.estimand:
        case "mean" if "weight" in columns:
            added = {
                VALUE: of_those(number("value") * number("weight")),
                VALUE_OF: of_those(number("weight")),
            }
        case "mean":
            added = {VALUE: of_those(number("value"))}
        case "ratio":
            added = {VALUE: of_those(number("numerator")), VALUE_OF: of_those(number("denominator"))}
        case "total" | "money":
            # a sum is over the rows that take part; the others add nothing to it
            named = "amount" if definition.estimand == "money" else "value"
            value = number(named) if named in columns else ibis.literal(1.0)
            added = {VALUE: of_those(value).fill_null(0.0)}
        case "cohort":
            added = {VALUE: source.table[columns["exit"]].nullif(definition.answers["still"])}
    if "age" in definition.by and link.instrument.field(definition.by["age"]).type == "text":
        # the form itself asks for the group: its answers are the vocabulary's codes
        asked = table[definition.by["age"]]
        added[AGE_GROUP] = ibis.ifelse(asked.isin(definition.ages), asked, ibis.null("string"))
    elif "age" in definition.by:
        age = source.number(definition.by["age"])
        group = ibis.null("string")
        for code in definition.ages:
            if (known := ages.get(code)) is not None:
                inside = age >= (known.lowest or 0)
                if known.highest is not None:
                    inside &= age <= known.highest
                group = ibis.ifelse(inside, ibis.literal(code), group)
        added[AGE_GROUP] = group
    if not added:
        return source
    table = table.mutate(**added)
    return replace(source, table=table, types=types_of(table.schema()))


def _estimate(
    source: Source, link: Link, design: Design, by: Sequence[tuple[str, ...]], row_id: str
) -> list[Estimate]:
    definition = link.definition
    if definition.estimand == "cohort":
        return _cohort(source, link, by)
    if definition.estimand == "median":
        return estimate_first_age(
            source,
            FirstAgeRequest(
                first=definition.columns["first_age"],
                age=definition.columns["present_age"],
                begun=link.parsed,
                weight=design.columns.get("weight"),
                cluster=design.columns.get("cluster"),
                by=tuple(by),
            ),
        )
    if design.kind == "rds":
        return _recruited(source, link, design, by, row_id)
    is_ratio = definition.estimand == "ratio" or "weight" in definition.columns
    request = SurveyRequest(
        design=DesignColumns(
            weight=design.columns.get("weight"),
            stratum=design.columns.get("stratum"),
            cluster=(design.columns["cluster"],) if "cluster" in design.columns else (),
            fpc=(design.columns["fpc"],) if "fpc" in design.columns else (),
            # a stratum seen through one cluster is common where a round is small: it must not hide the rest
            lonely="adjust",
            adjust_domain_lonely=True,
        ),
        shares=(link.parsed,) if definition.estimand in {"share", "qualitative"} and link.parsed else (),
        means=(VALUE,) if definition.estimand == "mean" and not is_ratio else (),
        totals=(VALUE,) if definition.estimand in {"total", "money"} else (),
        ratios=(Ratio(VALUE, VALUE_OF),) if is_ratio else (),
        by=tuple(by),
    )
    return estimate_survey(source, request)


def _without_error(row: Estimate) -> Estimate:
    """Every row there is was counted: nothing was sampled, so nothing is uncertain by sampling."""
    return replace(row, se=None, lower=None, upper=None, df=None, deff=None, n_effective=None, method=CENSUS)


def _cohort(source: Source, link: Link, by: Sequence[tuple[str, ...]]) -> list[Estimate]:
    definition = link.definition
    kept = source
    if link.parsed is not None:
        kept = replace(source, table=source.table.filter(condition(link.parsed.whole, source)))
    request = RetentionRequest(
        end=definition.columns["end"],
        start=definition.columns["start"],
        event=VALUE,
        at=(float(definition.months or 12),),
        transferred=(definition.answers["moved"],),
        by=tuple(by),
    )
    # the share of all who started; the curve and the ways out are for those who study the cohort
    return [row for row in estimate_cohort(kept, request).rows if row.estimand == "share"]


def _recruited(
    source: Source, link: Link, design: Design, by: Sequence[tuple[str, ...]], row_id: str
) -> list[Estimate]:
    linked, request = chains_of(source, link, design, row_id)
    return estimate_recruited(linked, replace(request, by=tuple(by)))


def chains_of(source: Source, link: Link, design: Design, row_id: str) -> tuple[Source, RdsRequest]:
    """A sample of chains and what is asked of it: who came from whom is found through the coupons.

    Parameters
    ----------
    row_id
        Column that names a respondent.
    """
    instrument = link.instrument
    table = source.table
    if instrument.counted:
        table = table.filter(condition(parse_expression(instrument.counted, source.types), source))
    given = [
        table.select(**{RECRUITER: table[row_id], "dozor_coupon": table[coupon]}) for coupon in design.coupons
    ]
    links = ibis.union(*given) if len(given) > 1 else given[0]
    links = links.filter(links["dozor_coupon"].notnull()).distinct(on="dozor_coupon", keep="first")
    table = table.mutate(**{RESPONDENT: table[row_id]})
    joined = table.left_join(links, table[design.columns["coupon"]] == links["dozor_coupon"]).drop(
        "dozor_coupon"
    )
    linked = replace(source, table=joined, types=types_of(joined.schema()))
    definition = link.definition
    parsed: Definition | None = link.parsed
    return linked, RdsRequest(
        id=RESPONDENT,
        recruiter=RECRUITER,
        degree=design.columns["degree"],
        shares=(parsed,) if definition.estimand in {"share", "qualitative"} and parsed else (),
        means=(VALUE,) if definition.estimand == "mean" else (),
        bootstrap=BootstrapPlan(kind="tree"),
    )
