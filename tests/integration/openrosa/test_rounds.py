"""A round from its opening to the bank, by the commands.

RND-001  `dozor round open` publishes the form, frozen; another text under the same version cannot replace it.
RND-002  `dozor answers import` takes every record or none; a second time it brings nothing.
RND-003  `dozor answers export` gives back every stored answer.
RND-004  `dozor round close` prints the estimates; once their submission is accepted the bank has the law's.
RND-005  A closed round takes no file, and is closed once.
RND-006  A backup carries the answers and their keys; a rotation of keys loses nothing.
"""

from __future__ import annotations

import base64
import csv
import io
import json
import random
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.instances import Instance, Ran, write_rows
from tests.interviews import in_full

from dozor.apps.collection.models import Form, Round
from dozor.apps.plans.queries import main_plan
from dozor.core.answers.of_instrument import form_of_instrument

N = 240
KNOWS = {"way_sex": "yes", "way_blood": "yes", "way_mother": "yes"}
KNOWS |= dict.fromkeys(("way_mosquito", "way_food", "way_touch"), "no")


def respondents(count: int = N) -> list[dict[str, str]]:
    """Young people of whom every fourth knows the ways of transmission."""
    draw = random.Random(7)  # noqa: S311 - made-up people
    form = form_of_instrument(main_plan().instruments["survey-youth"])
    rows = []
    for i in range(count):
        row = {f.name: "" for f in form.single} | {
            "interviewed_on": "2026-03-02",
            "interviewer": "I1",
            "respondent": f"R-{i}",
            "area": draw.choice(["BY-HO", "BY-BR"]),
            "stratum": f"s{i % 2}",
            "site": f"c{i % 20}",
            "weight": "1",
            "met_before": "no",
            "sex": draw.choice(["female", "male"]),
            "age": str(draw.randint(15, 24)),
            "consent": "yes",
            "had_sex": "no",
        }
        if int(row["age"]) < 18:
            row["guardian"] = "given"
        knows = i % 4 == 0
        row |= {name: said if knows else "dont_know" for name, said in KNOWS.items()}
        rows.append(in_full(form, row))
    return rows


@pytest.fixture
def youth(instance: Instance) -> Iterator[Instance]:
    assert instance.cli("round", "open", "survey-youth", "--year", 2026, "--format", "json").code == 0
    yield instance


def load(instance: Instance, path: Path, *options: str) -> Ran:
    return instance.cli(
        "answers",
        "import",
        "survey-youth",
        path,
        "--round",
        "survey-youth-2026",
        "--format",
        "json",
        *options,
    )


def accepted(instance: Instance, submission: str) -> None:
    """Hand in what a round's closing laid in, and accept it in another person's name."""
    added = instance.cli(
        "user", "add", "reviewer", "--role", "national-approver", "--agency", "RCHEPH", "--name", "R"
    )
    assert added.code == 0, added.err
    for step in (("submit", submission), ("accept", submission, "--as", "reviewer")):
        ran = instance.cli("submission", *step)
        assert ran.code == 0, ran.err


def test_rnd_001_the_form_is_published_once_and_stays(instance: Instance):
    ran = instance.cli("round", "open", "survey-youth", "--year", 2026, "--format", "json")
    assert ran.json["round"] == "survey-youth-2026"
    form = Form.objects.get()
    assert form.version == ran.json["version"]
    assert "<h:html" in form.xml
    again = instance.cli("round", "open", "survey-youth", "--year", 2027, "--format", "json")
    assert again.code == 2
    assert again.json["findings"][0]["code"] == "COL-ROUND-OPEN"
    assert Form.objects.count() == 1


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("round", "open", "survey-none", "--year", 2026), "COL-INSTRUMENT"),
        (("round", "open", "survey-youth", "--year", 2026, "--agency", "X"), "INST-AGENCY"),
        (("round", "open", "survey-youth", "--year", 2026, "--weight", "nothing"), "COL-DESIGN-FIELD"),
        (("round", "close", "none"), "COL-ROUND"),
        (("device", "add", "a", "--agency", "X"), "INST-AGENCY"),
        (("device", "revoke", "nobody"), "COL-DEVICE"),
        (("answers", "export", "--round", "none"), "COL-ROUND"),
        (("answers", "decide", "uuid:1", "--take", "--reason", "x"), "COL-NOT-QUARANTINED"),
    ],
)
def test_bad_input_is_refused_with_a_code(instance: Instance, arguments, code):
    before = instance.counts()
    ran = instance.cli(*arguments, "--format", "json")
    assert ran.code == 2
    assert [f["code"] for f in ran.json["findings"]] == [code]
    assert instance.counts() == before


