"""Every fault of a plan's text is found, with its file, its line and the words for it in three languages.

PLANTEXT-001  Each kind of fault has a code and a place.
PLANTEXT-002  All faults of a text are reported together.
PLANTEXT-003  Each message is spoken in Russian, Belarusian and English, and no two are the same.
PLANTEXT-004  Hostile text is refused before it costs anything.
"""

from __future__ import annotations

import pytest
from tests.unit.plan import texts

from dozor.core.findings import Finding, Refused
from dozor.core.messages.plan import WORDINGS
from dozor.core.places import read_agencies, read_areas
from dozor.core.plan import read_plan
from dozor.language import say


def broken(file: str, old: str, new: str) -> tuple[Finding, ...]:
    """Read the small plan with one change; `old` must stand in it."""
    files = texts.files()
    assert old in files[file]
    files[file] = files[file].replace(old, new, 1)
    with pytest.raises(Refused) as refused:
        read_plan(files)
    return refused.value.findings


def test_the_small_plan_itself_is_taken() -> None:
    plan = read_plan(texts.files())
    assert [i.code for i in plan.indicators] == ["1.1", "1.10"]
    assert plan.indicator("1.10").frequency_years == 2


HEAD, ROWS, ROLES, WORDS = "plan.yaml", "indicators.yaml", "roles.yaml", "words.yaml"
CROSSWALK = """correspondences:
  - indicator: "{}"
    framework: un
    their_title: {{ru: п, be: п, en: p}}
    match: same
    status: read
units:"""
FAULTS = [
    # file, what stands there, what to write instead, code, line, found
    (ROWS, 'code: "1.10"', 'code: "1.1"', "PLAN-DUPLICATE-CODE", 11, "1.1"),
    (ROWS, "executors: [CENTRE]", "executors: [CENTER]", "PLAN-UNKNOWN-EXECUTOR", 5, "CENTER"),
    (ROWS, "be: Доля, ", "", "PLAN-MISSING-TRANSLATION", 4, ""),
    (ROWS, "be: Доля", "be: ''", "PLAN-MISSING-TRANSLATION", 4, ""),
    (
        ROWS,
        "{ru: Доля, be: Доля, en: Share}",
        "Share",
        "PLAN-MISSING-TRANSLATION",
        4,
        "Share",
    ),
    (ROWS, "direction: 1", "direction: 14", "PLAN-UNKNOWN-DIRECTION", 3, "14"),
    (ROWS, "    direction: 1\n", "", "PLAN-NO-DIRECTION", 2, "1.1"),
    (ROWS, "direction: 1\n", "group: money\n", "PLAN-UNKNOWN-GROUP", 3, "money"),
    (ROWS, "populations: [youth]", "populations: [yuoth]", "PLAN-UNKNOWN-POPULATION", 10, "yuoth"),
    (
        ROWS,
        "populations: [youth]",
        'populations: [youth]\n    further_populations: ["route: *"]',
        "PLAN-UNKNOWN-POPULATION",
        11,
        "route: *",
    ),
    (ROWS, "units: [percent]", "units: [percents]", "PLAN-UNKNOWN-UNIT", 9, "percents"),
    (ROWS, "units: [percent]", "units: []", "PLAN-MISSING-KEY", 9, ""),
    (ROWS, "units: [percent]", "units: percent", "PLAN-NOT-A-LIST", 9, "percent"),
    (ROWS, "units: [percent]", "units: [[percent]]", "PLAN-NOT-A-WORD", 9, "[…]"),
    (ROWS, "collections: [survey]", "collections: [poll]", "PLAN-UNKNOWN-COLLECTION", 7, "poll"),
    (ROWS, "frequency_years: 1", "frequency_years: 3", "PLAN-BAD-FREQUENCY", 6, "3"),
    (ROWS, "frequency_years: 1", "frequency_years: often", "PLAN-BAD-NUMBER", 6, "often"),
    (ROWS, "    frequency_years: 1\n", "", "PLAN-MISSING-KEY", 2, ""),
    (ROWS, "value_kind: proportion", "value_kind: share", "PLAN-NOT-ONE-OF", 8, "share"),
    (ROWS, "value_kind: proportion", "value_knd: proportion", "PLAN-UNKNOWN-KEY", 8, "value_knd"),
    (
        ROWS,
        "units: [percent]",
        "units: [percent]\n    maximum: 120",
        "PLAN-MAXIMUM-REASON",
        10,
        "120",
    ),
    (
        ROWS,
        "units: [percent]",
        "units: [percent]\n    disaggregations: [colour]",
        "PLAN-NOT-ONE-OF",
        10,
        "colour",
    ),
    (ROWS, "indicators:\n", "indicators:\n  - nothing\n", "PLAN-NOT-A-MAPPING", 2, "nothing"),
    (HEAD, '"2010-12-31"', '"31.12.2010"', "PLAN-BAD-DATE", 8, "31.12.2010"),
    (HEAD, '"2010-12-31"', '"2010-02-30"', "PLAN-BAD-DATE", 8, "2010-02-30"),
    (HEAD, '"2010-12-31"', '"2005-12-31"', "PLAN-DATES-ORDER", 8, "2006-12-30 … 2005-12-31"),
    (HEAD, "  code: small", "  code: small\n  code: other", "PLAN-DUPLICATE-KEY", 3, "code"),
    (HEAD, "title: {", "title: {{", "PLAN-SYNTAX", 5, None),
    (HEAD, "code: small", "code: &anchor small", "PLAN-ALIAS", 2, "&anchor"),
    (HEAD, "directions:", "---\ndirections:", "PLAN-SECOND-DOCUMENT", 9, "---"),
    (HEAD, "directions:", "? [a]\n: b\ndirections:", "PLAN-KEY-SHAPE", 9, "[…]"),
    (HEAD, "directions:", "deep: [[[[[[[[[[[[[[x]]]]]]]]]]]]]]\ndirections:", "PLAN-TOO-DEEP", 9, "13"),
    (HEAD, "plan:", "plans:", "PLAN-NO-PLAN", 1, ""),
    (WORDS, "units:", "plan: {code: second}\nunits:", "PLAN-TWO-PLANS", 4, "second"),
    (ROLES, "senders: [CENTRE]", "senders: [MINISTRY]", "PLAN-NO-DUTY", 2, "CENTRE"),
    (
        ROLES,
        "collections:",
        "  - {senders: [CENTRE], recipient: MINISTRY, clause: {ru: п, be: п, en: p}, rule: agreed}\n"
        "collections:",
        "PLAN-TWO-DUTIES",
        17,
        "CENTRE",
    ),
    (ROLES, "days: 20", "days: -1", "PLAN-BAD-NUMBER", 15, "-1"),
    (ROLES, "rule: after-collection", "rule: someday", "PLAN-NOT-ONE-OF", 14, "someday"),
    (
        ROLES,
        "rule: after-collection\n    days: 20\n    non_working_day: next",
        "rule: fixed\n    month: 2\n    day: 30\n    year_offset: 1",
        "PLAN-BAD-DATE",
        16,
        "30.2",
    ),
    (ROLES, "[youth]", "[everyone]", "PLAN-UNKNOWN-POPULATION", 21, "everyone"),
    (ROLES, "[youth]", "[everyone]", "PLAN-NOT-REACHED", 7, "youth"),
    (WORDS, "maximum: 100", "maximum: many", "PLAN-BAD-NUMBER", 7, "many"),
    (WORDS, "maximum: 100", "maximum: NaN", "PLAN-BAD-NUMBER", 7, "NaN"),
    (WORDS, "  - code: youth", "  - breakdown: route\n    code: youth", "PLAN-UNKNOWN-BREAKDOWN", 2, "route"),
    (
        WORDS,
        "units:",
        CROSSWALK.format("9.9"),
        "PLAN-UNKNOWN-INDICATOR",
        5,
        "9.9",
    ),
    (
        WORDS,
        "units:",
        CROSSWALK.format("1.1"),
        "PLAN-UNKNOWN-FRAMEWORK",
        6,
        "un",
    ),
]


