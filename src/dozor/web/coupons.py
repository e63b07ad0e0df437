"""A coupon desk on its round's page: counts of coupons and people, what is doubtful, who came from whom."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.utils.translation import gettext as _

from dozor.core.answers.coupon_desk import ADMITTED, Desk, desks_of
from dozor.core.plan.conditions import Value
from dozor.core.plan.instruments import Instrument
from dozor.language import number
from dozor.publishing.diagnostics import recruitment_specification
from dozor.web.names import Names
from dozor.web.pictures import Picture
from dozor.web.round_estimates import MOST_IN_TREE, drawn


@dataclass(frozen=True)
class DeskShown:
    """One desk in words; `doubts` are what somebody should look into."""

    title: str
    figures: list[tuple[str, str]]
    decisions: list[tuple[str, str]]
    doubts: list[str]
    picture: Picture | None


def desks_shown(instrument: Instrument, rows: Iterable[Mapping[str, Value]], names: Names) -> list[DeskShown]:
    return [_shown(one, instrument, names) for one in desks_of(rows)]


def _shown(one: Desk, instrument: Instrument, names: Names) -> DeskShown:
    def said(count: int) -> str:
        return number(count, names.language)

    admitted = one.decisions.get(ADMITTED, 0)
    chosen = _labels(instrument, "decision", names)
    area = names.areas.find(one.city)
    group = _labels(instrument, "group_of", names).get(one.group, one.group)
    return DeskShown(
        title=", ".join(p for p in (group, names.area(area.code) if area else one.city) if p),
        figures=[
            (_("visits"), said(one.visits)),
            (_("admitted, first of their chains"), said(one.seeds)),
            (_("admitted by a coupon"), said(one.by_coupon)),
            (_("coupons given"), said(one.given)),
            (_("of them redeemed"), said(one.redeemed)),
            (_("incentives for taking part"), f"{said(one.incentives)} / {said(admitted)}"),
            (_("recruits paid for, of those who came"), f"{said(one.paid)} / {said(one.due)}"),
        ],
        decisions=[
            (words, said(one.decisions[code])) for code, words in chosen.items() if code in one.decisions
        ],
        doubts=_doubts(one, names),
        picture=_tree(one, names),
    )


def _labels(instrument: Instrument, field: str, names: Names) -> dict[str, str]:
    return {c.name: names.say(c.label) for c in instrument.field(field).choices}


def _doubts(one: Desk, names: Names) -> list[str]:
    """Counts only: coupons are kept as keyed hashes, so none can be named."""
    told = (
        (one.unknown, _("coupons were brought that nobody is noted to have been given: {n}.")),
        (one.repeated, _("coupons with which more than one person was admitted: {n}.")),
        (max(one.paid - one.due, 0), _("more recruits were paid for than came, by: {n}.")),
    )
    found = [words.format(n=number(count, names.language)) for count, words in told if count]
    if one.forest is None and one.decisions.get(ADMITTED):
        found.append(_("coupons lead back to those who brought them: no chains can be drawn."))
    return found


def _tree(one: Desk, names: Names) -> Picture | None:
    tree = one.forest
    if tree is None or tree.size > MOST_IN_TREE:
        return None
    codes = np.array([-1 if given is None else int(given) for given in one.with_incentive])
    title = _("an incentive was given")

    def specification(width: Any) -> Any:
        return recruitment_specification(tree, codes, title, names.language, width)

    return drawn(title, names, specification)
