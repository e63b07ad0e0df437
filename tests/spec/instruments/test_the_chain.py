"""From an indicator of the law to the question somebody answers.

INS-001  Each of the 51 series has exactly one definition with the law's wording.
INS-002  Every definition leads to fields of an instrument that serves a collection of the indicator.
INS-003  Every collection of the plan has an instrument.
INS-004  Where the law's words and UNGASS 2005 differ, two definitions stand side by side, and differ.
INS-005  Every question, note, answer and title speaks Russian, Belarusian and English.
INS-006  Nobody is asked for a name, an address, a document, a telephone or a date of birth.
INS-007  Nothing a person is asked comes before their consent, but age, belonging and an earlier interview.
INS-008  A question to a person can be refused; "refused" and "don't know" are different answers.
INS-009  Surveys by coupons carry who came from whom and how many each knows.
INS-010  A definition that speaks of the choice made says it in words.
"""

from __future__ import annotations

import re
from collections import Counter

import pytest

from dozor.core.estimation.series import Link, check_series
from dozor.core.plan import Plan
from dozor.core.plan.instruments import Field, Instrument, Note
from dozor.formats.plan_folder import find_plan

TWO_WORDINGS = "2.1 3.1 4.1 4.3 5.1 5.2 6.1 6.2 6.3 7.1 8.1 8.3 8.4 8.6 12.1".split()
BEFORE_CONSENT = {
    *("interviewer respondent area city stratum site sampling is_seed coupon_own met_before age sex".split()),
    # belonging to the group the survey is of
    *("injected_12m lives_here is_man sex_man_12m sex_work_12m".split()),
}


@pytest.fixture(scope="module")
def plan() -> Plan:
    return find_plan("by-hiv-2006-123")


@pytest.fixture(scope="module")
def links(plan: Plan) -> tuple[Link, ...]:
    return check_series(plan)


def of_persons(plan: Plan) -> list[Instrument]:
    return [i for i in plan.instruments.values() if i.kind == "person"]


def test_ins_001_one_definition_of_the_law_for_each_series(plan: Plan, links: tuple[Link, ...]) -> None:
    law = Counter(
        (one.definition.indicator, one.definition.population)
        for one in links
        if one.definition.wording == "law"
    )
    assert law == Counter((s.indicator.code, s.population) for s in plan.series())
    assert len(law) == 51


def test_ins_002_every_definition_leads_to_questions(plan: Plan, links: tuple[Link, ...]) -> None:
    for one in links:
        assert one.fields, one.definition.code
        indicator = plan.indicator(one.definition.indicator)
        assert set(one.instrument.collections) & set(indicator.collections)
        for name in one.fields:
            field = one.instrument.field(name)
            assert one.definition.indicator in field.indicators or name in ("consent", "age", "guardian")


def test_ins_003_every_collection_has_an_instrument(plan: Plan) -> None:
    served = {code for instrument in plan.instruments.values() for code in instrument.collections}
    assert served == {collection.code for collection in plan.collections}


def test_ins_004_two_wordings_are_two_definitions(plan: Plan) -> None:
    written: dict[tuple[str, str], dict[str, str]] = {}
    for d in plan.definitions:
        if d.wording in ("law", "ungass-2005"):
            written.setdefault((d.indicator, d.population), {})[d.wording] = f"{d.estimand} {d.expression}"
    both = {indicator for (indicator, _), said in written.items() if len(said) == 2}
    assert both == set(TWO_WORDINGS)
    for at, said in written.items():
        assert len(set(said.values())) == len(said), at


