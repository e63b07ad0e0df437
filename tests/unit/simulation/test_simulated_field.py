"""The simulated field answers as the instrument's own text allows, and its samples are what they say.

SIM-001  Every instrument of the plan: no answer breaks a condition, a constraint or a list of choices.
SIM-002  Its records pass the check that everybody's records pass.
SIM-003  Shares come out as the truths say; a place's answers are alike.
SIM-004  A sample's chances are those it was drawn with: weights give back the size of the population.
SIM-005  Coupons: each once, brought by somebody who got it; those who know many come sooner.
SIM-006  The same seed gives the same field; another gives another.
SIM-007  A condition over columns says of each row what it says of one record.
SIM-008  A truth that speaks of what is not there is refused.
SIM-009  An interviewer holds one interview at a time, people of a place in the order they came.
"""

from __future__ import annotations

import itertools
from datetime import date

import numpy as np
import pytest
from tests.simulated import TODAY, kind_of, plan, population_of, sample_of, truths

from dozor.core.answers.checking import check_record
from dozor.core.answers.of_instrument import form_of_instrument
from dozor.core.plan.conditions import holds, read_condition
from dozor.core.simulation.columns import Setting, holds_in
from dozor.core.simulation.drawing import shares_of, unfit_rows
from dozor.core.simulation.records import records_of, spoil
from dozor.core.simulation.sampling import draw_clusters, recruit
from dozor.core.simulation.truths import Case, read_truths

INSTRUMENTS = sorted(plan().instruments)


@pytest.mark.parametrize("code", INSTRUMENTS)
def test_answers_keep_the_rules_of_their_form(code: str) -> None:  # SIM-001, SIM-002
    rng = np.random.default_rng(1)
    instrument = plan().instruments[code]
    kind = kind_of(instrument)
    population = population_of(code, rng, size=600)
    assert unfit_rows(instrument, population.columns, TODAY) == {}
    for name, (_, columns) in population.turns.items():
        assert unfit_rows(instrument, columns, TODAY) == {}, name
    records = records_of(population, sample_of(population, rng, kind), rng)
    form = form_of_instrument(instrument)
    assert records
    assert len({r.instance_id for r in records}) == len(records)
    for record in records:
        checked = check_record(form, record.texts, record.repeats, year=2026, pseudonym=str)
        assert not [*checked.identity, *checked.breaches], record


def test_a_spoilt_record_is_found_out() -> None:  # SIM-002
    rng = np.random.default_rng(2)
    population = population_of("survey-youth", rng, size=600)
    (record, *_) = records_of(population, sample_of(population, rng, "sample"), rng)
    form = form_of_instrument(population.instrument)
    wrong = spoil(record, population, rng)
    checked = check_record(form, wrong.texts, {}, year=2026, pseudonym=str)
    assert [f.code for f in checked.breaches] == ["COL-ANSWER-CHOICE"]


def test_shares_come_out_as_the_truths_say() -> None:  # SIM-003
    rng = np.random.default_rng(3)
    population = population_of("survey-youth", rng, size=60_000)
    asked = population.columns["way_sex"] != ""
    # asked of everybody who agreed: a question behind a condition is asked of those who lean one way
    for name in ("way_sex", "way_blood", "way_touch", "healthy_looking"):
        (case,) = truths().of("survey-youth", name)
        shares = dict(
            zip(
                [c.name for c in population.instrument.field(name).choices],
                shares_of(population.instrument.field(name), case, truths()),
                strict=True,
            )
        )
        answered = population.columns[name][population.columns[name] != ""]
        for choice, share in shares.items():
            # places differ (their part is 0.04), so the spread is wider than that of free draws
            assert np.mean(answered == choice) == pytest.approx(share, abs=0.02), (name, choice)
    knows = (population.columns["way_mother"] == "yes")[asked].astype(float)
    place = population.crowd.place[asked]
    means = np.bincount(place, knows) / np.bincount(place)
    free = np.sqrt(knows.mean() * (1 - knows.mean()) * np.mean(1 / np.bincount(place)))
    assert means.std() > 1.3 * free, "answers of one place are no more alike than any"


def test_chances_of_a_sample_give_back_the_population() -> None:  # SIM-004
    rng = np.random.default_rng(4)
    population = population_of("survey-women", rng, size=5000)
    estimates, places = [], len(population.frame.site)
    for _ in range(200):
        drawn = draw_clusters(population, rng, sites=3, take=5)
        assert len({line["site"] for line in drawn.table}) == len(drawn.table) < places
        estimates.append(sum(float(line["size"]) / float(line["probability"]) for line in drawn.table))
    assert np.mean(estimates) == pytest.approx(population.size, rel=0.01)
    heads = population_of("survey-heads-vocational", rng)
    lines = draw_clusters(heads, rng, sites=2, take=3).table
    assert sum(int(line["size"]) for line in lines) == heads.size
    assert {int(line["planned"]) for line in lines} <= {6, *map(int, (line["size"] for line in lines))}


