"""Pages and commands show no code without its words (LAN).

LAN-004  Every state and act that can occur has its words; that they are translated is LAN-001.
"""

from __future__ import annotations

from dozor.apps.packages.models import Package
from dozor.core.calendar.obligation import Status
from dozor.core.quality.standing import DoubtState
from dozor.core.submissions.states import Act, State
from dozor.language import words


def test_lan_004_no_code_is_without_words():
    assert set(words.DUTY_STATES) == set(Status)
    assert set(words.DOUBT_STATES) == set(DoubtState)
    assert set(words.SUBMISSION_STATES) == set(State)
    assert set(words.SUBMISSION_ACTS) == set(Act)
    assert set(words.PACKAGE_KINDS) == set(Package.Kind.values)
    assert set(words.PACKAGE_DIRECTIONS) == set(Package.Direction.values)
