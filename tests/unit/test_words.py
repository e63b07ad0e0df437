"""Pages and commands show no code without its words (LAN).

LAN-004  Every state and act that can occur has its words; that they are translated is LAN-001.
LAN-005  A finding that speaks of a state or an act says its words, in the reader's language.
"""

from __future__ import annotations

import pytest

from dozor.apps.packages.models import Package
from dozor.core.calendar.obligation import Status
from dozor.core.findings import Finding, Refused
from dozor.core.messages import WORDINGS
from dozor.core.quality.standing import DoubtState
from dozor.core.submissions.states import Act, State, after
from dozor.language import say, words
from dozor.language.messages import NAMED


def test_lan_004_no_code_is_without_words():
    assert set(words.DUTY_STATES) == set(Status)
    assert set(words.DOUBT_STATES) == set(DoubtState)
    assert set(words.SUBMISSION_STATES) == set(State)
    assert set(words.SUBMISSION_ACTS) == set(Act)
    assert set(words.PACKAGE_KINDS) == set(Package.Kind.values)
    assert set(words.PACKAGE_DIRECTIONS) == set(Package.Direction.values)


def test_lan_005_findings_say_states_and_acts_in_words():
    for code, tables in NAMED.items():
        for name in tables:
            assert f"{{{name}}}" in WORDINGS[code].happened + WORDINGS[code].expected
    with pytest.raises(Refused) as refused:
        after(State.LOCKED, Act.SEND_BACK)
    (finding,) = refused.value.findings
    assert finding.found == "locked"  # a program reads the code
    said = say(finding, "ru")
    assert "«закрыто», после которого «возвращено»" in said.message
    assert said.expected == "одно из: открыто вновь по решению"
    unknown = say(Finding("QLT-STATE", found="of a later version"), "en")
    assert "of a later version" in unknown.message  # what no table knows stands as it is
