"""What people type is shown and never obeyed (FLOOR-10): every text column of every table holds markup.

The rows are those of the authorisation matrix; every page of every route is opened by people who may see it.
"""

from __future__ import annotations

from unittest import mock

import pytest
from django.db import models
from tests.instances import Instance
from tests.integration.matrix import executing, planted
from tests.integration.matrix.executing import Matrix, routes
from tests.integration.web.conftest import _pages

pytestmark = pytest.mark.any_engine

__all__ = ["_pages"]
OPEN, SHOWN = "<i onclick=a", "&lt;i onclick=a"
WATCHERS = ("admin", "national", "gomel-lead")


def markup(agency: str, model: type[models.Model], column: str, longest: int | None = None) -> str:
    """Markup that a page must not take for its own; other for each agency, for names that are unique."""
    return f"{OPEN}{planted.AGENCIES.index(agency)}()>\"'</script>{model._meta.model_name}.{column}"[:longest]


def test_floor_10_markup_in_every_text_is_text_on_every_page(untouched_example: Instance) -> None:
    with mock.patch.object(planted, "canary", markup):
        matrix = Matrix()
    watchers = [a for a in matrix.askers if a.login in WATCHERS]
    taken, pages, shown = [], 0, 0
    with mock.patch("dozor.apps.audit.kept.TRUSTS_TRANSACTIONS", True):
        for route in routes():
            if "GET" not in route.methods or route.is_owned:
                continue
            for aim in matrix.aims(route):
                for asker in watchers:
                    if aim.agency is not None and aim.agency not in asker.reach(route):
                        continue
                    answer = matrix.knock(asker, route, "GET", aim)
                    if not answer.get("Content-Type", "").startswith("text/html"):
                        continue
                    text = executing.words(answer)
                    pages, shown = pages + 1, shown + (SHOWN in text)
                    if OPEN in text:
                        taken.append((route.name, asker.login, aim.agency))
    assert not taken, taken[:20]
    assert pages > 300
    assert shown > 60  # it was there to be seen
