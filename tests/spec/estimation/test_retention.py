"""Retention on therapy, as the manual tells it: 13.3 counts all who started."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from dozor.core.estimation.cohort.retention import Rules
from dozor.core.estimation.estimate import Estimate
from dozor.formats.frames import open_source
from dozor.store.cohorts import Retention, RetentionRequest, estimate_cohort

# Ibis 12 still calls a method that DuckDB 1.5 is about to rename
pytestmark = pytest.mark.filterwarnings("ignore:fetch_arrow_table:DeprecationWarning")

RECORDS = """
began       seen        how
2023-01-10  2023-04-01  died
2023-02-01  2024-03-01  -
2023-02-15  2023-08-20  lost
2023-03-01  2023-05-01  moved
2023-03-10  2023-12-01  stopped
2023-04-05  2024-04-05  -
2023-05-20  -           -
2023-06-01  2024-06-30  died
"""


def retention(folder: Path, **asked: object) -> Retention:
    lines = [line.split() for line in RECORDS.strip().splitlines()]
    text = "\n".join(",".join("" if cell == "-" else cell for cell in line) for line in lines)
    path = folder / "records.csv"
    path.write_text(text, encoding="utf-8")
    request = {"start": "began", "closing": date(2024, 12, 31), "transferred": ("moved",), **asked}
    return estimate_cohort(open_source(path), RetentionRequest("seen", "how", **request))  # type: ignore[arg-type]


def headline(found: Retention) -> Estimate:
    return found.rows[0]


def test_the_dead_the_stopped_and_the_lost_stay_in_the_denominator(tmp_path: Path) -> None:
    row = headline(retention(tmp_path))
    # 4 of 8 are on therapy at 12 months; the one who moved is left to the new site
    assert row.estimate == pytest.approx(4 / 7)
    assert row.n == 7


@pytest.mark.parametrize(
    ("rule", "share"), [("leave-out", 4 / 7), ("count-as-out", 4 / 8), ("count-as-on", 5 / 8)]
)
def test_transfers_count_by_the_rule_that_is_stated(tmp_path: Path, rule: str, share: float) -> None:
    row = headline(retention(tmp_path, rules=Rules(transfers=rule)))  # type: ignore[arg-type]
    assert row.estimate == pytest.approx(share)
    assert f"transfers {rule}" in row.method


def test_who_left_after_the_time_asked_for_was_on_therapy_then(tmp_path: Path) -> None:
    rows = retention(tmp_path, at=(12.0, 13.0)).rows
    shares = {row.name: row.estimate for row in rows if row.estimand == "share"}
    # at 13 months one died and two had last been seen at 12 and 13
    assert shares["on therapy at 13"] < shares["on therapy at 12"]


def test_records_that_end_early_are_told_of(tmp_path: Path) -> None:
    found = retention(tmp_path, closing=date(2023, 12, 31))
    (finding,) = found.findings
    assert (finding.code, finding.found) == ("COH-UNSEEN", "1")
    assert headline(found).estimate == pytest.approx(3 / 7)


def test_the_curve_stands_beside_the_headline(tmp_path: Path) -> None:
    rows = {row.name: row for row in retention(tmp_path).rows}
    curve = rows["retention at 12"]
    # the one who moved did so before anybody left: seven at risk, then one dead, one lost, one stopped
    assert curve.estimate == pytest.approx(6 / 7 * 5 / 6 * 4 / 5)
    ways = [rows[f"{way} by 12"].estimate for way in ("died", "lost", "stopped")]
    assert sum(ways) + curve.estimate == pytest.approx(1)
