"""Leaks that are known from elsewhere, each on a table small enough to follow by hand.

DIS-LEAK-001  Two tables, each without a small number, give one away when subtracted (OpenSAFELY's example).
DIS-LEAK-002  Minsk is a city and a region at once: hidden under one code, shown under the other.
DIS-LEAK-003  A region with one district: the region's number is the district's.
DIS-LEAK-004  A running total gives away the year; a cascade gives away those who fell out of it.
DIS-LEAK-005  A percentage with its denominator gives away the numerator.
DIS-LEAK-006  A later release gives away who was added since.
DIS-LEAK-007  What a source has published is neither hidden nor rounded, and helps the attacker.
DIS-LEAK-008  A rate gives away its numerator, because residents are known.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from dozor.core.disclosure import (
    About,
    Audience,
    Cell,
    Division,
    Edition,
    Kind,
    Protection,
    Rule,
    Status,
    Structure,
    Verdict,
    audit_statuses,
    protect,
    verify_certificate,
)
from dozor.core.text import Text

RULE = Rule(8, False, True, 5, 1, 1, 0, Decimal(10), 2, Decimal(90))
EXACT = Audience("exact", Text("т", "т", "t"), ("exact",), RULE, RULE, frozenset())
ROUNDED = replace(EXACT, rule=replace(RULE, rounding=5), strict=replace(RULE, rounding=5))


def count(name: str, value: int, **about: str) -> Cell:
    return Cell(
        name,
        About(about.pop("measure", "cases"), about.pop("area", "BY"), **about),
        Kind.COUNT,
        Decimal(value),
    )


def share(name: str, numerator: int, denominator: int, **about: str) -> Cell:
    return Cell(
        name,
        About(about.pop("measure", "tested"), about.pop("area", "BY"), **about),
        Kind.SHARE,
        Decimal(numerator) * 100 / denominator,
        numerator=numerator,
        denominator=denominator,
        numerator_measure="positive",
        denominator_measure="examined",
        decimals=1,
    )


def attack(cells: Iterable[Cell], structure: Structure, *hidden: str, **more: Any) -> Protection:
    cells = list(cells)
    statuses = [
        Status.PUBLISHED_ELSEWHERE
        if c.is_published
        else Status.SECONDARY
        if c.id in hidden
        else Status.PUBLISHED
        for c in cells
    ]
    options = {"audience": EXACT, **more}
    return audit_statuses(cells, statuses, structure=structure, rng=np.random.default_rng(1), **options)


def guard(cells: Iterable[Cell], structure: Structure, **more: Any) -> Protection:
    cells = list(cells)
    options = {"audience": EXACT, "structure": structure, **more}
    found = protect(cells, rng=np.random.default_rng(1), **options)
    if found.certificate:
        statuses = [p.status for p in found.cells]
        assert verify_certificate(found.certificate, cells, statuses, **options) == ()
    return found


def hidden(found: Protection) -> set[str]:
    return {p.cell.id for p in found.cells if p.status.is_hidden}


def exposed(found: Protection) -> dict[str, tuple[int | None, int | None]]:
    return {
        one.name: (one.lower, one.upper) for one in found.audit.attacked if one.verdict is not Verdict.SAFE
    }


AGES = {"all": (21, None), "21-30": (21, 30), "31-40": (31, 40), "41-50": (41, 50), "51+": (51, None)}


def two_tables() -> list[Cell]:
    """OpenSAFELY documentation, “Primary vs secondary disclosure”: all patients, and the men among them."""
    everyone = {"21-30": 8, "31-40": 10, "41-50": 15, "51+": 25, "all": 58}
    men = {"21-30": 7, "31-40": 5, "41-50": 8, "51+": 13, "all": 33}
    return [count(f"all {a}", v, age=a) for a, v in everyone.items()] + [
        count(f"men {a}", v, age=a, sex="male") for a, v in men.items()
    ]


def test_two_tables_are_subtracted():
    """DIS-LEAK-001: 8 of all and 7 men aged 21–30 leave one woman, though no cell shows her."""
    structure = Structure(ages=AGES)
    # neither table has a number below 5
    then = replace(EXACT, rule=replace(RULE, smallest_shown=5), strict=replace(RULE, smallest_shown=5))
    cells = two_tables()
    found = attack(cells, structure, audience=then)
    assert exposed(found) == {"cases · BY · all · all · 21-30 · : the rest": (1, 1)}
    (culprit,) = found.audit.culprits
    assert set(culprit.culprits) == {"all 21-30", "men 21-30"}
    repaired = guard(cells, structure, audience=then)
    assert repaired.is_safe
    assert hidden(repaired) & {"all 21-30", "men 21-30"}


def test_a_hidden_cell_is_what_its_total_leaves():
    """DIS-LEAK-001: OpenSAFELY's first example: one of 21–30 redacted, the total kept."""
    values = {"21-30": 1, "31-40": 10, "41-50": 15, "51+": 25, "all": 51}
    cells = [count(a, v, age=a) for a, v in values.items()]
    assert exposed(attack(cells, Structure(ages=AGES), "21-30")) == {
        "cases · BY · all · all · 21-30 · ": (1, 1)
    }
    repaired = guard(cells, Structure(ages=AGES))
    assert repaired.is_safe
    assert hidden(repaired) == {"21-30", "31-40"}


