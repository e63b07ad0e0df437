"""What commands show in tables is in the person's language (LAN)."""

from __future__ import annotations

import pytest

from dozor.cli import words
from dozor.core.calendar.obligation import Status
from dozor.core.quality.standing import DoubtState
from dozor.core.submissions.states import Act, State
from dozor.language import gettext


@pytest.mark.parametrize("language", ["ru", "be"])
def test_lan_004_every_code_has_its_words(language: str):
    tables = {name: told for name, told in vars(words).items() if name.isupper()}
    assert len(tables) == 7
    for name, told in tables.items():
        assert [w for w in told.values() if gettext(w, language) == w] == [], name


def test_lan_004_no_code_is_without_words():
    assert set(words.DUTY_STATES) == set(Status)
    assert set(words.DOUBT_STATES) == set(DoubtState)
    assert set(words.SUBMISSION_STATES) == set(State)
    assert set(words.SUBMISSION_ACTS) == set(Act)
