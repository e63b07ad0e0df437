"""Reporting rates and where a duty waits (RATE).

RATE-001  Rates are counted over what is expected, by hand.
RATE-002  A duty waits where its submission and its dates say.
RATE-003  Reminders come on their days before and after a due date, each once, none long after.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from tests.duties import duty

from dozor.core.calendar.facts import Decision, Receipt, Round
from dozor.core.calendar.rates import ReportingRate, reporting_rate
from dozor.core.calendar.reminding import REMINDED, reminder_on
from dozor.core.submissions.progress import Stage, stage

AGENCY = "OCHEPH-BR"
ENDED = Round("survey-msm", AGENCY, 2025, ended_on=date(2025, 9, 1))


def received(*media: str, on: date = date(2025, 9, 10), sent: date | None = None) -> list[Receipt]:
    return [Receipt(AGENCY, 2025, "8.1", medium, on, sent) for medium in media]  # type: ignore[arg-type]


def test_rate_001_rates_are_of_the_expected():
    whole = [
        duty(2025, "8.1", AGENCY, ENDED, *received("paper", "electronic")),
        duty(2025, "8.1", AGENCY, ENDED, *received("paper", "electronic", on=date(2025, 10, 1))),
        # sent in time, carried late by the post
        duty(
            2025, "8.1", AGENCY, ENDED,
            *received("paper", "electronic", on=date(2025, 10, 1), sent=date(2025, 9, 19)),
        ),
        duty(2025, "8.1", AGENCY, ENDED, *received("electronic")),
        duty(
            2025, "8.1", AGENCY,
            Decision("survey-msm", AGENCY, 2025, "not-held", "1", date(2025, 1, 9), "no money"),
        ),
    ]  # fmt: skip
    rate = reporting_rate(whole)
    assert rate == ReportingRate(expected=4, received=3, on_time=2)
    assert (rate.percent, rate.percent_on_time) == (Decimal("75.0"), Decimal("50.0"))
    assert ReportingRate().percent is None


@pytest.mark.parametrize(
    ("facts", "state", "expected"),
    [
        ((), None, Stage.UNDATED),
        ((Round("survey-msm", AGENCY, 2025, planned_end_on=date(2025, 12, 30)),), None, Stage.COLLECTING),
        ((ENDED,), None, Stage.PREPARING),
        ((ENDED,), "draft", Stage.PREPARING),
        ((ENDED,), "submitted", Stage.CHECKING),
        ((ENDED, *received("paper", "electronic")), "submitted", Stage.CHECKING),
        ((ENDED, *received("paper", "electronic")), "returned", Stage.RETURNED),
        ((ENDED, *received("electronic")), "accepted", Stage.PAPER),
        ((ENDED, *received("paper", "electronic")), "locked", Stage.DONE),
        ((ENDED, *received("paper", "electronic")), None, Stage.DONE),
        (
            (Decision("survey-msm", AGENCY, 2025, "not-held", "1", date(2025, 1, 9), "no money"),),
            None,
            Stage.NOT_EXPECTED,
        ),
    ],
)
def test_rate_002_where_a_duty_waits(facts: tuple[object, ...], state: str | None, expected: Stage):
    assert stage(duty(2025, "8.1", AGENCY, *facts), state) is expected


def test_rate_003_reminders_on_their_days():
    due = date(2026, 3, 1)
    days = [due + timedelta(days=n) for n in range(-30, 30)]
    told = [reminder_on(due, day) for day in days]
    # whoever looks every day is told each of them once, in order
    assert list(dict.fromkeys(t for t in told if t is not None)) == list(REMINDED)
    assert told[0] is None
    assert told[-1] is None
    assert all(t is None or 0 <= (day - due).days - t <= 6 for t, day in zip(told, days, strict=True))
