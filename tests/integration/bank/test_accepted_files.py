"""Files that are read although they look different (ACC).

ACC-001 CSV in UTF-8 with and without a mark and in Windows-1251, with comma, semicolon or tab, and XLSX
        give the same values
ACC-002 decimal comma and decimal point
ACC-003 a maximum of the plan's own
ACC-004 what a source printed is given back as printed; numbers are JSON numbers
"""

from __future__ import annotations

import io

import openpyxl
import pytest
from tests.instances import GOOD_ROW, HEADING, Instance, table

ROW = {"source_title": "Опрос людей, употребляющих наркотики", "value": "30,8"}


def spreadsheet(value: object) -> bytes:
    made = openpyxl.Workbook()
    made.active.append(list(HEADING))
    made.active.append([{**GOOD_ROW, **ROW, "value": value, "period": 2017}[c] or None for c in HEADING])
    content = io.BytesIO()
    made.save(content)
    return content.getvalue()


FILES = {
    "utf-8": table(ROW).encode(),
    "utf-8 with a mark": b"\xef\xbb\xbf" + table(ROW).encode(),
    "windows-1251": table(ROW).encode("cp1251"),
    "semicolon": table(ROW, separator=";").encode("cp1251"),
    "tab": table(ROW, separator="\t").encode(),
    "decimal point": table({**ROW, "value": "30.8"}).encode(),
    "spreadsheet, number": spreadsheet(30.8),
    "spreadsheet, text": spreadsheet("30,8"),
}


def test_acc_001_the_same_value_however_it_was_saved(instance: Instance) -> None:
    """The first file enters the value; every other one finds it unchanged."""
    counts = [instance.load(content).json for content in FILES.values()]
    assert [c["new"] for c in counts] == [1] + [0] * (len(FILES) - 1)
    assert [c["unchanged"] for c in counts] == [0] + [1] * (len(FILES) - 1)
    (shown,) = instance.cli("values", "show", "11.1", "--format", "json").json
    assert (shown["value"], shown["source"]) == (30.8, ROW["source_title"])


@pytest.mark.parametrize("text", ["30.8", "30,8"])
def test_acc_002_decimal_comma_and_point(instance: Instance, text: str) -> None:
    assert instance.load(table({"value": text})).json["new"] == 1
    assert instance.cli("values", "show", "11.1", "--format", "json").json[0]["value"] == 30.8


def test_acc_003_hcv_testing_may_be_120(instance: Instance) -> None:
    row = {"indicator": "hcv-testing", "area": "BY", "value": "120", "population": "PLHIV"}
    assert instance.load(table(row)).json["new"] == 1


def test_acc_004_every_column_comes_back(instance: Instance) -> None:
    row = {
        "population": "PWID",
        "sex": "female",
        "age": "15-24",
        "area": "Gomel Oblast",
        "period": "2008-2009",
        "value": "12.50",
        "numerator": "1",
        "denominator": "8",
        "lower": "3,1",
        "upper": "25",
        "note": "a note",
        "source_url": "https://example.org/a",
        "source_year": "2010",
    }
    assert instance.load(table(row)).code == 0
    (shown,) = instance.cli("values", "show", "11.1", "--format", "json").json
    assert {k: shown[k] for k in shown if k != "recorded_at"} == {
        "indicator": "11.1",
        "population": "PWID",
        "sex": "female",
        "age": "15-24",
        "area": "BY-HO",
        "period": "2008-2009",
        "value": 12.5,
        "unit": "percent",
        "lower": 3.1,
        "upper": 25,
        "source": "A survey",
        "headline": True,
        "simulated": False,
        "missing": None,
        "match": None,
    }
    from dozor.apps.bank.queries import observations

    (kept,) = observations(indicators=["11.1"])
    assert str(kept.value) == "12.50"
    assert (kept.figure.numerator, kept.figure.denominator, kept.figure.note) == (1, 8, "a note")
    assert (kept.source.url, kept.source.year) == ("https://example.org/a", 2010)


def test_acc_004_a_kind_of_missing_comes_back_and_is_no_zero(instance: Instance) -> None:
    rows = ({"value": "", "missing": "not-held"}, {"period": "2018", "value": "0"})
    assert instance.load(table(*rows)).json["new"] == 2
    shown = instance.cli("values", "show", "11.1", "--format", "json").json
    assert [(v["value"], v["missing"]) for v in shown] == [(None, "not-held"), (0, None)]


def test_acc_004_a_file_name_of_any_length_and_script(instance: Instance) -> None:
    assert instance.load(table({}), name="з" * 110 + ".csv").code == 0
    assert instance.load(table({"value": "31"}), name="z" * 245 + ".csv").json["changed"] == 1
    assert instance.cli("verify").code == 0
