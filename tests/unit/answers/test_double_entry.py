"""Two entries of one sheet (DBL).

DBL-001  What is written in two ways and means the same does not differ; what differs is told in its place.
DBL-002  The rate counts the fields that somebody typed.
DBL-003  Settling keeps what was chosen, entries of repeated groups too.
"""

from __future__ import annotations

from datetime import date

from dozor.core.answers.double_entry import (
    Difference,
    compare,
    settled,
    with_turns,
    without_empty_turns,
)
from dozor.core.answers.filling import Filling
from dozor.formats.plan_folder import find_plan

TODAY = date(2026, 11, 26)
AIRTIME = find_plan("by-hiv-2006-123").instruments["airtime-statistics"]
HEAD = {"unit": "TV", "year": "2026"}
CHANNEL = {
    "area": "BY-HO", "channel_code": "TV-1", "medium": "television", "minutes_all": "1000",
    "minutes_hiv": "12.5",
}  # fmt: skip


def entry(*channels: dict[str, str], **head: str) -> Filling:
    return Filling({**HEAD, **head}, {"channel": list(channels)})


def test_dbl_001_the_same_in_other_writing_does_not_differ():
    other = {**CHANNEL, "minutes_all": "1 000", "minutes_hiv": "12,5"}
    found = compare(AIRTIME, entry(CHANNEL), entry(other), today=TODAY)
    assert (found.differences, found.fields, found.rate) == ((), 7, 0)


def test_dbl_001_and_002_each_difference_in_its_place():
    first, second = entry(CHANNEL, {**CHANNEL, "channel_code": "R-1"}), entry(CHANNEL, year="2025")
    found = compare(AIRTIME, first, second, today=TODAY)
    assert found.differences[0] == Difference("year", 0, "2026", "2025")
    assert [(d.field, d.turn, d.second) for d in found.differences[1:]] == [(name, 2, "") for name in CHANNEL]
    assert (found.fields, found.rate) == (12, 6 / 12)
    assert compare(AIRTIME, Filling(), Filling(), today=TODAY).rate is None


def test_dbl_003_settling_keeps_what_was_chosen():
    first, second = entry(CHANNEL), entry(CHANNEL, {**CHANNEL, "channel_code": "R-1"}, year="2025")
    differences = compare(AIRTIME, first, second, today=TODAY).differences
    whole = with_turns(first, second)
    taken = without_empty_turns(settled(whole, differences, [d.second for d in differences]))
    assert taken == second
    left = without_empty_turns(settled(whole, differences, [d.first for d in differences]))
    assert left == first
    other = settled(whole, differences, ["2024", *(d.second for d in differences[1:])])
    assert other.texts["year"] == "2024"
