"""Main pages in a real browser: accessibility rules, nothing wider than the screen, no other host asked.

WEB-020  axe finds no violation at 1280 and at 390 pixels.
WEB-021  No page scrolls sideways.
WEB-022  The console stays silent: the policy blocks nothing of our own, and no other host is asked.
"""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ConsoleMessage, Request
from tests.journeys.conftest import NARROW, WIDE, Opened, Site

pytestmark = pytest.mark.journey

PAGES = (
    (None, "/"),
    (None, "/indicators/"),
    (None, "/indicators/by-hiv-2006-123/11.1/"),
    (None, "/indicators/by-hiv-2006-123/8.4/"),
    (None, "/indicators/by-context/est-plhiv/"),
    (None, "/places/"),
    (None, "/places/BY-HO/"),
    (None, "/projects/"),
    (None, "/sources/"),
    (None, "/how-to-read/"),
    (None, "/data/"),
    (None, "/releases/"),
    (None, "/calendar/"),
    (None, "/search/"),
    ("national", "/work/"),
    ("national", "/work/indicators/by-context/hiv-new-cases/"),
    ("national", "/work/values/1/"),
    (None, "/sign-in/"),
    (None, "/nope/"),
    ("gomel", "/work/obligations/?year=2026"),
    ("gomel", "/work/obligations/end/?year=2026&collection=survey-youth"),
    ("national", "/work/obligations/board/?year=2026"),
    ("national", "/work/obligations/board/receipt/?agency=MOE&year=2025"),
    ("national", "/work/obligations/board/decision/"),
    ("national", "/work/import/"),
    ("national", "/work/reports/"),
)


@pytest.mark.parametrize("width", [WIDE, NARROW])
@pytest.mark.parametrize("login", [None, "gomel", "national"])
def test_web_020_to_022(opened: Opened, site: Site, width: int, login: str | None):
    page = opened(width, login)
    said: list[str] = []
    asked: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            said.append(message.text)

    def notice(request: Request) -> None:
        asked.append(request.url)

    page.on("console", hear)
    page.on("request", notice)
    wrong: list[str] = []
    for _who, path in (p for p in PAGES if p[0] == login):
        page.goto(path)
        found = Axe().run(page)
        wrong += [
            f"{path}: {v['id']}: {v['help']}: {[n['target'] for n in v['nodes']][:3]}"
            for v in found.response["violations"]
        ]
        sideways = page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        if sideways > 0:
            wrong.append(f"{path}: {sideways} pixels wider than the screen")
        small = page.evaluate(
            """() => [...document.querySelectorAll('main .button, main button, main select, main input')]
              .filter(e => e.offsetParent && !['checkbox','radio','hidden'].includes(e.type))
              .filter(e => e.getBoundingClientRect().height < 43.5).map(e => e.outerHTML.slice(0, 80))"""
        )
        wrong += [f"{path}: a target below 44 pixels: {one}" for one in small]
    assert not wrong, "\n".join(wrong)
    assert not [words for words in said if "404" not in words], said
    assert all(url.startswith((site.address, "data:")) for url in asked)
