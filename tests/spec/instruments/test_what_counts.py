"""Who is counted, and of whom: every definition's words on single answers.

Each row is one respondent or record: what was answered, and what the definition makes of it: "yes" (in the
numerator), "no" (in the denominator only), "-" (in neither).

INS-020  4.1, 5.1 …: the three ways and none of the false ones (law); the five questions (UNGASS).
INS-021  4.2, 7.2: the last contact; every time is another definition.
INS-022  8.3 is a conjunction within the person, over those who injected and had sex in the last month.
INS-023  8.6 adds prevention to the ways.
INS-024  10.1 has three parts; an unknown part was not given.
INS-025  10.2: settled children only; infected, uninfected and unknown add up to all born.
INS-026  11.1–11.3: a specimen counts when its result is final.
INS-027  12.1: four parts together, each of them apart, and UNGASS's own.
INS-028  Refusing consent leaves every estimate.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from dozor.core.estimation.series import link
from dozor.core.estimation.truth import has_trait
from dozor.core.plan import Plan
from dozor.formats.plan_folder import find_plan


@cache
def plan() -> Plan:
    return find_plan("by-hiv-2006-123")


def verdicts(code: str, table: str, always: str = "") -> None:
    """Hold a definition against a table: columns of answers, the last one the verdict; ``.``: no answer."""
    (definition,) = (d for d in plan().definitions if d.code == code)
    one = link(definition, plan().instruments[definition.instrument])
    assert one.parsed is not None
    heading, *rows = [line.split() for line in table.strip().splitlines()]
    columns = dict(pair.split("=") for pair in always.split())
    if one.instrument.has_field("consent"):
        columns = {"consent": "yes", "age": "20", **columns}
    answers = {}
    for name in one.instrument.types:
        cells = [row[heading.index(name)] if name in heading else columns.get(name, ".") for row in rows]
        known = np.array([cell != "." for cell in cells])
        if one.instrument.types[name] == "number":
            values = np.array([float(cell) if cell != "." else 0.0 for cell in cells])
        else:
            values = np.array(cells, dtype=object)
        answers[name] = (values, known)
    has, asked = has_trait(one.parsed, answers, len(rows))
    found = ["-" if not a else "yes" if h else "no" for h, a in zip(has, asked, strict=True)]
    assert found == [row[-1] for row in rows]


WAYS = """
way_sex   way_blood way_mother way_mosquito way_food way_touch  verdict
yes       yes       yes        no           no       no         yes
yes       yes       yes        dont_know    no       no         yes
yes       yes       yes        yes          no       no         no
yes       yes       dont_know  no           no       no         no
no        yes       yes        no           no       no         no
refused   yes       yes        no           no       no         no
yes       yes       yes        yes          yes      yes        no
"""


@pytest.mark.parametrize(
    "code",
    [
        "4.1/youth",
        "5.1/conscripts",
        "5.2/officers and contract personnel",
        "6.1/prisoners",
        "6.2/prisoners with HIV",
        "6.3/prison staff",
        "7.1/women 18-45",
    ],
)
def test_ins_020_ways_of_transmission(code: str) -> None:
    verdicts(code, WAYS)
    verdicts(
        f"{code}/ungass-2005",
        """
        protects_partner protects_condom healthy_looking way_mosquito way_food  verdict
        yes              yes             yes             no           no        yes
        yes              yes             yes             dont_know    no        no
        yes              yes             yes             no           yes       no
        yes              yes             refused         no           no        no
        """,
        always="way_sex=no way_blood=no way_mother=no",
    )


@pytest.mark.parametrize(
    "code", ["4.2/youth", "7.2/women 18-45", "5.3/conscripts", "5.4/officers and contract personnel"]
)
def test_ins_021_the_last_contact(code: str) -> None:
    verdicts(
        code,
        """
        irregular_partner condom_last    verdict
        yes               yes            yes
        yes               no             no
        yes               dont_remember  no
        yes               refused        -
        no                .              -
        .                 .              -
        """,
    )


@pytest.mark.parametrize("code", ["4.2/youth/every-time", "7.2/women 18-45/every-time"])
def test_ins_021_every_time_is_another_definition(code: str) -> None:
    verdicts(
        code,
        """
        irregular_partner condom_last condom_often verdict
        yes               yes         always       yes
        yes               yes         sometimes    no
        yes               yes         refused      -
        no                .           .            -
        """,
    )


def test_ins_021_who_has_not_begun_is_censored() -> None:
    verdicts(
        "4.3/youth",
        """
        had_sex first_age_known verdict
        yes     yes             yes
        yes     dont_remember   -
        no      .               no
        refused .               -
        """,
    )


def test_ins_022_both_in_one_person() -> None:
    verdicts(
        "8.3/PWID",
        """
        injected_month sex_month syringe_new condom_last    verdict
        yes            yes       always      yes            yes
        yes            yes       always      no             no
        yes            yes       sometimes   yes            no
        yes            yes       always      dont_remember  no
        yes            yes       always      refused        -
        yes            no        always      .              -
        no             yes       .           yes            -
        """,
    )
    verdicts(
        "8.3/PWID/ungass-2005",
        """
        injected_month sex_month syringe_new syringe_shared condom_last  verdict
        yes            yes       sometimes   no             yes          yes
        yes            yes       always      yes            yes          no
        """,
    )


@pytest.mark.parametrize("group", ["MSM", "FSW", "PWID"])
def test_ins_023_ways_and_prevention(group: str) -> None:
    ways = "way_sex=yes way_blood=yes way_mother=yes way_mosquito=no way_food=no way_touch=no"
    table = """
    protects_partner protects_condom protects_syringe  verdict
    yes              yes             yes               yes
    yes              yes             dont_know         no
    yes              no              yes               no
    """
    verdicts(f"8.6/{group}", table, always=ways)
    verdicts(
        f"8.6/{group}",
        """
        way_mosquito verdict
        yes          no
        no           yes
        """,
        always=ways + " protects_partner=yes protects_condom=yes protects_syringe=yes",
    )


@pytest.mark.parametrize("group", ["MSM", "FSW", "PWID"])
def test_services_and_tests(group: str) -> None:
    verdicts(
        f"8.4/{group}",
        """
        got_condoms got_advice got_materials verdict
        no          no         no            no
        no          yes        no            yes
        refused     no         no            no
        """,
        always="got_syringes=no",
    )
    verdicts(
        f"8.5/{group}",
        """
        tested_12m knows_result verdict
        yes        yes          yes
        yes        no           no
        no         .            no
        refused    .            no
        """,
    )


def test_ins_024_a_full_course() -> None:
    verdicts(
        "10.1/HIV+ pregnant women",
        """
        art_pregnancy art_birth art_newborn verdict
        yes           yes       yes         yes
        yes           yes       unknown     no
        no            yes       yes         no
        """,
    )


def test_ins_025_a_birth_cohort() -> None:
    code = "10.2/children born to HIV+ mothers"
    born = "infected uninfected not_yet lost died".split()
    for variant, expected in {
        "": "yes no - - -",
        "/infected": "yes no no no no",
        "/uninfected": "no yes no no no",
        "/unknown": "no no yes yes yes",
    }.items():
        rows = "\n".join(" ".join(pair) for pair in zip(born, expected.split(), strict=True))
        verdicts(code + variant, f"outcome verdict\n{rows}")


@pytest.mark.parametrize("code", ["11.1/PWID", "11.2/FSW", "11.3/MSM"])
def test_ins_026_final_results(code: str) -> None:
    verdicts(
        code,
        """
        screening     confirmatory  verdict
        negative      .             no
        positive      positive      yes
        positive      negative      no
        positive      indeterminate -
        positive      not_done      -
        positive      .             -
        indeterminate positive      yes
        not_done      .             -
        """,
    )


def test_ins_027_four_parts() -> None:
    code = "12.1/STI patients"
    rows = """
    counselled partner_counselled tested  treated history examined condoms_advised verdict
    yes        yes                yes     yes     no      no       no              {0}
    yes        unknown            yes     yes     yes     yes      yes             {1}
    no         yes                yes     yes     yes     yes      yes             {2}
    """
    verdicts(code, rows.format("yes", "no", "no"))
    verdicts(code + "/ungass-2005", rows.format("no", "no", "yes"))
    verdicts(code + "/counselling", rows.format("yes", "yes", "no"))
    verdicts(code + "/partners", rows.format("yes", "no", "yes"))


def test_ins_028_minors_only_with_a_guardian() -> None:
    verdicts(
        "4.3/youth",
        """
        age guardian had_sex verdict
        15  given    no      no
        17  waived   no      no
        17  no       no      -
        18  .        no      no
        """,
    )


def test_ins_028_no_consent_no_estimate() -> None:
    for definition in plan().definitions:
        instrument = plan().instruments[definition.instrument]
        if instrument.kind != "person":
            continue
        one = link(definition, instrument)
        assert one.parsed is not None
        refused = {
            name: (np.array(["no" if name == "consent" else "yes"], dtype=object), np.array([True]))
            if kind != "number"
            else (np.array([20.0]), np.array([True]))
            for name, kind in instrument.types.items()
        }
        _, asked = has_trait(one.parsed, refused, 1)
        assert not asked[0], definition.code
