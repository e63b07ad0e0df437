"""A submission from the draft to the locked year, by the commands (SUB).

SUB-010  A version is laid in once; the same rows again are the same version.
SUB-011  Wrong content is kept as a draft and not submitted; every finding has its row.
SUB-012  Nobody accepts what they handed in; another person does, and the rows are values of the bank.
SUB-013  Sent back with remarks on cells and a due date by the plan's rule; answered; accepted.
SUB-014  A correction supersedes what was accepted, and only that; accepted twice changes nothing.
SUB-015  Locked by another person; opened again only by a decision with number, date and reason.
SUB-016  A district answers its oblast's numbered request; its rows stay with the oblast.
SUB-017  Everything is sealed by the journal.
SUB-019  An act typed in somebody's name asks for their right: about that agency, for that act.
SUB-018  Submitting is the electronic receipt; with the paper one the duty is met, judged by both.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.instances import Instance, Ran, write_rows

ROW = {"indicator": "9.1", "area": "BY", "period": "2025", "unit": "percent", "value": "3,2"}
CODE = "airtime-statistics-2025-MOI"


@pytest.fixture
def people(instance: Instance) -> Instance:
    for login, role, agency in (
        ("focal", "ministry-focal-point", "MOI"),
        # who may do everything, so that these tests are about states; whose right it is: SUB-019
        ("typist", "administrator", "RCHEPH"),
        ("analyst", "administrator", "RCHEPH"),
        ("approver", "administrator", "RCHEPH"),
        ("reader", "ministry-reader", "MOH"),
    ):
        ran = instance.cli("user", "add", login, "--role", role, "--agency", agency, "--name", login)
        assert ran.code == 0, ran.err
    return instance


def laid_in(instance: Instance, folder: Path, *rows: dict[str, str], **more: str) -> Ran:
    given = {"agency": "MOI", "collection": "airtime-statistics", "year": "2025", "as": "focal"} | more
    options = [part for name, word in given.items() for part in (f"--{name}", word)]
    table = write_rows(folder / "rows.csv", rows)
    return instance.cli("submission", "hand-in", table, *options, "--format", "json")


def do(instance: Instance, act: str, *options: str, code: str = CODE) -> Ran:
    ran = instance.cli("submission", act, code, *options)
    assert ran.code == 0, ran.err
    return ran


def shown(instance: Instance, code: str = CODE) -> dict[str, Any]:
    return instance.cli("submission", "show", code, "--format", "json").json  # type: ignore[no-any-return]


def values(instance: Instance) -> list[tuple[object, int]]:
    told = instance.execute("SELECT value, version FROM bank_observation WHERE indicator = '9.1' ORDER BY id")
    return [(float(value), version) for value, version in told]


def test_sub_010_the_same_rows_are_the_same_version(people: Instance, tmp_path: Path):
    first = laid_in(people, tmp_path, ROW).json
    assert (first["submission"], first["state"], first["version"]) == (CODE, "draft", 1)
    assert laid_in(people, tmp_path, ROW).json["version"] == 1
    assert laid_in(people, tmp_path, {**ROW, "value": "3,3"}).json["version"] == 2
    held = shown(people)["versions"]
    assert [v["came_by"] for v in held] == ["aggregate-rows"] * 2
    assert len({v["checksum"] for v in held}) == 2


def test_sub_011_wrong_content_is_not_submitted(people: Instance, tmp_path: Path):
    wrong = laid_in(people, tmp_path, {**ROW, "value": "140"}, {**ROW, "indicator": "4.1"}).json
    told = {(f["row"], f["code"]) for f in wrong["findings"]}
    assert told >= {(2, "VAL-PERCENT"), (3, "SUB-NOT-ASKED")}
    ran = people.cli("submission", "submit", CODE)
    assert ran.code == 2
    assert "VAL-PERCENT" in ran.err
    assert shown(people)["state"] == "draft"


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"agency": "MOE", "as": "analyst"}, "SUB-NOT-OWED"),
        ({"agency": "NONE"}, "INST-AGENCY"),
        ({"collection": "none"}, "INST-COLLECTION"),
        ({"as": "nobody"}, "SUB-PERSON"),
    ],
)
def test_sub_011_bad_input_is_refused_and_nothing_kept(
    people: Instance, tmp_path: Path, options: dict[str, str], code: str
):
    before = people.counts()
    ran = laid_in(people, tmp_path, ROW, **options)
    assert (ran.code, ran.json["findings"][0]["code"]) == (2, code)
    assert people.counts() == before


def test_sub_012_four_eyes_and_the_bank(people: Instance, tmp_path: Path):
    laid_in(people, tmp_path, ROW, **{"as": "typist"})
    do(people, "submit", "--number", "1-7/44", "--dated", "2026-01-15", "--as", "analyst")
    for login in ("typist", "analyst"):  # who laid the rows in, and who sent them
        ran = people.cli("submission", "accept", CODE, "--as", login)
        assert (ran.code, "SUB-FOUR-EYES" in ran.err) == (2, True)
    assert values(people) == []
    told = people.cli("submission", "accept", CODE, "--as", "approver", "--format", "json").json
    assert (told["state"], told["values"]["new"]) == ("accepted", 1)
    assert values(people) == [(3.2, 1)]


def test_sub_013_sent_back_and_answered(people: Instance, tmp_path: Path):
    laid_in(people, tmp_path, ROW)
    do(people, "submit")
    for remark, code in (
        ("1:value:none:why", "SUB-REMARK-REASON"),
        ("9:value:other:why", "SUB-REMARK-CELL"),
        ("1:nothing:other:why", "SUB-REMARK-CELL"),
    ):
        ran = people.cli("submission", "send-back", CODE, "--remark", remark)
        assert (ran.code, code in ran.err) == (2, True)
    do(people, "send-back", "--remark", "1:value:differs-from-earlier:was 30 a year ago", "--as", "analyst")
    told = shown(people)
    assert told["state"] == "returned"
    (remark,) = told["events"][-1]["remarks"]
    assert (remark["column"], remark["reason"]) == ("value", "differs-from-earlier")
    assert told["answer_due_on"] > told["events"][-1]["at"][:10]
    assert people.cli("submission", "answer", CODE, "--answer", "1: ").code == 2
    laid_in(people, tmp_path, {**ROW, "value": "32"})
    do(people, "answer", "--answer", "1:a comma stood in the wrong place", "--as", "focal")
    told = shown(people)
    assert (told["state"], told["submitted_version"], told["answer_due_on"]) == ("submitted", 2, None)
    assert told["events"][-1]["remarks"][0]["answer"] == "a comma stood in the wrong place"
    do(people, "accept", "--as", "approver")
    assert values(people) == [(32, 1)]


def test_sub_014_a_correction_supersedes(people: Instance, tmp_path: Path):
    laid_in(people, tmp_path, ROW)
    do(people, "submit")
    do(people, "accept", "--as", "approver")
    ran = people.cli("submission", "correct", CODE, "--reason", "a slip")
    assert (ran.code, "SUB-NOTHING-NEW" in ran.err) == (2, True)
    assert people.cli("submission", "accept", CODE, "--as", "analyst").code == 2
    laid_in(people, tmp_path, {**ROW, "value": "4"})
    assert values(people) == [(3.2, 1)]
    do(people, "correct", "--reason", "a slip", "--as", "focal")
    assert values(people) == [(3.2, 1)]  # what was accepted stands until the correction is
    do(people, "accept", "--as", "approver")
    assert values(people) == [(3.2, 1), (4, 2)]
    laid_in(people, tmp_path, {**ROW, "value": "4", "area": "BY", "note": ""})
    assert shown(people)["version"] == 2


def test_sub_015_locked_and_reopened_by_a_decision(people: Instance, tmp_path: Path):
    laid_in(people, tmp_path, ROW)
    do(people, "submit")
    do(people, "accept", "--as", "analyst")
    assert people.cli("submission", "lock", CODE, "--as", "focal").code == 2
    do(people, "lock", "--as", "approver")
    late = laid_in(people, tmp_path, {**ROW, "value": "5"})
    assert late.json["findings"][0]["code"] == "SUB-STATE"
    for options in (
        ("--number", "", "--dated", "2026-03-02", "--reason", "x"),
        ("--number", "5", "--dated", "2999-01-01", "--reason", "x"),
        ("--number", "5", "--dated", "2026-03-02", "--reason", " "),
    ):
        assert people.cli("submission", "reopen", CODE, *options).code == 2
    do(people, "reopen", "--number", "5", "--dated", "2026-03-02", "--reason", "a wrong unit")
    assert shown(people)["state"] == "accepted"


def test_sub_016_a_district_answers_its_oblast(people: Instance, tmp_path: Path):
    from dozor.apps.organisations.models import Agency

    district = Agency.objects.filter(parent="OCHEPH-BR").first()
    assert district is not None
    of = {"agency": district.code, "collection": "survey-youth", "as": "analyst"}
    row = {**ROW, "indicator": "4.1", "area": district.areas[0], "age": "15-24"}
    refused = laid_in(people, tmp_path, row, **of)
    assert refused.json["findings"][0]["code"] == "SUB-NOT-OWED"
    request = ("--year", "2025", "--scope", "4.1", "--due", "2025-12-01", "--number", "17")
    ran = people.cli("round", "request", "--sender", "OCHEPH-BR", "--recipient", district.code, *request)
    assert ran.code == 0, ran.err
    told = laid_in(people, tmp_path, row, **of).json
    assert (told["recipient"], told["findings"]) == ("OCHEPH-BR", [])
    do(people, "submit", code=told["submission"])
    do(people, "accept", "--as", "approver", code=told["submission"])
    assert people.execute("SELECT count(*) FROM bank_observation") == [(0,)]


def test_sub_019_in_whose_name_asks_for_their_right(people: Instance, tmp_path: Path):
    refused = laid_in(people, tmp_path, ROW, **{"as": "reader"})
    assert (refused.code, refused.json["findings"][0]["code"]) == (2, "SUB-NO-RIGHT")
    assert people.execute("SELECT count(*) FROM submissions_submission") == [(0,)]
    laid_in(people, tmp_path, ROW)
    for act, login in (("submit", "reader"), ("accept", "focal"), ("lock", "focal"), ("send-back", "focal")):
        options = ("--remark", "1:value:other:x") if act == "send-back" else ()
        ran = people.cli("submission", act, CODE, *options, "--as", login)
        assert (ran.code, "SUB-NO-RIGHT" in ran.err) == (2, True), (act, ran.err)
    assert shown(people)["state"] == "draft"
    do(people, "submit", "--as", "focal")


def test_sub_017_the_life_is_sealed(people: Instance, tmp_path: Path):
    laid_in(people, tmp_path, ROW)
    do(people, "submit")
    do(people, "accept", "--as", "approver")
    assert people.cli("verify").code == 0
    people.execute("UPDATE submissions_submission SET state = 'locked'")
    assert people.cli("verify").code == 1


def test_sub_018_both_media_and_when_they_were_sent(people: Instance, tmp_path: Path):
    from datetime import date

    from django.utils import timezone

    from dozor.apps.submissions.models import Submission
    from dozor.apps.submissions.receiving import receive_paper

    agree = ("--year", "2025", "--agency", "MOI", "--number", "3", "--due")
    assert people.cli("round", "agree", *agree, "2026-02-01").code == 0

    def duty() -> tuple[str, list[str]]:
        told = people.cli("obligations", "--year", "2025", "--agency", "MOI", "--format", "json").json
        (one,) = (o for o in told if o["indicator"] == "9.1")
        media = people.execute("SELECT medium FROM collection_receipt ORDER BY id")
        return one["status"], [m for (m,) in media]

    laid_in(people, tmp_path, ROW)
    assert duty() == ("not-recorded", [])
    submission = Submission.objects.get()
    from dozor.apps.submissions.actions import submit

    submit(submission=submission, sent_on=date(2026, 1, 30), by="focal", at=timezone.now())
    assert duty() == ("not-recorded", ["electronic"])
    paper = {"number": "44", "by": "analyst", "at": timezone.now(), "submission": submission}
    submission.refresh_from_db()
    with pytest.raises(Exception, match="DUTY-SENT-AFTER"):
        receive_paper(received_on=date(2026, 2, 3), sent_on=date(2026, 2, 4), **paper)
    # the post took it past the date; it was sent in time
    assert receive_paper(received_on=date(2026, 2, 3), sent_on=date(2026, 1, 31), **paper) == 1
    assert duty() == ("received", ["electronic", "paper"])
    assert receive_paper(received_on=date(2026, 2, 3), **paper) == 0
