"""Any text at all is either a plan or a list of findings.

PLANTEXT-005  Reading never ends in anything but a plan or `Refused` with places.
PLANTEXT-006  How the sections are spread over files does not matter.
PLANTEXT-007  Codes are text: whatever is written is what is read.
"""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from tests.unit.plan import texts

from dozor.core.findings import Refused
from dozor.core.places import Areas, read_areas
from dozor.core.plan import Plan, read_plan
from dozor.core.yaml_text.nodes import Entries, Scalar, parse
from dozor.language import say

NAMES = sorted(texts.files())


def read(files: dict[str, str]) -> Plan | None:
    try:
        return read_plan(files)
    except Refused as refused:
        for finding in refused.findings:
            assert finding.file in files
            assert finding.row is not None
            assert 1 <= finding.row <= files[finding.file].count("\n") + 2
            assert all(say(finding, language).message for language in ("ru", "be", "en"))
        return None


@given(st.text(max_size=200))
def test_plantext_005_any_text(text: str) -> None:
    read({"plan.yaml": text})


DAMAGE = ["", "[", "}", ": ", "\n", "- ", "'", "~", "&a ", "*a", "0", "ru", "\t", "  ", "#", "|\n"]
CELLS = ["", ",", '"', "\n", "BY", "x", "2000-01-01"]


@given(
    st.sampled_from(NAMES),
    st.integers(0, 2000),
    st.integers(0, 40),
    st.sampled_from(
        ["", "[", "}", ": ", "\n", "- ", "'", "~", "&a ", "*a", "0", "ru", "\t", "  ", "#", "|\n"]
    ),
)
def test_plantext_005_a_damaged_plan(name: str, start: int, length: int, instead: str) -> None:
    files = texts.files()
    text = files[name]
    start %= len(text)
    read(files | {name: text[:start] + instead + text[start + length :]})


@given(
    st.integers(0, 400), st.integers(0, 20), st.sampled_from(["", ",", '"', "\n", "BY", "x", "2000-01-01"])
)
def test_plantext_005_a_damaged_table_of_areas(start: int, length: int, instead: str) -> None:
    table = texts.AREAS[: start % len(texts.AREAS)] + instead + texts.AREAS[start + length :]
    try:
        areas = read_areas({"areas.csv": table, "area_types.yaml": texts.AREA_TYPES})
    except Refused as refused:
        assert all(f.file == "areas.csv" and f.row is not None for f in refused.findings)
    else:
        assert_is_tree(areas)


def assert_is_tree(areas: Areas) -> None:
    below = [area.code for area in areas.within(areas.country.code)]
    assert sorted(below) == sorted(area.code for area in areas)


def _sections(text: str) -> list[str]:
    sections: list[str] = []
    for line in text.splitlines(keepends=True):
        if line[0].isalpha():
            sections.append(line)
        else:
            sections[-1] += line
    return sections


@given(st.permutations([text for t in texts.files().values() for text in _sections(t)]), st.integers(1, 6))
def test_plantext_006_sections_in_any_files(sections: list[str], count: int) -> None:
    files = {f"{number}.yaml": "".join(sections[number::count]) for number in range(count)}
    expected, found = read_plan(texts.files()), read_plan(files)
    assert found == expected


@given(st.text(st.characters(codec="utf-8", exclude_categories=["C", "Zl", "Zp"]), max_size=30))
def test_plantext_007_quoted_text_is_read_as_written(word: str) -> None:
    tree, findings = parse("f", "key: '" + word.replace("'", "''") + "'")
    assert not findings
    assert isinstance(tree, Entries)
    value = tree.values["key"]
    assert isinstance(value, Scalar)
    assert value.text == word


@given(st.from_regex(r"[0-9]{1,3}\.[0-9]{1,3}", fullmatch=True))
def test_plantext_007_a_code_is_no_number(code: str) -> None:
    files = texts.files()
    files["indicators.yaml"] = files["indicators.yaml"].replace('"1.1"', code if code != "1.10" else '"1.1"')
    plan = read_plan(files)
    assert plan.indicators[0].code == (code if code != "1.10" else "1.1")
