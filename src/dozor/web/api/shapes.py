"""Shapes of what the API is asked and what it answers."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import BeforeValidator, Field, WithJsonSchema

from dozor.core.findings import Refused
from dozor.core.observations.instant import read_instant
from dozor.core.observations.period import FIRST_YEAR, LAST_YEAR
from dozor.core.quality.standing import DoubtState

Language = Literal["ru", "be", "en"]
# a text of ours holds no control signs, and PostgreSQL none of them at all
Code = Annotated[str, Field(min_length=1, max_length=160, pattern=r"^[^\x00-\x1f\x7f]+$")]
Year = Annotated[int, Field(ge=FIRST_YEAR, le=LAST_YEAR, description="reporting year")]

# a code would tell an agency and its collection to every log on the way
Id = Annotated[int, Field(ge=1, lt=2**63, description="the `id` a list gives")]


def _instant(text: object) -> datetime:
    try:
        return read_instant(str(text))
    except Refused:
        raise ValueError("neither a date nor an instant") from None


_WRITTEN = {"anyOf": [{"type": "string", "format": form} for form in ("date", "date-time")]}
Instant = Annotated[datetime, BeforeValidator(_instant), WithJsonSchema(_WRITTEN)]


class Question(Schema):
    """What every question may say."""

    language: Annotated[Language, Field(description="language of sentences")] = "ru"


class DutiesAsked(Question):
    year: Year
    agency: Annotated[
        Code | None, Field(description="code of an agency; all those you may see without it")
    ] = None
    as_of: Annotated[date | None, Field(description="as of this day; today without it")] = None


class ValuesAsked(Question):
    indicator: Annotated[Code, Field(description="code, for example 11.1")]
    area: Annotated[Code | None, Field(description="code or exact English name of a place")] = None
    population: Code | None = None
    as_known_on: Annotated[
        Instant | None,
        Field(description="a date (its end in Minsk) or an instant with its offset"),
    ] = None
    offset: Annotated[int, Field(ge=0, le=100_000_000)] = 0
    limit: Annotated[int, Field(ge=1, le=10_000)] = 1_000


class OfAYear(Question):
    year: Annotated[Year | None, Field(description="all years without it")] = None


class DoubtsAsked(OfAYear):
    agency: Annotated[
        Code | None, Field(description="code of an agency; all those you may see without it")
    ] = None
    state: Annotated[DoubtState | None, Field(description="all states without it")] = None
    offset: Annotated[int, Field(ge=0, le=100_000_000)] = 0
    limit: Annotated[int, Field(ge=1, le=10_000)] = 1_000


class Duty(Schema):
    """One duty: who owes what to whom by when, on what ground."""

    indicator: str | None
    executor: str
    agency: str
    area: str
    year: int
    recipient: str
    due_on: date | None
    expected_by: date | None
    target_on: date | None
    basis: str
    status: str


class Value(Schema):
    """One value as one source gave it; `missing` says why `value` is null."""

    indicator: str
    population: str
    sex: str
    age: str
    area: str
    period: str
    value: int | float | None
    unit: str
    lower: int | float | None
    upper: int | float | None
    recorded_at: str
    source: str
    simulated: bool
    headline: bool
    missing: str | None
    match: str | None


class Values(Schema):
    """A part of the values asked for; `count` is that of all of them."""

    count: int
    values: list[Value]


class RoundShown(Schema):
    """A round and how far it is; counts of records, never an answer."""

    id: int
    code: str
    instrument: str
    year: int
    agency: str | None
    state: Literal["planned", "open", "closed"]
    opens_at: datetime
    planned_end_on: date | None
    closed_at: datetime | None
    records: int
    kept_apart: int
    planned: Annotated[int | None, Field(description="records the list of the sample asks for")]
    simulated: bool


class SubmissionShown(Schema):
    """A submission and where it stands."""

    id: int
    code: str
    agency: str
    recipient: str
    collection: str
    year: int
    state: str
    answer_due_on: date | None
    submitted_version: int
    accepted_version: int


class SubmissionWhole(SubmissionShown):
    """A submission with the rows of the version you may see, every cell as its agency wrote it."""

    version: int
    checksum: str
    handed_in_at: datetime | None
    rows: list[dict[str, str | bool]]


class Doubt(Schema):
    """What a rule of quality found, and how it was answered; `place` names the cell or the records."""

    number: int
    rule: str
    grade: str
    about: str
    agency: str
    submission: str | None
    round: str | None
    place: dict[str, Any]
    code: str
    found: str
    expected: str
    message: str
    state: DoubtState
    answer: str | None
    raised_at: datetime


class Doubts(Schema):
    """A part of the doubts asked for, open ones first; `count` is that of all of them."""

    count: int
    doubts: list[Doubt]


class Said(Schema):
    """What was not as asked, in the words of the command line."""

    code: str
    column: str | None
    found: str
    expected: str
    message: str


class Findings(Schema):
    findings: list[Said]


class PlanShown(Schema):
    """The plan as `dozor plan show --format json` gives it; every text in three languages."""

    code: str
    version: str
    kind: str
    title: dict[str, str]
    in_force: Any
    in_force_from: date | None
    in_force_to: date | None
    confirmed_until: date | None
    status_note: dict[str, str] | None
    directions: list[dict[str, Any]]
    indicators: list[dict[str, Any]]
