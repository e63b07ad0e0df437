"""`dozor estimate size`: sizes of populations as scripts ask for them.

EST-201  A multiplier takes the share as numbers, or as the rows another estimate printed, domain by domain.
EST-202  Captures are three numbers, or a file of people with two columns of 1 and 0.
EST-203  What cannot be answered exits with 2 and a code.
EST-204  A notebook gets the same figures in a frame.
"""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import dozor
from dozor.cli import main

pytestmark = pytest.mark.any_engine

DATA = Path(__file__).parents[2] / "reference/data"
RDS = {"id": "id", "recruiter": "recruiter_id", "degree": "degree"}
PEOPLE = "first,second,town\n" + "1,1,A\n" * 3 + "1,0,A\n" * 7 + "0,1,A\n" * 5 + "1,,B\n" * 2


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, Any]:
    with pytest.raises(SystemExit) as exit_:
        main(["estimate", *arguments, "--format", "json"])
    return int(exit_.value.code or 0), json.loads(capsys.readouterr().out)


def codes(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[str]:
    code, found = run(capsys, "size", *arguments)
    assert code == 2
    return [finding["code"] for finding in found["findings"]]


def test_est_201_typed_share(capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["--count", "600", "--count-se", "30", "--share", "0.3", "--share-se", "0.03"]
    code, (row,) = run(capsys, "size", "service", *asked)
    assert code == 0
    assert (row["estimand"], row["estimate"]) == ("population size", 2000)
    assert row["se"] == pytest.approx(2000 * (0.05**2 + 0.1**2) ** 0.5)
    _, (objects,) = run(capsys, "size", "object", "--count", "600", "--share", "0.3", "--share-se", "0.03")
    assert objects["se"] == pytest.approx(200)


def test_est_201_rows_of_a_survey(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = [part for name, column in RDS.items() for part in (f"--{name}", column)]
    asked = ["rds", str(DATA / "rds_dev.csv"), *options, "--outcome", "used=tested = 1", "--by", "city_zone"]
    _, shares = run(capsys, *asked)
    (tmp_path / "shares.json").write_text(json.dumps(shares), encoding="utf-8")
    (tmp_path / "counts.csv").write_text("city_zone,count,se\nE,100,5\nN,200,0\nS,50,\n", encoding="utf-8")
    estimates = ["--estimates", str(tmp_path / "shares.json")]
    _, rows = run(capsys, "size", "service", *estimates, "--counts", str(tmp_path / "counts.csv"))
    assert [row["domain"] for row in rows] == [{"city_zone": zone} for zone in "ENS"]
    assert rows[1]["estimate"] == 200 / shares[2]["estimate"]
    assert rows[1]["deff"] == shares[2]["deff"]
    monkeypatch.setattr("sys.stdin", io.StringIO(json.dumps(shares)))
    _, (whole,) = run(capsys, "size", "service", "--estimates", "-", "--count", "350")
    assert whole["estimate"] == 350 / shares[0]["estimate"]


def test_est_202_captures(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text(PEOPLE, encoding="utf-8")
    asked = ["size", "capture", str(tmp_path / "people.csv"), "--seen", "first,second", "--by", "town"]
    _, (whole, town, other) = run(capsys, *asked)
    _, (typed,) = run(capsys, "size", "capture", "--first", "12", "--second", "8", "--both", "3")
    assert whole == typed
    assert whole["estimate"] == 13 * 9 / 4 - 1
    assert (town["domain"], town["n"]) == ({"town": "A"}, 15)
    assert (other["domain"], other["estimate"], other["n"]) == ({"town": "B"}, None, 2)


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        ("service --share 0.3 --share-se 0.03", "POP-COUNT-FORM"),
        ("service --count 10 --share 0.3", "POP-SHARE-FORM"),
        ("service --count 10", "POP-SHARE-FORM"),
        ("service --count 10 --share 0 --share-se 0.1", "POP-SHARE"),
        ("service --count 10 --share 0.3 --share-se -1", "POP-SHARE"),
        ("service --count 0 --share 0.3 --share-se 0.1", "POP-COUNT"),
        ("service --count 10 --share 0.3 --share-se 0.1 --level 2", "EST-LEVEL"),
        ("object --count 10 --estimates nothing.json", "POP-ESTIMATES"),
        ("capture --first 10 --second 10", "POP-CAPTURE-FORM"),
        ("capture --first 10 --second 10 --both 11", "POP-CAPTURES"),
    ],
)
def test_est_203_refusals(capsys: pytest.CaptureFixture[str], arguments: str, found: str) -> None:
    assert codes(capsys, *arguments.split()) == [found]


def test_est_203_files_that_do_not_fit(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    people, shares, counts = (tmp_path / name for name in ("people.csv", "shares.json", "counts.csv"))
    people.write_text("a,b\n1,2\n0,1\n", encoding="utf-8")
    assert codes(capsys, "capture", str(people), "--seen", "a,b") == ["EST-NOT-01"]
    assert codes(capsys, "capture", str(people), "--seen", "a") == ["POP-CAPTURE-FORM"]
    row = {"estimand": "share", "name": "x", "domain": {"town": "A"}, "estimate": 0.5, "se": 0.1}
    row |= dict.fromkeys(("lower", "upper", "n_effective", "deff")) | {"n": 9}
    shares.write_text(json.dumps([row]), encoding="utf-8")
    counts.write_text("town,count\nB,10\n", encoding="utf-8")
    asked = ["service", "--estimates", str(shares)]
    assert codes(capsys, *asked, "--counts", str(counts)) == ["POP-COUNT-MISSING"]
    assert codes(capsys, *asked, "--count", "10", "--name", "y") == ["POP-NO-SHARE"]
    shares.write_text('[{"estimand": "share"}]', encoding="utf-8")
    assert codes(capsys, *asked, "--count", "10") == ["POP-ESTIMATES"]


def test_est_204_a_notebook() -> None:
    shares = dozor.estimate_rds(DATA / "rds_dev.csv", **RDS, outcome={"used": "tested = 1"}, by="group")
    frame = dozor.estimate_size("service", estimates=shares, count=100)
    assert frame["estimate"].to_list() == [100 / shares["estimate"][0]]
    people = pl.read_csv(io.StringIO(PEOPLE))
    assert dozor.estimate_size("capture", people, seen="first,second", by="town")["n"].to_list() == [
        17,
        15,
        2,
    ]
    with pytest.warns(UserWarning, match="COH-UNSEEN"):
        kept = dozor.estimate_retention(DATA / "art_dev.csv", end="months", event="event", at=12, by="arm")
    assert {None, "0", "1"} == set(kept["arm"]), kept
    with pytest.warns(UserWarning, match="TRE-"):
        rounds = dozor.estimate_trend(
            pl.DataFrame({"year": [2020, 2021, 2025], "n": [100, 90, 95], "plus": [5, 6, 9]}),
            round="year", tested="n", positive="plus",
        )  # fmt: skip
    assert rounds.filter(pl.col("estimand") == "share").height == 3
    ages = dozor.estimate_first_age(
        DATA / "hhsurvey_dev.csv", first="afs", age="age", weight="w", cluster="psu", quantile=[0.25, 0.5]
    )
    assert ages["estimate"].is_sorted()
    with pytest.raises(TypeError, match="no such method"):
        dozor.estimate_size("guess")