@pytest.mark.parametrize(("file", "old", "new", "code", "line", "found"), FAULTS)
def test_plantext_001_each_fault_has_code_file_and_line(
    file: str, old: str, new: str, code: str, line: int, found: str | None
) -> None:
    findings = broken(file, old, new)
    seen = [(f.code, f.row, f.found) for f in findings]
    expected = [f for f in findings if f.code == code and f.row == line and found in (None, f.found)]
    assert expected, seen
    if code not in ("PLAN-NO-DUTY", "PLAN-NOT-REACHED"):  # these show at the role, the indicator
        assert any(f.file == file or code == "PLAN-NO-PLAN" for f in expected), seen


def test_plantext_001_the_path_of_keys_names_the_indicator() -> None:
    [finding] = broken("indicators.yaml", "en: Number", "")
    assert (finding.column, finding.values["language"]) == ("indicators[1.10].name.en", "en")


def test_plantext_001_a_duplicate_code_says_where_the_first_is() -> None:
    [finding] = broken("indicators.yaml", 'code: "1.10"', 'code: "1.1"')
    assert finding.values["first"] == "indicators.yaml:2"


def test_plantext_002_all_faults_at_once() -> None:
    files = texts.files()
    files["indicators.yaml"] = (
        files["indicators.yaml"]
        .replace("executors: [CENTRE]", "executors: [CENTER]")
        .replace("frequency_years: 2", "frequency_years: 4")
        .replace("be: Доля", "be: ~")
    )
    files["plan.yaml"] += "extra: 1\n"
    with pytest.raises(Refused) as refused:
        read_plan(files)
    assert [(f.file, f.row, f.code) for f in refused.value.findings] == [
        ("indicators.yaml", 4, "PLAN-MISSING-TRANSLATION"),
        ("indicators.yaml", 5, "PLAN-UNKNOWN-EXECUTOR"),
        ("indicators.yaml", 14, "PLAN-UNKNOWN-EXECUTOR"),
        ("indicators.yaml", 15, "PLAN-BAD-FREQUENCY"),
        ("plan.yaml", 12, "PLAN-UNKNOWN-KEY"),
    ]


