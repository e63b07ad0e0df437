"""Asks the quality room about what has come: a table of values before it is loaded, answers of a round."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
from django.utils import timezone
from ibis.expr import types as ir

from dozor.apps.bank.queries import observations
from dozor.apps.bank.vocabulary import vocabulary
from dozor.apps.collection.gathering import answers_of_round, gather
from dozor.apps.collection.models import Round
from dozor.apps.organisations.queries import areas
from dozor.apps.plans.queries import plans
from dozor.core.findings import Finding, Refused
from dozor.core.observations.checking import CheckedRow, check_row
from dozor.core.observations.observation import Observation
from dozor.core.plan import Plan
from dozor.core.plan.instruments import Instrument
from dozor.core.quality import Cell, Doubt, Reported, check_figures, read_rules, reported
from dozor.core.quality.survey import answers_of, check_answers
from dozor.formats.tables import read_table

_SEED = 123  # permutations and sham samples: the same answers give the same doubts


def check_values(path: Path, *, name: str = "") -> tuple[list[Finding], list[Doubt]]:
    """Check a table of values among what the bank holds; nothing is loaded.

    Returns
    -------
    Findings of rows that could not be taken at all, and doubts about the others.
    """
    known, findings, incoming = vocabulary(), list[Finding](), list[Observation]()
    for row in read_table(path, name or path.name):
        checked = check_row(row.cells, row.number, known)
        if isinstance(checked, CheckedRow):
            incoming.append(_observation(checked, row.number))
        else:
            findings += checked
    doubts: list[Doubt] = []
    for plan in plans():
        own = [o for o in incoming if o.plan == plan.code]
        if own:
            doubts += doubts_about(own, plan)
    return findings, sorted(doubts, key=lambda d: -d.strength)


def doubts_about(incoming: Sequence[Observation], plan: Plan) -> list[Doubt]:
    """Doubts that concern the values handed in, held against the bank's headline values of their series."""
    indicators = {o.indicator for o in incoming}
    rules = read_rules(plan.quality)
    for terms in (*(r.terms for r in rules.at_least), *((r.one, r.other) for r in rules.near)):
        if any(t.indicator in indicators for t in terms):
            indicators |= {t.indicator for t in terms}
    standing = [o for o in observations(indicators=sorted(indicators)) if o.is_headline is not False]
    known: dict[Cell, Reported] = {r.cell: r for r in reported(standing, plan)}
    fresh = {r.cell: r for r in reported(incoming, plan)}
    return _check(known | fresh, plan, about=fresh)


def doubts_of_bank(plan: Plan, codes: Iterable[str] | None = None) -> list[Doubt]:
    """Doubts about every headline value the bank holds of a plan's indicators."""
    wanted = sorted(codes) if codes is not None else [i.code for i in plan.indicators]
    standing = [o for o in observations(indicators=wanted) if o.is_headline is not False]
    return _check({r.cell: r for r in reported(standing, plan)}, plan, about=None)


def _check(figures: dict[Cell, Reported], plan: Plan, about: Iterable[Cell] | None) -> list[Doubt]:
    places = areas()

    def parent(code: str) -> str | None:
        return places.area(code).parent if code in places else None

    def children(code: str) -> list[str]:
        return [a.code for a in places.children(code)] if code in places else []

    ages = {
        a.code: (a.lowest or 0, a.highest) for a in plan.ages if a.lowest is not None or a.highest is not None
    }
    return check_figures(
        figures.values(),
        read_rules(plan.quality),
        parent=parent,
        children=children,
        ages=ages,
        about=None if about is None else list(about),
    )


def doubts_of_round(round_: Round, plan: Plan, *, by: str) -> list[Doubt]:
    """Doubts about a round's counted answers, with the rules that broken records show by interviewer."""
    gather(round_, by=by, at=timezone.now())
    table = answers_of_round(round_)
    if table is None:
        raise Refused(Finding("COL-ROUND-EMPTY", found=round_.code))
    return doubts_of_answers(table, plan.instruments[round_.instrument], plan)


def doubts_of_answers(table: ir.Table, instrument: Instrument, plan: Plan) -> list[Doubt]:
    """Doubts about one table of answers, whether a round's or a file's."""
    answers = answers_of(table.to_polars(), instrument)
    zone = timezone.get_default_timezone()
    return check_answers(
        answers,
        read_rules(plan.quality).survey,
        rng=np.random.default_rng(_SEED),
        zone=zone.key if isinstance(zone, ZoneInfo) else "UTC",
    )


def _observation(row: CheckedRow, number: int) -> Observation:
    key = row.key
    return Observation(
        id=number,
        plan=row.plan,
        indicator=key.indicator,
        population=key.population,
        sex=key.sex,
        age=key.age,
        area=key.area,
        period=row.period,
        source=row.source,
        figure=row.figure,
        recorded_at=timezone.now(),
    )
