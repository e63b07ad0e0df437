"""The site this instance serves: built from the newest public release, swapped in one step.

Each build lies in a folder of its own under ``site`` in the home; ``current`` names the one that is shown. It
is built anew when a newer release is published or the program has changed; until it stands, the one before is
shown. The folder can be thrown away at any time.
"""

from __future__ import annotations

import hashlib
import shutil
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from dozor.apps.bank.queries import Frozen, reading
from dozor.apps.organisations.shapes import digest as borders
from dozor.apps.plans.queries import plan_by_digest
from dozor.apps.releases.content import Content, read_content
from dozor.apps.releases.models import Release
from dozor.apps.releases.opendata import dataset_of
from dozor.apps.releases.queries import latest
from dozor.apps.releases.site import Built, Pages, Progress, addresses, build_site
from dozor.apps.software import STAMP
from dozor.publishing.opendata.sdmx import sdmx_data, sdmx_structure

FOLDER = "site"
_CURRENT = "current"


def sites_folder() -> Path:
    return Path(settings.HOME) / FOLDER


def shown() -> Path | None:
    """The folder of the site that is shown; None when none was built."""
    try:
        return sites_folder() / (sites_folder() / _CURRENT).readlink()
    except OSError:
        return None


def name_of(release: Release) -> str:
    """What the site of a release is called when this very program builds it with these borders."""
    made_of = f"{release.content_checksum}\n{STAMP}\n{borders()}"
    return f"{release.code}.{hashlib.sha256(made_of.encode()).hexdigest()[:16]}"


def keep_built(*, progress: Progress = lambda *_: None) -> Built | None:
    """Build the site of the newest public release and show it, unless it is shown already."""
    release = latest()
    if release is None:
        return None
    before, name = shown(), name_of(release)
    if before is not None and before.name == name:
        return None
    built = build_site(release, sites_folder() / name, for_ourselves=True, progress=progress)
    _show(name)
    # a server process that has not looked yet may still open files of the one before
    for old in sites_folder().iterdir():
        if old.name not in (_CURRENT, name, before.name if before else ""):
            shutil.rmtree(old, ignore_errors=True)
    return built


def _show(name: str) -> None:
    link = sites_folder() / f"{_CURRENT}.new"
    link.unlink(missing_ok=True)
    link.symlink_to(name)
    link.replace(sites_folder() / _CURRENT)


def sdmx_message(file: str) -> bytes | None:
    """``data.xml`` or ``structure.xml`` of the release that is shown; None while nothing is published."""
    folder = shown()
    if folder is not None:
        return (folder / "sdmx" / file).read_bytes()
    release = latest()
    return None if release is None else _sdmx(release.code, release.content_checksum, file)


@lru_cache(maxsize=2)  # until the site stands
def _sdmx(code: str, checksum: str, file: str) -> bytes:
    frozen = read_content(code, checksum)
    dataset = dataset_of(frozen, [plan_by_digest(digest) for digest in frozen.plans])
    return sdmx_data(dataset) if file == "data.xml" else sdmx_structure(dataset)


def page_of(address: str) -> bytes | None:
    """One page of the newest public release, made now; None when the release has no such page.

    For the minute between the first release and its site: the visitor does not wait for the whole.
    """
    release = latest()
    return None if release is None else _page(release.code, release.content_checksum, address)


@lru_cache(maxsize=32)  # the first minute's
def _page(code: str, checksum: str, address: str) -> bytes | None:
    frozen, pages, known = _made(code, checksum)
    if address not in known:
        return None
    with reading(Frozen(checksum, frozen.observations)):
        return pages.page(address)


@lru_cache(maxsize=1)
def _made(code: str, checksum: str) -> tuple[Content, Pages, frozenset[str]]:
    frozen = read_content(code, checksum)
    return frozen, Pages(frozen, for_ourselves=True), frozenset(addresses(frozen))
