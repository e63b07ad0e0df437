"""The bank forgets nothing (BANK).

BANK-001 the same file twice changes nothing: no row, no event
BANK-002 a corrected file supersedes; the old value stays askable by date and by instant
BANK-003 a date means the end of that day in Minsk; an instant is inclusive and has an offset
BANK-004 sources that disagree stand side by side; a recorded choice says which is the headline
BANK-005 how well a value meets its definition is known as it was known
BANK-006 a dry run counts what the real run does, and changes nothing
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.instances import Instance, table

FIRST = datetime(2026, 3, 1, 20, 59, 59, tzinfo=UTC)  # 23:59:59 in Minsk
SECOND = datetime(2026, 3, 1, 21, 0, 0, tzinfo=UTC)  # midnight: the second of March in Minsk


def load(instance: Instance, at: datetime, *rows: dict[str, object], dry_run: bool = False) -> Any:
    from dozor.apps.bank.actions import import_values
    from dozor.apps.bank.vocabulary import vocabulary

    path = Path(instance.home / "t.csv")
    path.write_text(table(*rows))
    return import_values(path, vocabulary=vocabulary(), by="t", at=at, dry_run=dry_run)


def shown(instance: Instance, *options: str) -> list[tuple[float | None, str]]:
    ran = instance.cli("values", "show", "11.1", *options, "--format", "json")
    assert ran.code == 0, ran.err
    return [(v["value"], v["source"]) for v in ran.json]


def test_bank_001_the_same_file_twice_changes_nothing(instance: Instance) -> None:
    rows = ({}, {"period": "2018"}, {"period": "2019", "value": "", "missing": "not-held"})
    assert instance.load(table(*rows)).json["new"] == 3
    before = instance.counts()
    ran = instance.load(table(*rows))
    assert (ran.code, ran.json["new"], ran.json["changed"], ran.json["unchanged"]) == (0, 0, 0, 3)
    assert instance.counts() == before


def test_bank_001_the_same_rows_in_another_order_or_form_change_nothing(instance: Instance) -> None:
    instance.load(table({"numerator": "4", "denominator": "13"}, {"period": "2018"}))
    before = instance.counts()
    again = table(
        {"period": "2018", "value": "30,8"}, {"numerator": "4,0", "denominator": "13.00"}, separator=";"
    )
    assert instance.load(again).json["unchanged"] == 2
    assert instance.counts() == before


@pytest.mark.parametrize(
    "change",
    [
        {"value": "30.9"},
        {"value": "30.80"},  # one more printed digit is another statement
        {"value": "", "missing": "withheld"},
        {"lower": "30"},
        {"upper": "31"},
        {"denominator": "100"},
        {"note": "corrected"},
    ],
)
def test_bank_002_any_part_of_a_figure_may_be_corrected(
    instance: Instance, change: dict[str, object]
) -> None:
    instance.load(table({}))
    ran = instance.load(table(change))
    assert (ran.json["new"], ran.json["changed"], ran.json["unchanged"]) == (0, 1, 0)
    assert len(shown(instance)) == 1


def test_bank_002_a_corrected_file_supersedes_and_the_old_value_stays(instance: Instance) -> None:
    from dozor.apps.bank.queries import history, observations

    load(instance, FIRST, {"value": "30.8"}, {"period": "2018"})
    summary = load(instance, SECOND, {"value": "31"}, {"period": "2018"})
    assert (summary.new, summary.changed, summary.unchanged) == (0, 1, 1)
    assert shown(instance) == [(31, "A survey"), (30.8, "A survey")]
    (now, _) = observations(indicators=["11.1"])
    assert [(str(v.value), v.version, v.recorded_at) for v in history(now.id)] == [
        ("30.8", 1, FIRST),
        ("31", 2, SECOND),
    ]
    assert history(now.id + 100) == []


def test_bank_002_a_correction_may_be_taken_back(instance: Instance) -> None:
    for day, value in enumerate(("30.8", "31", "30.8")):
        assert load(instance, FIRST + timedelta(days=day), {"value": value}).refused == 0
    assert shown(instance) == [(30.8, "A survey")]
    assert shown(instance, "--as-known-on", "2026-03-02") == [(31, "A survey")]


@pytest.mark.parametrize(
    ("known_on", "value"),
    [
        ("2026-02-28", None),
        ("2026-03-01", 30.8),  # the end of the first of March in Minsk, not in London
        ("2026-03-02", 31),
        ("2026-03-01T23:59:58+03:00", None),
        ("2026-03-01T23:59:59+03:00", 30.8),  # inclusive
        ("2026-03-01T20:59:59+00:00", 30.8),
        ("2026-03-01T20:59:59.999999Z", 30.8),
        ("2026-03-02T00:00:00+03:00", 31),
        ("2026-03-01T23:59:59-05:00", 31),
    ],
)
def test_bank_003_as_known_on_a_day_or_at_an_instant(
    instance: Instance, known_on: str, value: float | None
) -> None:
    load(instance, FIRST, {"value": "30.8"})
    load(instance, SECOND, {"value": "31"})
    expected = [] if value is None else [(value, "A survey")]
    assert shown(instance, "--as-known-on", known_on) == expected


@pytest.mark.parametrize(
    "text", ["yesterday", "2026-02-30", "2026-03-01T12:00", "01.03.2026", "2026-3-1", ""]
)
def test_bank_003_an_instant_without_offset_is_refused(instance: Instance, text: str) -> None:
    ran = instance.cli("values", "show", "11.1", "--as-known-on", text, "--format", "json")
    assert (ran.code, ran.json["findings"][0]["code"]) == (2, "INST-INSTANT")


def test_bank_003_an_instant_is_known_to_the_microsecond(instance: Instance) -> None:
    load(instance, FIRST.replace(microsecond=123456), {})
    assert shown(instance, "--as-known-on", "2026-03-01T23:59:59.123455+03:00") == []
    assert len(shown(instance, "--as-known-on", "2026-03-01T23:59:59.123456+03:00")) == 1
    (value,) = instance.cli("values", "show", "11.1", "--format", "json").json
    assert value["recorded_at"] == "2026-03-01T23:59:59.123456+03:00"


def choose(source: str, at: datetime, **cell: str) -> None:
    from dozor.apps.bank import models
    from dozor.apps.bank.actions import choose_headlines

    row = models.HeadlineChoice(
        indicator="11.1",
        source=models.Source.objects.get(title=source),
        reason_ru="так",
        reason_be="так",
        reason_en="so",
        by="t",
        **cell,
    )
    choose_headlines([row], by="t", at=at)


def headlines(instance: Instance, *options: str) -> list[str]:
    ran = instance.cli("values", "show", "11.1", *options, "--format", "json")
    return [v["source"] for v in ran.json if v["headline"]]


def test_bank_004_sources_stand_side_by_side_and_a_choice_names_the_headline(instance: Instance) -> None:
    day = timedelta(days=1)
    load(instance, FIRST, {}, {"source_title": "A release", "value": "31"})
    assert shown(instance) == [(31, "A release"), (30.8, "A survey")]
    assert headlines(instance) == []
    choose("A survey", FIRST + day)
    assert headlines(instance) == ["A survey"]
    choose("A release", FIRST + 2 * day, period="2017", area="BY-HO")
    assert headlines(instance) == ["A release"]
    # as it was known then
    assert headlines(instance, "--as-known-on", "2026-03-01") == []
    assert headlines(instance, "--as-known-on", "2026-03-02") == ["A survey"]
    assert instance.cli("verify").code == 0


def test_bank_004_a_source_of_another_year_is_another_source(instance: Instance) -> None:
    load(instance, FIRST, {"source_year": "2018"}, {"source_year": "2019", "value": "31"})
    assert len(shown(instance)) == 2


def test_bank_005_a_match_is_known_as_it_was_known(instance: Instance) -> None:
    from dozor.apps.bank import models
    from dozor.apps.bank.actions import record_match_rules

    load(instance, FIRST, {})
    for number, match in enumerate(("near", "exact")):
        rule = models.MatchRule(
            indicator="11.1", population="*", period="*", source_contains="surv", match=match,
            reason_ru="так", reason_be="так", reason_en="so",
        )  # fmt: skip
        record_match_rules([rule], by="t", at=FIRST + timedelta(days=number + 1))

    def match_on(*options: str) -> str | None:
        (value,) = instance.cli("values", "show", "11.1", *options, "--format", "json").json
        return value["match"]  # type: ignore[no-any-return]

    assert match_on() == "exact"
    assert match_on("--as-known-on", "2026-03-02") == "near"
    assert match_on("--as-known-on", "2026-03-01") is None


def test_bank_006_a_dry_run_counts_what_the_real_run_does(instance: Instance) -> None:
    load(instance, FIRST, {}, {"period": "2018"})
    rows = ({"value": "31"}, {"period": "2018"}, {"period": "2019"}, {"period": "2020"})
    before = instance.counts()
    dry = load(instance, SECOND, *rows, dry_run=True)
    assert instance.counts() == before
    assert not dry.is_applied
    real = load(instance, SECOND, *rows)
    assert real.is_applied
    assert [(s.new, s.changed, s.unchanged, s.refused) for s in (dry, real)] == [(2, 1, 1, 0)] * 2


def test_bank_006_a_dry_run_says_what_is_refused(instance: Instance) -> None:
    ran = instance.load(table({"value": "101"}), "--dry-run")
    assert (ran.code, ran.json["refused"]) == (2, 1)


def test_values_are_asked_by_place_and_population(instance: Instance) -> None:
    instance.load(table({}, {"area": "BY"}, {"indicator": "8.4", "population": "MSM", "source_title": "B"}))
    assert len(shown(instance, "--area", "BY-HO")) == 1
    assert len(shown(instance, "--area", "Gomel Oblast", "--population", "PWID")) == 1
    assert shown(instance, "--population", "MSM") == []
    for options, code in (
        (["99.9"], "INST-INDICATOR"),
        (["11.1", "--area", "BY-XX"], "INST-AREA"),
        (["11.1", "--population", "x"], "INST-POPULATION"),
    ):
        ran = instance.cli("values", "show", *options, "--format", "json")
        assert (ran.code, ran.json["findings"][0]["code"]) == (2, code)