def places(areas: str = texts.AREAS, types: str = texts.AREA_TYPES) -> tuple[Finding, ...]:
    with pytest.raises(Refused) as refused:
        read_areas({"areas.csv": areas, "area_types.yaml": types})
    return refused.value.findings


AREA_FAULTS = [
    ("oblast,BY,,", "oblast,XX,,", "PLACE-UNKNOWN-PARENT", 3, "XX"),
    ("country,,", "country,BY-BR,", "PLACE-CYCLE", 2, "BY → BY-BR → BY"),
    ("oblast,BY,,", "oblast,BY-BR,,", "PLACE-CYCLE", 3, "BY-BR → BY-BR"),
    ("country,,", "country,BY-BR,", "PLACE-NO-ROOT", 1, ""),
    ("oblast,BY,,", "oblast,,,", "PLACE-TWO-ROOTS", 3, "BY-BR"),
    ("BY-VI,", "BY-BR,", "PLAN-DUPLICATE-CODE", 4, "BY-BR"),
    ("Брэсцкая вобласць", "", "PLAN-MISSING-TRANSLATION", 3, ""),
    ("oblast,BY,,", "province,BY,,", "PLAN-NOT-ONE-OF", 3, "province"),
    ("1938-01-15", "15.01.1938", "PLAN-BAD-DATE", 4, "15.01.1938"),
    ("1938-01-15,", "1938-01-15,1937-01-01", "PLAN-DATES-ORDER", 4, "1938-01-15 … 1937-01-01"),
    ("1315405", "1,3", "PLACE-ROW-LENGTH", 3, "10"),
    ("1315405", "many", "PLAN-BAD-NUMBER", 3, "many"),
    ("name_be", "name_by", "PLACE-HEADINGS", 1, None),
    ("BY-BR,Brest", 'BY-BR,"Brest" "', "PLACE-NOT-A-TABLE", 3, ""),
    ("BY-BR,Brest", ",Brest", "PLAN-MISSING-KEY", 3, ""),
]


@pytest.mark.parametrize(("old", "new", "code", "line", "found"), AREA_FAULTS)
def test_plantext_001_areas(old: str, new: str, code: str, line: int, found: str | None) -> None:
    assert old in texts.AREAS
    findings = places(texts.AREAS.replace(old, new, 1))
    seen = [(f.code, f.row, f.found) for f in findings]
    assert any(f.code == code and f.row == line and found in (None, f.found) for f in findings), seen
    assert {f.file for f in findings} == {"areas.csv"}


