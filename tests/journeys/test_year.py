"""The working year as its people live it, through the pages alone, each page of it checked with axe.

YEAR-001  A district answers its oblast's request, is told of an error, corrects it; the coordinator returns
          one cell, gets the answer, accepts, ends collection, submits the region with its printed sheet;
          the national analyst accepts it and the approver locks the year.
YEAR-002  A ministry's focal point hands in its rows and sees nobody else's; an auditor follows one number
          back to its file, and in the journal from the act to its submission.
YEAR-003  The national analyst finds the one late region and reminds it.
YEAR-004  The Ministry's reader opens the report.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Page, expect
from tests.journeys.conftest import NARROW, WIDE, Opened

pytestmark = pytest.mark.journey

TODAY = timezone.localdate()
ENDED = TODAY - timedelta(days=40)  # long enough ago for the 20 days to be over
YEAR = ENDED.year


def clean(page: Page, *paths: str) -> None:
    """No violation of axe's rules and nothing wider than the screen, at two widths and in three languages."""
    wrong = []
    for width in (WIDE, NARROW):
        page.set_viewport_size({"width": width, "height": 900})
        for path in paths:
            for language in ("", "/be", "/en"):
                page.goto(language + path)
                found = Axe().run(page).response["violations"]
                wrong += [
                    f"{width} {language}{path}: {v['id']}: {[n['target'] for n in v['nodes']][:3]}"
                    for v in found
                ]
                if page.evaluate(
                    "document.documentElement.scrollWidth > document.documentElement.clientWidth"
                ):
                    wrong.append(f"{width} {language}{path}: wider than the screen")
    page.set_viewport_size({"width": WIDE, "height": 900})
    assert not wrong, "\n".join(wrong)


def path_of(page: Page) -> str:
    return "/" + page.url.split("/", 3)[3]


def test_year_001_from_a_district_to_the_locked_year(opened: Opened):
    specialist = opened(login="gomel")
    specialist.goto(f"/work/obligations/request/?year={YEAR}&agency=OCHEPH-HO")
    specialist.select_option("#id_recipient", "DCHE-HO-rechitsa")
    specialist.fill("#id_scope", "Опрос молодёжи, показатель 4.1")
    specialist.fill("#id_due_on", str(TODAY + timedelta(days=5)))
    specialist.fill("#id_number", "17-3/5")
    specialist.click("button.first")

    district = opened(NARROW, "rechitsa")
    district.goto("/work/obligations/")
    district.get_by_role("link", name="Ответить на запрос").click()
    district.get_by_role("link", name="Опрос молодёжи").click()
    form = path_of(district)
    district.fill("#v0", "140")
    district.click("form.rows-form button.first")
    expect(district.locator(".faults")).to_contain_text("доля не может быть больше 100")
    district.get_by_role("link", name="Изменить строки").click()
    district.fill("#v0", "25,5")
    district.click("form.rows-form button.first")
    district.get_by_role("link", name="Представить", exact=True).click()
    district.fill("#id_number", "12")
    district.click("button.first")
    expect(district.locator(".lede .tag")).to_have_text("представлено, ждёт проверки")
    submission = path_of(district)
    clean(district, form)

    coordinator = opened(login="gomel-lead")
    coordinator.goto("/work/obligations/")
    coordinator.get_by_role("link", name="Проверить").first.click()
    coordinator.get_by_role("link", name="Вернуть с замечаниями").click()
    sending = path_of(coordinator)
    coordinator.select_option("#r0", "sample")
    coordinator.fill("#t0", "Сколько человек опрошено?")
    coordinator.click("form.rows-form button.first")
    expect(coordinator.locator(".messages")).to_contain_text("Ответ ожидается")

    district.goto("/work/obligations/")
    district.get_by_role("link", name="Ответить на замечания").click()
    district.get_by_role("link", name="Ответить на замечания").click()
    answering = path_of(district)
    expect(district.locator("main")).to_contain_text("Сколько человек опрошено?")
    clean(district, answering)
    district.goto(answering)
    district.fill("#id_answer_0", "Опрошено 200 человек, по два в каждом дворе")
    district.click("button.first")

    clean(coordinator, sending, submission)
    coordinator.goto(submission)
    expect(coordinator.locator("main")).to_contain_text("Опрошено 200 человек")
    coordinator.get_by_role("button", name="Принять").click()
    expect(coordinator.locator(".lede .tag")).to_have_text("принято")

    coordinator.goto(f"/work/obligations/end/?year={YEAR}&collection=airtime-statistics")
    coordinator.fill("#id_ended_on", str(TODAY - timedelta(days=3)))
    coordinator.fill("#id_evidence", "акт № 12")
    coordinator.click("button.first")
    row = coordinator.locator("tr", has_text="Статистика эфирного времени")
    row.get_by_role("link", name="Заполнить строки").click()
    coordinator.fill("#v0", "3,2")
    coordinator.fill("#n0", "32")
    coordinator.fill("#d0", "1000")
    coordinator.click("form.rows-form button.first")
    coordinator.get_by_role("link", name="Представить", exact=True).click()
    coordinator.fill("#id_number", "1-7/44")
    coordinator.fill("#id_dated_on", str(TODAY))
    coordinator.click("button.first")
    region = path_of(coordinator)
    href = coordinator.get_by_role("link", name="Лист для печати").get_attribute("href")
    assert coordinator.request.get(href or "").body()[:5] == b"%PDF-"
    clean(coordinator, f"/work/obligations/?year={YEAR}")

    analyst = opened(login="national")
    analyst.goto(region)
    expect(analyst.get_by_role("link", name="Представить", exact=True)).to_have_count(0)
    analyst.get_by_role("button", name="Принять").click()
    analyst.get_by_role("link", name="Пришёл бумажный экземпляр").click()
    analyst.fill("#id_sent_on", str(TODAY - timedelta(days=1)))
    analyst.fill("#id_number", "вх. 9")
    analyst.click("button.first")
    assert analyst.goto(submission).status == 404  # type: ignore[union-attr] - the oblast's own

    approver = opened(login="approver")
    approver.goto(f"/work/submissions/?year={YEAR}")
    approver.get_by_role("button", name="Закрыть год").click()
    expect(approver.locator(".messages")).to_contain_text("закрыто представлений: 1")
    clean(approver, f"/work/submissions/?year={YEAR}", f"/work/submissions/documents/?year={YEAR}", region)