def test_rounding_alone_protects_here():
    """DIS-LEAK-001: with everything else rounded to 5, the redacted number may be 0 to 9."""
    values = {"21-30": 1, "31-40": 10, "41-50": 15, "51+": 25, "all": 51}
    cells = [count(a, v, age=a) for a, v in values.items()]
    repaired = guard(cells, Structure(ages=AGES), audience=ROUNDED)
    assert repaired.is_safe
    assert hidden(repaired) == {"21-30"}
    assert [int(p.shown) for p in repaired.cells if p.shown is not None] == [10, 15, 25, 50]


MINSK = Structure(areas=(Division("BY", ("BY-BR", "BY-HM")), Division("BY-HM", ("minsk-city",))))


def test_minsk_is_city_and_region_at_once():
    """DIS-LEAK-002"""
    cells = [
        count("country", 60, area="BY"),
        count("brest", 56, area="BY-BR"),
        count("region", 4, area="BY-HM"),
        count("city", 4, area="minsk-city"),
    ]
    found = attack(cells, MINSK, "region", "brest")
    assert exposed(found)["cases · BY-HM · all · all · all · "] == (4, 4)
    repaired = guard(cells, MINSK)
    assert repaired.is_safe
    assert {"region", "city", "brest"} <= hidden(repaired) or {"region", "city", "country"} <= hidden(
        repaired
    )


def test_a_region_with_one_district():
    """DIS-LEAK-003: hiding the district means hiding the region."""
    structure = Structure(areas=(Division("BY", ("o1", "o2")), Division("o1", ("d1",))))
    cells = [
        count("BY", 90, area="BY"),
        count("o1", 3, area="o1"),
        count("o2", 87, area="o2"),
        count("d1", 3, area="d1"),
    ]
    assert not attack(cells, structure, "d1").is_safe
    assert {"o1", "d1"} <= hidden(guard(cells, structure))


def test_a_running_total_gives_away_the_year():
    """DIS-LEAK-004"""
    structure = Structure(running=(("cumulative", "cases"),), flows=frozenset({"cases"}))
    cells = [
        count("to 2023", 100, measure="cumulative", period="2023"),
        count("to 2024", 104, measure="cumulative", period="2024"),
        count("2024", 4, period="2024"),
    ]
    assert exposed(attack(cells, structure, "2024"))["cases · BY · all · all · all · 2024"] == (4, 4)
    # also when the year itself is no cell
    assert not attack(cells[:2], structure).is_safe
    repaired = guard(cells, structure)
    assert repaired.is_safe
    assert hidden(repaired) & {"to 2023", "to 2024"}


def test_a_cascade_gives_away_those_who_fell_out():
    """DIS-LEAK-004: 97 of 100 on therapy leave three who are not."""
    structure = Structure(measures=(Division("diagnosed", ("on therapy",), is_complete=False),))
    cells = [count("d", 100, measure="diagnosed"), count("t", 97, measure="on therapy")]
    assert not attack(cells, structure).is_safe
    assert guard(cells, structure).is_safe
    wide = [count("d", 100, measure="diagnosed"), count("t", 80, measure="on therapy")]
    assert hidden(guard(wide, structure)) == set()


def test_a_percentage_gives_away_its_numerator():
    """DIS-LEAK-005: 1.5 % of 200 is three people, whatever is done to the count; 98.5 % too."""
    cells = [count("n", 3, measure="positive"), share("p", 3, 200)]
    found = attack(cells, Structure(), "n")
    assert not found.is_safe
    assert hidden(guard(cells, Structure())) == {"n", "p"}
    assert hidden(guard([share("p", 197, 200)], Structure())) == {"p"}
    assert hidden(guard([share("p", 200, 200)], Structure())) == {"p"}
    assert hidden(guard([share("p", 100, 200)], Structure())) == set()


