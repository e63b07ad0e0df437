"""Whole tasks of four people, through the pages alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect
from tests.instances import table
from tests.journeys.conftest import NARROW, Opened

pytestmark = pytest.mark.journey


def test_a_citizen_follows_a_number_to_its_source(opened: Opened):
    page = opened(NARROW)
    page.goto("/")
    expect(page.locator("h1")).to_have_text("ВИЧ в Беларуси: что известно сегодня")
    page.get_by_role("link", name="Распространённость ВИЧ среди людей", exact=False).first.click()
    expect(page.locator(".answer").first).to_contain_text("30,8")
    page.locator(".answer a.num").first.click()
    assert page.url.endswith("#all-data")
    expect(page.locator("#all-data")).to_be_in_viewport()
    page.locator(".languages a[hreflang=be]").click()
    assert "/be/indicators/by-hiv-2006-123/11.1/" in page.url
    expect(page.locator(".answer").first).to_contain_text("30,8")


def test_a_reader_follows_a_number_of_the_bank_to_its_card(opened: Opened):
    page = opened(NARROW, "ministry")
    page.goto("/work/indicators/by-hiv-2006-123/11.1/")
    page.locator(".answer a.num").first.click()
    expect(page.locator("h1")).to_contain_text("30,8")
    expect(page.get_by_role("heading", name="Откуда оно")).to_be_visible()
    page.locator(".languages a[hreflang=be]").click()
    expect(page.get_by_role("heading", name="Адкуль ён")).to_be_visible()
    assert "/be/work/values/" in page.url


def test_a_researcher_takes_the_file(opened: Opened):
    page = opened()
    page.goto("/indicators/by-hiv-2006-123/11.1/")
    with page.expect_download() as started:
        page.get_by_role("link", name="Скачать CSV").click()
    content = Path(started.value.path()).read_text(encoding="utf-8-sig")
    assert content.startswith("indicator,population,")
    assert "30.8" in content


@pytest.mark.parametrize("scripts", [True, False])
def test_an_oblast_centre_records_the_end_of_collection(opened: Opened, scripts: bool):
    page = opened(NARROW, "gomel", scripts=scripts)
    page.goto("/work/obligations/end/?year=2026&collection=airtime-statistics")
    page.click("text=Записать")
    expect(page.locator(".faults")).to_be_visible()
    page.fill("#id_ended_on", "2026-11-02")
    page.fill("#id_evidence", "акт № 12 от 03.11.2026")
    page.click("button.first")
    expect(page.locator(".messages")).to_contain_text("Конец сбора записан")
    row = page.locator("tr", has_text="Статистика эфирного времени")
    expect(row).to_contain_text("23\xa0ноября\xa02026")


@pytest.mark.parametrize("scripts", [True, False])
def test_the_republican_centre_imports_values(opened: Opened, tmp_path: Path, scripts: bool):
    year = "2019" if scripts else "2020"
    bad, good = tmp_path / "bad.csv", tmp_path / "good.csv"
    bad.write_text(table({"value": "140", "period": year}), encoding="utf-8")
    good.write_text(table({"value": "31,4", "period": year}, separator=";"), encoding="utf-8")
    page = opened(login="national", scripts=scripts)
    page.goto("/work/import/")
    page.set_input_files("#id_file", bad)
    page.click("text=Проверить файл")
    expect(page.locator(".answer")).to_contain_text("Файл не принят")
    expect(page.locator("main")).to_contain_text("доля не может быть больше 100")
    page.goto("/work/import/")
    page.set_input_files("#id_file", good)
    page.click("text=Проверить файл")
    expect(page.locator(".answer")).to_contain_text("Файл верен")
    page.click("text=Применить")
    expect(page.locator(".answer")).to_contain_text("Применено")
    page.goto("/work/places/BY-HO/")
    expect(page.locator("main")).to_contain_text("31,4")


def test_the_board_shows_what_a_receipt_changed(opened: Opened):
    page = opened(login="national")
    page.goto("/work/obligations/board/?year=2026")
    received = page.locator(".tally li", has_text="принято").locator("b")
    before = int(received.inner_text())
    page.goto("/work/obligations/board/receipt/?agency=MOI&year=2026")
    page.locator(".choices input").first.check()
    page.fill("#id_received_on", "2026-11-20")
    page.fill("#id_number", "01-12/388")
    page.click("button.first")
    expect(page.locator(".messages")).to_contain_text("Получение записано")
    page.goto("/work/obligations/board/?year=2026")
    expect(received).to_have_text(str(before + 1))


def test_a_report_is_written_while_one_waits(opened: Opened):
    page = opened(login="national")
    page.goto("/work/reports/")
    page.select_option("#id_year", "2017")
    page.check("input[value=docx]")
    page.click("button.first")
    page.get_by_role("link", name="Скачать").wait_for(timeout=120_000)
    with page.expect_download() as started:
        page.get_by_role("link", name="Скачать").click()
    assert Path(started.value.path()).read_bytes()[:2] == b"PK"
