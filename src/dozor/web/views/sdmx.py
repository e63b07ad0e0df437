"""SDMX REST 1.5 under ``/sdmx/``: statistical programs ask the newest public release, and its files alone."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from dozor.apps.organisations.scope import Right
from dozor.apps.releases.serving import sdmx_message
from dozor.publishing.opendata.sdmx_query import NotAnswered, error_message, select_data, select_structure
from dozor.web.pace import paced
from dozor.web.rights import asks

_DATA = "application/vnd.sdmx.structurespecificdata+xml;version=2.1"
_STRUCTURE = "application/vnd.sdmx.structure+xml;version=2.1"
_ERROR = "application/vnd.sdmx.error+xml;version=2.1"


@paced
@asks(Right.READ_PUBLISHED)
def data(request: HttpRequest, flow: str, key: str = "all", provider: str = "all") -> HttpResponse:
    """``/sdmx/data/MONITORING/A.11_1.PWID...BY.?startPeriod=2015``"""
    asked = {name: str(text) for name, text in request.GET.items()}
    return _answer("data.xml", _DATA, lambda message: select_data(message, flow=flow, key=key, asked=asked))


@paced
@asks(Right.READ_PUBLISHED)
def structure(
    request: HttpRequest, kind: str, agency: str = "all", code: str = "all", version: str = "latest"
) -> HttpResponse:
    """``/sdmx/dataflow``, ``/sdmx/datastructure/DOZOR/MONITORING?references=all``, code lists, concepts."""
    references = str(request.GET.get("references", "none"))
    return _answer(
        "structure.xml",
        _STRUCTURE,
        lambda message: select_structure(
            message, kind=kind, agency=agency, code=code, version=version, references=references
        ),
    )


def _answer(file: str, kind: str, cut: Callable[[bytes], bytes]) -> HttpResponse:
    try:
        message = sdmx_message(file)
        if message is None:
            raise NotAnswered(100, 404, "nothing has been published yet")
        return HttpResponse(cut(message), content_type=kind)
    except NotAnswered as error:
        return HttpResponse(error_message(error), content_type=_ERROR, status=error.status)