def test_shares_of_both_sexes_give_away_the_third():
    """DIS-LEAK-005: the women's share is hidden; all and the men give it back to the person."""
    cells = [
        share("all", 53, 200),
        share("men", 50, 120, sex="male"),
        share("women", 3, 80, sex="female"),
    ]
    found = attack(cells, Structure(), "women")
    assert exposed(found)["positive · BY · all · female · all · "] == (3, 3)
    repaired = guard(cells, Structure())
    assert repaired.is_safe
    assert "women" in hidden(repaired)
    assert len(hidden(repaired)) == 2


def test_a_later_release_gives_away_who_was_added():
    """DIS-LEAK-006: 40, then 43, are three people more; rounded to 5 they are 40 and 45, so 1 to 9."""
    before = [count("x", 40)]
    first = guard(before, Structure()).edition("2024-1")
    after = [count("x", 43)]
    found = attack(after, Structure(), earlier=(first,))
    assert list(exposed(found).values()) == [(3, 3)]
    assert hidden(guard(after, Structure(), earlier=(first,))) == {"x"}
    rounded = guard(before, Structure(), audience=ROUNDED).edition("2024-1")
    assert hidden(guard(after, Structure(), earlier=(rounded,), audience=ROUNDED)) == set()


def test_a_later_table_is_put_beside_the_earlier_one():
    """DIS-LEAK-006: men were released before; now all are, and the women are hidden."""
    first = guard([count("men", 50, sex="male")], Structure()).edition("2024-1")
    now = [count("all", 53), count("women", 3, sex="female")]
    found = attack(now, Structure(), "women", earlier=(first,))
    assert exposed(found)["cases · BY · all · female · all · "] == (3, 3)
    repaired = guard(now, Structure(), earlier=(first,))
    assert repaired.is_safe
    assert hidden(repaired) == {"all", "women"}


def test_what_a_source_published_stays_and_is_known():
    """DIS-LEAK-007"""
    men = replace(count("men", 50, sex="male"), is_published=True)
    few = replace(count("young", 2, age="15-24"), is_published=True)
    cells = [men, few, count("all", 53), count("women", 3, sex="female")]
    found = guard(cells, Structure(), audience=ROUNDED)
    status = {p.cell.id: (p.status, p.shown) for p in found.cells}
    assert status["men"] == (Status.PUBLISHED_ELSEWHERE, Decimal(50))
    assert status["young"] == (Status.PUBLISHED_ELSEWHERE, Decimal(2))
    assert not attack(cells, Structure(), "women").is_safe
    assert guard(cells, Structure()).is_safe


def test_a_secret_that_another_gives_away_is_refused():
    """DIS-LEAK-007: nothing this release hides can help, and the release says what gives it away."""
    cells = [
        replace(count("men", 50, sex="male"), is_published=True),
        replace(count("all", 53), is_published=True),
        count("women", 3, sex="female"),
    ]
    found = guard(cells, Structure())
    assert not found.is_safe
    (finding,) = found.audit.findings()
    assert finding.code == "DIS-EXPOSED"
    assert finding.values["lower"] == finding.values["upper"] == 3


def test_a_rate_gives_away_its_numerator():
    """DIS-LEAK-008: 20.0 per 100,000 of 15,000 residents are three cases."""
    rate = Cell(
        "rate",
        About("incidence", "d1"),
        Kind.RATE,
        Decimal("20.0"),
        numerator=3,
        denominator=15000,
        numerator_measure="cases",
        denominator_measure="residents",
        factor=Decimal(100_000),
        decimals=1,
    )
    cells = [rate, count("n", 3, area="d1")]
    assert not attack(cells, Structure(), "n").is_safe
    assert hidden(guard(cells, Structure())) == {"rate", "n"}
    common = replace(rate, value=Decimal("2000.0"), numerator=300)
    assert hidden(guard([common], Structure())) == set()


def test_sums_that_are_not_so_are_set_aside():
    """People of unknown sex: the two sexes do not make up all, and nobody can use that they would."""
    cells = [count("all", 60), count("men", 30, sex="male"), count("women", 20, sex="female")]
    found = guard(cells, Structure())
    assert found.set_aside == (
        (
            "cases · BY · all · male · all · ",
            "cases · BY · all · female · all · ",
            "cases · BY · all · all · all · ",
        ),
    )


