"""The plan of Instruction No. 123 of 2006, held against the law's own rows.

``annex-123-2006.csv`` beside this file is the annex of the Instruction, row by row.

PLAN-001  Every row of the annex is an indicator, in the law's words, and there is no other.
PLAN-002  The counts that shape the year: 51 series, 15 yearly and 30 biennial rows, 37 with regional centres.
PLAN-003  Every executor has exactly one rule by which it owes, with the law's clause.
PLAN-004  Every row is fed by a collection, of one of ten kinds of method.
PLAN-005  What the law does not say stays unsaid: no anchor year, force after 2010 unconfirmed.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from dozor.core.plan import AfterCollection, Agreed, Fixed, OnRequest, Plan
from dozor.core.plan.showing import as_mapping
from dozor.formats.plan_folder import load_plan, packaged_folder

ANNEX = list(
    csv.DictReader(io.StringIO(Path(__file__).with_name("annex-123-2006.csv").read_text(encoding="utf-8")))
)


@pytest.fixture(scope="module")
def plan() -> Plan:
    return load_plan(packaged_folder() / "by-hiv-2006-123")


def test_plan_001_rows_in_the_laws_own_words(plan: Plan) -> None:
    said = [
        {
            "code": i.code,
            "direction": str(i.direction),
            "direction_name": plan.direction(i.direction or 0).name.ru,
            "indicator": i.name.ru,
            "executors": "; ".join(plan.executor(code).short_name.ru for code in i.executors),
            "every_years": str(i.frequency_years),
            "method": i.method.ru if i.method else "",
        }
        for i in plan.indicators
    ]
    for row, mine in zip(ANNEX, said, strict=True):
        # the annex names the council in full, where pages use a short name
        row["executors"] = row["executors"].replace(
            plan.executor("COUNCIL").name.ru, plan.executor("COUNCIL").short_name.ru
        )
        assert mine == {key: row[key] for key in mine}


def test_plan_002_counts(plan: Plan) -> None:
    assert len(plan.directions) == 13
    assert len(plan.indicators) == 45
    assert len(plan.series()) == 51
    assert Counter(i.frequency_years for i in plan.indicators) == {1: 15, 2: 30}
    regional = [i for i in plan.indicators if {"OCHEPH", "MCHE"} <= set(i.executors)]
    assert len(regional) == 37
    assert sum(1 for i in plan.indicators if {"OCHEPH", "MCHE"} & set(i.executors)) == 37
    named = Counter(role for i in plan.indicators for role in i.executors)
    expected = {"RCHEPH": 45, "MOH": 14, "MOE": 10, "MOD": 4, "MIA": 3, "MOI": 1, "COUNCIL": 1}
    assert {role: named[role] for role in expected} == expected


def test_plan_002_groups_at_higher_risk_are_three_series_each(plan: Plan) -> None:
    split = {i.code: i.populations for i in plan.indicators if len(i.populations) > 1}
    assert split == dict.fromkeys(("8.4", "8.5", "8.6"), ("MSM", "FSW", "PWID"))


@pytest.mark.parametrize(
    ("role", "recipient", "rule", "clause"),
    [
        ("OCHEPH", "RCHEPH", AfterCollection(20, "next"), "п. 10 Инструкции"),
        ("MCHE", "RCHEPH", AfterCollection(20, "next"), "п. 10 Инструкции"),
        *[
            (role, "RCHEPH", Agreed(), "пп. 11–12 Инструкции")
            for role in ("MOH", "MOE", "MOD", "MIA", "MOI", "COUNCIL")
        ],
        ("RCHEPH", "MOH", Fixed(month=3, day=1, year_offset=1), "п. 13 Инструкции"),
        ("DCHE", "OCHEPH", OnRequest(), "п. 9 Инструкции"),
    ],
)
def test_plan_003_one_rule_of_duty_for_each_sender(
    plan: Plan, role: str, recipient: str, rule: object, clause: str
) -> None:
    duty = plan.duty_of(role)
    assert duty is not None
    assert (duty.recipient, duty.rule, duty.clause.ru) == (recipient, rule, clause)
    assert [role in d.senders for d in plan.duties].count(True) == 1


def test_plan_003_the_report_is_one_duty_a_year_for_the_whole_plan(plan: Plan) -> None:
    assert [(d.senders, d.about) for d in plan.duties if d.about == "plan"] == [(("RCHEPH",), "plan")]


def test_plan_003_paragraph_10_asks_for_paper_and_electronic(plan: Plan) -> None:
    duty = plan.duty_of("OCHEPH")
    assert duty is not None
    assert duty.media == ("paper", "electronic")


def test_plan_004_kinds_of_method(plan: Plan) -> None:
    kinds = {c.code: c.kind for c in plan.collections}
    rows = Counter(kind for i in plan.indicators for kind in {kinds[code] for code in i.collections})
    assert rows == {
        "survey-of-persons": 19,
        "survey-of-institutions": 11,
        "medical-statistics": 5,
        "sentinel-surveillance": 4,
        "serological-screening": 1,
        "expenditure-analysis": 1,
        "policy-questionnaire": 1,
        "airtime-statistics": 1,
        "statistical-survey": 1,
        "patients-doctors-records": 1,
    }
    assert len(plan.collections) == len({code for i in plan.indicators for code in i.collections})


def test_plan_004_each_series_is_fed_by_one_collection(plan: Plan) -> None:
    fed = {
        (s.indicator.code, s.population): [c.code for c in plan.collections_of(s.indicator, s.population)]
        for s in plan.series()
    }
    assert all(len(codes) == 1 for codes in fed.values())
    assert fed["8.4", "MSM"] == fed["8.1", "MSM"] == ["survey-msm"]
    assert fed["8.4", "PWID"] == fed["8.3", "PWID"] == ["survey-pwid"]
    assert {code for (i, _), [code] in fed.items() if i.startswith("4.")} == {"survey-youth"}


def test_plan_004_value_kinds(plan: Plan) -> None:
    kinds = {i.code: i.value_kind for i in plan.indicators if i.value_kind != "proportion"}
    assert kinds == {
        "1.1": "money",
        "1.2": "qualitative",
        "2.5": "mean",
        "2.6": "mean",
        "2.7": "mean",
        "4.3": "median",
        "12.1": "composite",
        "13.2": "count",
    }
    proportions = [i for i in plan.indicators if i.value_kind == "proportion"]
    assert all(i.unit == "percent" and i.numerator and i.denominator for i in proportions)
    assert all(plan.maximum(i, "percent") == 100 for i in proportions)


def test_plan_005_what_the_law_leaves_open(plan: Plan) -> None:
    assert plan.cycle_anchor_default is None
    assert all(d.cycle_anchor is None for d in plan.directions)
    assert plan.in_force == "unconfirmed"
    assert plan.is_confirmed_on(date(2010, 12, 31))
    assert not plan.is_confirmed_on(date(2011, 1, 1))
    assert not plan.is_confirmed_on(date(2006, 12, 29))
    assert plan.status_note is not None


def test_contract_of_plan_show(plan: Plan) -> None:
    shown = as_mapping(plan)
    assert shown["code"] == "by-hiv-2006-123"
    assert [d["number"] for d in shown["directions"]] == list(range(1, 14))  # type: ignore[attr-defined]
    row = next(i for i in shown["indicators"] if i["code"] == "2.10")  # type: ignore[attr-defined]
    assert row["direction"] == 2
    assert row["executors"] == ["MOE", "RCHEPH", "OCHEPH", "MCHE"]
    assert (row["frequency_years"], row["value_kind"], row["populations"]) == (2, "proportion", ["students"])
    assert set(row["name"]) == set(row["method"]) == {"ru", "be", "en"}
