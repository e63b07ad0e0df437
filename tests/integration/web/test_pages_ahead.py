"""Pages are prepared before anybody asks: in every language, and again after a change of the bank."""

from __future__ import annotations

from unittest import mock

import pytest
from django.core.cache import cache
from django.test import Client
from tests.instances import Instance, table
from tests.integration.web.conftest import browser

from dozor.apps.audit import kept
from dozor.web import ahead, pictures

pytestmark = pytest.mark.any_engine

PAGES = (
    "/work/",
    "/be/work/",
    "/en/work/indicators/by-hiv-2006-123/11.1/",
    "/work/indicators/by-context/hiv-new-cases/",
    "/work/places/BY-HO/",
)


@pytest.fixture
def without_engine() -> mock.MagicMock:
    return mock.MagicMock(side_effect=AssertionError("a chart was drawn while a visitor waited"))


def test_prepared_pages_draw_nothing_when_asked(
    untouched_example: Instance, without_engine: mock.MagicMock
) -> None:
    cache.clear()
    shown = {"11.1", "hiv-new-cases"}  # of those with values: all of them would take a minute
    with mock.patch.object(ahead, "indicators_with_values", return_value=shown):
        ahead.prepare_pages()
    with mock.patch.object(pictures, "draw_svg", without_engine):
        for page in PAGES:
            assert b"<svg" in browser("ministry").get(page).content


def test_a_page_not_prepared_does_draw(untouched_example: Instance, without_engine: mock.MagicMock) -> None:
    cache.clear()
    kept.forget()
    with (
        mock.patch.object(pictures, "draw_svg", without_engine),
        pytest.raises(AssertionError, match="drawn"),
    ):
        browser("ministry").get("/work/")


def test_a_server_process_has_the_first_page_ready(
    untouched_example: Instance, without_engine: mock.MagicMock
) -> None:
    cache.clear()
    ahead.before_visitors()
    with mock.patch.object(pictures, "draw_svg", without_engine):
        assert Client().get("/").status_code == 200


def test_a_changed_bank_is_prepared_again(example: Instance) -> None:
    class EnoughError(Exception):
        pass

    looks: list[str] = []

    def pause(_seconds: float) -> None:
        looks.append("look")
        if len(looks) == 2:
            assert example.load(table({"value": "31.5"})).code == 0
        if len(looks) == 3:
            raise EnoughError

    with (
        mock.patch.object(ahead, "prepare_pages") as prepare,
        mock.patch.object(ahead, "keep_site"),  # minutes, and tests of its own
        mock.patch.object(ahead.os, "setpriority"),  # this thread has more tests to run
        mock.patch.object(ahead.time, "sleep", pause),
        pytest.raises(EnoughError),
    ):
        ahead.keep_prepared()
    # at the start and after the import; the second look found nothing new
    assert prepare.call_count == 2
