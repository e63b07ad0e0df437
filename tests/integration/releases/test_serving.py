"""The public site at `/`, and how a new release takes its place.

SRV-001  The files of the newest public release stand at `/`, with their ETag, packed for those who take it.
SRV-002  No table is asked for a file, signed in or not.
SRV-003  A release published since takes the place of the one before in one step, as does another program's.
SRV-004  Before the first site stands, its pages are made as they are asked for, and no other address is.
SRV-005  The example publishes a release of its own, approved by two people of it.
SRV-006  A page of data carries its schema.org Dataset, and nothing of the text can end the block.
SRV-007  A page says what it is where its address is shown elsewhere, with a picture that is there.
SRV-009  A second process writes half of the pages: every page once, whoever wrote it; it ends with the first.
SRV-008  Search engines get every page's whole address where the site's own is known, and no half ones.
"""

from __future__ import annotations

import gzip
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from unittest import mock

import pytest
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from tests.instances import GOOD_ROW, PATIENCE, Instance, table
from tests.integration.releases.test_releases import approve, create
from tests.integration.web.conftest import _pages, browser  # noqa: F401 - a fixture for the whole module

from dozor.apps.releases.cards import with_card

FEW = ("/", "/be/", "/indicators/by-hiv-2006-123/11.1/", "/data/indicators/11.1.csv", "/releases/")


@pytest.fixture
def released(instance: Instance) -> Instance:
    """An instance with one published value, and a site of a few pages."""
    assert instance.load(table(GOOD_ROW | {"area": "BY-HO", "value": "30.8"})).code == 0
    publish(instance, "2017-public-1")
    return instance


def publish(instance: Instance, code: str, *options: str) -> None:
    assert create(instance, *options)["id"] == code
    approve(instance, code)
    assert instance.cli("release", "publish", code).code == 0


def build() -> object:
    from dozor.apps.releases import serving

    with mock.patch("dozor.apps.releases.site.addresses", lambda frozen: iter(FEW)):
        return serving.keep_built()


def body(client: Client, path: str, **head: str) -> bytes:
    response = client.get(path, **head)
    assert response.status_code == 200, path
    return bytes(response.getvalue())