def test_coupons_are_passed_from_hand_to_hand() -> None:  # SIM-005
    rng = np.random.default_rng(5)
    population = population_of("survey-pwid", rng, size=3000)
    drawn = recruit(population, rng, people=150)
    brought = drawn.given["coupon_own"]
    given = [c for n in (1, 2, 3) for c in drawn.given[f"coupon_{n}"] if c]
    used = [c for c in brought if c]
    assert len(set(given)) == len(given)
    assert len(set(used)) == len(used) > 200
    assert set(used) <= set(given)
    assert len(set(drawn.rows.tolist())) == len(drawn.rows)
    seeds = int((drawn.given["is_seed"] == "yes").sum())
    assert 10 <= seeds < 40
    degree = population.columns["degree"]
    assert np.nanmean(degree[drawn.rows]) > 1.15 * np.nanmean(degree)
    # each recruit lives in the recruiter's city
    city = population.columns["city"]
    owner = {
        drawn.given[name][n]: row
        for name in ("coupon_1", "coupon_2", "coupon_3")
        for n, row in enumerate(drawn.rows)
    }
    assert all(city[row] == city[owner[c]] for row, c in zip(drawn.rows, brought, strict=True) if c)


def test_a_field_is_its_seed() -> None:  # SIM-006
    def field(seed: int) -> list[object]:
        rng = np.random.default_rng(seed)
        population = population_of("sti-records", rng, size=400)
        return list(records_of(population, sample_of(population, rng, "sample"), rng))

    assert field(7) == field(7)
    assert field(7) != field(8)


@pytest.mark.parametrize(
    "text",
    [
        "${answer} = 'yes'",
        "${answer} != 'yes'",
        "${answer} != ''",
        "${age} >= 18 and ${answer} = 'no'",
        "not(${age} < 18) or ${day} >= date('2026-05-01')",
        "${day} <= today()",
        "regex(${answer}, '^y')",
        "${age} = ${other}",
        "${age} != ${other}",
    ],
)
def test_a_condition_over_columns_and_over_one_record(text: str) -> None:  # SIM-007
    condition = read_condition(text)
    today = date(2026, 6, 1)
    days = np.array(["2026-04-01", "2026-05-01", "2026-07-01", "NaT"], dtype="datetime64[D]")
    columns = {
        "answer": np.array(["yes", "no", "", "yes"], dtype=object),
        "age": np.array([17.0, 18.0, np.nan, 40.0]),
        "other": np.array([17.0, np.nan, np.nan, 41.0]),
        "day": days,
    }
    together = holds_in(condition, Setting(columns, 4, today))
    for n in range(4):
        one = {
            "answer": columns["answer"][n] or None,
            "age": None if np.isnan(columns["age"][n]) else float(columns["age"][n]),
            "other": None if np.isnan(columns["other"][n]) else float(columns["other"][n]),
            "day": None if np.isnat(days[n]) else days[n].astype(date),
        }
        assert together[n] == holds(condition, one, today=today), (text, n)


@pytest.mark.parametrize(
    "said",
    [
        {"strange": {}},
        {"fields": {"consent": {"yes": "often"}}},
        {"fields": {"consent": {"yes": 0.8, "no": 0.3}}},
    ],
)
def test_truths_that_say_nothing_are_refused(said: dict) -> None:  # SIM-008
    with pytest.raises(ValueError, match=r"understood|more than one"):
        read_truths(said)


def test_a_choice_that_is_not_offered_is_refused() -> None:  # SIM-008
    consent = plan().instruments["survey-youth"].field("consent")
    with pytest.raises(ValueError, match="no such choice"):
        shares_of(consent, Case(shares={"maybe": 0.5}), truths())


@pytest.mark.parametrize("code", ["survey-youth", "survey-pwid"])
def test_an_interviewer_holds_one_interview_at_a_time(code: str) -> None:  # SIM-009
    rng = np.random.default_rng(1)
    population = population_of(code, rng, size=2000)
    sample = sample_of(population, rng, kind_of(population.instrument))
    start, end = (next(f.name for f in population.instrument.fields if f.kind == k) for k in ("start", "end"))
    by: dict[str, list[tuple[str, str]]] = {}
    records = records_of(population, sample, rng)
    for record in records:
        by.setdefault(record.texts["interviewer"], []).append((record.texts[start], record.texts[end]))
    assert max(map(len, by.values())) > 5
    for held in by.values():
        held.sort()
        assert all(before[1] < after[0] for before, after in itertools.pairwise(held))
    place = population.crowd.place[sample.rows]
    for one in np.unique(place):
        came = [records[n].texts[start] for n in np.flatnonzero(place == one)]
        assert came == sorted(came)
