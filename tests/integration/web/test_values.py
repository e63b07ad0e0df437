"""How values are shown: near beside, disagreeing side by side, parts of a year apart, missing by its face."""

from __future__ import annotations

import csv
import io
import re

import pytest
from django.test import Client
from tests.instances import Instance, table
from tests.integration.web.conftest import browser


def text(client: Client, path: str) -> str:
    """Words of a page as a reader sees them: no tags, plain spaces."""
    content = client.get(path).content.decode()
    words = re.sub(r"<(script|style|svg)\b.*?</\1>", " ", content, flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", words).replace("\u202f", " ").replace("\xa0", " "))


def test_a_near_value_is_never_the_indicator(shown: Client):
    page = text(shown, "/work/indicators/by-hiv-2006-123/8.4/")
    assert "Значения по определению плана не опубликовано" in page
    assert "близкое значение, по другому определению" in page


def test_an_indicator_without_a_figure_says_so(shown: Client):
    page = text(shown, "/work/indicators/by-hiv-2006-123/2.1/")
    assert "Нет опубликованного значения." in page
    assert "Собирают:" in page


def test_sources_that_disagree_stand_side_by_side(shown: Client):
    page = text(shown, "/work/indicators/by-hiv-2006-123/11.3/")
    part = page[
        page.index("Где источники расходятся") : page.index("Источники", page.index("Где источники") + 30)
    ]
    assert "2,1 %" in part
    assert "2,7 %" in part
    assert "главное" in part


def test_a_part_of_a_year_is_not_the_answer(shown: Client):
    answer = text(shown, "/work/indicators/by-context/hiv-new-cases/")
    assert "1 088 чел. в 2025 году" in answer
    drawn = shown.get("/work/indicators/by-context/hiv-new-cases/").content.decode()
    labels = re.findall(r'aria-label="([^"]+)"', drawn)
    assert not [label for label in labels if "январь" in label and ";" in label and "2025:" not in label]


def test_an_interval_stands_beside_its_number(shown: Client):
    assert "45 % 2016 · интервал 33–60" in text(shown, "/work/").replace(" ·", " ·").replace("  ", " ")


def test_a_sum_over_some_regions_is_never_the_country(instance: Instance):
    rows = [
        {
            "indicator": "hiv-new-cases",
            "population": "general",
            "area": area,
            "period": "2019",
            "value": "10",
            "unit": "persons",
        }
        for area in ("BY-BR", "BY-VI", "BY-HO", "BY-HR", "BY-HM", "BY-MI")
    ]
    assert instance.load(table(*rows)).code == 0
    page = text(browser("admin"), "/work/indicators/by-context/hiv-new-cases/")
    assert "Есть значения 6 из 7 регионов" in page
    assert "Сумма по 6 из 7 регионов, не общереспубликанское значение: 60 чел." in page


@pytest.mark.parametrize(
    ("kind", "sign", "meaning"),
    [
        ("not-due", "—", "не требуется"),
        ("not-received", "…", "ожидалось и не получено"),
        ("not-applicable", "×", "не применимо"),
        ("withheld", "к", "скрыто для защиты людей"),
    ],
)
def test_each_kind_of_missing_has_its_face_and_its_words(
    instance: Instance, kind: str, sign: str, meaning: str
):
    rows = [
        {"population": "PWID", "area": "BY", "period": "2017", "value": "30.8"},
        {"population": "PWID", "area": "BY", "period": "2017", "sex": "female", "value": "", "missing": kind},
    ]
    ran = instance.load(table(*rows))
    assert ran.code == 0, ran.out
    content = browser("admin").get("/work/indicators/by-hiv-2006-123/11.1/").content.decode()
    cell = re.search(r'<a class="face"[^>]*>([^<]+)<', content)
    assert cell
    assert cell[1] == sign
    assert meaning in content


def test_the_card_tells_what_was_known_before(instance: Instance):
    assert instance.load(table({"value": "30.8"})).code == 0
    assert instance.load(table({"value": "29.1"})).code == 0
    page = text(browser("admin"), "/work/values/2/")
    assert "29,1 %" in page
    assert "30,8 %" in page
    assert "действует" in page
    assert "заменено" in page
    assert "ещё ничего не было записано" in text(browser("admin"), "/work/values/2/?known=2001-01-01")


def test_csv_comes_back_through_the_import_unchanged(example: Instance):
    response = browser("admin").get("/work/indicators/by-hiv-2006-123/11.1.csv")
    assert response["Content-Disposition"].startswith("attachment")
    ran = example.load(response.content)
    assert (ran.json["new"], ran.json["changed"], ran.json["refused"]) == (0, 0, 0)
    assert ran.json["unchanged"] == 31


@pytest.mark.parametrize("title", ["=HYPERLINK(1)", "+1", "-1", "@SUM(1)"])
def test_csv_holds_no_formula(instance: Instance, title: str):
    assert instance.load(table({"source_title": title, "area": "BY"})).code == 0
    content = browser("admin").get("/work/indicators/by-hiv-2006-123/11.1.csv").content.decode("utf-8-sig")
    cells = [cell for row in csv.reader(io.StringIO(content)) for cell in row]
    assert not [c for c in cells if c[:1] in ("=", "+", "@") or c.startswith("-1")]


def test_signed_in_people_see_their_name_and_ways(untouched_example: Instance):
    page = text(browser("national"), "/work/")
    assert "Все исполнители" in page
    assert "Загрузка" in page
    assert "Загрузка" not in text(browser("gomel"), "/work/")
