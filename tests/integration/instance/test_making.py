"""`dozor init` and `dozor demo` (MAKE).

MAKE-001 an empty instance holds plans, places, agencies, settings and one administrator, and verifies
MAKE-002 an instance that is there is never written over; one that cannot be made leaves nothing behind
MAKE-003 the example holds every published value as published, its sources and projects
MAKE-004 wherever sources disagree in the example, exactly one is the headline
MAKE-005 keys and passwords are readable by their owner alone
"""

from __future__ import annotations

import csv
import stat
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
from tests.instances import GIVEN_URL, PASSWORD, ROOT, CopyOf, Instance, drop_database, new_database

EXAMPLE = ROOT / "src/dozor/examples/belarus"


@pytest.fixture
def nowhere(tmp_path: Path) -> Any:
    """A home not made yet, and an empty database where there is a server."""
    instance = Instance(tmp_path / "new" / "home", new_database() if GIVEN_URL else "")
    instance.home.parent.mkdir()
    yield instance
    if instance.url:
        drop_database(instance.url)


def mode(path: Path) -> str:
    return stat.filemode(path.stat().st_mode)


def test_make_001_an_empty_instance(untouched: Instance) -> None:
    counts = untouched.counts()
    assert counts["organisations_area"] == 146
    assert counts["bank_observation"] == counts["bank_source"] == counts["cooperation_project"] == 0
    assert counts["organisations_person"] == 1
    codes = untouched.execute("SELECT code FROM plans_planversion ORDER BY code")
    assert [c for (c,) in codes] == ["by-context", "by-hiv-2006-123"]
    assert untouched.cli("verify").code == 0
    people = untouched.cli("user", "list", "--format", "json").json
    assert [(p["login"], p["role"], p["agency"], p["active"]) for p in people] == [
        ("admin", "administrator", None, True)
    ]


def test_make_001_the_administrator_can_sign_in(untouched: Instance) -> None:
    from dozor.apps.organisations.models import Person

    assert Person.objects.get(login="admin").check_password(PASSWORD)


def test_make_002_json_alone_and_never_written_over(nowhere: Instance) -> None:
    weak = nowhere.quick("init", "--password", "password", "--format", "json")
    assert (weak.code, weak.json["findings"][0]["code"]) == (2, "INST-PASSWORD")
    assert not nowhere.home.exists()
    made = nowhere.quick("init", "--login", "first", "--format", "json", "--language=en")
    assert made.code == 0, made.err
    assert made.json["login"] == "first"
    assert len(made.json["password"]) >= 12
    before = nowhere.counts()
    for command in ("init", "demo"):
        again = nowhere.quick(command, "--format", "json")
        assert (again.code, again.json["findings"][0]["code"]) == (2, "INST-EXISTS")
    assert nowhere.counts() == before
    assert nowhere.quick("verify").code == 0


@pytest.mark.skipif(not GIVEN_URL, reason="SQLite lies in the home itself")
def test_make_002_a_database_that_holds_an_instance_is_never_written_over(
    nowhere: Instance, copy_of: CopyOf
) -> None:
    with copy_of("init") as there:
        before = there.counts()
        other = Instance(nowhere.home, there.url)
        ran = other.quick("init", "--format", "json")
        assert (ran.code, ran.json["findings"][0]["code"]) == (2, "INST-DATABASE-USED")
        assert there.counts() == before
        assert not nowhere.home.exists()


def test_make_005_keys_are_readable_by_their_owner_alone(
    untouched: Instance, untouched_example: Instance
) -> None:
    for instance in (untouched, untouched_example):
        assert mode(instance.home / "keys") == "drwx------"
        for name in ("web.key", "audit.key"):
            assert mode(instance.home / "keys" / name) == "-rw-------"
    assert mode(untouched_example.home / "example-accounts.txt") == "-rw-------"


def published() -> list[dict[str, str]]:
    with (EXAMPLE / "indicator_values.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_make_003_every_published_value_stands_as_published(untouched_example: Instance) -> None:
    from dozor.apps.bank.queries import observations

    rows = published()
    assert len(rows) == 2780
    standing = {
        (o.indicator, o.population, o.sex, o.age, o.area, o.period.text, o.source.title, o.source.url,
         "" if o.source.year is None else str(o.source.year)): o
        for o in observations()
    }  # fmt: skip
    assert len(standing) == 2780
    from dozor.apps.organisations.queries import areas

    places = areas()
    codes = {name: places.find(name).code for name in {row["area"] for row in rows}}
    for row in rows:
        key = (row["indicator"], row["population"], row["sex"], row["age"], codes[row["area"]], row["period"])
        one = standing[(*key, row["source_title"], row["source_url"], row["source_year"])]
        assert str(one.value) == row["value"].strip(), row
        assert one.figure.unit == row["unit"]
        for column in ("numerator", "denominator", "lower", "upper"):
            number = getattr(one.figure, column)
            assert (number is None) == (not row[column]), row
            assert number is None or number == float(row[column]) or str(number) == row[column]
        assert one.figure.note == row["note"].strip()


def test_make_003_counts_of_the_example(untouched_example: Instance) -> None:
    counts = untouched_example.counts()
    wanted = {"bank_observation": 2780, "bank_source": 105, "cooperation_project": 28, "bank_valuesimport": 1}
    assert {name: counts[name] for name in wanted} == wanted
    for table in ("round", "agreement", "decision", "receipt", "request"):
        assert counts[f"collection_{table}"] == 0  # nothing invented: no ended collection, no letter


def test_make_003_every_source_of_a_project_and_a_value_is_kept(untouched_example: Instance) -> None:
    titles = {t for (t,) in untouched_example.execute("SELECT title FROM bank_source")}
    assert titles == {row["source_title"] for row in published()}
    ((without,),) = untouched_example.execute(
        "SELECT count(*) FROM cooperation_project WHERE source_title = ''"
    )
    assert without == 0


def test_make_004_wherever_sources_disagree_exactly_one_is_the_headline(untouched_example: Instance) -> None:
    from dozor.apps.bank.queries import observations

    cells = defaultdict(list)
    for o in observations():
        cells[o.indicator, o.population, o.sex, o.age, o.area, o.period.text].append(o)
    disagreeing = {key: found for key, found in cells.items() if len(found) > 1}
    assert disagreeing
    wrong = {
        k: [o.source.title for o in v] for k, v in cells.items() if sum(bool(o.is_headline) for o in v) != 1
    }
    assert wrong == {}


def test_the_example_verifies_and_says_that_it_is_one(untouched_example: Instance) -> None:
    from dozor.apps.organisations.models import Person, Role
    from dozor.apps.plans.queries import IS_EXAMPLE, setting

    assert untouched_example.cli("verify").code == 0
    assert setting(IS_EXAMPLE) is True
    roles = {p["login"]: p["role"] for p in untouched_example.cli("user", "list", "--format", "json").json}
    assert set(roles.values()) == set(Role.values)
    lines = (untouched_example.home / "example-accounts.txt").read_text(encoding="utf-8").splitlines()
    assert len(lines) == len(roles)
    for line in lines:
        login, password, *_ = line.split()
        assert Person.objects.get(login=login).check_password(password)
