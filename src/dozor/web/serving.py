"""Hands out the public site at `/`: the files built from the newest public release, and nothing else.

It stands before sessions and sign-in: who asks is nobody's business, and no table is asked. Files come with
their ETag, compressed where the visitor takes it; addresses that are not of the site go on to the program.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from wsgiref.headers import Headers

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from whitenoise.base import WhiteNoise
from whitenoise.middleware import WhiteNoiseMiddleware

from dozor.apps.releases.serving import page_of, shown

FRESH = 60  # seconds a page is shown again without asking
_KINDS = {
    ".csv": "text/csv",
    ".jsonld": "application/ld+json",
    ".atom": "application/atom+xml",
    ".parquet": "application/vnd.apache.parquet",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
# where the program itself answers, whatever the language: never a page of a release
_OURS = ("work", "sign-in", "sign-out", "join", "key", "health", "static")


class PublicSite:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.files: WhiteNoise | None = None
        self.folder: Path | None = None
        self.lock = threading.Lock()

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        is_asked = request.method in ("GET", "HEAD") and not hasattr(request, "release")
        found = self.answer(request) if is_asked else None
        return found or self.get_response(request)

    def answer(self, request: HttpRequest) -> HttpResponseBase | None:
        """The file at an address of the site; None when the site has none there."""
        folder = shown()
        if folder is None:
            return self._made_now(request)
        if folder != self.folder:
            with self.lock:
                self._look(folder)
        files = self.files
        found = files.files.get(request.path_info) if files else None
        if found is None:
            return None
        return WhiteNoiseMiddleware.serve(found, request)  # type: ignore[no-any-return]

    def _look(self, folder: Path) -> None:
        if folder == self.folder:
            return
        self.files = WhiteNoise(
            None,
            root=str(folder),
            max_age=FRESH,
            index_file=True,
            mimetypes=_KINDS,
            immutable_file_test=r"^/static/.+\.[0-9a-f]{12}\.\w+$",
            add_headers_function=_guard,
        )
        self.folder = folder

    def _made_now(self, request: HttpRequest) -> HttpResponseBase | None:
        """A page made while its visitor waits, as long as the first site is being built."""
        first, _, rest = request.path_info.lstrip("/").partition("/")
        if first in ("be", "en"):
            first = rest.partition("/")[0]
        page = None if first in _OURS else page_of(request.path_info)
        if page is None:
            return None
        ending = request.path_info.rsplit(".", 1)[-1]
        kind = {"csv": "text/csv; charset=utf-8", "png": "image/png"}.get(ending, "text/html; charset=utf-8")
        response = HttpResponse(page, content_type=kind)
        response["Cache-Control"] = "no-cache"  # the file will have its own
        response["X-Frame-Options"] = "DENY"
        return response


def _guard(headers: Headers, path: str, url: str) -> None:
    headers["X-Frame-Options"] = "DENY"
