"""Every fault of an instrument's text or a definition is found, with its file and line.

INSTEXT-001  Each kind of fault in a table has a code and a place.
INSTEXT-002  Each break of the chain from series to question has a code and a place.
INSTEXT-003  All faults of the texts are reported together.
INSTEXT-004  Blocks, amendments and lists of answers are laid in their places.
"""

from __future__ import annotations

import pytest

from dozor.core.estimation.series import check_series
from dozor.core.findings import Finding, Refused
from dozor.core.messages.instruments import WORDINGS
from dozor.core.plan import Plan, read_plan
from dozor.core.plan.instrument_reading import read_instruments
from dozor.core.plan.instruments import Field, Note
from dozor.language import say

FORM = """# A small survey

| settings | version | kind | collections | counted | title::ru | title::be | title::en |
|---|---|---|---|---|---|---|---|
| | 2026-01-12 | person | survey | consent = 'yes' | Опрос | Апытанне | Survey |

| survey | type | name | label::ru | label::be | label::en | relevant | indicators |
|---|---|---|---|---|---|---|---|
| | include | head | | | | | 1.1 |
| | begin_group | questions | | | | ${consent} = 'yes' | |
| | note | about | О вас | Пра вас | About you | | |
| | select_one often | tested | Тест? | Тэст? | Test? | | 1.1 |
| | integer | age | Возраст | Узрост | Age | | 1.1 |
| | select_one area | area | Область | Вобласць | Oblast | | |
| | calculate | weight | | | | | |
| | end_group | | | | | | |

| survey | name | constraint | constraint_message::ru | constraint_message::be | constraint_message::en |
|---|---|---|---|---|---|
| | age | . >= 15 and . <= 24 | Не то | Не тое | Not so |

| survey | name | calculation | bind::type |
|---|---|---|---|
| | weight | 1 | decimal |

| choices | list_name | name | label::ru | label::be | label::en |
|---|---|---|---|---|---|
| | often | always | Всегда | Заўсёды | Always |
| | | never | Нет | Не | Never |
"""
HEAD = """
| survey | type | name | label::ru | label::be | label::en | indicators |
|---|---|---|---|---|---|---|
| | select_one yes_no | consent | Согласны? | Згодны? | Agree? | * |

| choices | list_name | name | label::ru | label::be | label::en |
|---|---|---|---|---|---|
| | yes_no | yes | Да | Так | Yes |
| | | no | Нет | Не | No |
| | area | BY | Беларусь | Беларусь | Belarus |
"""
DEFINITIONS = """designs:
  - code: sample
    kind: sample
    weight: weight
terms:
  - code: often
    means: "tested = 'always'"
rules:
  - code: rule
    text: {ru: Правило, be: Правіла, en: Rule}
definitions:
  - indicator: "1.1"
    population: youth
    instrument: survey
    estimand: share
    expression: "{often} given age between 15 and 24"
    designs: [sample]
    by_area: area
    by_age: age
    sex: all
    age: 15-24
    ages: [15-24]
    rules: [rule]
"""
PLAN = """plan:
  code: small
  version: "1"
  title: {ru: План, be: План, en: Plan}
  short_title: {ru: План, be: План, en: Plan}
  in_force: in-force
directions:
  - number: 1
    name: {ru: Дело, be: Справа, en: Matter}
executors:
  - code: CENTRE
    name: {ru: Центр, be: Цэнтр, en: Centre}
    short_name: {ru: Ц, be: Ц, en: C}
    clause: {ru: п. 1, be: п. 1, en: para 1}
duties:
  - senders: [CENTRE]
    recipient: CENTRE
    clause: {ru: п. 1, be: п. 1, en: para 1}
    rule: agreed
collections:
  - code: survey
    kind: survey-of-persons
    name: {ru: Опрос, be: Апытанне, en: Survey}
    populations: [youth]
  - code: other
    kind: survey-of-persons
    name: {ru: Другой, be: Іншы, en: Other}
    populations: [youth]
indicators:
  - code: "1.1"
    direction: 1
    name: {ru: Доля, be: Доля, en: Share}
    executors: [CENTRE]
    frequency_years: 1
    collections: [survey]
    value_kind: proportion
    units: [percent]
    populations: [youth]
    disaggregations: [area, age]
populations:
  - code: youth
    name: {ru: Молодёжь, be: Моладзь, en: Youth}
sexes:
  - code: all
    name: {ru: Все, be: Усе, en: All}
ages:
  - code: 15-24
    name: {ru: 15–24, be: 15–24, en: 15–24}
    lowest: 15
    highest: 24
units:
  - code: percent
    name: {ru: процент, be: працэнт, en: percent}
"""


