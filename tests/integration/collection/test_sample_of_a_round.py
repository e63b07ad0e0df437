"""A round's recorded sample, and an exercise that stays apart, by the commands.

RND-010  `dozor round design` records the list of the sample; closing weights by it, and the estimate is the
         one a hand computes.
RND-011  A round with answers from a place the list does not know is not closed, and nothing is changed.
RND-012  A list is refused where nothing is drawn, where recruitment chains were recorded, after closing.
RND-013  People met at venues: an event is a cluster of the list, and a weight is divided by the visits.
SIM-020  A simulated round says so in its code, its estimates and its journal; its values are read only by
         those who ask for simulated ones, and no submission is made of it.
SIM-021  A real file cannot put values under a simulated source's name.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.instances import Instance, Ran, table, write_rows
from tests.interviews import in_full

from dozor.apps.bank.models import Observation, Source
from dozor.apps.bank.queries import indicators_with_values, observations
from dozor.apps.collection.models import Form, Round, RoundEstimate
from dozor.apps.plans.queries import main_plan
from dozor.apps.submissions.models import Submission
from dozor.core.answers.of_instrument import form_of_instrument

# what is drawn: two places of one stratum, 1 of 4 and 1 of 2
LIST = "site,stratum,probability,size,planned\nA,n,0.25,100,4\nB,n,0.5,60,4\n"
KNOWS = {"way_sex": "yes", "way_blood": "yes", "way_mother": "yes"}
KNOWS |= dict.fromkeys(("way_mosquito", "way_food", "way_touch"), "no")


def person(number: int, site: str, *, knows: bool, consent: str = "yes") -> dict[str, str]:
    asked = {
        "interviewed_on": "2026-03-02",
        "interviewer": "I1",
        "respondent": f"R-{number}",
        "stratum": "n",
        "site": site,
        "met_before": "no",
        "age": "34",
        "sex": "male",
        "consent": consent,
    }
    if consent == "yes":
        asked |= {name: said if knows else "dont_know" for name, said in KNOWS.items()}
    return asked


PEOPLE = [
    *(person(n, "A", knows=n < 3) for n in range(4)),  # 3 of 4 know; one more refused
    person(4, "A", knows=False, consent="no"),
    *(person(n, "B", knows=n == 5) for n in range(5, 9)),  # 1 of 4
]
# A: 4 × 100 / 5 × 5 / 4 = 100 each; B: 2 × 60 / 4 = 30 each
SHARE = (3 * 100 + 1 * 30) / (4 * 100 + 4 * 30)


def opened_round(instance: Instance, *options: str, instrument: str = "survey-prison-staff") -> str:
    ran = instance.cli("round", "open", instrument, "--year", 2026, "--format", "json", *options)
    assert ran.code == 0, ran.err
    return str(ran.json["round"])


def in_full_of(instrument: str, rows: list[dict[str, str]]) -> list[dict[str, str]]:
    form = form_of_instrument(main_plan().instruments[instrument])
    return [in_full(form, row, besides={"visits"}) for row in rows]


def published_before_conditions_were_kept(instrument: str) -> None:
    """Forms published by earlier versions ask behind a condition for nothing; their rounds go on so."""
    form = Form.objects.get(instrument=instrument)
    for f in form.fields["fields"]:
        if f.pop("conditions"):
            f["is_required"] = False
    form.save()


def load(instance: Instance, code: str, rows: list[dict[str, str]], path: Path) -> None:
    rows = in_full_of("survey-prison-staff", rows)
    ran = instance.cli("answers", "import", "survey-prison-staff", write_rows(path, rows), "--round", code)
    assert ran.code == 0, ran.err


def design(instance: Instance, code: str, text: str, path: Path, *options: str) -> Ran:
    path.write_text(text, encoding="utf-8")
    return instance.cli("round", "design", code, path, "--format", "json", *options)


def test_answers_are_weighted_by_the_list(instance: Instance, tmp_path: Path) -> None:  # RND-010, RND-011
    code = opened_round(instance)
    load(instance, code, PEOPLE, tmp_path / "answers.csv")
    half = LIST.splitlines()[0] + "\n" + LIST.splitlines()[1]
    assert design(instance, code, half, tmp_path / "list.csv", "--dry-run").json["recorded"] is False
    assert not Round.objects.get(code=code).sample_tables.exists()
    told = design(instance, code, half, tmp_path / "list.csv")
    assert told.json == {"round": code, "key": "site", "lines": 1, "planned": 4, "recorded": True}
    before = instance.counts()
    refused = instance.cli("round", "close", code, "--format", "json")
    assert refused.code == 2
    assert "“B”" in refused.err
    assert instance.counts() == before
    # a later list takes the place of the earlier one
    assert design(instance, code, LIST, tmp_path / "list.csv").code == 0
    closed = instance.cli("round", "close", code, "--format", "json")
    assert closed.code == 0, closed.err
    whole = next(r for r in closed.json if r["definition"] == "6.3/prison staff" and not r["domain"])
    assert whole["estimate"] == pytest.approx(SHARE)
    assert whole["n"] == 8
    assert whole["df"] == 1
    kept = RoundEstimate.objects.get()
    assert kept.design["sha256"] == Round.objects.get(code=code).sample_tables.last().file_digest
    assert (
        design(instance, code, LIST, tmp_path / "list.csv").json["findings"][0]["code"] == "COL-ROUND-CLOSED"
    )
    assert instance.cli("verify").code == 0


VISITORS = [  # event, visits, used a condom: 1 / (chance × part × visits) is the weight
    ("V1", 1, True), ("V1", 4, False), ("V1", 2, True), ("V1", "", False),
    ("V2", 2, True), ("V2", 8, False), ("V2", 1, False),
    ("V3", 4, True), ("V3", 1, True),
]  # fmt: skip
EVENTS = {"V1": 0.2 * 0.5, "V2": 0.4 * 0.25, "V3": 0.1 * 1.0}


def test_people_met_at_venues(instance: Instance, tmp_path: Path) -> None:  # RND-013
    code = opened_round(instance, instrument="survey-msm")
    rows = [
        {
            "interviewed_on": "2026-03-02",
            "interviewer": "I1",
            "respondent": f"R-{n}",
            "area": "BY-HM",
            "city": "BY-HM",
            "stratum": "v",
            "site": event,
            "sampling": "site",
            "met_before": "no",
            "age": "30",
            "is_man": "yes",
            "sex_man_12m": "yes",
            "lives_here": "yes",
            "consent": "yes",
            "visits": str(visits),
            "condom_last": "yes" if used else "no",
        }
        for n, (event, visits, used) in enumerate(VISITORS)
    ]
    file = write_rows(tmp_path / "a.csv", in_full_of("survey-msm", rows))
    refused = instance.cli("answers", "import", "survey-msm", file, "--round", code, "--format", "json")
    assert [(f["code"], f["column"], f["row"]) for f in refused.json["findings"]] == [
        ("COL-ANSWER-MISSING", "visits", 5)
    ]
    published_before_conditions_were_kept("survey-msm")
    ran = instance.cli("answers", "import", "survey-msm", file, "--round", code)
    assert ran.code == 0, ran.err
    events = "site,stratum,probability,part\nV1,v,0.2,0.5\nV2,v,0.4,0.25\nV3,v,0.1,1\n"
    assert design(instance, code, events, tmp_path / "list.csv").json["lines"] == 3
    closed = instance.cli("round", "close", code, "--format", "json")
    assert closed.code == 0, closed.err
    whole = next(r for r in closed.json if r["definition"] == "8.1/MSM" and not r["domain"])
    weights = [1 / (EVENTS[event] * (visits or 1)) for event, visits, _ in VISITORS]
    share = sum(w for w, (*_, used) in zip(weights, VISITORS, strict=True) if used) / sum(weights)
    assert whole["estimate"] == pytest.approx(share)
    assert (whole["n"], whole["df"]) == (9, 2)  # three events of one stratum
    assert "COL-VISITS-MISSING" in closed.err
    by_event = dict.fromkeys(EVENTS, 0.0)
    for weight, (event, _, used) in zip(weights, VISITORS, strict=True):
        by_event[event] += weight * (used - share) / sum(weights)
    assert whole["se"] == pytest.approx((3 / 2 * sum(z**2 for z in by_event.values())) ** 0.5)


def test_a_list_where_nothing_is_drawn(instance: Instance, tmp_path: Path) -> None:  # RND-012
    census = opened_round(instance, instrument="statistics-deliveries")
    told = design(instance, census, LIST, tmp_path / "list.csv")
    assert (told.code, told.json["findings"][0]["code"]) == (2, "COL-SAMPLE-NONE")
    chains = opened_round(
        instance,
        *("--coupon", "coupon_own", "--degree", "degree", "--coupons", "coupon_1"),
        instrument="survey-pwid",
    )
    told = design(instance, chains, LIST, tmp_path / "list.csv")
    assert (told.code, told.json["findings"][0]["code"]) == (2, "COL-SAMPLE-CHAINS")


def test_an_exercise_stays_apart(instance: Instance, tmp_path: Path) -> None:  # SIM-020, SIM-021
    code = opened_round(instance, "--simulated")
    assert code == "survey-prison-staff-2026-sim"
    load(instance, code, PEOPLE, tmp_path / "answers.csv")
    design(instance, code, LIST, tmp_path / "list.csv")
    closed = instance.cli("round", "close", code)
    assert "Simulated data" in closed.err
    assert not Submission.objects.exists()
    assert Observation.objects.exists()
    assert not Observation.measured.exists()
    assert observations() == []
    assert indicators_with_values() == set()
    assert instance.cli("values", "show", "6.3", "--format", "json").json == []
    shown = instance.cli("values", "show", "6.3", "--simulated", "--format", "json").json
    assert {row["simulated"] for row in shown} == {True}
    assert round(100 * SHARE, 2) in {row["value"] for row in shown}
    source = Source.objects.get()
    assert source.title.startswith("[смоделированные данные]")
    mixed = instance.load(table({"source_title": source.title, "source_year": 2026}))
    assert mixed.code == 2
    assert mixed.json["findings"][0]["code"] == "VAL-SOURCE-SIMULATED"
    assert not Observation.measured.exists()
    assert instance.cli("verify").code == 0