AGENCY_FAULTS = [
    ("BY-VI]", "BY-XX]", "PLAN-UNKNOWN-AREA", 5, "BY-XX"),
    ("roles: [CENTRE]", "roles: [SHOP]", "PLAN-UNKNOWN-ROLE", 4, "SHOP"),
    ("parent: MINISTRY", "parent: NOBODY", "PLAN-UNKNOWN-AGENCY", 6, "NOBODY"),
    ("parent: MINISTRY", "parent: CENTRE-BR", "PLACE-CYCLE", 6, "CENTRE-BR → CENTRE-BR"),
    ("- code: MINISTRY", "- code: CENTRE-BR", "PLAN-DUPLICATE-CODE", 7, "CENTRE-BR"),
    ("be: Цэнтр, ", "", "PLAN-MISSING-TRANSLATION", 3, ""),
    ("parent: MINISTRY", "valid_from: soon", "PLAN-BAD-DATE", 6, "soon"),
    ("areas: [BY]", "area: [BY]", "PLAN-UNKNOWN-KEY", 10, "area"),
]


@pytest.mark.parametrize(("old", "new", "code", "line", "found"), AGENCY_FAULTS)
def test_plantext_001_agencies(old: str, new: str, code: str, line: int, found: str) -> None:
    assert old in texts.AGENCIES
    areas = read_areas({"areas.csv": texts.AREAS, "area_types.yaml": texts.AREA_TYPES})
    text = texts.AGENCIES.replace(old, new, 1)
    with pytest.raises(Refused) as refused:
        read_agencies({"agencies.yaml": text}, areas, roles=("CENTRE", "MINISTRY"))
    seen = [(f.code, f.row, f.found) for f in refused.value.findings]
    assert (code, line, found) in seen


OF_FOLDERS = {"PLAN-NO-FOLDER", "PLAN-UNREADABLE", "PLAN-TOO-LARGE", "PLAN-NOT-UTF-8"}  # test_plan_folders.py


def test_plantext_003_every_code_is_reached_by_a_test() -> None:
    tested = {fault[3] for fault in FAULTS} | {fault[2] for fault in AREA_FAULTS + AGENCY_FAULTS}
    assert set(WORDINGS) - tested - OF_FOLDERS == set()


@pytest.mark.parametrize("code", sorted(WORDINGS))
def test_plantext_003_spoken_in_three_languages(code: str) -> None:
    values = {
        "first": "a:1",
        "known": "A, B",
        "key": "name",
        "language": "be",
        "limit": 12,
        "expected_cells": 9,
    }
    finding = Finding(code, found="X", values=values, file="plan.yaml", row=3, column="plan")
    said = [say(finding, language) for language in ("ru", "be", "en")]
    assert len({s.message for s in said}) == 3
    assert len({s.expected for s in said}) == 3
    assert all("{" not in s.message and s.message.startswith("plan.yaml") for s in said)


def test_plantext_004_alias_bomb() -> None:
    bomb = "a: &a [x, x]\n" + "".join(
        f"{c}: &{c} [*{p}, *{p}]\n" for p, c in zip("abcdefgh", "bcdefghi", strict=True)
    )
    with pytest.raises(Refused) as refused:
        read_plan({"bomb.yaml": bomb})
    assert "PLAN-ALIAS" in [f.code for f in refused.value.findings]


@pytest.mark.parametrize("text", ["[" * 100_000, "{a: " * 50_000, "- " * 50_000 + "x"])
def test_plantext_004_deep_nesting(text: str) -> None:
    with pytest.raises(Refused) as refused:
        read_plan({"deep.yaml": text})
    assert "PLAN-TOO-DEEP" in [f.code for f in refused.value.findings]


@pytest.mark.parametrize(
    "text", ["a: \x00", "\ufffe", "%TAG ! x", "\t- a", "a: b: c", "'", "!!python/object:os.system x"]
)
def test_plantext_004_odd_signs_are_refused_in_words(text: str) -> None:
    with pytest.raises(Refused):
        read_plan({"odd.yaml": text})