def test_ins_005_three_languages_everywhere(plan: Plan) -> None:
    cyrillic, latin = re.compile("[а-яёіў]", re.IGNORECASE), re.compile("[a-z0-9]", re.IGNORECASE)
    for instrument in plan.instruments.values():
        texts = [instrument.title]
        for line in instrument.lines:
            if isinstance(line, Note) or line.is_asked:
                texts.append(line.label)
            if isinstance(line, Field):
                texts += [t for t in (line.hint, line.constraint_message) if t]
                texts += [choice.label for choice in line.choices]
        for text in texts:
            assert (cyrillic.search(text.ru) and cyrillic.search(text.be)) or text.ru == text.be, text
            assert latin.search(text.en) and not cyrillic.search(text.en), text
            assert not re.search("[ыэё]и|[иИщЩъЪ]", text.be), f"a Russian letter: {text.be}"
            assert not re.search("[іўІЎ]", text.ru), f"a Belarusian letter: {text.ru}"


def test_ins_006_nobody_is_asked_who_they_are(plan: Plan) -> None:
    asks = re.compile(
        r"\b(фамили|отчеств|ваше имя|ваш адрес|адрес прожив|паспорт|телефон|дата рождения|день рождения)",
        re.IGNORECASE,
    )
    names = re.compile(r"(^|_)(name|surname|address|passport|phone|birth_?date|birthday|born_on)(_|$)")
    for instrument in plan.instruments.values():
        for field in instrument.fields:
            assert not asks.search(field.label.ru), field.label.ru
            assert not names.search(field.name), field.name
            if field.kind == "date":  # days of events; a birth is known by its year or quarter only
                assert not re.search("рожд|родов", field.label.ru), field.label.ru


def test_ins_007_consent_comes_first(plan: Plan) -> None:
    for instrument in of_persons(plan):
        before = []
        for field in instrument.fields:
            if field.name == "consent":
                break
            if field.is_asked:
                before.append(field.name)
        else:
            pytest.fail(f"{instrument.code} asks for no consent")
        assert set(before) <= BEFORE_CONSENT, instrument.code
        assert "consent = 'yes'" in instrument.counted
        after = [
            f for f in instrument.fields if f.is_asked and f.name not in {*before, "consent", "guardian"}
        ]
        for field in after:
            assert any("${consent} = 'yes'" in group.relevant for group in field.groups), field.name


def test_ins_008_a_person_may_refuse(plan: Plan) -> None:
    for instrument in of_persons(plan):
        consented = False
        for field in instrument.fields:
            consented = consented or field.name == "consent"
            if not consented or field.kind != "select_one" or field.name in ("consent", "guardian"):
                continue
            answers = {choice.name for choice in field.choices}
            assert "refused" in answers, f"{instrument.code}.{field.name}"
            assert not answers & {"99", "98", "other_or_refused"}


def test_ins_009_coupons_and_degrees(plan: Plan) -> None:
    for code in ("survey-pwid", "survey-msm", "survey-fsw", "sentinel-pwid", "sentinel-fsw", "sentinel-msm"):
        instrument = plan.instruments[code]
        for name in ("coupon_own", "degree", "coupon_1", "coupon_2", "coupon_3"):
            assert instrument.has_field(name), f"{code}.{name}"
    designs = {d.code: {k.kind for k in d.designs} for d in plan.definitions if d.wording == "law"}
    assert "rds" in designs["8.3/PWID"]


@pytest.mark.parametrize(
    "indicator", "2.5 2.6 2.7 4.1 4.2 7.2 8.3 10.1 10.2 11.4 11.5 12.1 13.1 13.2 13.4".split()
)
def test_ins_010_the_choice_is_written_down(plan: Plan, indicator: str) -> None:
    (law,) = (d for d in plan.definitions if d.indicator == indicator and d.wording == "law")
    assert law.rules


def test_the_law_s_flags(plan: Plan) -> None:
    law = {d.indicator: d for d in plan.definitions if d.wording == "law"}
    assert law["10.2"].settles_after_months == 18
    assert law["13.1"].break_by == "protocol_on"
    assert (law["13.3"].months, dict(law["13.3"].answers)) == (12, {"still": "on", "moved": "moved"})
    assert [law[code].columns["weight"] for code in ("2.5", "2.6", "2.7")] == [
        "classes_1_4",
        "classes_5_9",
        "classes_10_11",
    ]
