"""Bad input to `dozor values import`: a coded message in three languages, exit 2, nothing changed (BAD).

BAD-001 each kind of wrong row or file has its code, place, what was found and what was expected
BAD-002 the message stands in Russian, Belarusian and English
BAD-003 the bank and the journal are as they were
BAD-004 standard output holds JSON alone
"""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import dataclass

import openpyxl
import pytest
from tests.instances import GOOD_ROW, HEADING, Instance, table

pytestmark = pytest.mark.any_engine


def book(*rows: dict[str, object], merge: str = "", cells: dict[str, object] | None = None) -> bytes:
    made = openpyxl.Workbook()
    made.active.append(list(HEADING))
    for row in rows:
        made.active.append([{**GOOD_ROW, **row}.get(c) or None for c in HEADING])
    for place, value in (cells or {}).items():
        made.active[place] = value
    if merge:
        made.active.merge_cells(merge)
    content = io.BytesIO()
    made.save(content)
    return content.getvalue()


def bomb() -> bytes:
    content = io.BytesIO(book({}))
    with zipfile.ZipFile(content, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/picture.bin", bytes(30_000_000))
    return content.getvalue()


@dataclass(frozen=True)
class Bad:
    """A file, and where its first finding points."""

    file: str | bytes
    code: str
    row: int | None = 2
    column: str | None = "value"
    found: str | None = None
    name: str = "values.csv"


TWICE = table({}, {"value": "31"})
BAD = {
    "unknown indicator": Bad(table({"indicator": "99.9"}), "VAL-INDICATOR", 2, "indicator", "99.9"),
    "code read as a number": Bad(table({"indicator": "2.100"}), "VAL-INDICATOR", 2, "indicator", "2.100"),
    "unknown area": Bad(table({}, {"area": "Atlantis"}), "VAL-AREA", 3, "area", "Atlantis"),
    "unknown population": Bad(table({"population": "x"}), "VAL-POPULATION", 2, "population", "x"),
    "a population of another": Bad(table({"population": "MSM"}), "VAL-POPULATION", 2, "population", "MSM"),
    "unknown unit": Bad(table({"unit": "parsecs"}), "VAL-UNIT", 2, "unit", "parsecs"),
    "unknown sex": Bad(table({"sex": "x"}), "VAL-SEX", 2, "sex", "x"),
    "unknown age": Bad(table({"age": "young"}), "VAL-AGE", 2, "age", "young"),
    "percentage above 100": Bad(table({"value": "120"}), "VAL-PERCENT", 2, "value", "120"),
    "hcv-testing above its own limit": Bad(
        table({"indicator": "hcv-testing", "area": "BY", "value": "121"}), "VAL-PERCENT", 2, "value", "121"
    ),
    "below zero": Bad(table({"value": "-1"}), "VAL-NEGATIVE", 2, "value", "-1"),
    "lower above upper": Bad(table({"lower": "31", "upper": "30"}), "VAL-BOUNDS", 2, "lower", "31"),
    "outside its bounds": Bad(table({"lower": "1", "upper": "2"}), "VAL-OUTSIDE-BOUNDS", 2, "value", "30.8"),
    "numerator above denominator": Bad(
        table({"numerator": "12", "denominator": "10"}), "VAL-NUMERATOR", 2, "numerator", "12"
    ),
    "zero denominator": Bad(table({"denominator": "0"}), "VAL-DENOMINATOR", 2, "denominator", "0"),
    "counts that do not give the value": Bad(
        table({"numerator": "434", "denominator": "1000"}), "VAL-RATIO", 2, "value", "30.8"
    ),
    "duplicate key": Bad(TWICE, "VAL-DUPLICATE", 3, None, ""),
    "duplicate key by name": Bad(table({}, {"area": "Gomel Oblast"}), "VAL-DUPLICATE", 3, None),
    "no number": Bad(table({"value": "about 30"}), "VAL-NUMBER", 2, "value", "about 30"),
    "comma and point": Bad(table({"value": "1,234.5"}), "VAL-NUMBER", 2, "value", "1,234.5"),
    "too many digits": Bad(table({"value": "30.123456789"}), "VAL-DIGITS", 2, "value", "30.123456789"),
    "empty value": Bad(table({"value": ""}), "VAL-EMPTY", 2, "value", ""),
    "unknown missing": Bad(table({"value": "", "missing": "lost"}), "VAL-MISSING-KIND", 2, "missing", "lost"),
    "value and missing": Bad(
        table({"missing": "withheld"}), "VAL-VALUE-AND-MISSING", 2, "missing", "withheld"
    ),
    "no period": Bad(table({"period": "2017-2020"}), "VAL-PERIOD", 2, "period", "2017-2020"),
    "date typed as text": Bad(table({"period": "01.03.2024"}), "VAL-DATE-AS-TEXT", 2, "period", "01.03.2024"),
    "date with a time": Bad(table({"period": "2024-03-01 10:00"}), "VAL-DATE-AS-TEXT", 2, "period"),
    "no source": Bad(table({"source_title": ""}), "VAL-SOURCE", 2, "source_title", ""),
    "no year of a source": Bad(table({"source_year": "19"}), "VAL-SOURCE-YEAR", 2, "source_year", "19"),
    "roubles of another time": Bad(
        table({"indicator": "1.1", "unit": "BYR", "period": "2018"}), "VAL-CURRENCY-ERA", 2, "unit", "BYR"
    ),
    "unknown column": Bad(table({"remark": "x"}), "FILE-COLUMN-UNKNOWN", 1, None, "remark"),
    "column missing": Bad(table({}).replace("unit", "note"), "FILE-COLUMNS", 1, None),
    "column twice": Bad(table({}).replace("sex", "age"), "FILE-COLUMN-TWICE", 1, None, "age"),
    "too many cells": Bad(table({}).rstrip() + ",x\n", "FILE-CELLS", 2, None, "10"),
    "empty file": Bad("", "FILE-EMPTY", None, None),
    "heading alone": Bad(",".join(HEADING) + "\n", "FILE-EMPTY", None, None),
    "a picture": Bad(b"\x89PNG\r\n\x1a\n\x00\x00", "FILE-NO-TABLE", None, None, name="values.xlsx"),
    "a text": Bad("Dear colleagues,\nplease find attached.\n", "FILE-COLUMNS", 1, None),
    "no known encoding": Bad(table({"note": "x"}).encode() + b"\x98", "FILE-ENCODING", None, None),
    "empty spreadsheet": Bad(book(), "FILE-EMPTY", None, None, name="values.xlsx"),
    "merged cells": Bad(book({}, merge="A2:B2"), "FILE-MERGED", None, None, "A2:B2", name="values.xlsx"),
    "a formula": Bad(book({}, cells={"G2": "=1+1"}), "FILE-FORMULA", 2, "value", "=1+1", name="values.xlsx"),
    "a spreadsheet's error": Bad(book({}, cells={"G2": "#DIV/0!"}), "VAL-NUMBER", 2, "value", "#DIV/0!"),
    "an archive that unpacks into a flood": Bad(bomb(), "FILE-TOO-LARGE", None, None, name="values.xlsx"),
    "a control character": Bad(table({"note": "x" * 9000 + "\x00"}), "FILE-NO-TABLE", 2, "note", ""),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_001_to_003_refused_with_a_clear_message_and_nothing_changed(
    untouched: Instance, case: str
) -> None:
    bad = BAD[case]
    before = untouched.counts()
    said = {}
    for language in ("ru", "be", "en"):
        ran = untouched.load(bad.file, language=language, name=bad.name)
        assert ran.code == 2
        assert {k: ran.json[k] for k in ("new", "changed", "unchanged")} == dict.fromkeys(
            ("new", "changed", "unchanged"), 0
        )
        assert ran.json["refused"] >= 1
        first = ran.json["findings"][0]
        assert set(first) == {"code", "file", "row", "column", "found", "expected", "message"}
        assert (first["code"], first["row"], first["column"]) == (bad.code, bad.row, bad.column)
        if bad.found is not None:
            assert first["found"] == bad.found
        said[language] = (first["message"], first["expected"])
    assert all(message and expected for message, expected in said.values())
    assert len({message for message, _ in said.values()}) == 3
    assert untouched.counts() == before


def test_bad_001_all_wrong_rows_are_said_and_counted_once_each(untouched: Instance) -> None:
    ran = untouched.load(table({"area": "x", "unit": "y"}, {}, {"value": "z"}))
    assert ran.json["refused"] == 2
    assert [(f["code"], f["row"]) for f in ran.json["findings"]] == [
        ("VAL-AREA", 2),
        ("VAL-UNIT", 2),
        ("VAL-NUMBER", 4),
    ]


def test_bad_001_a_file_of_wrong_rows_alone_says_five_hundred_things(untouched: Instance) -> None:
    ran = untouched.load(table(*({"area": f"x{n}"} for n in range(600))))
    assert (ran.json["refused"], len(ran.json["findings"])) == (600, 500)


def test_bad_001_one_wrong_row_among_good_ones_keeps_all_out(untouched: Instance) -> None:
    before = untouched.counts()
    assert untouched.load(table({}, {"period": "2018"}, {"period": "2019", "value": "101"})).code == 2
    assert untouched.counts() == before


def test_bad_001_a_file_that_is_not_there(untouched: Instance) -> None:
    ran = untouched.load(untouched.home / "none.csv")
    assert (ran.code, ran.json["findings"][0]["code"]) == (2, "FILE-MISSING")


def test_bad_004_standard_output_holds_json_alone(untouched: Instance) -> None:
    (untouched.home / "bad.csv").write_text(TWICE)
    ran = untouched.run(
        "values", "import", untouched.home / "bad.csv", "--format", "json", "--language", "be"
    )
    assert ran.code == 2
    assert json.loads(ran.out)["findings"][0]["code"] == "VAL-DUPLICATE"
    assert "Нічога не загружана" in ran.err


def test_bad_004_without_json_the_findings_go_to_standard_error(untouched: Instance) -> None:
    (untouched.home / "bad.csv").write_text(TWICE)
    ran = untouched.cli("values", "import", untouched.home / "bad.csv")
    assert (ran.code, ran.out) == (2, "")
    assert "VAL-DUPLICATE  Row 3: the row repeats row 2" in ran.err
