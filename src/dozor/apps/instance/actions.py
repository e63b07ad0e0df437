"""Makes an instance: empty with its plan, or the example with Belarus's published figures."""

from __future__ import annotations

import csv
import json
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

from dozor.apps.audit.actions import record
from dozor.apps.audit.models import Event
from dozor.apps.bank import actions as bank
from dozor.apps.bank import models as bank_models
from dozor.apps.bank.queries import observations
from dozor.apps.bank.vocabulary import vocabulary
from dozor.apps.cooperation.models import Project
from dozor.apps.organisations import factors
from dozor.apps.organisations.actions import add_person, load_places
from dozor.apps.organisations.models import Person, Role
from dozor.apps.organisations.scope import needs_second_factor
from dozor.apps.plans import queries as plans
from dozor.apps.plans.actions import decide, load_plan
from dozor.apps.releases import actions as releases
from dozor.apps.releases.models import Release
from dozor.apps.releases.queries import PUBLIC
from dozor.core.findings import Finding, Refused
from dozor.formats.plan_folder import load_agencies, load_areas, places_folder, plan_folders, plan_texts

SYSTEM = "system"
MAIN_PLAN = "by-hiv-2006-123"
FIRST_CYCLE_YEAR = 2007
EXAMPLE = Path(__file__).parents[2] / "examples" / "belarus"


@dataclass(frozen=True)
class Account:
    """An account just made, with the password that is shown once; `totp`: the secret of its code app."""

    login: str
    password: str
    name: str
    role: str
    agency: str
    totp: str = ""


def make_tables() -> None:
    """Make the tables of a new instance; raise `Refused` when the database already holds one."""
    check_empty()
    call_command("migrate", verbosity=0)


def check_empty() -> None:
    """A database named in DATABASE_URL outlives the home; an instance in it is not to be written over."""
    if Event._meta.db_table in connection.introspection.table_names() and Event.objects.exists():
        raise Refused(Finding("INST-DATABASE-USED"))


@transaction.atomic
def create(*, at: datetime) -> None:
    """Fill new tables: plans, places, agencies and the instance's first settings."""
    for folder in plan_folders():
        load_plan(plan_texts(folder), by=SYSTEM, at=at)
    places = places_folder()
    load_places(areas=load_areas(places), agencies=load_agencies(places), by=SYSTEM, at=at)
    decide(
        name=plans.MAIN_PLAN,
        value=MAIN_PLAN,
        reason="Instruction No. 123 of 30 December 2006",
        by=SYSTEM,
        at=at,
    )
    decide(
        name=f"{plans.CYCLE_ANCHOR}:{MAIN_PLAN}",
        value=FIRST_CYCLE_YEAR,
        reason="The law names no year; the first full year after its adoption",
        by=SYSTEM,
        at=at,
    )
    decide(
        name=plans.USED_SINCE,
        value=timezone.localdate(at).isoformat(),
        reason="The day the instance was made",
        by=SYSTEM,
        at=at,
    )


def first_administrator(*, login: str, password: str | None, at: datetime) -> Account:
    """Make the first account; without a password one is drawn and returned to be shown once."""
    password = password or secrets.token_urlsafe(12)
    add_person(
        login=login, name=login, role=Role.ADMINISTRATOR, agency=None, password=password, by=SYSTEM, at=at
    )
    return Account(login, password, login, Role.ADMINISTRATOR, "")


def fill_example(*, at: datetime, progress: Callable[[int], None] | None = None) -> list[Account]:
    """Load the published figures of Belarus through the same import as anyone's file; publish a release."""
    decide(name=plans.IS_EXAMPLE, value=True, reason="made by “dozor demo”", by=SYSTEM, at=at)
    glance = json.loads((EXAMPLE / "glance.json").read_text(encoding="utf-8"))
    decide(name=plans.GLANCE, value=glance, reason="what a first reader asks", by=SYSTEM, at=at)
    kinds = {row["source_title"]: row["kind"] for row in _rows("sources.csv")}
    summary = bank.import_values(
        EXAMPLE / "indicator_values.csv",
        vocabulary=vocabulary(),
        by=SYSTEM,
        at=at,
        kinds=kinds,
        progress=progress,
    )
    if summary.refused:
        raise Refused(summary.findings)
    bank.record_match_rules((bank_models.MatchRule(**row) for row in _rows("matches.csv")), by=SYSTEM, at=at)
    bank.choose_headlines(_choices(), by=SYSTEM, at=at)
    _load_projects(at)
    accounts = _example_people(at)
    _publish(at)
    return accounts