def files(**changed: tuple[str, str]) -> dict[str, str]:
    """The small plan; ``form=("old", "new")`` changes one of its texts."""
    texts = {
        "form": FORM,
        "head": HEAD,
        "definitions": DEFINITIONS,
        "plan": PLAN,
    }
    for name, (old, new) in changed.items():
        assert old in texts[name]
        texts[name] = texts[name].replace(old, new, 1)
    return {
        "plan.yaml": texts["plan"],
        "definitions.yaml": texts["definitions"],
        "instruments/survey.md": texts["form"],
        "instruments/blocks/head.md": texts["head"],
    }


def plan(**changed: tuple[str, str]) -> Plan:
    return read_plan(files(**changed))


def found(**changed: tuple[str, str]) -> tuple[Finding, ...]:
    with pytest.raises(Refused) as refused:
        check_series(plan(**changed))
    return refused.value.findings


def test_the_small_plan_itself_is_whole() -> None:
    (one,) = check_series(plan())
    assert one.fields == ("consent", "tested", "age")
    assert one.definition.expression == "(tested = 'always') given age between 15 and 24"
    assert [rule.en for rule in one.definition.rules] == ["Rule"]


FORM_FAULTS = [
    # text, what stands there, what to write instead, code, line, found
    ("form", "| | integer | age |", "| | integer |", "FORM-CELLS", 13, "6"),
    ("form", "| | end_group | | | | | | |", "| | end_group", "FORM-CELLS", 16, "| | end_group"),
    ("form", "# A small survey", "| | 1 |", "FORM-NO-HEADING", 1, "| | 1 |"),
    ("form", "| survey | name | calculation |", "| survey | name | name |", "FORM-COLUMN-TWICE", 22, "name"),
    ("form", "| choices |", "| choises |", "FORM-SHEET", 28, "choises"),
    ("form", "| relevant |", "| relevnt |", "FORM-COLUMN", 10, "relevnt"),
    ("form", "| Пра вас |", "| |", "FORM-LANGUAGE", 11, "about"),
    ("form", "| age | Возраст", "| Age | Возраст", "FORM-NAME", 13, "Age"),
    ("form", "| about |", "| consent |", "FORM-NAME-TWICE", 11, "consent"),
    ("form", "| | | never |", "| | often | never |", "FORM-LIST-TWICE", 29, "often"),
    ("head", "| area | BY |", "| yes_no | BY |", "FORM-LIST-TWICE", 10, "yes_no"),
    ("form", "| | | never |", "| | | always |", "FORM-CHOICE-TWICE", 29, "always"),
    ("form", "select_one often", "select_one oftn", "FORM-NO-LIST", 12, "oftn"),
    ("form", "include | head", "include | had", "FORM-NO-BLOCK", 9, "had"),
    ("head", "| | select_one", "| | include | head | | | | |\n| | select_one", "FORM-NO-BLOCK", 4, "head"),
    ("form", "| | age | . >= 15", "| | aeg | . >= 15", "FORM-AMENDS-NOTHING", 20, "aeg"),
    ("form", "| integer | age", "| intger | age", "FORM-TYPE", 13, "intger"),
    ("form", "| person |", "| persons |", "FORM-KIND", 5, "persons"),
    ("form", "2026-01-12", "January", "FORM-VERSION", 5, "January"),
    ("form", "| | end_group | | | | | | |\n", "", "FORM-GROUP", 10, "begin_group"),
    ("form", "| | end_group |", "| | end_repeat |", "FORM-GROUP", 16, "end_repeat"),
    ("form", "${consent}", "${consnt}", "FORM-REFERENCE", 10, "consnt"),
    ("form", "${consent} = 'yes'", "contains(${consent}, 'y')", "FORM-FUNCTION", 10, "contains"),
    ("form", "| Не то | Не тое | Not so |", "| | | |", "FORM-NO-MESSAGE", 13, ". >= 15 and . <= 24"),
    ("form", "| | age | . >= 15 and . <= 24 |", "| | age | |", "FORM-NO-RANGE", 13, "age"),
]


