"""A served example instance and Debian's Chromium."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright
from tests.factors import example_accounts, next_code
from tests.instances import CopyOf, Instance

WIDE, NARROW = 1280, 390
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
LONGEST = 60  # seconds for what a page does at once, on a machine that does other things too
expect.set_options(timeout=1000 * LONGEST)


@dataclass(frozen=True)
class Site:
    """Where the example is served, its people's passwords and code apps, and who is signed in already."""

    address: str
    instance: Instance
    accounts: dict[str, tuple[str, str]]
    signed_in: dict[str, Any]  # a browser's cookies, by sign-in name


@pytest.fixture(scope="module")
def site(copy_of: CopyOf) -> Iterator[Site]:
    with copy_of("demo with its site") as instance, instance.served() as server:
        # by the name that links to sign in lead to: browsers give no passkeys to a numeric address
        address = server.address.replace("127.0.0.1", "localhost")
        yield Site(address, instance, example_accounts(instance.home), {})


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    path = shutil.which("chromium")
    if path is None:
        pytest.fail("journeys need Debian's chromium: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(QUIET))
        yield browser
        browser.close()


def sign_in(page: Page, site: Site, login: str) -> None:
    """By the real door: name and password, then the code of the person's app where they have one."""
    password, secret = site.accounts[login]
    page.goto("/sign-in/")
    page.fill("#id_username", login)
    page.fill("#id_password", password)
    page.click("main button.first")
    if secret:
        page.wait_for_url("**/sign-in/second/")
        page.fill("#id_code", next_code(secret))
        page.click("main button.first")
    page.wait_for_url(lambda address: "/sign-in/" not in address)


Opened = Callable[..., Page]


@pytest.fixture
def opened(site: Site, chromium: Browser) -> Iterator[Opened]:
    """`opened(width, login, scripts=…)`: a page of a fresh browser, signed in when a login is given."""
    contexts = []

    def open_page(width: int = WIDE, login: str | None = None, *, scripts: bool = True) -> Page:
        context = chromium.new_context(
            storage_state=site.signed_in.get(login or ""),
            viewport={"width": width, "height": 900},
            base_url=site.address,
            locale="ru-RU",
            java_script_enabled=scripts,
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(1000 * LONGEST)
        if login:
            page.goto("/work/obligations/")  # a session opened before is gone on with
            if "/sign-in/" in page.url:
                sign_in(page, site, login)
                site.signed_in[login] = context.storage_state()
                page.goto("/work/obligations/")
        return page

    yield open_page
    for context in contexts:
        context.close()
