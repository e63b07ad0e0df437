"""What commands show in tables is in the person's language, and in the pages' words (LAN)."""

from __future__ import annotations

import pytest
from django.utils import translation

from dozor.cli import words
from dozor.core.calendar.obligation import Status
from dozor.core.quality.standing import DoubtState
from dozor.core.submissions.states import Act, State
from dozor.language import gettext
from dozor.web import doubts, duties, packages, submissions
from dozor.web.views import releases


@pytest.mark.parametrize("language", ["ru", "be"])
def test_lan_004_every_code_has_its_words(language: str):
    tables = {name: told for name, told in vars(words).items() if name.isupper()}
    assert len(tables) == 8
    for name, told in tables.items():
        assert [w for w in told.values() if gettext(w, language) == w] == [], name


def test_lan_004_no_code_is_without_words():
    assert set(words.DUTY_STATES) == set(Status)
    assert set(words.DOUBT_STATES) == set(DoubtState)
    assert set(words.SUBMISSION_STATES) == set(State)
    assert set(words.SUBMISSION_ACTS) == set(Act)


def test_lan_005_commands_and_pages_say_the_same():
    pages = {
        "SUBMISSION_STATES": submissions.STATES,
        "SUBMISSION_ACTS": submissions.ACTS,
        "PACKAGE_KINDS": packages.CARRIED,
        "DOUBT_STATES": doubts.STATES,
        "DUTY_STATES": duties.WORDS,
        "RELEASE_STATES": {state: told for state, (_, told) in releases.STATES.items()},
    }
    with translation.override("en"):
        for name, told in pages.items():
            assert {str(k): str(v) for k, v in told.items()} == getattr(words, name), name
