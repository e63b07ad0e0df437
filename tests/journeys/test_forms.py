"""Forms filled in at a desk, in a real browser, with the network and without.

FRM-001  What is typed is saved by itself, and the page says so.
FRM-002  A question that is not asked is hidden; a rule is told as soon as it is broken.
FRM-003  Without network nothing is lost: the answers wait, encrypted, and go when the network is back, once.
FRM-004  A form whose page was closed without network is offered again, to the same person alone.
FRM-005  The same form works without a script.
FRM-007  A sheet of paper is typed by two people, settled and kept; counts are given and estimated.
FRM-006  axe finds nothing at 1280 and 390 pixels; no page scrolls sideways; the policy blocks nothing.
"""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from tests.journeys.conftest import NARROW, WIDE, Opened, Site

pytestmark = pytest.mark.journey

HIGHER, SCHOOLS, AIRTIME = "survey-heads-higher", "survey-heads-general-secondary", "airtime-statistics"
YOUTH = "survey-youth"
ROUNDS = {code: f"{code}-2026-OCHEPH-HO" for code in (HIGHER, SCHOOLS, AIRTIME, YOUTH)}


@pytest.fixture(scope="module", autouse=True)
def _rounds(site: Site) -> None:
    for code in ROUNDS:
        ran = site.instance.quick("round", "open", code, "--year", 2026, "--agency", "OCHEPH-HO")
        assert ran.code == 0, ran.err


def place(page: Page, code: str) -> str:
    """The address of a round, as its list gives it."""
    page.goto("/work/forms/")
    return str(page.locator("tr", has_text=ROUNDS[code]).locator("a").get_attribute("href"))


def new_form(page: Page, code: str) -> None:
    page.goto(f"{place(page, code)}new/")


def answer_higher(page: Page, name: str, students: str = "900") -> None:
    page.fill("#f_institution", name)
    page.fill("#f_school_year", "2026")
    page.fill("#f_stratum", "1")
    page.fill("#f_students", students)
    page.fill("#f_students_taught", "300")


def exported(site: Site, code: str) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = site.instance.quick("answers", "export", "--round", ROUNDS[code]).json
    return rows


def test_frm_001_002_saved_and_followed_as_one_types(opened: Opened):
    page = opened(NARROW, "gomel")
    new_form(page, SCHOOLS)
    state = page.locator("#save-state")
    expect(state).to_contain_text("Сохранять пока нечего")
    hours = page.locator("[data-field=hours_5_9]")
    expect(hours).to_be_hidden()
    page.fill("#f_classes_5_9", "10")
    expect(hours).to_be_visible()
    expect(state).to_contain_text("Сохранено")
    page.fill("#f_pupils_5_9", "100")
    page.fill("#f_pupils_taught_5_9", "120")
    page.press("#f_pupils_taught_5_9", "Tab")
    expect(page.locator("#f_pupils_taught_5_9_fault")).to_have_text("Не больше числа учащихся.")
    page.fill("#f_pupils_5_9", "1200")
    page.press("#f_pupils_5_9", "Tab")
    expect(page.locator("#f_pupils_taught_5_9_fault")).to_have_text("")
    expect(state).to_have_attribute("data-state", "saved")
    page.reload()
    expect(page.locator("#f_pupils_5_9")).to_have_value("1200")
    page.click("[data-send]")
    expect(page.locator("#faults")).to_contain_text("Педагоги: Сколько педагогов")
    page.locator("#faults a").first.click()
    expect(page.locator("#f_institution")).to_be_focused()


def test_frm_003_without_network_nothing_is_lost(opened: Opened, site: Site):
    page = opened(WIDE, "gomel")
    new_form(page, HIGHER)
    page.context.set_offline(True)
    answer_higher(page, "U-OFF")
    state = page.locator("#save-state")
    expect(state).to_contain_text("Не сохранено, нет сети")
    expect(state).to_contain_text("в зашифрованном виде")
    kept = page.evaluate("Object.entries(localStorage)")
    assert len(kept) == 1
    assert "U-OFF" not in str(kept)
    page.click("[data-send]")
    expect(state).to_contain_text("отправится сама")
    page.context.set_offline(False)
    expect(page.locator(".messages")).to_contain_text("Анкета отправлена и учитывается")
    expect(page.locator("tbody")).to_contain_text("U-OFF")
    assert page.evaluate("Object.keys(localStorage)") == []
    assert [r["institution"] for r in exported(site, HIGHER)] == ["U-OFF"]


