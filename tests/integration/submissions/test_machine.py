"""The life of a submission against a model of it, through the real actions (SUB).

SUB-020  Whatever people try, in whatever order: a step is taken when the model allows it and by nobody else's
         hands, else it is refused with a code and nothing changes.
SUB-021  The bank holds what was accepted last, and every step is one sealed event.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import hypothesis.strategies as st
import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from tests.instances import Instance

from dozor.apps.audit.models import Event
from dozor.apps.bank.models import Observation
from dozor.apps.organisations.models import Agency
from dozor.apps.submissions import actions
from dozor.apps.submissions.models import Submission
from dozor.core.findings import Refused
from dozor.core.submissions.content import Row

PEOPLE = st.sampled_from(["anna", "boris", "vera"])
VALUES = st.sampled_from(["1", "2", "3", "140"])  # the last one cannot be: more than all


@dataclass
class Model:
    """What a submission should be, kept without the program."""

    state: str = "none"
    versions: list[tuple[str, str]] = field(default_factory=list)  # value, by whom
    sent: int = 0
    accepted: int = 0
    hands: dict[int, set[str]] = field(default_factory=dict)
    events: int = 0


class Life(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.now = datetime(2026, 3, 1, 9, tzinfo=UTC)
        self.model = Model()
        self.undo = transaction.atomic()
        self.undo.__enter__()

    @initialize()
    def find_agency(self) -> None:
        self.agency = Agency.objects.get(code="MOI")
        self.journal = Event.objects.count()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.undo.__exit__(None, None, None)

    # --- what people try --------------------------------------------------------------------------

    def tried(self, allowed: bool, act: Any, **given: Any) -> bool:
        self.now += timedelta(minutes=1)
        if act is not actions.hand_in:
            if self.model.state == "none":
                return False
            given["submission"] = self.submission()
        before = Event.objects.count()
        try:
            act(at=self.now, **given)
        except Refused as refused:
            assert not allowed, refused
            assert all(f.code.startswith(("SUB-", "VAL-")) for f in refused.findings)
            assert Event.objects.count() == before
            return False
        assert allowed, (act, given, self.model)
        return True

    def submission(self) -> Submission:
        return Submission.objects.get(agency=self.agency)

    def is_right(self) -> bool:
        return bool(self.model.versions) and self.model.versions[-1][0] != "140"

    @rule(by=PEOPLE, value=VALUES)
    def hand_in(self, by: str, value: str) -> None:
        m = self.model
        is_new = not m.versions or m.versions[-1][0] != value
        row = Row("9.1", "BY", "2025", "percent", population="advertising", value=value)
        given = {"agency": self.agency, "collection": "airtime-statistics", "year": 2025, "rows": [row]}
        if self.tried(m.state != "locked", actions.hand_in, came_by="browser", by=by, **given):
            m.state = "draft" if m.state == "none" else m.state
            if is_new:
                m.versions.append((value, by))
                m.hands[len(m.versions)] = {by}
                m.events += 1

    def send(self, state: str, by: str) -> None:
        m = self.model
        m.state, m.sent = "submitted", len(m.versions)
        m.hands[m.sent].add(by)
        m.events += 1

    @rule(by=PEOPLE)
    def submit(self, by: str) -> None:
        if self.tried(self.model.state == "draft" and self.is_right(), actions.submit, by=by):
            self.send("draft", by)

    @rule(by=PEOPLE, words=st.sampled_from(["", "put right"]))
    def answer(self, by: str, words: str) -> None:
        allowed = self.model.state == "returned" and bool(words) and self.is_right()
        if self.tried(allowed, actions.answer, by=by, answers={0: words}):
            self.send("returned", by)

    @rule(by=PEOPLE, reason=st.sampled_from(["", "a slip"]))
    def correct(self, by: str, reason: str) -> None:
        m = self.model
        is_newer = len(m.versions) > m.sent
        allowed = m.state in {"submitted", "accepted"} and bool(reason) and is_newer and self.is_right()
        if self.tried(allowed, actions.correct, by=by, reason=reason):
            self.send(m.state, by)

    @rule(by=PEOPLE, column=st.sampled_from(["value", "nothing"]))
    def send_back(self, by: str, column: str) -> None:
        m = self.model
        remark = {
            "row": "9.1|advertising|||BY|2025",
            "column": column,
            "reason": "other",
            "text": "look again",
        }
        allowed = m.state in {"submitted", "accepted"} and column == "value"
        if self.tried(allowed, actions.send_back, by=by, remarks=[remark]):
            m.state, m.events = "returned", m.events + 1

    @rule(by=PEOPLE, stands_for=st.sampled_from(["", "anna"]))
    def accept(self, by: str, stands_for: str) -> None:
        m = self.model
        hands = m.hands.get(m.sent, set())
        allowed = m.state == "submitted" and by not in hands and stands_for not in hands
        if self.tried(allowed, actions.accept, by=by, on_behalf_of=stands_for):
            m.state, m.accepted, m.events = "accepted", m.sent, m.events + 1

    @rule(by=PEOPLE)
    def lock(self, by: str) -> None:
        m = self.model
        if self.tried(m.state == "accepted" and by not in m.hands[m.accepted], actions.lock, by=by):
            m.state, m.events = "locked", m.events + 1

    @rule(by=PEOPLE, number=st.sampled_from(["", "12"]))
    def reopen(self, by: str, number: str) -> None:
        m = self.model
        given = {"by": by, "number": number, "dated_on": date(2026, 2, 1), "reason": "a wrong unit"}
        if self.tried(m.state == "locked" and bool(number), actions.reopen, **given):
            m.state, m.events = "accepted", m.events + 1

    # --- what must hold ---------------------------------------------------------------------------

    @invariant()
    def it_stands_as_the_model_says(self) -> None:
        m = self.model
        if m.state == "none":
            assert not Submission.objects.filter(agency__code="MOI").exists()
            return
        found = self.submission()
        assert (found.state, found.submitted_number, found.accepted_number) == (m.state, m.sent, m.accepted)
        assert [v.content[0].value for v in found.versions.order_by("number")] == [v for v, _ in m.versions]
        assert found.events.count() == m.events
        assert (found.answer_due_on is not None) == (m.state == "returned")

    @invariant()
    def the_bank_holds_what_was_accepted_last(self) -> None:
        m = self.model
        standing = Observation.objects.filter(indicator="9.1", superseded_by__isnull=True)
        values = [str(o.value.normalize()) for o in standing if o.value is not None]
        assert values == ([m.versions[m.accepted - 1][0]] if m.accepted else [])


@pytest.mark.filterwarnings("ignore::hypothesis.errors.NonInteractiveExampleWarning")
def test_sub_020_whatever_people_try(untouched: Instance) -> None:
    run_state_machine_as_test(
        Life,
        settings=settings(
            max_examples=25,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            database=None,
        ),
    )