def test_srv_001_files_with_their_etag_packed_and_typed(released: Instance) -> None:
    assert build() is not None
    assert build() is None  # it stands
    client = Client()
    first = client.get("/")
    page = first.getvalue()
    assert b"2017-public-1" in page
    assert b'href="/sign-in/?by=name"' in page
    assert first["X-Frame-Options"] == "DENY"
    assert "max-age" in first["Cache-Control"]
    assert client.get("/", headers={"if-none-match": first["ETag"]}).status_code == 304
    packed = client.get("/", headers={"accept-encoding": "gzip"})
    assert packed["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.getvalue()) == page
    for path, kind in (
        ("/data/indicators/11.1.csv", "text/csv"),
        ("/data/catalog.jsonld", "application/ld+json"),
        ("/releases.atom", "application/atom+xml"),
    ):
        response = client.get(path)
        assert response["Content-Type"].startswith(kind)
        assert response.getvalue()
    assert client.get("/nope/").status_code == 404
    assert client.post("/").status_code == 405


def test_srv_002_no_table_is_asked(released: Instance) -> None:
    build()
    for client in (Client(), browser("first")):
        client.get("/").close()
        with CaptureQueriesContext(connection) as asked:
            body(client, "/indicators/by-hiv-2006-123/11.1/")
        assert not asked.captured_queries


def test_srv_003_the_newest_release_takes_its_place(released: Instance) -> None:
    from dozor.apps.releases import serving

    build()
    client, before = Client(), serving.shown()
    assert b"30,8" in body(client, "/indicators/by-hiv-2006-123/11.1/")
    assert released.load(table(GOOD_ROW | {"area": "BY-HO", "value": "31.5"})).code == 0
    publish(released, "2017-public-2", "--note", "corrected")
    page = body(client, "/indicators/by-hiv-2006-123/11.1/")
    assert b"30,8" in page  # the one before is whole until the new one stands
    build()
    page = body(client, "/indicators/by-hiv-2006-123/11.1/")
    assert b"31,5" in page
    assert before is not None
    assert before.exists()  # another process may still look there
    with mock.patch.object(serving, "STAMP", "a later program"):
        assert build() is not None
    assert not before.exists()


def test_srv_004_pages_are_made_as_they_are_asked_for(released: Instance) -> None:
    client = Client()
    assert b"30,8" in body(client, "/indicators/by-hiv-2006-123/11.1/")
    assert b"30.8" in body(client, "/data/indicators/11.1.csv")
    for path in ("/nope/", "/indicators/by-hiv-2006-123/99/", "/values/1/", "/obligations/", "/x%00y/"):
        assert client.get(path).status_code == 404, path
    assert client.get("/work/")["Location"].startswith("/sign-in/")


@pytest.mark.parametrize("path", ["/indicators/by-hiv-2006-123/11.1/", "/be/topics/cascade/"])
def test_srv_007_a_page_has_its_card(released: Instance, path: str) -> None:
    page = body(Client(), path).decode()
    said = dict(re.findall(r'<meta (?:name|property)="([a-z:]+)" content="([^"]+)">', page))
    assert said["og:title"]
    assert said["description"] == said["og:description"]
    assert said["og:url"] == path
    picture = body(Client(), said["og:image"])
    assert picture.startswith(b"\x89PNG")
    assert len(picture) < 200_000


def test_srv_007_a_card_is_described_by_the_pages_first_paragraph() -> None:
    page = '<title>A &amp; "B"</title><p class="answer"><b>30,8 %</b> in\n 2017</p><p class="lede">more</p>'
    made = with_card(page, address="/a/", language="en", picture="/p.png", site="https://dozor.example")
    assert '<meta name="description" content="30,8 % in 2017">' in made
    assert '<meta property="og:title" content="A &amp; &quot;B&quot;">' in made
    assert '<meta property="og:image" content="https://dozor.example/p.png">' in made


def test_srv_008_search_engines_get_whole_addresses(released: Instance) -> None:
    from dozor.apps.releases import serving

    build()
    assert not (serving.sites_folder() / "current" / "sitemap.xml").exists()
    publish(released, "2017-public-2", "--note", "для поисковиков")
    with override_settings(PUBLIC_ADDRESS="https://dozor.example"):
        assert build() is not None
    told = body(Client(), "/sitemap.xml").decode()
    assert re.findall(r"<loc>(.*?)</loc>", told) == [
        f"https://dozor.example{path}" for path in FEW if path.endswith("/")
    ]
    assert "https://dozor.example/sitemap.xml" in body(Client(), "/robots.txt").decode()


def test_srv_006_search_engines_are_told_what_the_data_are(released: Instance) -> None:
    page = body(Client(), "/indicators/by-hiv-2006-123/11.1/").decode()
    (told,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    assert not set("<>&") & set(told)
    said = json.loads(told)
    assert (said["@type"], said["identifier"], said["temporalCoverage"]) == ("Dataset", "11.1", "2017/2017")
    assert said["distribution"][0]["contentUrl"] == "/data/indicators/11.1.csv"
    assert "Гомельская область" in said["spatialCoverage"]
    assert "ld+json" not in body(browser("first"), "/work/indicators/by-hiv-2006-123/11.1/").decode()


def test_srv_005_the_example_has_a_release_of_its_own(untouched_example: Instance) -> None:
    (release,) = untouched_example.cli("release", "list", "--format", "json").json
    assert release["state"] == "published"
    assert len(set(release["approvers"])) == 2
    assert release["hidden"] == 0  # its sources have published every figure
    assert "Выпуск " + release["id"] in body(Client(), "/").decode()


def test_srv_009_two_processes_write_every_page_once(released: Instance) -> None:
    from dozor.apps.releases import site
    from dozor.apps.releases.queries import content, latest

    release = latest()
    assert release is not None
    every = list(site.addresses(content(release)))
    first, second = site.halves(every)
    assert sorted(first + second) == sorted(every)
    assert 0.9 < len(first) / len(second) < 1.1
    for part in (first, second):  # a picture is made of what its page has just worked out
        held = set(part)
        assert all(one.removesuffix("preview.png") in held for one in part if one.endswith("preview.png"))
        assert all(f"/be{one}" in held for one in part if one.endswith("/") and f"/be{one}" in every)
    written: list[str] = []
    write = site._write

    def seen(folder: Path, address: str, page: bytes) -> None:
        written.append(address)
        write(folder, address, page)

    # this process's own settings name no packed styles; those of a process of its own do
    packing = (
        "import django; django.setup(); from dozor.apps.static_files import collect_static; collect_static()"
    )
    assert released.python(packing).code == 0
    with (
        mock.patch.object(site, "FEW_PAGES", 0),
        mock.patch.object(site, "_write", seen),
        mock.patch.dict(os.environ, released.environment()),  # a process of its own looks there for the bank
    ):
        assert build() is not None
    assert 0 < len(written) < len(FEW)  # the others by the second process, and none was left over
    for path in FEW:
        assert body(Client(), path)


def test_srv_009_the_second_process_ends_with_the_first(released: Instance, tmp_path: Path) -> None:
    from dozor.apps.releases.queries import content, latest
    from dozor.apps.releases.site import addresses

    release = latest()
    assert release is not None
    every = list(addresses(content(release)))
    second = subprocess.Popen(
        [sys.executable, "-m", "dozor.cli", "site", "half", tmp_path / "site", "--release", release.code],
        env=released.environment(),
        stdin=subprocess.PIPE,
        text=True,
    )
    told = "\n".join([*every, "", ""])
    second.communicate(told, timeout=PATIENCE)  # then closed, as when the first is killed
    assert second.returncode == 1
    assert sum(path.is_file() for path in tmp_path.rglob("*")) < len(every)
