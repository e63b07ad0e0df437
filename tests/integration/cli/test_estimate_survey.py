"""`dozor estimate survey` as scripts call it.

EST-201  Standard output is a list of rows with exactly the keys of an estimate, numbers as JSON numbers, what
         is not estimable null; the whole population is `{}`.
EST-202  `--by a,b` asks for every combination, and may be repeated; values print as in the file.
EST-203  Every input that cannot be taken exits with 2 and a code, in the language asked for.
EST-204  Defaults: level 0.95, lonely fail, logit, the inverse of the weighted distribution.
EST-205  Replicates, known totals, a standard population, differences and tests have their options.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from dozor.cli import main

pytestmark = pytest.mark.any_engine

KEYS = "estimand name domain estimate se lower upper df n n_effective deff method".split()
DATA = Path(__file__).parents[2] / "reference/data/hhsurvey_dev.csv"
DESIGN = ["--weight", "w", "--stratum", "stratum", "--cluster", "psu", "--lonely", "adjust"]
SMALL = """h,c,w,N,y,age,area,code
1,1,1.5,10,1,20,A,01
1,2,2,10,0,30,B,01
2,1,1,20,1,25,A,02
2,2,3,20,,40,B,02
2,3,1,20,0,35,,02
"""
SMALL_DESIGN = ["--weight", "w", "--stratum", "h", "--cluster", "c"]


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, Any, str]:
    with pytest.raises(SystemExit) as exit_:
        main(["estimate", "survey", *arguments, "--format", "json"])
    said = capsys.readouterr()
    return int(exit_.value.code or 0), json.loads(said.out), said.err


def rows_of(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[dict[str, Any]]:
    code, rows, said = run(capsys, *arguments)
    assert code == 0, said
    return rows


def test_est_201_rows(capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["--share", "hiv=hiv = 1", "--mean", "partners", "--total", "partners"]
    asked += ["--ratio", "tested/partners", "--quantile", "age@0.5"]
    rows = rows_of(capsys, str(DATA), *DESIGN, *asked)
    assert [list(row) for row in rows] == [KEYS] * 5
    assert [row["estimand"] for row in rows] == ["share", "mean", "total", "ratio", "quantile"]
    assert [row["name"] for row in rows][3:] == ["tested/partners", "age@0.5"]
    assert all(row["domain"] == {} for row in rows)
    assert rows[0]["estimate"] == pytest.approx(0.0884216069585645, rel=1e-12)
    assert rows[0]["n_effective"] == pytest.approx(rows[0]["n"] / rows[0]["deff"])
    assert isinstance(rows[0]["n"], int)


def test_est_201_not_estimable_is_null(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(SMALL)
    rows = rows_of(capsys, str(path), *SMALL_DESIGN, "--share", "y=y = 1", "--by", "code,area")
    by = {(row["domain"].get("code"), row["domain"].get("area")): row for row in rows}
    assert (by["02", "B"]["estimate"], by["02", "B"]["n"]) == (None, 0)
    assert (by["01", "A"]["estimate"], by["01", "A"]["lower"]) == (1.0, None)


def test_est_202_domains(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(SMALL)
    rows = rows_of(
        capsys,
        str(path),
        *SMALL_DESIGN,
        "--share",
        "y=y = 1",
        "--by",
        "area,code",
        "--by",
        "code",
        "--by",
        "age",
    )
    domains = [row["domain"] for row in rows]
    assert domains[0] == {}
    assert domains[1:5] == [{"area": a, "code": c} for a in "AB" for c in ("01", "02")]
    assert domains[5:7] == [{"code": "01"}, {"code": "02"}]
    assert [d["age"] for d in domains[7:]] == ["20", "25", "30", "35", "40"]


def write(tmp_path: Path, change: tuple[str, str] | None) -> str:
    text = SMALL if change is None else SMALL.replace(*change)
    assert change is None or text != SMALL
    (tmp_path / "a.csv").write_text(text)
    return str(tmp_path / "a.csv")


@pytest.mark.parametrize(
    ("change", "options", "code", "row"),
    [
        (("1,2,2,", "1,2,-2,"), [], "EST-WEIGHT-NEGATIVE", 3),
        (("1,2,2,", "1,2,0,"), [], "EST-WEIGHT-ZERO", 3),
        (("1,2,2,", "1,2,,"), [], "EST-WEIGHT-MISSING", 3),
        (("1,2,2,", "1,2,x,"), [], "EST-NOT-NUMBER", 3),
        (("1,2,2,10,0,30,B,01\n", ""), [], "EST-LONELY", None),
        (("2,3,1", "2,,1"), [], "EST-DESIGN-MISSING", 6),
        (None, ["--unique-clusters"], "EST-CLUSTER-TWICE", None),
        ((",10,", ",1,"), ["--fpc", "N"], "EST-FPC-SMALL", None),
        (("1,2,2,10", "1,2,2,11"), ["--fpc", "N"], "EST-FPC-VARIES", None),
        (("1.5,10", "1.5,0.5"), ["--fpc", "N"], "EST-FPC-MIXED", None),
        (("1.5,10", "1.5,"), ["--fpc", "N"], "EST-FPC-VALUE", None),
        (None, ["--fpc", "N,N,N"], "EST-DESIGN-STAGES", None),
        (None, ["--share", "a=nobody = 1"], "EST-EXPR-FIELD", None),
        (None, ["--share", "a=y ="], "EST-EXPR-SYNTAX", None),
        (None, ["--share", "a=lower(area) = 'a'"], "EST-EXPR-FORBIDDEN", None),
        (None, ["--share", "a=area = 1"], "EST-EXPR-TYPES", None),
        (None, ["--share", "y = "], "EST-SHARE-FORM", None),
        (None, ["--share", "a=y = 1 given age > 99"], "EST-ALL-MISSING", None),
        (None, ["--quantile", "y"], "EST-QUANTILE-FORM", None),
        (None, ["--quantile", "y@1.5"], "EST-QUANTILE-FORM", None),
        (None, ["--ratio", "y"], "EST-RATIO-FORM", None),
        (("2,3,1,20,0", "2,3,1,20,3"), ["--share", "a=y"], "EST-NOT-01", 6),
        (None, ["--mean", "area"], "EST-NOT-NUMBER", 2),
        (None, ["--mean", "nobody"], "EST-COLUMN", None),
        (None, ["--by", "nobody"], "EST-COLUMN", None),
        (None, ["--interval", "nearly"], "EST-CHOICE", None),
        (None, ["--level", "95"], "EST-LEVEL", None),
        (None, ["--replicates", "rep_*"], "EST-REPLICATES-NONE", None),
        (None, ["--replicates", "[wN]", "--replicate-kind", "JKn"], "EST-REPLICATES-SCALE", None),
        (None, ["--replicate-kind", "JK1"], "EST-REPLICATES-STRATA", None),
        (None, ["--replicate-kind", "BRR"], "EST-REPLICATES-PAIRS", None),
        (None, ["--chisq", "y"], "EST-CHISQ-FORM", None),
    ],
)
def test_est_203_refused(
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    change: tuple[str, str] | None,
    options: list[str],
    code: str,
    row: int | None,
) -> None:
    exit_code, found, said = run(
        capsys, write(tmp_path, change), *SMALL_DESIGN, "--share", "y=y = 1", *options, "--language", "ru"
    )
    assert exit_code == 2
    (finding,) = found["findings"]
    assert (finding["code"], finding["row"]) == (code, row)
    assert finding["expected"]
    assert code in said


def test_est_203_nothing_asked(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    exit_code, found, _ = run(capsys, write(tmp_path, None), *SMALL_DESIGN)
    assert (exit_code, found["findings"][0]["code"]) == (2, "EST-NOTHING-ASKED")


def test_est_203_every_definition_is_checked_at_once(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    _, found, _ = run(
        capsys, write(tmp_path, None), *SMALL_DESIGN, "--share", "a=zz = 1", "--share", "b=lower(area) = 'a'"
    )
    assert [f["code"] for f in found["findings"]] == ["EST-EXPR-FIELD", "EST-EXPR-FORBIDDEN"]


def test_est_204_defaults(capsys: pytest.CaptureFixture[str]) -> None:
    asked = [str(DATA), *DESIGN, "--share", "hiv=hiv = 1", "--quantile", "age@0.5"]
    plain = rows_of(capsys, *asked)
    spelt = rows_of(capsys, *asked, "--level", "0.95", "--interval", "logit", "--quantile-rule", "math")
    assert plain == spelt
    narrower = rows_of(capsys, *asked, "--level", "0.9", "--interval", "beta")
    assert narrower[0]["lower"] > plain[0]["lower"]


def test_est_205_known_totals(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "sex.csv").write_text("sex,total\nF,52000\nM,47000\n")
    (tmp_path / "age.csv").write_text("agegrp;total\n15-24;26000\n25-34;31000\n35-49;42000\n")
    (tmp_path / "terms.csv").write_text(
        "term,total\n(Intercept),99000\nsex=M,47000\nagegrp=25-34,31000\nagegrp=35-49,42000\n"
    )
    sex, age, terms = (str(tmp_path / f"{name}.csv") for name in ("sex", "age", "terms"))
    asked = [str(DATA), *DESIGN, "--share", "tested=tested = 1"]
    for options, expected in (
        (["--post-stratify", sex], 0.580830258451554),
        (["--rake", sex, "--rake", age], 0.581844830561769),
        (["--calibrate", terms], 0.581784703467268),
    ):
        assert rows_of(capsys, *asked, *options)[0]["estimate"] == pytest.approx(expected, rel=1e-9)
    standard = rows_of(
        capsys, str(DATA), *DESIGN, "--share", "hiv=hiv = 1", "--standardize", age, "--by", "region"
    )
    assert standard[1]["estimate"] == pytest.approx(0.111381313547411, rel=1e-9)

    (tmp_path / "wrong.csv").write_text("sex,total\nF,52000\nX,47000\n")
    _, found, _ = run(capsys, *asked, "--post-stratify", str(tmp_path / "wrong.csv"))
    assert found["findings"][0]["code"] == "EST-TOTALS-CELL"
    _, found, _ = run(capsys, *asked, "--post-stratify", sex, "--calibrate", terms)
    assert found["findings"][0]["code"] == "EST-TOTALS-MIXED"


def test_est_205_differences_and_tests(capsys: pytest.CaptureFixture[str]) -> None:
    rows = rows_of(
        capsys, str(DATA), *DESIGN, "--share", "hiv=hiv = 1", "--difference", "sex", "--chisq", "hiv,agegrp"
    )
    difference, test = rows[1:]
    assert (difference["domain"], difference["against"]) == ({"sex": "M"}, {"sex": "F"})
    assert 0 < difference["p"] < 1
    assert test["statistic"] == pytest.approx(3.7391236587601, rel=1e-9)


def test_est_205_made_replicates_are_repeatable(capsys: pytest.CaptureFixture[str]) -> None:
    asked = [str(DATA), *DESIGN[:-1], "remove", "--share", "hiv=hiv = 1", "--replicate-kind", "bootstrap"]
    first, again, other = (
        rows_of(capsys, *asked, "--draws", "200", "--seed", seed)[0]["se"] for seed in ("1", "1", "2")
    )
    assert first == again != other
    assert first == pytest.approx(other, rel=0.3)


def test_a_table_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["estimate", "survey", str(DATA), *DESIGN, "--share", "hiv=hiv = 1", "--language", "be"])
    assert "0,0884" in capsys.readouterr().out