def test_two_values_of_one_thing_are_refused():
    from dozor.core.findings import Refused

    with pytest.raises(Refused) as refused:
        guard([count("a", 10), count("b", 11)], Structure())
    assert refused.value.findings[0].code == "DIS-TWO-VALUES"
    with pytest.raises(Refused) as refused:
        guard([count("a", 10), count("a", 11, age="15-24")], Structure())
    assert refused.value.findings[0].code == "DIS-CELL-TWICE"


def test_a_certificate_about_another_release_or_touched_does_not_hold():
    cells = [
        count(a, v, age=a) for a, v in {"21-30": 1, "31-40": 10, "41-50": 15, "51+": 25, "all": 51}.items()
    ]
    options: dict[str, Any] = {"audience": EXACT, "structure": Structure(ages=AGES)}
    found = guard(cells, options["structure"])
    statuses = [p.status for p in found.cells]
    certificate = found.certificate
    assert certificate is not None
    assert type(certificate).from_mapping(certificate.as_mapping()) == certificate

    def codes(touched: Any, cells: list[Cell] = cells, statuses: list[Status] = statuses) -> set[str]:
        return {f.code for f in verify_certificate(touched, cells, statuses, **options)}

    assert codes(certificate) == set()
    one_more = [(*pairs[:-1], (pairs[-1][0], pairs[-1][1] + 1)) for pairs in certificate.differences]
    assert "DIS-CERTIFICATE-DIFFERENCE" in codes(replace(certificate, differences=tuple(one_more)))
    assert codes(replace(certificate, witnesses=())) == {"DIS-CERTIFICATE-NEED"}
    assert codes(replace(certificate, table=(0, *certificate.table[1:]))) == {"DIS-CERTIFICATE-TABLE"}
    shown = [Status.PUBLISHED] * len(cells)
    assert codes(certificate, statuses=shown) == {"DIS-CERTIFICATE-OTHER"}
    with pytest.raises(ValueError, match="certificate"):
        type(certificate).from_mapping({"format": 1})


def test_an_earlier_edition_counts_only_what_it_showed():
    before = [count("men", 50, sex="male"), count("women", 3, sex="female"), count("all", 53)]
    first = guard(before, Structure())
    edition = first.edition("2024-1")
    assert isinstance(edition, Edition)
    again = guard(before, Structure(), earlier=(edition,))
    assert again.is_safe
    assert hidden(again) == hidden(first)


def money(name: str, *given: int, **about: str) -> Cell:
    parts = tuple(Decimal(g) / 100 for g in given)
    return Cell(
        name,
        About("spent", about.pop("area", "BY"), **about),
        Kind.MONEY,
        sum(parts, Decimal(0)),
        contributions=parts,
        decimals=2,
    )


def test_one_payer_is_hidden_in_the_total():
    """Spending by one donor in o1: the total and the other regions would give it to the kopeck."""
    structure = Structure(areas=(Division("BY", ("o1", "o2", "o3")),))
    regions = {"o1": (91_234_567_89,), "o2": (5_000_000_00,) * 9, "o3": (7_000_000_01,) * 8}
    cells = [money(name, *given, area=name) for name, given in regions.items()]
    cells.append(money("BY", *(g for given in regions.values() for g in given), area="BY"))
    assert exposed(attack(cells, structure, "o1")) == {
        "spent · o1 · all · all · all · ": (91_234_567_89, 91_234_567_89)
    }
    found = guard(cells, structure)
    assert found.is_safe
    assert "o1" in hidden(found)
    assert len(hidden(found)) == 2
    (one,) = (a for a in found.audit.attacked if a.cells == ("o1",))
    assert one.upper is not None
    assert one.lower is not None
    # ten percent of what the only payer gave, both ways
    assert min(one.upper - 91_234_567_89, 91_234_567_89 - one.lower) >= 9_123_456_78


def test_what_an_earlier_release_printed_is_named():
    """A rule grown stricter cannot call back what was printed under the old one."""
    lax = replace(EXACT, rule=replace(RULE, smallest_shown=4), strict=replace(RULE, smallest_shown=4))
    cells = [count("men", 6, sex="male"), count("women", 40, sex="female")]
    first = guard(cells, Structure(), audience=lax)
    assert hidden(first) == set()
    now = guard(cells, Structure(), earlier=(first.edition("2024-1"),))
    assert now.is_safe
    assert hidden(now) == {"men"}
    assert now.already_public == ("men",)
