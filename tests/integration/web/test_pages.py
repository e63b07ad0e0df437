"""What every page is: whole in three languages, strict, light, and honest about what it lacks.

WEB-010  Every page renders in Russian at the root, in Belarusian under /be/, in English under /en/.
WEB-011  No inline script, no inline style; the policy that forbids them stands on every answer.
WEB-012  One h1, a title, landmarks, a skip link, the language switch keeps the page.
WEB-013  Signed out, the first page names the seven regions in Russian.
WEB-014  Nothing shown is named in code: no indicator, area or unit code stands where its name belongs.
WEB-015  A page weighs under 150 kB and asks the database a bounded number of times.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.instances import Instance
from tests.integration.web.conftest import browser

SITE = (
    "/",
    "/indicators/",
    "/indicators/by-hiv-2006-123/11.1/",
    "/indicators/by-hiv-2006-123/2.1/",
    "/indicators/by-context/hiv-new-cases/",
    "/places/",
    "/places/BY-HO/",
    "/projects/",
    "/sources/",
    "/how-to-read/",
    "/data/",
    "/releases/",
    "/calendar/",
    "/search/",
    "/sign-in/",
)
BANK = (
    "/work/",
    "/work/indicators/",
    "/work/indicators/by-hiv-2006-123/11.1/",
    "/work/indicators/by-hiv-2006-123/8.4/",
    "/work/indicators/by-hiv-2006-123/1.2/",
    "/work/indicators/by-hiv-2006-123/2.1/",
    "/work/indicators/by-context/hiv-new-cases/",
    "/work/indicators/by-context/hiv-incidence/",
    "/work/indicators/by-context/est-plhiv/",
    "/work/indicators/by-context/population/",
    "/work/values/1/",
    "/work/places/",
    "/work/places/BY/",
    "/work/places/BY-HO/",
    "/work/places/BY-HO-svetlogorsk/",
    "/work/projects/",
    "/work/sources/",
    "/work/how-to-read/",
    "/work/data/",
)
READER = "ministry"
WORKING = (
    ("gomel", "/work/obligations/?year=2025"),
    ("gomel", "/work/obligations/end/?year=2025&collection=survey-youth"),
    ("gomel", "/work/obligations/request/?year=2025"),
    ("gomel", "/work/obligations/plan/?year=2025"),
    ("education", "/work/obligations/?year=2025"),
    ("ministry", "/work/obligations/?year=2025"),
    ("admin", "/work/obligations/"),
    ("national", "/work/obligations/board/?year=2025"),
    ("national", "/work/obligations/board/agree/"),
    ("national", "/work/obligations/board/receipt/"),
    ("national", "/work/obligations/board/receipt/?agency=MOE&year=2025"),
    ("national", "/work/obligations/board/decision/"),
    ("national", "/work/import/"),
    ("national", "/work/reports/"),
)
PREFIXES = {"ru": "", "be": "/be", "en": "/en"}
SEVEN = ("Брестская", "Витебская", "Гомельская", "Гродненская", "Минск", "Минская", "Могилёвская")


class Read(HTMLParser):
    """What stands on a page: tags, attributes, visible words."""

    def __init__(self, content: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.codes: list[str] = []  # marked as codes, beside their names
        self.inline_scripts: list[str] = []
        self._in: list[str] = []
        self._is_data = False
        self.feed(content)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._in.append(tag)
        # a block of data is no script: no browser executes it, and the policy lets it be
        self._is_data = dict(attrs).get("type") == "application/ld+json"

    def handle_endtag(self, tag: str) -> None:
        while self._in and self._in.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if "script" in self._in and data.strip() and not self._is_data:
            self.inline_scripts.append(data)
        elif "code" in self._in:
            self.codes.append(data)
        elif not {"style", "title"} & set(self._in):
            self.words.append(data)

    def count(self, tag: str) -> int:
        return sum(name == tag for name, _ in self.tags)


def everything() -> list[tuple[str | None, str]]:
    return [*((None, path) for path in SITE), *((READER, path) for path in BANK), *WORKING]


@pytest.mark.parametrize("language", PREFIXES)
@pytest.mark.parametrize(("login", "path"), everything(), ids=str)
def test_web_010_to_012_every_page(untouched_example: Instance, language: str, login: str | None, path: str):
    response = browser(login).get(PREFIXES[language] + path)
    assert response.status_code == 200
    content = response.content.decode()
    page = Read(content)
    assert f'<html lang="{language}">' in content
    assert page.count("h1") == page.count("main") == page.count("title") == 1
    assert 'class="skip" href="#main"' in content
    assert not page.inline_scripts
    assert page.count("style") == 0
    handlers = [(t, a) for t, attrs in page.tags for a in attrs if a == "style" or a.startswith("on")]
    assert not handlers
    policy = response["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    others = {a.get("hreflang"): a.get("href") for t, a in page.tags if t == "link" and a.get("hreflang")}
    assert others == {code: prefix + path for code, prefix in PREFIXES.items()}
    assert len(response.content) < 150_000
    if language != "ru" and login in (None, READER) and not path.endswith(("/sources/", "/projects/")):
        # a sentence in the wrong language would be a text without its translation
        assert "Показатели" not in content


@pytest.mark.parametrize(
    "path", ["/nope/", "/work/indicators/by-hiv-2006-123/99/", "/work/values/999999/", "/work/places/XX/"]
)
@pytest.mark.parametrize("language", PREFIXES)
def test_a_missing_page_says_so_in_its_language(shown: Client, language: str, path: str):
    response = shown.get(PREFIXES[language] + path)
    assert response.status_code == 404
    words = {"ru": "Такой страницы нет", "be": "Такой старонкі няма", "en": "There is no such page"}
    assert words[language] in response.content.decode()


def test_web_013_the_first_page_names_the_seven_regions(untouched_example: Instance):
    content = Client().get("/").content.decode()
    assert all(name in content for name in SEVEN)
    assert "391" in content  # new cases in Gomel oblast in 2022, as published


# the notes of projects are the sources' own words
@pytest.mark.parametrize("path", [p for p in BANK if p != "/work/projects/"])
def test_web_014_no_code_where_a_name_belongs(shown: Client, path: str):
    page = Read(shown.get(path).content.decode())
    words = " ".join(page.words)
    slugs = re.findall(r"\b(?:hiv|est|art|spend|tb|mes|emdat|plhiv|size|hr)-[a-z-]+\b", words)
    assert not slugs
    assert not re.findall(r"\bBY-[A-Z]{2}\b", words)


def test_codes_stand_where_messages_send_for_them(shown: Client):
    """ "The codes are on the page Places", says the refusal of an unknown place; likewise of an indicator."""
    assert {"BY-HO", "BY-HO-bragin"} <= set(Read(shown.get("/work/places/").content.decode()).codes)
    page = Read(shown.get("/work/indicators/").content.decode())
    assert "hiv-new-cases" in page.codes
    assert "11.1" in page.words


@pytest.mark.parametrize(
    ("login", "path", "most"),
    [
        (READER, "/work/", 22),
        (READER, "/work/indicators/", 16),
        (READER, "/work/indicators/by-context/hiv-new-cases/", 16),
        (READER, "/work/places/BY-HO/", 20),
        ("gomel", "/work/obligations/?year=2025", 32),
        ("national", "/work/obligations/board/?year=2025", 30),
    ],
)
def test_web_015_few_queries(untouched_example: Instance, login: str | None, path: str, most: int):
    client = browser(login)
    client.get(path)
    with CaptureQueriesContext(connection) as asked:
        client.get(path)
    assert len(asked) <= most, "\n".join(q["sql"][:150] for q in asked.captured_queries)


def test_an_empty_instance_says_what_will_be_here(instance: Instance):
    client = browser("admin")
    for path in ("", "indicators/", "projects/", "sources/", "data/", "places/BY-HO/"):
        response = client.get(f"/work/{path}")
        assert response.status_code == 200, path
    assert "появятся" in client.get("/work/sources/").content.decode()


def test_an_instance_without_a_release_says_so_at_its_door(instance: Instance):
    words = {
        "ru": "Пока ничего не опубликовано",
        "be": "Пакуль нічога не апублікавана",
        "en": "Nothing has been published yet",
    }
    for language, prefix in PREFIXES.items():
        page = Client().get(f"{prefix}/").content.decode()
        assert words[language] in page
        assert f'href="{prefix}/sign-in/"' in page
        assert Client().get(f"{prefix}/indicators/").status_code == 404


@pytest.mark.parametrize("path", BANK)
def test_the_bank_is_shown_to_nobody_who_has_not_signed_in(untouched_example: Instance, path: str):
    response = Client().get(path)
    assert (response.status_code, response["Location"].partition("?")[0]) == (302, "/sign-in/")


def test_health_answers_without_a_language(shown: Client):
    response = shown.get("/health/")
    assert (response.status_code, response.content) == (200, b"ok\n")


def test_the_page_of_a_fault_stands_alone(shown: Client):
    from django.test import RequestFactory

    from dozor.web.views.faults import broken

    response = broken(RequestFactory().get("/"))
    assert response.status_code == 500
    assert "Страница не собралась" in response.content.decode()
