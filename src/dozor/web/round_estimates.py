"""What a closed round says, and whether the chains of a recruited one may be believed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from dozor.apps.collection.estimating import design_of
from dozor.apps.collection.fieldwork import source_so_far
from dozor.apps.collection.models import Round, RoundEstimate
from dozor.apps.collection.round_texts import plan_of_estimates, plan_shown
from dozor.core.answers.aggregates import METHOD
from dozor.core.estimation.rds.diagnostics import convergence, recruiting
from dozor.core.estimation.rds.estimators import binary_codes
from dozor.core.estimation.series import Link, link
from dozor.core.findings import Refused
from dozor.core.plan.definitions import SeriesDefinition
from dozor.language import say
from dozor.language.numbers import number, percent
from dozor.publishing.charts.drawing import draw_svg
from dozor.publishing.charts.style import Spec
from dozor.publishing.diagnostics import convergence_specification, recruitment_specification
from dozor.store.answers_at_rest import StoredRecord
from dozor.store.answers_at_rest.tables import INSTANCE_ID
from dozor.store.recruited import read_recruited
from dozor.store.series import chains_of
from dozor.web.names import Names
from dozor.web.pictures import Picture
from dozor.web.rounds import share

MOST_IN_TREE = 600  # dots a reader can tell apart


@dataclass(frozen=True)
class SeriesShown:
    """One definition's estimates: the undivided one first, then by place, sex and age."""

    code: str
    title: str
    rows: list[dict[str, Any]]


def series_of(kept: RoundEstimate, names: Names, wordings: Collection[str]) -> list[SeriesShown]:
    """Estimates of a closed round, by definition."""
    definitions = {d.code: d for d in plan_of_estimates(kept).definitions if d.wording in wordings}
    by_code: dict[str, list[Mapping[str, Any]]] = {}
    for row in kept.estimates:
        if row["definition"] in definitions:
            by_code.setdefault(row["definition"], []).append(row)
    return [
        SeriesShown(
            code,
            title_of_series(definitions[code], names),
            [_estimate_row(row, definitions[code], names) for row in rows],
        )
        for code, rows in by_code.items()
    ]


def title_of_series(definition: SeriesDefinition, names: Names) -> str:
    if definition.wording != "law":
        return f"{definition.indicator}. {names.say(definition.name)}"
    title = f"{definition.indicator}. {names.title(definition.indicator)}"
    several = [
        d for d in names.main_plan.definitions if d.indicator == definition.indicator and d.wording == "law"
    ]
    return f"{title}: {names.population_short(definition.population)}" if len(several) > 1 else title


def without_interval(method: str) -> str:
    """Why counts given instead of answers have no interval, in words; empty for any other estimate."""
    if not method.startswith(METHOD):
        return ""
    reasons = {
        f"{METHOD}; census": _("everybody was asked: no sampling error"),
        f"{METHOD}; no variance": _("no interval: nobody or everybody has the trait"),
    }
    return reasons.get(method, _("design unknown: no interval is claimed"))


def _estimate_row(row: Mapping[str, Any], definition: SeriesDefinition, names: Names) -> dict[str, Any]:
    groups = [names.area(row["area"])] if row["area"] else []
    if row["sex"] and row["sex"] != definition.sex:
        groups.append(names.sex(row["sex"]))
    if row["age"] and row["age"] != definition.age:
        groups.append(names.age(row["age"]))
    if row.get("part"):
        groups.append(names.symbol(row["part"]))
    is_share = row["estimand"] in {"share", "ratio"} and definition.estimand != "qualitative"
    scale = 100 if is_share else 1
    value, low, high = (
        None if (v := row.get(k)) is None else scale * v for k in ("estimate", "lower", "upper")
    )
    digits = 0 if definition.estimand in {"total", "money", "qualitative"} else 1
    if is_share:
        # a symmetric interval may reach beyond what can be
        low, high = (None if v is None else min(max(v, 0.0), 100.0) for v in (low, high))

    def said(amount: float) -> str:
        return number(round(amount, digits), names.language, digits)

    text = "—" if value is None else percent(value, names.language, digits) if is_share else said(value)
    interval = "" if low is None else f"{said(low)}–{'…' if high is None else said(high)}"
    deff = row.get("deff")
    return {
        "group": ", ".join(groups),
        "value": text,
        "interval": interval or without_interval(row.get("method") or ""),
        "counted": bool(row.get("method", "").startswith(METHOD)),
        "n": number(row["n"], names.language) if row.get("n") else "",
        "deff": number(round(deff, 1), names.language, 1) if deff else "",
    }


@dataclass(frozen=True)
class Chains:
    """Pictures and figures of a recruited sample, for one series and one city."""

    figures: list[tuple[str, str]]
    pictures: list[Picture]


def recruited_links(round_: Round, names: Names) -> list[Link]:
    """The law's shares of a round that are estimated from its chains."""
    plan = plan_shown(round_)
    instrument = plan.instruments[round_.instrument]
    found = [link(d, instrument) for d in plan.definitions if d.instrument == round_.instrument]
    return [
        one
        for one in found
        if one.definition.wording == "law"
        and one.definition.estimand == "share"
        and design_of(round_, one).kind == "rds"
    ]


def chains(
    round_: Round, one: Link, records: list[StoredRecord], city: str, names: Names
) -> Chains | list[str]:
    """The chains of one city, or what is wrong with them in words."""
    place = one.definition.by.get("area", "")
    kept = [r for r in records if not city or r.values.get(place) == city]
    if not kept:
        return [_("No records of this city yet.")]
    try:
        source, request = chains_of(source_so_far(round_, kept), one, design_of(round_, one), INSTANCE_ID)
        recruited = read_recruited(source, request)
        codes = binary_codes(recruited.rows.binary(request.shares[0]), name=one.definition.code)
    except Refused as refused:
        return [say(f, names.language).message for f in refused.findings[:5]]
    sample, told = recruited.sample, recruiting(recruited.sample)
    title = title_of_series(one.definition, names)
    figures = [
        (_("respondents"), number(sample.size, names.language)),
        (_("seeds"), number(told.seeds, names.language)),
        (_("seeds that brought nobody"), number(told.barren_seeds, names.language)),
        (_("longest chain, waves"), number(told.longest_chain, names.language)),
        (_("largest chain, share of all"), share(told.largest_tree_share, names)),
    ]
    pictures = []
    if (codes >= 0).any() and told.longest_chain:
        points = convergence(sample, codes, 2)
        pictures.append(
            drawn(title, names, lambda w: convergence_specification(points, title, names.language, w))
        )
    if sample.size <= MOST_IN_TREE:
        tree = sample.recruitment
        pictures.append(
            drawn(title, names, lambda w: recruitment_specification(tree, codes, title, names.language, w))
        )
    return Chains(figures, pictures)


def drawn(title: str, names: Names, specification: Any) -> Picture:
    """One picture in both its widths; `specification` makes the drawing of a width."""

    def drawing(width: str) -> Any:
        spec: Spec = specification(width)
        return mark_safe(draw_svg(spec, names.language))  # noqa: S308 - our own drawing

    return Picture(title, drawing("wide"), drawing("narrow"))
