"""`dozor estimate rds | retention | first-age | trend` as scripts call them.

EST-101  Standard output is a list of rows with exactly the keys of an estimate, and nothing else.
EST-102  What is wrong with the file exits with 2 and a code.
EST-103  Without an instance, in any of the formats a file of answers may have.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dozor.cli import main

# Ibis 12 still calls a method that DuckDB 1.5 is about to rename
pytestmark = [
    pytest.mark.any_engine,
    pytest.mark.filterwarnings("ignore:fetch_arrow_table:DeprecationWarning"),
]

KEYS = "estimand name domain estimate se lower upper df n n_effective deff method".split()
DATA = Path(__file__).parents[2] / "reference/data"
RDS = ["rds", str(DATA / "rds_dev.csv"), "--id", "id", "--recruiter", "recruiter_id", "--degree", "degree"]


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, object, str]:
    """Return the exit code, the JSON on standard output and what was said beside it."""
    with pytest.raises(SystemExit) as exit_:
        main(["estimate", *arguments, "--format", "json"])
    said = capsys.readouterr()
    return int(exit_.value.code or 0), json.loads(said.out), said.err


def rows_of(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[dict[str, object]]:
    code, rows, _ = run(capsys, *arguments)
    assert code == 0
    assert isinstance(rows, list)
    assert all(list(row) == KEYS for row in rows)
    return rows


def refusals(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[tuple[str, int | None]]:
    code, found, _ = run(capsys, *arguments)
    assert code == 2
    assert isinstance(found, dict)
    return [(f["code"], f["row"]) for f in found["findings"]]


def written(folder: Path, text: str) -> str:
    path = folder / "answers.csv"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_a_share_by_successive_sampling(capsys: pytest.CaptureFixture[str]) -> None:
    rows = rows_of(
        capsys, *RDS, "--outcome", "hiv=hiv = 1", "--estimator", "ss", "--population-size", "1200",
        "--by", "group",
    )  # fmt: skip
    assert [row["domain"] for row in rows] == [{}, {"group": "0"}, {"group": "1"}]
    assert rows[0]["estimate"] == pytest.approx(0.1703, abs=3e-4)
    assert rows[0]["method"] == "ss; empirical likelihood"


def test_the_bootstrap_is_the_same_each_time(capsys: pytest.CaptureFixture[str]) -> None:
    asked = [*RDS, "--outcome", "hiv=hiv = 1", "--bootstrap", "tree", "--replicates", "200", "--seed", "3"]
    first = rows_of(capsys, *asked)
    assert first == rows_of(capsys, *asked)
    more = rows_of(capsys, *asked, "--outcome", "tested=tested = 1")
    assert more[0] == first[0]
    assert more[1] != first[0]


def test_groups_means_and_cities(capsys: pytest.CaptureFixture[str]) -> None:
    rows = rows_of(capsys, *RDS, "--levels", "city_zone", "--mean", "injections")
    assert [row["name"] for row in rows] == ["city_zone=E", "city_zone=N", "city_zone=S", "injections"]
    assert sum(row["estimate"] for row in rows[:3]) == pytest.approx(1)
    apart = [*RDS, "--outcome", "hiv=hiv = 1", "--combine", "city_zone"]
    assert refusals(capsys, *apart) == [("RDS-SIZES-NEEDED", None)] * 3
    sizes = ["--size", "E=500:50", "--size", "N=400:40", "--size", "S=300"]
    together = rows_of(capsys, *apart, *sizes)
    assert [row["domain"] for row in together][:2] == [{}, {"city_zone": "E"}]


@pytest.mark.parametrize(
    ("text", "options", "codes"),
    [
        ("1,2,3,1\n2,1,3,0", [], [("RDS-CYCLE", 2)]),
        ("1,,0,1\n2,1,-3,0\n3,1,,1", [],
         [("RDS-DEGREE-ZERO", 2), ("RDS-DEGREE-NEGATIVE", 3), ("RDS-DEGREE-MISSING", 4)]),
        ("1,,3,1\n2,1,3,2", [], [("EST-NOT-01", 3)]),
        ("1,,3,\n2,1,3,", [], [("EST-ALL-MISSING", None)]),
        ("1,,3,1\n2,1,3,0\n2,1,3,0", [], [("RDS-ID-REPEATED", 4)]),
        ("1,,3,1\n2,7,3,0", [], [("RDS-ORPHAN", 3)]),
        ("1,,3,1\n2,1,3,0", ["--population-size", "1"], [("RDS-POPULATION-SMALL", None)]),
        ("1,,3,1\n2,1,3,0", ["--estimator", "ss"], [("RDS-POPULATION-NEEDED", None)]),
        ("1,,3,1\n2,1,3,0", ["--estimator", "rds9"], [("EST-CHOICE", None)]),
        ("1,,3,1\n2,1,3,0", ["--bootstrap", "tree", "--interval", "x"], [("EST-CHOICE", None)]),
        ("1,,3,1\n2,1,3,0", ["--size", "Minsk"], [("RDS-SIZE-FORM", None)]),
    ],
)  # fmt: skip
def test_samples_that_cannot_be(
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    text: str,
    options: list[str],
    codes: list[tuple[str, int | None]],
) -> None:
    file = written(tmp_path, f"id,by,knows,y\n{text}\n")
    asked = ["rds", file, "--id", "id", "--recruiter", "by", "--degree", "knows"]
    outcome = "y=y" if codes != [("EST-ALL-MISSING", None)] else "y=y = 1"
    assert refusals(capsys, *asked, "--outcome", outcome, *options) == codes


def test_unknown_fields(capsys: pytest.CaptureFixture[str]) -> None:
    assert refusals(capsys, *RDS, "--outcome", "x=nothing = 1") == [("EST-EXPR-FIELD", None)]
    assert refusals(capsys, *RDS, "--mean", "nothing") == [("EST-COLUMN", None)]
    assert refusals(capsys, *RDS) == [("EST-NOTHING-ASKED", None)]


def test_coupons_and_days_are_checked(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = written(
        tmp_path, "id,by,knows,y,coupon,day\n1,,3,1,,2024-05-02\n2,1,3,0,k,2024-05-01\n3,1,3,0,k,03.05.2024\n"
    )
    asked = ["rds", file, "--id", "id", "--recruiter", "by", "--degree", "knows", "--outcome", "y=y = 1"]
    assert refusals(capsys, *asked, "--coupon", "coupon", "--interviewed", "day") == [
        ("RDS-COUPON-REPEATED", 4),
        ("RDS-RECRUITER-LATER", 3),
    ]


COHORT = """start,end,way,site
2023-01-15,2023-03-01,died,a
2023-01-20,2024-03-01,,a
2023-02-01,2023-06-01,moved,a
2023-02-10,2024-02-10,,b
2023-03-01,2023-09-01,lost,b
2023-03-05,,,b
"""


def test_retention_over_all_who_started(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    asked = ["retention", written(tmp_path, COHORT), "--start", "start", "--end", "end", "--event", "way",
             "--at", "12", "--closing", "2024-06-01"]  # fmt: skip
    rows = rows_of(capsys, *asked, "--transferred", "moved", "--by", "site")
    headline = rows[0]
    assert (headline["name"], headline["estimate"], headline["n"]) == ("on therapy at 12", 0.6, 5)
    assert rows[1]["name"] == "retention at 12"
    assert [r["domain"] for r in rows if r["estimand"] == "share"] == [{}, {"site": "a"}, {"site": "b"}]
    assert rows[-1]["name"] == "log-rank site"
    strict = rows_of(capsys, *asked, "--transferred", "moved", "--transfers", "count-as-out")
    assert strict[0]["estimate"] == 0.5


def test_retention_equals_r(capsys: pytest.CaptureFixture[str]) -> None:
    cases = json.loads((DATA / "art_dev.json").read_text(encoding="utf-8"))["cases"]
    case = next(c for c in cases if c["id"] == "art.km.log-log")
    rows = rows_of(
        capsys, "retention", str(DATA / "art_dev.csv"), "--end", "months", "--event", "event", "--at",
        "6,12,24", "--by", "arm", "--interval", "log-log",
    )  # fmt: skip
    curve = [r for r in rows if r["estimand"] == "survival" and r["domain"]]
    for key, theirs in (("estimate", "surv"), ("se", "se"), ("lower", "lo"), ("upper", "hi")):
        assert [r[key] for r in curve] == pytest.approx(case[theirs], rel=1e-9)


@pytest.mark.parametrize(
    ("rows", "options", "codes"),
    [
        ("2024-01-05,2023-12-01,died", [], [("COH-EVENT-BEFORE-START", 2)]),
        ("2024-01-05,,", [], [("COH-TIME-MISSING", 2)]),
        ("2024-01-05,soon,", [], [("EST-NOT-DATE", 2)]),
        ("2024-01-05,2024-12-01,died", ["--transferred", "moved"], [("COH-TRANSFER-VALUE", None)]),
        ("2024-01-05,2024-12-01,died", ["--at", "0"], [("COH-AT", None)]),
        ("2024-01-05,7,died", [], [("EST-NOT-DATE", 2)]),
    ],
    ids=["before start", "no end", "no day", "no such transfer", "at zero", "a number for a day"],
)
def test_cohorts_that_cannot_be(
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    rows: str,
    options: list[str],
    codes: list[tuple[str, int | None]],
) -> None:
    file = written(tmp_path, f"start,end,way\n{rows}\n2024-01-06,2024-05-06,lost\n")
    asked = ["retention", file, "--start", "start", "--end", "end", "--event", "way", *options]
    assert refusals(capsys, *asked) == codes


def test_age_at_first_sex(capsys: pytest.CaptureFixture[str]) -> None:
    (row,) = rows_of(capsys, "first-age", str(DATA / "hhsurvey_dev.csv"), "--first", "afs", "--age", "age")
    assert (row["estimate"], row["lower"], row["upper"]) == (18, 17.8, 18.2)


def test_trends_of_counts_and_of_persons_agree(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    lines = ["year,site,tested,positive"]
    people = ["year,site,hiv"]
    for year in (2001, 2002, 2003):
        for site, (tested, positive) in (("a", (40, year - 1998)), ("b", (30, 4))):
            lines.append(f"{year},{site},{tested},{positive}")
            people += [f"{year},{site},{int(i < positive)}" for i in range(tested)]
    counts = tmp_path / "counts.csv"
    counts.write_text("\n".join(lines), encoding="utf-8")
    persons = written(tmp_path, "\n".join(people))
    asked = ["--round", "year", "--site", "site"]
    first = rows_of(capsys, "trend", str(counts), *asked, "--tested", "tested", "--positive", "positive")
    second = rows_of(capsys, "trend", persons, *asked, "--outcome", "prevalence=hiv = 1")
    assert first == second
    assert first[0]["domain"] == {"year": "2001"}


def test_a_broken_series_is_said_beside_the_rows(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = written(tmp_path, "year,site,n,x\n2001,a,100,5\n2002,a,100,6\n2002,b,100,20\n2003,b,90,19\n")
    code, rows, said = run(
        capsys, "trend", file, "--round", "year", "--tested", "n", "--positive", "x", "--site", "site"
    )
    assert code == 0
    assert isinstance(rows, list)
    assert "TRE-SITES-CHANGED" in said
    assert any("not one series" in str(row["method"]) for row in rows)


def test_trends_that_cannot_be(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = written(tmp_path, "year,n,x\n2001,10,12\n2002,10.5,1\n")
    asked = ["trend", file, "--round", "year"]
    assert refusals(capsys, *asked) == [("TRE-FORM", None)]
    found = refusals(capsys, *asked, "--tested", "n", "--positive", "x")
    assert found == [("TRE-COUNT", 3), ("TRE-MORE-POSITIVE", 2)]
