"""The desk of a survey by coupons: who came with which coupon, what was decided, given and paid."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from dozor.core.design.recruitment import Recruitment, read_recruitment
from dozor.core.findings import Refused
from dozor.core.plan.conditions import Value
from dozor.core.plan.instruments import Instrument

ADMITTED, RETURN = "admitted", "return"
GIVEN = ("coupon_1", "coupon_2", "coupon_3")
FIELDS = ("group_of", "is_seed", "coupon_own", "decision", "incentive", "recruits_paid", *GIVEN)

Row = Mapping[str, Value]


@dataclass(frozen=True)
class Desk:
    """One desk's work: one group in one city.

    Parameters
    ----------
    visits
        Everybody who came, those who came back for an incentive too.
    decisions
        Decision → visits; ``admitted`` among them.
    seeds, by_coupon
        Admitted without a coupon, and with one.
    given, redeemed
        Coupons given out, and those of them with which somebody was admitted.
    unknown, repeated
        Coupons brought that this desk gave nobody; coupons with which more than one was admitted.
    incentives
        Given for taking part.
    paid, due
        Recruits that were paid for, and those who came by coupons of this desk.
    forest
        Who recruited whom among those admitted, in the order of the records; None where coupons
        lead in a circle or nobody was admitted.
    with_incentive
        For each of those admitted: given (True), not (False), not said (None).
    """

    group: str
    city: str
    visits: int
    decisions: Mapping[str, int]
    seeds: int
    by_coupon: int
    given: int
    redeemed: int
    unknown: int
    repeated: int
    incentives: int
    paid: int
    due: int
    forest: Recruitment | None
    with_incentive: tuple[bool | None, ...]


def is_coupon_desk(instrument: Instrument) -> bool:
    """Whether the instrument keeps a coupon desk: it asks everything that is summed up here."""
    return all(instrument.has_field(name) for name in FIELDS)


def desks_of(rows: Iterable[Row]) -> list[Desk]:
    """Sum up the records of a coupon desk: each group in each city by itself, sorted by both.

    A coupon is known by its text or by the keyed hash kept instead of it: only equality is asked.
    """
    by_desk = defaultdict[tuple[str, str], list[Row]](list)
    for row in rows:
        by_desk[_text(row, "group_of"), _text(row, "city")].append(row)
    return [_desk(group, city, of) for (group, city), of in sorted(by_desk.items())]


def _desk(group: str, city: str, rows: Sequence[Row]) -> Desk:
    admitted = [row for row in rows if row.get("decision") == ADMITTED]
    giver: dict[str, int] = {}
    for place, row in enumerate(admitted):
        for coupon in (_text(row, name) for name in GIVEN):
            if coupon:
                giver.setdefault(coupon, place)
    brought = [_text(row, "coupon_own") for row in admitted]
    parents = [giver.get(coupon, -1) if coupon else -1 for coupon in brought]
    times = Counter(coupon for coupon in brought if coupon)
    return Desk(
        group=group,
        city=city,
        visits=len(rows),
        decisions=Counter(_text(row, "decision") for row in rows),
        seeds=sum(not coupon for coupon in brought),
        by_coupon=sum(bool(coupon) for coupon in brought),
        given=len(giver),
        redeemed=sum(coupon in giver for coupon in times),
        unknown=sum(coupon not in giver for coupon in times),
        repeated=sum(n > 1 for n in times.values()),
        incentives=sum(row.get("incentive") == "yes" for row in admitted),
        paid=sum(_count(row) for row in rows),
        due=sum(parent >= 0 for parent in parents),
        forest=_forest(parents),
        with_incentive=tuple({"yes": True, "no": False}.get(_text(row, "incentive")) for row in admitted),
    )


def _forest(parents: Sequence[int]) -> Recruitment | None:
    if not parents:
        return None
    try:
        return read_recruitment(
            [str(n + 1) for n in range(len(parents))],
            ["" if parent < 0 else str(parent + 1) for parent in parents],
        )
    except Refused:  # a coupon that leads back to whoever brought it
        return None


def _count(row: Row) -> int:
    paid = row.get("recruits_paid")
    return int(paid) if isinstance(paid, (int, float)) else 0


def _text(row: Row, name: str) -> str:
    value = row.get(name)
    return "" if value is None else str(value)