def test_a_device_sets_up_odk_collect(instance: Instance, tmp_path: Path):
    told = instance.cli(
        "device",
        "add",
        "tablet",
        "--agency",
        "OCHEPH-HO",
        "--server",
        "https://dozor.example/",
        "--format",
        "json",
        "--qr",
        tmp_path / "qr.svg",
    ).json
    assert len(told["token"]) == 64
    assert told["server_url"] == f"https://dozor.example/key/{told['token']}"
    settings = json.loads(zlib.decompress(base64.b64decode(told["qr"])))
    assert settings["general"]["server_url"] == told["server_url"]
    assert (tmp_path / "qr.svg").read_bytes().startswith(b"<?xml")
    # the token itself is kept nowhere
    assert all(told["token"].encode() not in p.read_bytes() for p in instance.home.glob("dozor.sqlite3*"))


def test_rnd_002_all_or_nothing(youth: Instance, tmp_path: Path):
    rows = respondents()
    path = write_rows(tmp_path / "a.csv", rows)
    assert load(youth, path, "--dry-run").json["new"] == N
    before = youth.counts()
    wrong = [*rows[:-1], rows[-1] | {"sex": "neither"}]
    ran = load(youth, write_rows(tmp_path / "b.csv", wrong))
    assert (ran.code, ran.json["refused"], ran.json["findings"][0]["code"]) == (2, 1, "COL-ANSWER-CHOICE")
    assert ran.json["findings"][0]["row"] == N + 1
    assert youth.counts() == before
    assert load(youth, path).json["new"] == N
    again = load(youth, path).json
    assert (again["new"], again["unchanged"], again["refused"], again["findings"]) == (0, N, 0, [])


@pytest.mark.parametrize(
    ("column", "value", "code"),
    [
        ("телефон", "1", "PERSON-PHONE"),
        ("surname", "x", "PERSON-NAME"),
        ("date_of_birth", "x", "PERSON-BIRTH-DATE"),
        ("passport", "x", "PERSON-DOCUMENT"),
        ("home address", "x", "PERSON-ADDRESS"),
        ("interviewer", "Иванов Иван Иванович", "PERSON-NAME"),
        ("interviewer", "+375 29 123-45-67", "PERSON-PHONE"),
        ("interviewer", "MP1234567", "PERSON-DOCUMENT"),
        ("site", "ул. Ленина, д. 5, кв. 7", "PERSON-ADDRESS"),
        ("stratum", "12.05.1999", "PERSON-BIRTH-DATE"),
    ],
)
def test_what_tells_who_a_person_is_is_not_kept(youth: Instance, tmp_path: Path, column, value, code):
    rows = [row | {column: value} for row in respondents(3)]
    ran = load(youth, write_rows(tmp_path / "a.csv", rows))
    assert ran.code == 2
    assert ran.json["findings"][0]["code"] == code
    assert value in {"x", "1"} or value not in ran.out
    assert not [p for p in (youth.home / "answers").rglob("*.*") if p.suffix in {".sealed", ".parquet"}]


def test_rnd_003_every_answer_comes_back(youth: Instance, tmp_path: Path):
    rows = respondents(30)
    load(youth, write_rows(tmp_path / "a.csv", rows))
    told = youth.cli("answers", "export", "--round", "survey-youth-2026").json
    assert len(told) == 30
    for given, back in zip(
        rows, sorted(told, key=lambda r: int(r["instance_id"].rpartition(":")[2])), strict=True
    ):
        assert back["respondent"] not in (given["respondent"], None)  # kept as a keyed hash
        for name in set(given) - {"respondent", "weight"}:
            assert str(back[name] if back[name] is not None else "") == given[name]
    target = tmp_path / "out.csv"
    youth.cli("answers", "export", "--round", "survey-youth-2026", "--output", target)
    with target.open(encoding="utf-8") as file:
        assert len(list(csv.DictReader(file))) == 30


