"""Writes the public site: every page of a release as a file that any web server can hand out.

The pages are those of the workbench, rendered with the release read in place of the bank, at addresses of
their own (`dozor.config.site_urls`); what a reader may not see is not in the content they are made of.
"""

from __future__ import annotations

import logging
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from xml.etree import ElementTree as ET

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.handlers.base import BaseHandler
from django.db import connection
from django.test import RequestFactory
from django.urls import resolve, reverse, set_urlconf
from django.utils import translation
from whitenoise.compress import Compressor

from dozor.apps.audit.kept import looking_once
from dozor.apps.bank.queries import Frozen, reading
from dozor.apps.plans.queries import plan_by_digest
from dozor.apps.releases import opendata
from dozor.apps.releases.cards import with_card
from dozor.apps.releases.content import Content
from dozor.apps.releases.models import Release
from dozor.apps.releases.queries import content
from dozor.apps.static_files import collect_static
from dozor.core.text import LANGUAGES

URLS = "dozor.config.site_urls"
Progress = Callable[[int, int], None]
FEW_PAGES = 200  # fewer are written sooner than a second process has started
logger = logging.getLogger(__name__)
_LISTS = (
    "glance",
    "glance-preview",
    "indicators",
    "places",
    "topics",
    "projects",
    "sources",
    "how-to-read",
    "data",
    "releases",
    "calendar",
    "search",
)


@dataclass(frozen=True)
class Built:
    """A site written: how much, and how long it took."""

    release: str
    pages: int
    files: int
    bytes: int
    seconds: float


class Pages(BaseHandler):
    """Django without the web: a request in, a page out, for a visitor nobody knows.

    Parameters
    ----------
    for_ourselves
        Served beside the workbench: the pages hold the way in for those who work here.
    """

    def __init__(self, frozen: Content, *, for_ourselves: bool = False) -> None:
        super().__init__()
        self.load_middleware()
        self.factory = RequestFactory(SERVER_NAME=settings.ALLOWED_HOSTS[0].strip("[]"))
        self.frozen, self.for_ourselves = frozen, for_ourselves
        self.with_values = _with_values(frozen)
        self.known_names: dict[str, Any] = {}  # the pages' words by language, loaded once for all pages

    def page(self, address: str) -> bytes:
        request = self.factory.get(address, secure=bool(settings.SECURE_SSL_REDIRECT))
        request.urlconf = URLS  # type: ignore[attr-defined]
        request.release = self.frozen  # type: ignore[attr-defined]
        request.is_beside_work = self.for_ourselves  # type: ignore[attr-defined]
        request.known_names = self.known_names  # type: ignore[attr-defined]
        request.user = AnonymousUser()
        try:
            response = self.get_response(request)
        finally:
            set_urlconf(None)  # the thread goes back to the workbench's addresses
        if response.status_code != 200:
            raise LookupError(f"{address}: {response.status_code}")
        if not address.endswith("/"):
            return bytes(response.content)
        return self._with_card(response.content.decode(), address).encode()

    def _with_card(self, page: str, address: str) -> str:
        """Topics and indicators with values have a picture of their own, other pages the first page's."""
        language = next((code for code in LANGUAGES[1:] if address.startswith(f"/{code}/")), LANGUAGES[0])
        with translation.override(language):
            match = resolve(address, urlconf=URLS)
            has_own = match.url_name == "topic" or (
                match.url_name == "indicator" and match.kwargs["code"] in self.with_values
            )
            picture = f"{address}preview.png" if has_own else reverse("glance-preview", urlconf=URLS)
        where = settings.PUBLIC_ADDRESS.rstrip("/")
        return with_card(page, address=address, language=language, picture=picture, site=where)


def _with_values(frozen: Content) -> frozenset[str]:
    return frozenset(o.indicator for o in frozen.observations if o.figure.value is not None)


def build_site(
    release: Release,
    folder: Path,
    *,
    for_ourselves: bool = False,
    progress: Progress = lambda *_: None,
) -> Built:
    """Write the whole site of a release into a folder; an earlier site there is replaced in one step.

    Parameters
    ----------
    for_ourselves
        To be served beside the workbench: with the way in, and each text compressed beside itself.
    """
    started = time.perf_counter()
    frozen = content(release)
    half = folder.with_name(folder.name + ".part")
    shutil.rmtree(half, ignore_errors=True)
    collect_static()
    pages = Pages(frozen, for_ourselves=for_ourselves)
    every = list(addresses(frozen))
    own, theirs = halves(every) if _Helper.would_help(every) else (every, [])
    helper = _Helper(release, half, theirs, for_ourselves=for_ourselves) if theirs else None
    write_pages(release, half, own, pages, progress=progress)
    opendata.write(half, frozen, [plan_by_digest(digest) for digest in frozen.plans])
    if helper:
        write_pages(release, half, helper.left_undone(), pages)
    _map_of_the_site(half, every)
    _copy_static(half)
    if for_ourselves:
        _compress(half)
    if folder.exists():
        old = folder.with_name(folder.name + ".old")
        shutil.rmtree(old, ignore_errors=True)
        folder.rename(old)
        half.rename(folder)
        shutil.rmtree(old)
    else:
        folder.parent.mkdir(parents=True, exist_ok=True)
        half.rename(folder)
    files = [path for path in folder.rglob("*") if path.is_file()]
    size = sum(path.stat().st_size for path in files)
    return Built(release.code, len(every), len(files), size, time.perf_counter() - started)


