"""Whatever is recorded, the calendar answers, and its answers agree with one another."""

from __future__ import annotations

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.duties import agencies, duties, plan

from dozor.core.calendar.facts import Agreement, Decision, Receipt, Round
from dozor.core.calendar.obligation import MET, Status

collections = st.sampled_from([c.code for c in plan().collections])
centres = st.sampled_from([a.code for a in agencies() if {"OCHEPH", "MCHE"} & set(a.roles)])
ministries = st.sampled_from(["MOH", "MOE", "MIA", "MOD", "MOI", "COUNCIL"])
codes = st.sampled_from([i.code for i in plan().indicators])
years = st.integers(2024, 2027)
days = st.dates(date(2024, 1, 1), date(2028, 6, 1))

planned = st.builds(
    lambda c, a, y, end, letter: Round(c, a, y, planned_end_on=end, dated_on=letter),
    collections,
    st.none() | centres,
    years,
    days,
    days,
)
ended = st.builds(lambda c, a, y, end: Round(c, a, y, ended_on=end), collections, centres, years, days)
decisions = st.builds(
    lambda c, a, y, d, by: Decision(
        c, a, y, "postponed" if by else "not-held", "1", d, "x", y + by if by else None
    ),
    collections,
    st.none() | centres,
    years,
    days,
    st.integers(0, 3),
)
agreements = st.builds(Agreement, ministries, years, days, st.just("1"), st.none() | codes, days)
receipts = st.builds(
    Receipt, centres | ministries, years, codes, st.sampled_from(["paper", "electronic"]), days
)
facts = st.lists(planned | ended | decisions | agreements | receipts, max_size=12)


@settings(max_examples=60, deadline=None)
@given(facts, years, days)
def test_the_calendar_always_answers_and_its_answers_agree(
    recorded: list[Round], year: int, as_of: date
) -> None:
    found = duties(year, *recorded, as_of=as_of)
    assert len(found) >= len(duties(year))  # a round put off into the year adds to it, nothing is ever lost
    assert len({(o.indicator, o.agency, o.recipient) for o in found}) == len(found)
    for o in found:
        assert o.received == tuple(sorted(o.received))
        assert all(on <= as_of for _, on in o.received)
        if o.status in MET:
            assert len(o.received) == 2
        if o.status in (Status.DUE, Status.DUE_SOON):
            assert o.due_on is not None
            assert o.due_on >= as_of
            assert o.days_left == (o.due_on - as_of).days
        if o.status is Status.OVERDUE:
            assert o.due_on is not None
            assert o.due_on < as_of
        if o.status in (Status.NO_DATE_AGREED, Status.COLLECTING, Status.COLLECTION_NOT_PLANNED):
            assert o.due_on is None
        if o.status in (Status.POSTPONED, Status.NOT_HELD):
            assert o.decision is not None
            assert o.decision.dated_on <= as_of


@settings(max_examples=40, deadline=None)
@given(facts, days)
def test_a_fact_of_the_future_changes_nothing_before_it(recorded: list[Round], as_of: date) -> None:
    known = [f for f in recorded if known_on(f) <= as_of]
    assert duties(2025, *known, as_of=as_of) == duties(2025, *recorded, as_of=as_of)


def known_on(fact: Round | Decision | Agreement | Receipt) -> date:
    """The day a fact becomes known: it happens, or its letter is written."""
    if isinstance(fact, Receipt):
        return fact.received_on
    day = fact.ended_on if isinstance(fact, Round) and fact.ended_on else fact.dated_on
    assert day is not None
    return day