def _publish(at: datetime) -> Release:
    """The example's public release up to the last full year: made by its analyst, approved by two."""
    today = timezone.localdate(at)
    year = max(o.period.year for o in observations() if o.period.year < today.year)
    release = releases.create_release(year=year, audience=PUBLIC, by=_MAKER, at=at)
    for login in _APPROVERS:
        releases.approve_release(release, person=login, by=SYSTEM, at=at)
    releases.publish_release(release, person=_APPROVERS[0], by=SYSTEM, at=at)
    return release


def _choices() -> Iterator[bank_models.HeadlineChoice]:
    sources = {(s.title, s.url, str(s.year or "")): s for s in bank_models.Source.objects.all()}
    for row in _rows("choices.csv"):
        named = (row.pop("source_title"), row.pop("source_url"), row.pop("source_year"))
        yield bank_models.HeadlineChoice(source=sources[named], by=SYSTEM, **row)


@transaction.atomic
def _load_projects(at: datetime) -> None:
    rows = []
    for row in _rows("projects.csv"):
        row["code"] = row.pop("id")
        row["note"] = row.pop("status_note")
        amount = row.pop("amount")
        rows.append(Project(amount=Decimal(amount) if amount else None, **row))
    made = Project.objects.bulk_create(rows)
    record(action="projects loaded", by=SYSTEM, at=at, details={"projects": len(made)}, rows=made)


_PEOPLE = (
    ("national", "Аналитик республиканского центра", Role.NATIONAL_ANALYST, "RCHEPH"),
    ("approver", "Утверждающий республиканского центра", Role.NATIONAL_APPROVER, "RCHEPH"),
    ("approver-2", "Второй утверждающий республиканского центра", Role.NATIONAL_APPROVER, "RCHEPH"),
    ("gomel", "Специалист Гомельского областного центра", Role.OBLAST_SPECIALIST, "OCHEPH-HO"),
    ("gomel-lead", "Координатор Гомельского областного центра", Role.OBLAST_COORDINATOR, "OCHEPH-HO"),
    ("rechitsa", "Специалист Речицкого районного центра", Role.DISTRICT_SPECIALIST, "DCHE-HO-rechitsa"),
    ("brest-lead", "Координатор Брестского областного центра", Role.OBLAST_COORDINATOR, "OCHEPH-BR"),
    ("education", "Ответственный Министерства образования", Role.MINISTRY_FOCAL_POINT, "MOE"),
    ("interior", "Ответственный Министерства внутренних дел", Role.MINISTRY_FOCAL_POINT, "MIA"),
    ("ministry", "Читатель Министерства здравоохранения", Role.MINISTRY_READER, "MOH"),
    ("auditor", "Аудитор", Role.AUDITOR, "MOH"),
)
_MAKER, _APPROVERS = "national", ("approver", "approver-2")


def _example_people(at: datetime) -> list[Account]:
    made = [first_administrator(login="admin", password=None, at=at)]
    for login, name, role, agency in _PEOPLE:
        password = secrets.token_urlsafe(12)
        add_person(login=login, name=name, role=role, agency=agency, password=password, by=SYSTEM, at=at)
        made.append(Account(login, password, name, role, agency))
    return [_with_app(account, at) for account in made]


def _with_app(account: Account, at: datetime) -> Account:
    """An example account comes with its code app enrolled, where its role asks for a second factor."""
    if not needs_second_factor(account.role):
        return account
    secret = factors.new_secret()
    person = Person.objects.get(login=account.login)
    factors.add_app(person=person, secret=secret, code=None, by=SYSTEM, at=at)
    return replace(account, totp=secret)


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (EXAMPLE / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)
