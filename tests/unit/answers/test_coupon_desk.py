"""What a coupon desk has done (CPN).

CPN-001  Seeds and people with coupons are told apart; what was given, redeemed and paid is counted.
CPN-002  A coupon nobody gave, one brought twice, and more paid for than came are seen.
CPN-003  Who came from whom is a forest; coupons that lead in a circle give none.
"""

from __future__ import annotations

from dozor.core.answers.coupon_desk import desks_of, is_coupon_desk
from dozor.formats.plan_folder import find_plan

SURVEY = find_plan("by-hiv-2006-123").instruments
HERE = {"group_of": "PWID", "city": "Minsk"}


def visit(own="", given=(), decision="admitted", paid=0, incentive="yes", **more):
    said = {f"coupon_{n}": coupon for n, coupon in enumerate(given, start=1)}
    return {
        **HERE, "is_seed": "no" if own else "yes", "coupon_own": own or None, "decision": decision,
        "incentive": incentive if decision == "admitted" else None, "recruits_paid": paid, **said, **more,
    }  # fmt: skip


def test_cpn_001_what_was_given_and_redeemed():
    (desk,) = desks_of(
        [
            visit(given=("A1", "A2", "A3")),
            visit("A1", ("B1",), incentive="no"),
            visit("A2"),
            visit("A3", decision="not_of_group"),
            visit(decision="return", paid=2),
        ]
    )
    assert (desk.visits, desk.seeds, desk.by_coupon, desk.given, desk.redeemed) == (5, 1, 2, 4, 2)
    assert (desk.incentives, desk.paid, desk.due, desk.unknown, desk.repeated) == (2, 2, 2, 0, 0)
    assert dict(desk.decisions) == {"admitted": 3, "not_of_group": 1, "return": 1}
    assert desk.forest is not None
    assert desk.forest.parent.tolist() == [-1, 0, 0]
    assert desk.with_incentive == (True, False, True)


def test_cpn_002_what_is_doubtful():
    (desk,) = desks_of([visit(given=("A1",)), visit("A1"), visit("A1"), visit("X9", paid=3)])
    assert (desk.unknown, desk.repeated, desk.paid, desk.due) == (1, 1, 3, 2)


def test_cpn_003_desks_apart_and_circles():
    desks = desks_of([visit(given=("A1",)), visit("A1", city="Gomel"), visit("B1", ("C1",), city="Gomel")])
    assert [(d.city, d.seeds, d.unknown) for d in desks] == [("Gomel", 0, 2), ("Minsk", 1, 0)]
    (circle,) = desks_of([visit("C1", ("B1",)), visit("B1", ("C1",))])
    assert circle.forest is None
    (refused,) = desks_of([visit(decision="declined")])
    assert (refused.forest, refused.visits) == (None, 1)


def test_cpn_the_plans_desk_is_one():
    assert [code for code, one in SURVEY.items() if is_coupon_desk(one)] == ["coupon-desk"]