def write_pages(
    release: Release, folder: Path, some: Sequence[str], pages: Pages, *, progress: Progress = lambda *_: None
) -> None:
    """Write some of a site's pages and pictures."""
    frozen = pages.frozen
    with reading(Frozen(release.content_checksum, frozen.observations)), looking_once():
        for done, address in enumerate(some, start=1):
            _write(folder, address, pages.page(address))
            progress(done, len(some))


def halves(every: Sequence[str]) -> tuple[list[str], list[str]]:
    """The pages in two parts of about the same work; a page, its picture and its languages stay together."""
    parts: tuple[list[str], list[str]] = [], []
    place: dict[str, int] = {}
    for address in every:
        path = address
        for code in LANGUAGES[1:]:
            path = path.removeprefix(f"/{code}") if path.startswith(f"/{code}/") else path
        name = path.removesuffix("preview.png")
        parts[place.setdefault(name, len(place) % 2)].append(address)
    return parts


class _Helper:
    """A second process that writes half of the pages on a second processor."""

    def __init__(self, release: Release, folder: Path, pages: list[str], *, for_ourselves: bool) -> None:
        self.folder, self.pages = folder, pages
        command = [sys.executable, "-m", "dozor.cli", "site", "half", str(folder), "--release", release.code]
        self.process = subprocess.Popen(  # noqa: S603 - this very program
            [*command, *for_ourselves * ["--beside-work"]],
            env={**os.environ, "DOZOR_HOME": str(settings.HOME)},
            stdin=subprocess.PIPE,
            text=True,
        )
        # kept open after the last address: it closes with this process, however that ends
        self.told = self.process.stdin
        if self.told:
            self.told.write("\n".join([*pages, "", ""]))
            self.told.flush()

    @staticmethod
    def would_help(every: Sequence[str]) -> bool:
        """Not with few pages, on one processor, or where another process cannot see the rows yet."""
        processors = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1
        return len(every) >= FEW_PAGES and processors > 1 and not connection.in_atomic_block

    def left_undone(self) -> list[str]:
        """Wait; what the helper did not write, should it have been stopped."""
        ended = self.process.wait()
        if self.told:
            self.told.close()
        if ended != 0:
            logger.warning("the second process of the site's build ended with %s", ended)
        return [one for one in self.pages if not _path(self.folder, one).exists()]


def addresses(frozen: Content) -> Iterator[str]:
    """Every page of the site, the first page in the first language first."""
    plans = [plan_by_digest(digest) for digest in frozen.plans]
    with_values = _with_values(frozen)
    for name in ("lists", "topics", "indicators", "places"):
        for language in LANGUAGES:
            with translation.override(language):
                if name == "lists":
                    yield from (reverse(one, urlconf=URLS) for one in _LISTS)
                elif name == "topics":
                    for plan in plans:
                        for topic in plan.topics:
                            yield reverse("topic", args=[topic.code], urlconf=URLS)
                            yield reverse("topic-preview", args=[topic.code], urlconf=URLS)
                elif name == "indicators":
                    for plan in plans:
                        for indicator in plan.indicators:
                            page = reverse("indicator", args=[plan.code, indicator.code], urlconf=URLS)
                            yield page
                            if indicator.code in with_values:
                                yield f"{page}preview.png"
                            yield reverse("indicator-csv", args=[plan.code, indicator.code], urlconf=URLS)
                            if language == LANGUAGES[0]:
                                yield reverse("values-csv", args=[indicator.code], urlconf=URLS)
                else:
                    yield from (reverse("place", args=[a.code], urlconf=URLS) for a in frozen.areas)


def _path(folder: Path, address: str) -> Path:
    path = folder / unquote(address).lstrip("/")
    return path / "index.html" if address.endswith("/") else path


def _write(folder: Path, address: str, page: bytes) -> None:
    path = _path(folder, address)
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_name(path.name + ".part")
    half.write_bytes(page)
    half.replace(path)


def _map_of_the_site(folder: Path, every: list[str]) -> None:
    """Every page for search engines (sitemaps.org 0.9); they ask for whole addresses: none where unknown."""
    where = settings.PUBLIC_ADDRESS.rstrip("/")
    if not where:
        return
    root = ET.Element("urlset", xmlns="http://www.sitemaps.org/schemas/sitemap/0.9")
    for address in every:
        if address.endswith("/"):
            ET.SubElement(ET.SubElement(root, "url"), "loc").text = where + address
    written = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    (folder / "sitemap.xml").write_bytes(written)
    told = f"User-agent: *\nAllow: /\nSitemap: {where}/sitemap.xml\n"
    (folder / "robots.txt").write_text(told, encoding="utf-8")


def _copy_static(folder: Path) -> None:
    """Styles, fonts and scripts under their hashed names, as the pages name them."""
    ignored = shutil.ignore_patterns("django_htmx", "htmx*")
    shutil.copytree(settings.STATIC_ROOT, folder / "static", ignore=ignored, dirs_exist_ok=True)


def _compress(folder: Path) -> None:
    """A packed copy beside each text, for visitors that take it."""
    packer = Compressor(use_brotli=False, quiet=True)
    for path in [*folder.rglob("*")]:
        if path.is_file() and path.suffix != ".gz" and packer.should_compress(path.name):
            packer.compress(str(path))
