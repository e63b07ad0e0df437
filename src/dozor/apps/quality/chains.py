"""S11's input for samples of chains: who recruited whom, and how far people bring their like."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

import numpy as np

from dozor.apps.collection.estimating import design_of, source_of
from dozor.apps.collection.models import Round
from dozor.core.estimation.rds.diagnostics import population_homophily
from dozor.core.estimation.rds.estimators import binary_codes
from dozor.core.estimation.series import Link, link
from dozor.core.findings import Refused
from dozor.core.plan import Plan
from dozor.core.plan.definitions import Design
from dozor.core.plan.instruments import Instrument
from dozor.core.quality.survey.sampling import Chains
from dozor.store.answers_at_rest.tables import INSTANCE_ID
from dozor.store.recruited import Recruited, read_recruited
from dozor.store.series import chains_of
from dozor.store.source import Source

_ROW = "dozor_row"
_FEWEST_OF_A_SIDE = 20


def chains_of_round(round_: Round, plan: Plan) -> list[Chains]:
    """The chains of a round whose people bring people; none of any other round."""
    links = [one for one in _shares(plan, round_.instrument) if design_of(round_, one).kind == "rds"]
    if not links:
        return []
    return list(_chains(source_of(round_), links, lambda one: design_of(round_, one), INSTANCE_ID))


def chains_of_file(source: Source, instrument: Instrument, plan: Plan) -> list[Chains]:
    """The chains of a file that holds the coupons the instrument's definitions name."""
    held = set(source.table.columns)

    def is_there(one: Link) -> bool:
        named = _first(one)
        return named is not None and {*named.columns.values(), *named.coupons} <= held

    links = [one for one in _shares(plan, instrument.code) if is_there(one)]
    if not links:
        return []
    table, row_id = source.table, INSTANCE_ID
    if row_id not in held:
        import ibis

        table, row_id = table.mutate(**{_ROW: ibis.row_number().cast("string")}), _ROW
    numbered = Source(table=table, types=source.types, file=source.file)
    return list(_chains(numbered, links, lambda one: _first(one) or Design("rds", "rds"), row_id))


def _shares(plan: Plan, instrument: str) -> Iterator[Link]:
    for d in plan.definitions:
        if d.instrument == instrument and d.wording == "law" and d.estimand == "share":
            yield link(d, plan.instruments[instrument])


def _first(one: Link) -> Design | None:
    return next((d for d in one.definition.designs if d.kind == "rds"), None)


def _chains(
    source: Source, links: list[Link], design: Callable[[Link], Design], row_id: str
) -> Iterator[Chains]:
    place = links[0].definition.by.get("area", "")
    for city in _cities(source, place):
        rows = source if not city else _of_city(source, place, city)
        found = [one for link_ in links if (one := _read(rows, link_, design(link_), row_id)) is not None]
        if not found:
            continue  # chains that do not hold are told when the round is estimated, with every fault
        homophily = [h for _, h in found if math.isfinite(h)]
        yield Chains(city, found[0][0].sample.recruitment, max(homophily) if homophily else None)


def _cities(source: Source, place: str) -> list[str]:
    if not place or place not in source.table.columns:
        return [""]
    names = source.table.select(place).distinct().to_pyarrow().column(0).to_pylist()
    return sorted(str(n) for n in names if n)


def _of_city(source: Source, place: str, city: str) -> Source:
    return Source(
        table=source.table.filter(source.table[place] == city), types=source.types, file=source.file
    )


def _read(source: Source, one: Link, design: Design, row_id: str) -> tuple[Recruited, float] | None:
    """A city's sample and its homophily by one trait; None where its chains do not hold."""
    try:
        linked, request = chains_of(source, one, design, row_id)
        recruited = read_recruited(linked, request)
        codes = binary_codes(recruited.rows.binary(request.shares[0]), name=one.definition.code)
    except Refused:
        return None
    sample = recruited.sample
    if min(np.sum(codes == 0), np.sum(codes == 1)) < _FEWEST_OF_A_SIDE:
        return recruited, math.nan  # a handful of ties to the other side says nothing
    return recruited, float(population_homophily(sample, codes, 2, 1 / sample.degree)[0])