def test_frm_004_a_closed_page_is_offered_again(opened: Opened):
    page = opened(WIDE, "gomel")
    new_form(page, AIRTIME)
    page.context.set_offline(True)
    page.fill("#f_unit", "LEFT")
    page.click("[data-add]")
    page.fill("[data-field=minutes_all] >> nth=1 >> input", "15")
    expect(page.locator("#save-state")).to_contain_text("нет сети")
    page.wait_for_function("Object.keys(localStorage).length === 1")
    context = page.context
    page.close()
    context.set_offline(False)
    page = context.new_page()
    new_form(page, AIRTIME)
    expect(page.locator("form .aside")).to_contain_text("На этом компьютере найдена анкета")
    page.click("text=Продолжить её")
    expect(page.locator("#f_unit")).to_have_value("LEFT")
    expect(page.locator("[data-field=minutes_all] >> nth=1 >> input")).to_have_value("15")
    expect(page.locator("#save-state")).to_have_attribute("data-state", "saved")
    assert page.evaluate("Object.keys(localStorage)") == []
    expect(page.locator("#sums dd")).to_have_text("15")


def test_frm_005_without_a_script(opened: Opened, site: Site):
    page = opened(NARROW, "gomel", scripts=False)
    new_form(page, HIGHER)
    answer_higher(page, "U-PLAIN", students="200")
    page.click("text=Проверить и отправить")
    expect(page.locator("#faults")).to_contain_text("Не больше")
    page.fill("#f_students", "900")
    page.click("text=Проверить и отправить")
    expect(page.locator(".messages")).to_contain_text("Анкета отправлена")
    row = page.locator("tr", has_text="U-PLAIN")
    row.locator("button").click()
    expect(page.locator("h1")).to_contain_text("Исправление")
    page.fill("#f_students", "950")
    page.click("text=Проверить и отправить")
    expect(page.locator("tr", has_text="U-PLAIN")).to_have_count(2)
    assert {"U-PLAIN": 950}.items() <= {
        r["institution"]: r["students"] for r in exported(site, HIGHER)
    }.items()


def type_sheet(page: Page, students: str) -> None:
    page.goto(f"{place(page, HIGHER)}papers/")
    page.fill("#id_number", "A-7")
    page.click("main button.first")
    expect(page.locator("main")).to_contain_text("Бумажный лист № A-7")
    answer_higher(page, "U-PAPER", students=students)
    page.select_option("#f_area", "BY-HO")
    page.click("[data-send]")
    page.wait_for_url("**/papers/")


def test_frm_007_paper_by_two_people(opened: Opened, site: Site):
    first, second = opened(WIDE, "gomel"), opened(NARROW, "gomel-lead")
    type_sheet(first, "900")
    expect(first.locator(".messages")).to_contain_text("Первый ввод закончен")
    type_sheet(second, "990")
    expect(second.locator("#errors + p")).to_contain_text("1 из 6 полей")
    assert violations(second) == []
    second.get_by_role("link", name="Разобрать").click()
    assert violations(second) == []
    second.get_by_label("990").check()
    second.click("main button.first")
    expect(second.locator("tr", has_text="A-7")).to_contain_text("сохранён")
    assert 990 in [r["students"] for r in exported(site, HIGHER) if r["institution"] == "U-PAPER"]


def test_frm_007_counts_instead_of_answers(opened: Opened):
    page = opened(NARROW, "gomel")
    page.goto(f"{place(page, YOUTH)}counts/")
    page.fill("#c_1_n", "450")
    page.fill("#c_1_numerator", "500")
    page.fill("#c_1_denominator", "400")
    page.click("main form button.first")
    expect(page.locator("#faults")).to_contain_text("больше, чем спрошено")
    assert violations(page) == []
    page.fill("#c_1_numerator", "120")
    page.click("main form button.first")
    expect(page.locator("#says + p + table")).to_contain_text("интервал не указывается")
    page.select_option("#k_1", "effect")
    page.fill("#d_1", "1,8")
    page.click("main form button.first")
    expect(page.locator("#says + p + table")).to_contain_text("24,3")
    page.set_viewport_size({"width": WIDE, "height": 900})
    assert violations(page) == []


def violations(page: Page) -> list[str]:
    found = [v["id"] for v in Axe().run(page).response["violations"]]
    wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    return [*found, *(["wider than the screen"] if wide else [])]


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_frm_006_pages_are_in_order(opened: Opened, width: int):
    page = opened(width, "gomel")
    said: list[str] = []
    page.on("console", lambda m: said.append(m.text) if m.type in ("error", "warning") else None)
    wrong: list[str] = []

    def look(name: str) -> None:
        found = Axe().run(page).response["violations"]
        wrong.extend(f"{name}: {v['id']}: {[n['target'] for n in v['nodes']][:3]}" for v in found)
        sideways = page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        if sideways > 0:
            wrong.append(f"{name}: {sideways} pixels wider than the screen")

    for path in ("/work/forms/", place(page, HIGHER), f"/be{place(page, AIRTIME)}new/"):
        page.goto(path)
        look(path)
    new_form(page, SCHOOLS)
    page.click("[data-send]")
    expect(page.locator("#faults")).to_be_visible()
    look("faults")
    assert wrong == []
    assert [words for words in said if "422" not in words] == []