def test_rnd_004_closing_estimates_and_fills_the_bank(youth: Instance, tmp_path: Path):
    load(youth, write_rows(tmp_path / "a.csv", respondents()))
    ran = youth.cli("round", "close", "survey-youth-2026", "--format", "json")
    assert ran.code == 0, ran.err
    whole = next(r for r in ran.json if r["name"] == "4.1/youth" and not r["domain"])
    assert whole["estimate"] == pytest.approx(0.25)
    assert whole["n"] == N
    assert whole["lower"] < 0.25 < whole["upper"]
    assert set("estimand name domain estimate se lower upper df n deff method".split()) <= set(whole)
    assert {tuple(r["domain"]) for r in ran.json} >= {(), ("area",), ("sex",), ("age",)}
    assert youth.cli("values", "show", "4.1", "--format", "json").json == []
    accepted(youth, "survey-youth-2026-RCHEPH")
    values = youth.cli("values", "show", "4.1", "--format", "json").json
    (country,) = [v for v in values if v["area"] == "BY" and v["sex"] == "all" and v["age"] == "15-24"]
    assert (country["value"], country["unit"], country["period"]) == (25, "percent", "2026")
    assert country["lower"] == pytest.approx(100 * whole["lower"], abs=0.01)
    # another wording is never the law's series
    assert not [
        r
        for r in values
        if r["value"] != 25 and r["area"] == "BY" and r["sex"] == "all" and r["age"] == "15-24"
    ]
    kept = Round.objects.get().estimates.get()
    assert kept.checksum[:16] in youth.execute("SELECT note FROM bank_observation LIMIT 1")[0][0]
    assert youth.cli("verify").code == 0


def test_rnd_005_a_closed_round_takes_no_more(youth: Instance, tmp_path: Path):
    empty = youth.cli("round", "close", "survey-youth-2026", "--format", "json")
    assert empty.json["findings"][0]["code"] == "COL-ROUND-EMPTY"
    load(youth, write_rows(tmp_path / "a.csv", respondents(40)))
    assert youth.cli("round", "close", "survey-youth-2026").code == 0
    late = load(youth, write_rows(tmp_path / "b.csv", respondents(41)))
    assert late.json["findings"][0]["code"] == "COL-ROUND-CLOSED"
    again = youth.cli("round", "close", "survey-youth-2026", "--format", "json")
    assert again.json["findings"][0]["code"] == "COL-ROUND-CLOSED"


def test_rnd_006_keys_are_rotated_and_backed_up(youth: Instance, tmp_path: Path):
    load(youth, write_rows(tmp_path / "a.csv", respondents(20)))
    told = youth.cli("answers", "export", "--round", "survey-youth-2026").json
    before = (youth.home / "keys" / "answers.key").read_text()
    assert youth.cli("answers", "rotate-keys", "--format", "json").json == {"files": 1}
    assert (youth.home / "keys" / "answers.key").read_text() != before
    assert youth.cli("answers", "export", "--round", "survey-youth-2026").json == told
    assert youth.cli("backup", tmp_path / "copy.zip").code == 0
    if youth.is_sqlite:
        other = Instance(tmp_path / "other")
        assert other.run("restore", tmp_path / "copy.zip").code == 0
        assert json.loads(other.run("answers", "export", "--round", "survey-youth-2026").out) == told
        assert other.run("verify").code == 0


SCHOOLS = """institution,area,stratum,classes_1_4,pupils_1_4,pupils_taught_1_4,hours_1_4
S-1,BY-HO,a,2,100,50,10
S-2,BY-HO,a,2,100,60,20
S-3,BY-BR,a,4,200,90,30
"""


def test_rnd_004_a_ratio_enters_the_bank_in_its_unit(instance: Instance, tmp_path: Path):
    code = "survey-heads-general-secondary"
    instance.cli("round", "open", code, "--year", 2026)
    form = form_of_instrument(main_plan().instruments[code])
    given = list(csv.DictReader(io.StringIO(SCHOOLS)))
    always = {f.name: (f.choices[0] if f.choices else "1") for f in form.single if f.is_required}
    always |= {f.name: "2026-03-02" for f in form.single if f.is_required and f.kind == "date"}
    always |= {f.name: "2026" for f in form.single if f.name == "school_year"}
    rows = [{f.name: "" for f in form.single} | always | row | {"weight": "1"} for row in given]
    ran = instance.cli(
        "answers",
        "import",
        code,
        write_rows(tmp_path / "a.csv", rows),
        "--round",
        f"{code}-2026",
        "--format",
        "json",
    )
    assert ran.code == 0, ran.out
    closed = instance.cli("round", "close", f"{code}-2026", "--format", "json")
    assert closed.code == 0, closed.err
    accepted(instance, f"{code}-2026-RCHEPH")
    values = instance.cli("values", "show", "2.2", "--format", "json").json
    (country,) = [v for v in values if v["area"] == "BY"]
    assert (country["value"], country["unit"]) == (50, "percent")
    # hours in a class: each school weighs as many classes as it has
    mean = next(r for r in closed.json if r["name"] == "2.5/pupils grades 1-4" and not r["domain"])
    assert mean["estimate"] == pytest.approx((2 * 10 + 2 * 20 + 4 * 30) / 8)