def test_year_002_a_ministry_and_an_auditor(opened: Opened, tmp_path: Path):
    table = tmp_path / "rows.csv"
    table.write_text(
        "indicator;population;area;period;unit;value;numerator;denominator\n"
        "2.10;students;BY;2025;percent;71,5;143;200\n",
        encoding="utf-8",
    )
    ministry = opened(login="education")
    ministry.goto("/work/submissions/rows/?agency=MOE&year=2025&collection=survey-heads-higher")
    ministry.set_input_files("#rows-file", table)
    ministry.click("text=Прочитать файл")
    ministry.get_by_role("link", name="Представить", exact=True).click()
    ministry.click("button.first")
    own = path_of(ministry)

    other = opened(login="interior")
    for path in (own, own + "sheet/"):
        assert other.goto(path).status == 404  # type: ignore[union-attr]
    other.goto("/work/submissions/?year=2025")
    expect(other.locator("main")).not_to_contain_text("Опрос руководства")
    assert (
        ministry.goto("/work/submissions/rows/?agency=MIA&year=2025&collection=survey-prisoners").status
        == 403
    )  # type: ignore[union-attr]

    analyst = opened(login="national")
    analyst.goto(own)
    analyst.get_by_role("button", name="Принять").click()

    auditor = opened(login="auditor")
    auditor.goto("/work/indicators/by-hiv-2006-123/2.10/")
    auditor.locator("a.num", has_text="71,5").first.click()
    auditor.get_by_role("link", name="Минобразование", exact=False).click()
    digest = hashlib.sha256(table.read_bytes()).hexdigest()
    expect(auditor.locator("main")).to_contain_text(digest)
    expect(auditor.locator("main")).to_contain_text("rows.csv")
    auditor.get_by_role("link", name="Журнал", exact=True).click()
    auditor.select_option("#id_agency", "MOE")
    journal = path_of(auditor)
    auditor.fill("#id_about", "survey-heads-higher")
    auditor.get_by_role("button", name="Показать", exact=True).press("Enter")
    accepted = auditor.locator("tr", has_text="Представление принято")
    expect(accepted).to_contain_text("Аналитик республиканского центра")
    with auditor.expect_download() as started:
        auditor.get_by_role("link", name="CSV", exact=True).click()
    assert "submission accepted" in Path(started.value.path()).read_text(encoding="utf-8-sig")
    accepted.get_by_role("link").click()
    assert path_of(auditor) == own
    clean(auditor, own, f"{journal}?agency=MOE")


def test_year_003_the_one_late_region(opened: Opened):
    brest = opened(login="brest-lead")
    brest.goto(f"/work/obligations/end/?year={YEAR}&collection=screening-youth")
    brest.fill("#id_ended_on", str(ENDED))
    brest.fill("#id_evidence", "акт № 3")
    brest.click("button.first")

    analyst = opened(login="national")
    analyst.goto(f"/work/obligations/board/cycle/?year={YEAR}")
    expect(analyst.get_by_role("link", name="Напомнить")).to_have_count(1)
    row = analyst.locator("tr", has=analyst.get_by_role("link", name="Напомнить"))
    expect(row).to_contain_text("Брестский областной центр")
    row.get_by_role("link", name="Напомнить").click()
    expect(analyst.locator("#id_words")).to_have_value(
        "просрочено: 11.4. Представьте или напишите, почему нет."
    )
    analyst.click("button.first")
    clean(
        analyst,
        f"/work/obligations/board/cycle/?year={YEAR}",
        f"/work/obligations/board/shared/?year={YEAR}",
        f"/work/submissions/reasons/?year={YEAR}",
    )

    brest.goto("/work/reminders/")
    expect(brest.locator(".change").first).to_contain_text("просрочено: 11.4")
    clean(brest, "/work/reminders/", "/work/deputies/", "/work/deputies/new/")
    brest.goto("/work/reminders/")
    brest.get_by_role("button", name="Прочитано").click()
    expect(brest.locator("h1")).to_have_text("Новых напоминаний нет")


def test_year_004_the_ministrys_reader_opens_the_report(opened: Opened):
    reader = opened(login="ministry")
    reader.goto("/work/reports/")
    reader.select_option("#id_year", "2017")
    reader.check("input[value=docx]")
    reader.click("button.first")
    reader.get_by_role("link", name="Скачать").wait_for(timeout=120_000)
    with reader.expect_download() as started:
        reader.get_by_role("link", name="Скачать").click()
    assert Path(started.value.path()).read_bytes()[:2] == b"PK"
    clean(reader, "/work/reports/")
