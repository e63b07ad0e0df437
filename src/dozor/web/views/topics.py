"""Topics: pages that tell one story from several series, as the plans' text says."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from dozor.apps.organisations.scope import Right
from dozor.core.plan.topics import Topic
from dozor.web.names import Names
from dozor.web.remembered import remembered
from dozor.web.rights import asks
from dozor.web.topics import chapters
from dozor.web.topics import topics as all_topics


@asks(Right.READ_BANK)
def topics(request: HttpRequest) -> HttpResponse:
    return render(request, "topics.html", {"topics": all_topics(Names.of(request))})


@asks(Right.READ_BANK)
def topic(request: HttpRequest, code: str) -> HttpResponse:
    names = Names.of(request)
    found = next((one for one in all_topics(names) if one.code == code), None)
    if found is None:
        raise Http404
    return render(request, "topic.html", what_it_says(found, names))


def what_it_says(found: Topic, names: Names) -> dict[str, Any]:
    """Everything a topic's page says, worked out once while the bank stays as it is."""
    made = remembered(f"topic {found.code}", names, lambda: chapters(found, names))
    others = [one for one in all_topics(names) if one.code != found.code]
    return {"topic": found, "chapters": made, "others": others}
