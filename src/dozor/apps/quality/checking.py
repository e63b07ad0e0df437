"""Asks the quality room about figures: a table of values before it is loaded, whatever the bank holds."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path

from django.utils import timezone

from dozor.apps.bank.queries import observations
from dozor.apps.bank.vocabulary import vocabulary
from dozor.apps.organisations.queries import areas
from dozor.apps.plans.queries import plans
from dozor.core.findings import Finding
from dozor.core.observations.checking import CheckedRow, check_row
from dozor.core.observations.observation import Observation
from dozor.core.plan import Plan
from dozor.core.quality.checking import check_figures
from dozor.core.quality.doubt import Doubt
from dozor.core.quality.figures import Cell, Reported, reported
from dozor.core.quality.thresholds import read_rules
from dozor.formats.tables import read_table


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
            incoming.append(observed(checked, row.number))
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
    indicators = related_to({o.indicator for o in incoming}, plan)
    known = {r.cell: r for r in reported(headline(indicators), plan)}
    fresh = {r.cell: r for r in reported(incoming, plan)}
    return check_among(known | fresh, plan, about=fresh)


def headline(indicators: Iterable[str]) -> list[Observation]:
    """The bank's values of some indicators, without those another source's value stands before."""
    return [o for o in observations(indicators=sorted(indicators)) if o.is_headline is not False]


def related_to(indicators: Collection[str], plan: Plan) -> set[str]:
    """Some indicators and those that the plan's text of quality relates them to."""
    found, rules = set(indicators), read_rules(plan.quality)
    for terms in (*(r.terms for r in rules.at_least), *((r.one, r.other) for r in rules.near)):
        if any(t.indicator in indicators for t in terms):
            found |= {t.indicator for t in terms}
    return found


def doubts_of_bank(plan: Plan, codes: Iterable[str] | None = None) -> list[Doubt]:
    """Doubts about every headline value the bank holds of a plan's indicators."""
    wanted = list(codes) if codes is not None else [i.code for i in plan.indicators]
    return check_among({r.cell: r for r in reported(headline(wanted), plan)}, plan)


def check_among(
    figures: Mapping[Cell, Reported], plan: Plan, *, about: Iterable[Cell] | None = None
) -> list[Doubt]:
    """Run the rules on figures; doubts about some cells, or about all (`about` None)."""
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


def observed(row: CheckedRow, number: int) -> Observation:
    """A checked row as the bank would hold it."""
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
