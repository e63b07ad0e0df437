"""`dozor round …` and `dozor obligations` (DUTY).

DUTY-001 each recorded fact shows in the duties that follow from it, and in the journal
DUTY-002 what cannot be is refused with a code in three languages, and nothing changes
DUTY-003 the list of duties has the fields scripts rely on, and its counts
DUTY-004 the calendar file of an agency
"""

from __future__ import annotations

import shlex
from datetime import date
from typing import Any

import pytest
from icalendar import Calendar
from tests.instances import MADE_AT, CopyOf, Instance

FIELDS = set(
    "indicator executor agency area year recipient due_on expected_by target_on basis status".split()
)


def duties(instance: Instance, *options: str, year: int = 2025) -> list[dict[str, Any]]:
    ran = instance.cli("obligations", "--year", str(year), "--format", "json", *options)
    assert ran.code == 0, ran.err
    return ran.json  # type: ignore[no-any-return]


def duty(
    instance: Instance, indicator: str | None, agency: str, as_of: str, year: int = 2025
) -> dict[str, Any]:
    (found,) = (
        d
        for d in duties(instance, "--agency", agency, "--as-of", as_of, year=year)
        if d["indicator"] == indicator
    )
    return found


@pytest.fixture
def since(instance: Instance) -> Instance:
    """An instance in use since 2020, so that duties of 2025 are judged."""
    from django.utils import timezone

    from dozor.apps.plans.actions import decide
    from dozor.apps.plans.queries import USED_SINCE

    decide(name=USED_SINCE, value="2020-01-01", reason="", by="t", at=timezone.now())
    return instance


def ok(instance: Instance, *arguments: str) -> None:
    ran = instance.cli(*arguments)
    assert (ran.code, ran.out) == (0, ""), ran.err


def test_duty_001_from_the_letter_to_the_receipt(since: Instance) -> None:
    brest = ("--agency", "OCHEPH-BR")
    assert duty(since, "8.1", "OCHEPH-BR", "2025-09-11")["status"] == "collection-not-planned"
    ok(
        since,
        "round",
        "plan",
        "survey-msm",
        "--year",
        "2025",
        "--planned-end",
        "2025-09-10",
        "--number",
        "5/77",
    )
    planned = duty(since, "8.1", "OCHEPH-BR", "2025-09-11")
    assert (planned["due_on"], planned["expected_by"], planned["status"]) == (
        None,
        "2025-09-30",
        "collection-overdue",
    )
    ok(
        since,
        "round",
        "ended",
        "survey-msm",
        "--year",
        "2025",
        *brest,
        "--on",
        "2025-09-12",
        "--evidence",
        "act 3",
    )
    ended = duty(since, "8.1", "OCHEPH-BR", "2025-09-20")
    assert (ended["due_on"], ended["expected_by"], ended["status"]) == ("2025-10-02", "2025-10-02", "due")
    for medium in ("paper", "electronic"):
        ok(since, "round", "receive", "--year", "2025", *brest, "--medium", medium, "--on", "2025-10-01",
           "--number", "8", "--indicator", "8.1")  # fmt: skip
    assert duty(since, "8.1", "OCHEPH-BR", "2025-09-30")["status"] == "due-soon"
    assert duty(since, "8.1", "OCHEPH-BR", "2025-10-01")["status"] == "received"
    actions = [e["action"] for e in since.cli("audit", "export").json["events"]][-4:]
    assert actions == ["round planned", "collection ended", "data received", "data received"]
    assert since.cli("verify").code == 0


def test_duty_001_agreed_put_off_and_not_held(since: Instance) -> None:
    ok(
        since,
        "round",
        "agree",
        "--year",
        "2025",
        "--agency",
        "MOE",
        "--due",
        "2026-02-02",
        "--number",
        "7-1/15",
    )
    first = duties(since, "--agency", "MOE", "--as-of", "2026-02-03")
    assert {(d["due_on"], d["status"]) for d in first} == {("2026-02-02", "overdue")}
    decision = ("--number", "14", "--reason", "epidemic", "--dated", "2025-03-01")
    ok(since, "round", "postpone", "survey-msm", "--year", "2025", "--to", "2026", *decision)
    assert duty(since, "8.1", "OCHEPH-BR", "2025-12-31")["status"] == "postponed"
    assert duty(since, "8.1", "OCHEPH-BR", "2026-01-31", year=2026)["status"] == "collection-not-planned"
    ok(since, "round", "not-held", "survey-women", "--year", "2025", *decision)
    assert "not-held" in {d["status"] for d in duties(since, "--as-of", "2025-12-31")}
    assert since.cli("verify").code == 0


def test_duty_001_a_request_to_a_district_centre_is_outside_the_counts(since: Instance) -> None:
    from dozor.apps.collection.queries import requests
    from dozor.apps.organisations.models import Agency

    below = Agency.objects.filter(parent="OCHEPH-BR").first()
    assert below is not None
    before = len(duties(since))
    ok(since, "round", "request", "--sender", "OCHEPH-BR", "--recipient", below.code, "--year", "2025",
       "--scope", "lists", "--due", "2025-08-01", "--number", "9")  # fmt: skip
    assert len(duties(since)) == before
    assert [r.scope for r in requests(year=2025)] == ["lists"]
    assert requests(year=2025, agency={"OCHEPH-HO"}) == []
    assert len(requests(year=2025, agency={below.code})) == 1