@pytest.mark.parametrize(("text", "old", "new", "code", "line", "said"), FORM_FAULTS)
def test_instext_001_a_fault_of_a_table(
    text: str, old: str, new: str, code: str, line: int, said: str
) -> None:
    findings = found(**{text: (old, new)})
    names = {"form": "instruments/survey.md", "head": "instruments/blocks/head.md"}
    assert (code, names[text], line, said) in {(f.code, f.file, f.row, f.found) for f in findings}


def test_instext_001_required_and_empty() -> None:
    wrong = ("| survey | name | calculation | bind::type |", "| survey | name | required | bind::type |")
    assert "FORM-REQUIRED" in {f.code for f in found(form=wrong)}
    empty = "\n".join(FORM.splitlines()[:6])
    with pytest.raises(Refused) as refused:
        read_instruments({"instruments/empty.md": empty})
    assert [f.code for f in refused.value.findings] == ["FORM-NO-SURVEY"]


CHAIN_FAULTS = [
    ("definitions", 'indicator: "1.1"', 'indicator: "1.2"', "DEF-INDICATOR", "1.2"),
    ("definitions", 'indicator: "1.1"', 'indicator: "1.2"', "DEF-MISSING", "1.1/youth"),
    ("definitions", "population: youth", "population: yuoth", "DEF-POPULATION", "yuoth"),
    ("definitions", "instrument: survey", "instrument: survye", "DEF-INSTRUMENT", "survye"),
    ("form", "| person | survey |", "| person | other |", "DEF-COLLECTION", "survey"),
    ("definitions", "estimand: share", "estimand: total", "DEF-ESTIMAND", "total"),
    ("definitions", "by_area: area", "by_area: aera", "DEF-FIELD", "aera"),
    ("definitions", "weight: weight", "weight: tested", "DEF-TYPE", "tested"),
    ("definitions", "tested = 'always'", "tested = 'alwys'", "DEF-ANSWER", "alwys"),
    ("definitions", "{often} given", "{offen} given", "DEF-NO-TERM", "offen"),
    ("definitions", "{often} given", "tsted = 'always' given", "EST-EXPR-FIELD", "tsted"),
    ("definitions", "{often} given", "age = 'always' given", "EST-EXPR-TYPES", "age = 'always'"),
    ("form", "consent = 'yes' |", "cosent = 'yes' |", "EST-EXPR-FIELD", "cosent"),
    ("definitions", "by_area: area\n", "\n", "DEF-DIVIDED", "area"),
    ("definitions", "ages: [15-24]", "ages: [15-25]", "DEF-AGE", "15-25"),
    ("definitions", "    ages: [15-24]\n", "", "DEF-AGES", ""),
    ("definitions", "sex: all", "sex: both", "DEF-SEX", "both"),
    ("definitions", "designs: [sample]", "designs: [smaple]", "PLAN-UNKNOWN-DESIGN", "smaple"),
    ("definitions", "rules: [rule]", "rules: [ruel]", "PLAN-UNKNOWN-RULE", "ruel"),
    ("form", "Test? | | 1.1 |", "Test? | | |", "DEF-UNNAMED", "tested"),
    ("form", "| Oblast | | |", "| Oblast | | 1.1 |", "DEF-IDLE", "1.1"),
    ("form", "| person | survey |", "| person | survey third |", "DEF-NO-COLLECTION", "third"),
]


