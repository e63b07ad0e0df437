"""Doubts that are kept: raised when data come, answered by people, corrected by a later check (QLT).

QLT-010  A figure far from its series' past is a doubt of its submission, with its cell, found and expected.
QLT-011  A submission is not sent while a severe doubt about a row is open, and says which; what was found
         is kept though the step was refused.
QLT-012  Confirmed or explained it goes on; the same check again changes nothing; another doubtful figure in
         the cell is asked about again.
QLT-013  A figure put right is found so by the next check, with what became of it.
QLT-014  A doubt that others' figures raise after sending keeps it from being accepted.
QLT-015  Doubts and answers are sealed by the journal; an empty explanation and an unknown number are refused.
QLT-016  What answers make doubtful is raised when a file is imported and when the round is closed; twice is
         once.
QLT-017  A visit to a site, re-interviews and late changes feed their rules.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings
from django_tasks_db.models import DBTaskResult
from tests.instances import Instance, Ran, table, write_rows
from tests.integration.collection.test_sample_of_a_round import design, load, opened_round, person
from tests.integration.submissions.test_life import CODE, ROW, do, laid_in, people, shown

from dozor.apps.quality.models import DoubtEvent, RaisedDoubt
from dozor.apps.quality.orders import do_submissions
from dozor.apps.quality.submitted import unchecked

__all__ = ["people"]
AT_ONCE = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}


@pytest.fixture(autouse=True)
def _at_once() -> Iterator[None]:
    """Background work is done at once, as the process beside the server does it a moment later."""
    with override_settings(TASKS=AT_ONCE):
        yield


@pytest.fixture
def past(people: Instance) -> Instance:
    """Ten years of airtime around 3 %, so that 30 % is far from them."""
    row = {**ROW, "population": "", "source_title": "airtime"}
    years = [{**row, "period": str(2015 + n), "value": f"{3 + n % 3 / 10}"} for n in range(10)]
    ran = people.load(table(*years))
    assert ran.code == 0, ran.out
    assert listed(people) == []
    return people


def listed(instance: Instance, *options: str) -> list[dict[str, Any]]:
    ran = instance.cli("doubts", "list", *options, "--format", "json")
    assert ran.code == 0, ran.err
    return ran.json  # type: ignore[no-any-return]


def submitted(instance: Instance) -> Ran:
    return instance.cli("submission", "submit", CODE, "--as", "focal")


def test_qlt_010_011_a_doubt_is_raised_and_keeps_the_figures_back(past: Instance, tmp_path: Path) -> None:
    assert laid_in(past, tmp_path, {**ROW, "value": "30"}).json["findings"] == []
    found = listed(past, "--submission", CODE)
    assert {d["rule"] for d in found} == {"D5", "D6"}
    one = found[0]
    assert (one["state"], one["found"], one["agency"]) == ("open", "30", "MOI")
    assert (one["place"]["indicator"], one["place"]["area"], one["place"]["year"]) == ("9.1", "BY", 2025)
    assert one["expected"]
    ran = submitted(past)
    assert (ran.code, ran.err.count("QLT-OPEN")) == (2, 2)
    assert shown(past)["state"] == "draft"


def test_qlt_011_what_the_refused_step_found_is_kept(past: Instance, tmp_path: Path) -> None:
    with override_settings(TASKS={"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}):
        laid_in(past, tmp_path, {**ROW, "value": "30"})
        assert listed(past) == []  # nobody works in the background here
        assert submitted(past).code == 2
    assert len(listed(past)) == 2


def test_qlt_018_one_order_does_for_all_that_wait(past: Instance, tmp_path: Path) -> None:
    with override_settings(TASKS={"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}):
        laid_in(past, tmp_path, {**ROW, "value": "30"})
        laid_in(past, tmp_path, {**ROW, "value": "40"})
        order = DBTaskResult.objects.get(task_path=do_submissions.module_path)
        order.claim("a worker")  # what comes after it was begun needs an order of its own
        laid_in(past, tmp_path, {**ROW, "value": "50"})
        assert DBTaskResult.objects.filter(task_path=do_submissions.module_path).count() == 2
    assert [one.code for one in unchecked()] == [CODE]
    do_submissions.call()
    assert {d["found"] for d in listed(past)} == {"50"}
    assert unchecked() == []


def test_qlt_018_another_version_of_the_same_rows_is_not_left_waiting(past: Instance, tmp_path: Path) -> None:
    for value in ("30", "40", "30"):
        laid_in(past, tmp_path, {**ROW, "value": value})
    assert unchecked() == []


def answered(instance: Instance, *answer: str) -> None:
    numbers = [str(d["number"]) for d in listed(instance, "--state", "open")]
    ran = instance.cli("doubts", "answer", *numbers, *answer, "--as", "focal")
    assert ran.code == 0, ran.err


def test_qlt_012_answered_it_goes_on(past: Instance, tmp_path: Path) -> None:
    laid_in(past, tmp_path, {**ROW, "value": "30"})
    answered(past, "--explain", "the year of the campaign: 30 % of airtime by contract No. 4")
    assert {d["state"] for d in listed(past)} == {"explained"}
    before = DoubtEvent.objects.count()
    assert past.cli("doubts", "check", "--year", "2025", "--format", "json").json["raised"] == 0
    assert DoubtEvent.objects.count() == before
    assert submitted(past).code == 0
    laid_in(past, tmp_path, {**ROW, "value": "40"})
    found = listed(past)
    assert {(d["state"], d["found"]) for d in found} == {("open", "40")}
    ran = past.cli("submission", "correct", CODE, "--reason", "a slip", "--as", "focal")
    assert (ran.code, "QLT-OPEN" in ran.err) == (2, True)
    acts = list(DoubtEvent.objects.filter(doubt_id=found[0]["number"]).values_list("act", "found"))
    assert acts == [("raise", "30"), ("explain", "30"), ("raise-again", "40")]


def test_qlt_013_put_right_it_is_corrected(past: Instance, tmp_path: Path) -> None:
    laid_in(past, tmp_path, {**ROW, "value": "30"})
    laid_in(past, tmp_path, {**ROW, "value": "3,2"})
    assert {d["state"] for d in listed(past)} == {"corrected"}
    last = DoubtEvent.objects.filter(act="correct")
    assert {(e.found, e.became) for e in last} == {("30", "3.2")}
    assert submitted(past).code == 0
    do(past, "accept", "--as", "approver")


def test_qlt_014_raised_after_sending(people: Instance, tmp_path: Path) -> None:
    laid_in(people, tmp_path, {**ROW, "value": "30"})
    assert submitted(people).code == 0  # nothing is known to hold it against
    row = {**ROW, "population": "", "source_title": "airtime"}
    years = [{**row, "period": str(2015 + n), "value": f"{3 + n % 3 / 10}"} for n in range(10)]
    assert people.load(table(*years)).code == 0
    ran = people.cli("submission", "accept", CODE, "--as", "approver")
    assert (ran.code, "QLT-OPEN" in ran.err) == (2, True)
    answered(people, "--confirm")
    do(people, "accept", "--as", "approver")
    assert people.execute("SELECT count(*) FROM bank_observation WHERE period = '2025'") == [(1,)]


def test_qlt_015_sealed_and_refused(past: Instance, tmp_path: Path) -> None:
    laid_in(past, tmp_path, {**ROW, "value": "30"})
    number = str(listed(past)[0]["number"])
    for options, code in (((number, "--explain", " "), "QLT-TEXT"), (("999", "--confirm"), "QLT-UNKNOWN")):
        ran = past.cli("doubts", "answer", *options)
        assert (ran.code, code in ran.err) == (2, True)
    answered(past, "--confirm")
    assert past.cli("verify").code == 0
    past.execute("UPDATE quality_raiseddoubt SET state = 'open'")
    assert past.cli("verify").code == 1


PEOPLE = [person(n, "A" if n < 12 else "B", knows=n % 2 == 0) for n in range(24)]
AGAIN = [{k: v for k, v in p.items() if k in ("respondent", "sex") or k.startswith("way_")} for p in PEOPLE]


def rules_of(instance: Instance, code: str, state: str = "open") -> set[str]:
    return {d["code"] for d in listed(instance, "--round", code, "--state", state)}


def test_qlt_018_rounds(instance: Instance, tmp_path: Path) -> None:
    code = opened_round(instance)
    twice = [*PEOPLE[:-1], {**PEOPLE[-1], "respondent": "R-0"}]  # one code at two sites
    load(instance, code, twice, tmp_path / "answers.csv")
    assert "QLT-S12" in rules_of(instance, code)
    thin = "site,stratum,probability,size,planned\nA,n,0.25,100,12\nB,n,0.5,60,40\n"
    assert design(instance, code, thin, tmp_path / "list.csv").code == 0
    assert "QLT-S11-ACHIEVED" not in rules_of(instance, code)  # the field still has its days
    assert instance.cli("round", "close", code).code == 0
    assert rules_of(instance, code) >= {"QLT-S12", "QLT-S11-ACHIEVED"}
    before = (RaisedDoubt.objects.count(), DoubtEvent.objects.count())
    assert instance.cli("doubts", "check", "--year", "2026", "--format", "json").json["raised"] == 0
    assert (RaisedDoubt.objects.count(), DoubtEvent.objects.count()) == before
    told = instance.cli("check", "--round", code, "--format", "json").json
    assert {d["code"] for d in told} == rules_of(instance, code)
    assert all({"code", "place", "found", "expected"} <= d.keys() for d in told)
    assert instance.cli("verify").code == 0


def test_qlt_017_what_is_fed_by_hand(people: Instance, tmp_path: Path) -> None:
    code = opened_round(people)
    load(people, code, PEOPLE, tmp_path / "answers.csv")
    turned = {"yes": "no", "no": "yes", "dont_know": "yes"}
    wrong = [{**a, "way_sex": turned[a["way_sex"]]} for a in AGAIN]
    ran = people.cli(
        "doubts", "back-check", code, write_rows(tmp_path / "again.csv", wrong), "--format", "json"
    )
    kappas = {a["question"]: a["kappa"] for a in ran.json}
    assert kappas["way_sex"] < 0.5 < kappas["way_blood"] == 1
    (one,) = (d for d in listed(people, "--round", code) if d["rule"] == "S10")
    assert (one["place"]["interviewer"], "way_sex" in one["message"]) == ("I1", True)
    ran = people.cli("doubts", "back-check", code, write_rows(tmp_path / "again.csv", AGAIN))
    assert "S10" not in {d["rule"] for d in listed(people, "--round", code, "--state", "open")}
    strangers = write_rows(tmp_path / "strangers.csv", [{**AGAIN[0], "respondent": "X"}])
    ran = people.cli("doubts", "back-check", code, strangers)
    assert (ran.code, "QLT-BACK-CHECK" in ran.err) == (2, True)

    visit = (
        "--agency",
        "MOI",
        "--year",
        "2025",
        "--indicator",
        "9.1",
        "--site",
        "ONT",
        "--evidence",
        "Act 3",
    )
    numbers = ("--reported", "30", "--recounted", "20", "--asked", "10", "--documents", "6")
    ran = people.cli("doubts", "recount", *visit, *numbers, "--visited", "2026-01-20")
    assert ran.code == 0, ran.err
    assert {d["code"] for d in listed(people, "--agency", "MOI")} == {"QLT-D14", "QLT-D15"}
    ran = people.cli("doubts", "recount", *visit, *numbers[:-1], "11", "--visited", "2026-01-20")
    assert (ran.code, "QLT-RECOUNT" in ran.err) == (2, True)

    for value, act in (("3", "submit"), ("4", "correct")):
        laid_in(people, tmp_path, {**ROW, "value": value})
        do(people, act, *(("--reason", "a slip") if act == "correct" else ()), "--as", "focal")
        do(people, "accept", "--as", "approver")
    people.cli("doubts", "check", "--year", "2025", "--agency", "MOI")
    found = {d["code"]: d for d in listed(people, "--agency", "MOI")}
    assert (found["QLT-D17"]["found"], found["QLT-D17"]["grade"]) == ("100", "notice")


def test_a_table_of_values_is_no_file_of_answers(untouched: Instance, tmp_path: Path):
    """“Nothing found” would be said of a file in which nothing was looked at."""
    table = tmp_path / "values.csv"
    table.write_text("indicator,population,sex,area,period,unit,value\n4.1,youth,all,BY-HO,2025,percent,40\n")
    ran = untouched.cli("check", table, "--instrument", "survey-youth", "--format", "json")
    assert ran.code == 2
    assert [f["code"] for f in ran.json["findings"]] == ["QLT-NO-ANSWERS"]