YEAR = ("--year", "2025")
BREST = ("--agency", "OCHEPH-BR")
LETTER = "--year 2025 --number 1"
END = "round ended survey-msm --year 2025 --agency OCHEPH-BR"
RECEIPT = f"round receive {LETTER} --agency OCHEPH-BR"
DECISION = f"{LETTER} --reason x --dated 2025-01-01"
REQUEST = f"round request {LETTER} --due 2025-08-01 --scope x"
# a command, and the code of what it is told
BAD = f"""
INST-COLLECTION         round plan survey-cats {LETTER} --planned-end 2025-09-01
INST-DATE               round plan survey-msm {LETTER} --planned-end 1.9.25
DUTY-END-BEFORE-YEAR    round plan survey-msm {LETTER} --planned-end 2024-12-31
INST-YEAR               round plan survey-msm --year 1999 --number 1 --planned-end 2025-09-01
DUTY-END-IN-FUTURE      {END} --on 2999-01-01 --evidence x
DUTY-EVIDENCE           {END} --on 2025-09-01 --evidence ' '
INST-TOO-LONG           {END} --on 2025-09-01 --evidence {"x" * 501}
INST-AGENCY             round ended survey-msm --year 2025 --agency X --on 2025-09-01 --evidence x
DUTY-MEDIUM             {RECEIPT} --medium fax --on 2026-01-01
DUTY-RECEIVED-IN-FUTURE {RECEIPT} --medium paper --on 2999-01-01
DUTY-END-BEFORE-YEAR    {RECEIPT} --medium paper --on 2024-12-31
INST-INDICATOR          {RECEIPT} --medium paper --on 2026-01-01 --indicator 99
DUTY-NO-AGREEMENT       round agree {LETTER} --agency OCHEPH-BR --due 2026-01-01
DUTY-END-BEFORE-YEAR    round agree {LETTER} --agency MOE --due 2024-01-01
INST-INDICATOR          round agree {LETTER} --agency MOE --due 2026-01-01 --indicator x
INST-YEAR               round agree --year 99 --number 1 --agency MOE --due 2026-01-01
DUTY-POSTPONED-TO       round postpone survey-msm {DECISION} --to 2025
DUTY-POSTPONED-TO       round postpone survey-msm {DECISION} --to 99999
DUTY-REQUEST            {REQUEST} --sender OCHEPH-BR --recipient OCHEPH-HO
INST-YEAR               obligations --year 99999
INST-AGENCY             obligations --year 2025 --agency X
INST-DATE               obligations --year 2025 --as-of soon
"""


@pytest.mark.parametrize("line", BAD.strip().splitlines(), ids=lambda line: " ".join(line.split()[:3]))
def test_duty_002_what_cannot_be_is_refused(untouched: Instance, line: str) -> None:
    code, *arguments = shlex.split(line)
    before = untouched.counts()
    said = set()
    for language in ("ru", "be", "en"):
        ran = untouched.cli(*arguments, language=language)
        assert ran.code == 2, ran
        assert ran.err.startswith(code), ran.err
        said.add(ran.err)
    assert len(said) == 3
    assert untouched.counts() == before


def test_duty_003_the_fields_and_counts_scripts_rely_on(untouched: Instance) -> None:
    found = duties(untouched)
    assert all(set(d) == FIELDS for d in found)
    regional = [d for d in found if d["recipient"] == "RCHEPH" and d["executor"] in ("OCHEPH", "MCHE")]
    assert len(regional) == 259
    assert len([d for d in duties(untouched, year=2026) if d["executor"] in ("OCHEPH", "MCHE")]) == 91
    (report,) = (d for d in found if d["executor"] == "RCHEPH")
    assert (report["recipient"], report["indicator"], report["due_on"]) == ("MOH", None, "2026-03-01")
    assert report["target_on"] == "2026-02-27"
    assert duties(untouched, year=1999) == []


def test_duty_003_a_fresh_instance_judges_no_earlier_year(untouched: Instance) -> None:
    assert {d["status"] for d in duties(untouched, year=MADE_AT.year - 1)} == {"not-recorded"}


def test_duty_003_the_example_records_no_ended_collection(copy_of: CopyOf) -> None:
    with copy_of("demo") as example:
        found = example.quick("obligations", "--year", "2025", "--format", "json").json
        regional = [d for d in found if d["executor"] in ("OCHEPH", "MCHE")]
        assert len(regional) == 259
        assert {d["due_on"] for d in regional} == {None}


@pytest.mark.parametrize("language", ["ru", "be", "en"])
def test_duty_004_the_calendar_file_of_an_agency(since: Instance, language: str) -> None:
    ok(since, "round", "ended", "survey-msm", *YEAR, *BREST, "--on", "2025-09-12", "--evidence", "act 3")
    ran = since.cli(
        "obligations", *YEAR, *BREST, "--as-of", "2025-09-20", "--format", "ics", language=language
    )
    assert ran.code == 0, ran.err
    assert ran.out.startswith("BEGIN:VCALENDAR\r\n")
    calendar = Calendar.from_ical(ran.out)
    events = calendar.walk("VEVENT")
    assert {e["dtstart"].dt for e in events} == {date(2025, 10, 2)}
    words = {"ru": "Демонстрационный", "be": "Дэманстрацыйны", "en": "Demonstration"}[language]
    assert str(calendar["x-wr-calname"]).startswith(words)


def test_duty_004_a_table_for_people_says_that_it_is_a_demonstration(untouched: Instance) -> None:
    ran = untouched.cli("obligations", *YEAR, "--agency", "COUNCIL", language="en")
    assert "Demonstration calendar" in ran.err
    assert "COUNCIL" in ran.out