@pytest.mark.parametrize(("text", "old", "new", "code", "said"), CHAIN_FAULTS)
def test_instext_002_a_break_of_the_chain(text: str, old: str, new: str, code: str, said: str) -> None:
    findings = found(**{text: (old, new)})
    assert (code, said) in {(f.code, f.found) for f in findings}
    for finding in findings:
        assert finding.file
        for language in ("ru", "be", "en"):
            assert say(finding, language).message


def test_instext_002_a_second_definition() -> None:
    _, _, block = DEFINITIONS.partition("definitions:\n")
    findings = found(definitions=(block, block + block))
    assert ("DEF-TWICE", "1.1/youth") in {(f.code, f.found) for f in findings}


def test_instext_002_rows_of_two_repeats() -> None:
    two = (
        "| | integer | age |",
        "| | begin_repeat | one | | | | | |\n"
        "| | select_one yes_no | first | А | А | A | | 1.1 |\n"
        "| | end_repeat | | | | | | |\n"
        "| | begin_repeat | two | | | | | |\n"
        "| | select_one yes_no | second | Б | Б | B | | 1.1 |\n"
        "| | end_repeat | | | | | | |\n"
        "| | integer | age |",
    )
    findings = found(form=two, definitions=("{often}", "{often} and first = 'yes' and second = 'yes'"))
    assert ("DEF-REPEATS", "one, two") in {(f.code, f.found) for f in findings}


def test_instext_003_all_at_once() -> None:
    findings = found(form=("| Пра вас |", "| |"), head=("| Agree? |", "| |"))
    assert [(f.file, f.code) for f in findings] == [
        ("instruments/blocks/head.md", "FORM-LANGUAGE"),
        ("instruments/survey.md", "FORM-LANGUAGE"),
    ]


def test_instext_003_every_wording_is_reached() -> None:
    """Each code of the chapter is met by a test here, or is about files and Java (tests/integration)."""
    tested = {f[3] for f in FORM_FAULTS} | {f[3] for f in CHAIN_FAULTS}
    others = {"FORM-REQUIRED", "FORM-NO-SURVEY", "DEF-TWICE", "DEF-REPEATS"}
    shell = {"FORM-NO-INSTRUMENT", "FORM-NOT-WRITTEN", "FORM-NOT-BUILT", "FORM-NOT-VALID", "FORM-NO-JAVA"}
    assert set(WORDINGS) - tested - others - shell == set()


def test_instext_004_what_is_read() -> None:
    instrument = plan().instruments["survey"]
    assert [line.name for line in instrument.lines] == "consent about tested age area weight".split()
    consent, about, tested, age, _, weight = instrument.lines
    assert isinstance(consent, Field) and isinstance(tested, Field) and isinstance(age, Field)
    assert consent.indicators == ("1.1",), "the star of a block is what the including row names"
    assert [c.name for c in consent.choices] == ["yes", "no"]
    assert isinstance(about, Note) and about.groups[0].relevant == "${consent} = 'yes'"
    assert (tested.type, [c.label.be for c in tested.choices]) == ("text", ["Заўсёды", "Не"])
    assert (age.lowest, age.highest, age.type, age.required) == (15, 24, "number", True)
    assert age.constraint_message and age.constraint_message.en == "Not so"
    assert isinstance(weight, Field) and (weight.type, weight.is_asked) == ("number", False)


def test_instext_004_a_dash_empties_a_cell() -> None:
    emptied = plan(
        form=(
            "| survey | name | calculation | bind::type |\n|---|---|---|---|\n",
            "| survey | name | indicators |\n|---|---|---|\n| | tested | - |\n\n"
            "| survey | name | calculation | bind::type |\n|---|---|---|---|\n",
        )
    )
    assert emptied.instruments["survey"].field("tested").indicators == ()
