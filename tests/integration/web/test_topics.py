"""Topics: pages that read several series together (issue 6, point 5).

TOP-001  A cascade is of one time: its shares agree with what was published then, worked out ones are marked.
TOP-002  A step without a value stays empty and is named; bars of different sources are said to be so.
TOP-003  A sum over regions, and a part of a year, is in no topic.
TOP-005  Spending is divided by source of money in picture and words, where the parts make the total.
TOP-006  Projects stand as terms by who pays, with the amounts published and no money by year.
TOP-004  Without values each chapter says so; the first page, the list, search and the site hold every topic.
"""

from __future__ import annotations

import re

from django.test import Client
from django.urls import reverse
from tests.instances import Instance, table
from tests.integration.web.conftest import browser
from tests.integration.web.test_values import text


def test_top_001_and_002_a_cascade_is_of_one_time(shown: Client) -> None:
    page = text(shown, "/work/topics/cascade/")
    before, fullest, newest, mixed = page.split("Шаг Люди От прошлого шага Из всех Источник")
    # 85,3 % know; 85 % of them are treated; 82 % of those are suppressed
    assert "Шаги каскада, Беларусь, 2022" in before
    assert "взяты из разных источников" not in before
    assert re.search(r"Получают лечение нет данных 85 % 73 % ?\*", fullest)
    assert re.search(r"Вирус подавлен нет данных 82 % 59 % ?\*", fullest)
    assert "Шаги каскада, Беларусь, на 1 января 2026" in fullest
    # a number that nobody published is not shown as all of itself, in the table or as a bar
    assert re.search(r"Живут с ВИЧ \(оценка\) нет данных × нет данных", fullest)
    assert "100 %" not in before + fullest
    assert "не опубликовано: Живут с ВИЧ (оценка); Получают лечение." in fullest
    assert re.search(r"22 000 85 % ?\* от шага «знают о своём статусе» нет данных", newest)
    assert "25 116" not in page  # of another day
    assert "Шаги каскада, Беларусь, 2016" in newest
    assert "взяты из разных источников" in newest
    assert "Знают о своём статусе нет данных нет данных нет данных" in mixed


def test_top_003_no_part_of_a_year_and_no_sum_of_regions(instance: Instance) -> None:
    spent = {"indicator": "spend-total", "population": "general", "unit": "USD"}
    rows = [
        spent | {"area": "BY", "period": "2017", "value": "21000000"},
        spent | {"area": "BY", "period": "2018-01..2018-06", "value": "99000000"},
        *(spent | {"area": area, "period": "2019", "value": "1000000"} for area in ("BY-BR", "BY-HO")),
    ]
    assert instance.load(table(*rows)).code == 0
    page = text(browser("admin"), "/work/topics/spending/")
    assert "2017 21 000 000" in page
    assert "2018" not in page
    assert "99" not in page
    assert "2019" not in page


def test_top_004_empty_chapters_say_so_and_every_way_leads_there(instance: Instance) -> None:
    reader = browser("admin")
    for code in ("cascade", "prevention", "spending"):
        page = text(reader, f"/work/topics/{code}/")
        assert "Ни одно значение не опубликовано" in page
    assert reader.get("/work/topics/nothing/").status_code == 404
    for path in ("/work/", "/work/topics/", "/be/work/topics/", "/en/work/topics/"):
        assert "/work/topics/cascade/" in reader.get(path).content.decode(), path


def test_top_005_spending_is_divided_by_source(shown: Client) -> None:
    page = shown.get(reverse("topic", args=["spending"])).content.decode()
    told = re.findall(r'aria-label="(Всего и по источникам денег[^"]*)"', page)
    assert len(told) == 2, "wide and narrow"
    assert re.search(r"2008: 20,5 \([^)]*13,5, [^)]*5,1, [^)]*1,9\)", told[0])
    assert re.search(r"2017: 21,0 \([^)]*16,3, [^)]*4,7\)", told[0])
    of_2009 = told[0].split("2009: ")[1].split("2010: ")[0]
    assert "4,1" not in of_2009  # the Global Fund's money lies within the international


def test_top_006_projects_are_terms_and_no_money_by_year(shown: Client) -> None:
    page = shown.get(reverse("projects")).content.decode()
    (told, _narrow) = re.findall(r'aria-label="(Сроки проектов[^"]*)"', page)
    assert "Глобальный фонд." in told
    assert re.search(r"2010–2014; 23\s800\s000\sEUR", told)
    assert "state budget" not in told
    assert "рисунка денег по годам здесь нет" in page
    assert re.search(r"начало: октябрь\s2007", page)
