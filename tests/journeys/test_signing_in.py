"""Signing in with a second factor, in a real browser (SIGN-J).

SIGN-J1  whoever is invited sets a password and enrols a passkey before any other page opens; next time the
         passkey is the second step
SIGN-J2  an app is enrolled by its QR code's secret; its recovery codes are shown once
"""

from __future__ import annotations

import json
import re

import pyotp
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from tests.journeys.conftest import Opened, Site

pytestmark = pytest.mark.journey
PASSWORD = "three mossy kettles"


def invited(site: Site, login: str, role: str, agency: str) -> str:
    ran = site.instance.run(
        "user", "invite", login, "--role", role, "--agency", agency, "--name", "Ганна", "--format", "json"
    )
    assert ran.code == 0, ran.err
    link: str = json.loads(ran.out)["link"]
    return link


def set_password(page: Page, link: str) -> None:
    page.goto(link)
    page.fill("#id_password", PASSWORD)
    page.fill("#id_again", PASSWORD)
    page.click("main button.first")
    page.wait_for_url("**/sign-in/enrol/")


def flawless(page: Page) -> None:
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def test_sign_j1_a_passkey_from_the_invitation_on(opened: Opened, site: Site) -> None:
    page = opened()
    key = page.context.new_cdp_session(page)
    key.send("WebAuthn.enable")
    key.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    set_password(page, invited(site, "vitebsk.1", "oblast-specialist", "OCHEPH-VI"))
    flawless(page)
    page.goto("/work/obligations/")
    assert "/sign-in/" in page.url  # nothing opens before
    page.goto("/sign-in/enrol/")
    page.fill("#passkey-name", "ключ")
    page.click("[data-go]")
    page.wait_for_url("**/work/account/recovery-codes/")
    assert len(set(re.findall(r"<code>([a-z2-9]{5}-[a-z2-9]{5})</code>", page.content()))) == 10
    flawless(page)
    page.click("text=Сохранено, продолжить")
    page.wait_for_url("**/work/obligations/")
    page.goto("/work/account/")
    expect(page.locator("main")).to_contain_text("ключ входа «ключ»")
    flawless(page)
    page.click("text=Выйти")
    page.wait_for_url(site.address + "/")

    page.goto("/sign-in/")
    page.fill("#id_username", "vitebsk.1")
    page.fill("#id_password", PASSWORD)
    page.click("main button.first")
    page.wait_for_url("**/sign-in/second/")
    flawless(page)
    page.click("[data-go]")
    page.wait_for_url("**/work/obligations/")
    expect(page.locator("main")).to_contain_text("Витебский")


def test_sign_j2_an_app_by_its_secret(opened: Opened, site: Site) -> None:
    page = opened()
    set_password(page, invited(site, "mogilev.1", "district-specialist", "DCHE-BR-bereza"))
    secret = page.inner_text(".secret code").replace(" ", "")
    assert page.locator("img.qr").evaluate("image => image.complete && image.naturalWidth > 0")
    page.fill("#id_code", "000000")
    page.click("main button.first")
    expect(page.locator("main")).to_contain_text("не подходит")
    flawless(page)
    page.fill("#id_code", pyotp.TOTP(secret).now())
    page.click("main button.first")
    page.wait_for_url("**/work/account/recovery-codes/")
    codes = page.locator(".codes code").all_inner_texts()
    page.reload()
    assert codes[0] not in page.content()  # shown once
    page.goto("/work/people/")
    assert "Нет доступа" in page.inner_text("main") or page.title().startswith("403") or "people" in page.url


def test_sign_j3_the_administrator_invites_and_resets(opened: Opened, site: Site) -> None:
    page = opened(390, "admin")
    page.goto("/work/people/")
    flawless(page)
    page.click("text=Пригласить")
    page.fill("#id_login", "grodno.1")
    page.fill("#id_name", "Алесь")
    page.select_option("#id_role", "oblast-coordinator")
    page.click("main button.first")
    expect(page.locator(".fault").first).to_be_visible()  # a role that acts for an agency names none
    assert "INST" not in page.inner_text("main")
    flawless(page)
    page.select_option("#id_agency", "OCHEPH-HR")
    page.click("main button.first")
    link = page.inner_text(".secret code")
    assert re.fullmatch(r"http://localhost:\d+/join/[\w-]{43}/", link)
    flawless(page)
    page.reload()
    assert link not in page.content()
