"""Nothing in the bank can be changed behind the program's back unseen (AUD).

AUD-001 an untouched instance verifies
AUD-002 a row altered, added or removed in any sealed table is found and its table named
AUD-003 1,000 random alterations are found, 1,000 of 1,000, each by its table and row or its place
AUD-004 a journal altered, cut off, reordered or sealed with another key is found
AUD-005 the end of the journal kept outside the database shows a cut that the database hides
"""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date
from typing import Any

import pytest
from tests.instances import CopyOf, Instance, opened, table
from tests.integration.audit.tampering import added, altered, keys, other, removed, sealed_tables

# what every instance of the first issue holds; rooms added later are covered as soon as they have rows
KNOWN = set(
    """
    plans_planversion plans_setting organisations_areatype organisations_area organisations_agency
    organisations_person collection_round collection_agreement collection_decision collection_request
    collection_receipt bank_source bank_valuesimport bank_headlinechoice bank_matchrule bank_observation
    cooperation_project submissions_submission submissions_submissionversion submissions_submissionevent
    """.split()
)
BY = random.Random(123)  # noqa: S311 - any choice will do, the same each time


def fill(instance: Instance) -> None:
    """A row in every sealed table, each made by the action that makes it."""
    from django.utils import timezone

    from dozor.apps.bank import models as bank
    from dozor.apps.bank.actions import choose_headlines, record_match_rules
    from dozor.apps.collection import actions
    from dozor.apps.instance.actions import _load_projects
    from dozor.apps.organisations.models import Agency
    from dozor.apps.submissions.actions import hand_in
    from dozor.core.submissions.content import Row

    now = timezone.now()
    agency = {a.code: a for a in Agency.objects.all()}
    below = Agency.objects.filter(parent="OCHEPH-BR").first()
    assert below is not None
    common = {"year": 2025, "number": "12", "by": "t", "at": now}
    survey: dict[str, Any] = {**common, "collection": "survey-msm"}
    evidence = {"evidence": "act 3", "collection": "survey-msm", "year": 2025, "by": "t", "at": now}
    actions.plan_round(**survey, planned_end_on=date(2025, 9, 1))
    actions.end_collection(**evidence, agency=agency["OCHEPH-BR"], ended_on=date(2025, 9, 2))
    actions.agree_date(**common, agency=agency["MOE"], due_on=date(2026, 2, 1))
    actions.decide_round(**survey, kind="not-held", reason="no money", dated_on=date(2025, 1, 2))
    actions.request_collection(
        **common, sender=agency["OCHEPH-BR"], recipient=below, scope="lists", due_on=date(2025, 8, 1)
    )
    actions.receive(
        **common, agency=agency["OCHEPH-BR"], medium="paper", received_on=date(2026, 1, 20), indicator="8.1"
    )
    _load_projects(now)
    assert instance.load(table({}, {"source_title": "B", "value": "31"}, {"period": "2018"})).code == 0
    assert instance.load(table({"value": "30.9", "lower": "29", "upper": "33"})).code == 0
    words = {"reason_ru": "так", "reason_be": "так", "reason_en": "so"}
    source = bank.Source.objects.get(title="B")
    choose_headlines([bank.HeadlineChoice(indicator="11.1", source=source, by="t", **words)], by="t", at=now)
    rule = bank.MatchRule(
        indicator="11.1", population="*", period="*", source_contains="*", match="near", **words
    )
    record_match_rules([rule], by="t", at=now)
    hand_in(
        agency=agency["MOI"],
        collection="airtime-statistics",
        year=2025,
        rows=[Row("9.1", "BY", "2025", "percent", population="advertising", value="3")],
        came_by="browser",
        by="t",
        at=now,
    )


@pytest.fixture(scope="module")
def full(copy_of: CopyOf, django_db_blocker: Any) -> Iterator[Instance]:
    """An instance with rows everywhere; each test leaves it as it found it."""
    with copy_of("init") as instance, opened(instance, django_db_blocker):
        fill(instance)
        yield instance
        assert found(instance) == []


def found(instance: Instance) -> list[tuple[str, str, str]]:
    """Code, place and table of everything `dozor verify` finds; exit 1 when it finds something."""
    ran = instance.cli("verify", "--format", "json")
    findings = ran.json["findings"]
    assert ran.code == (1 if findings else 0), ran.err
    assert ran.json["untouched"] == (not findings)
    return [(f["code"], f["found"], f["message"]) for f in findings]


def quick() -> list[Any]:
    from dozor.apps.audit.verification import verify

    return [(f.code, f.values.get("table")) for f in verify()]


def with_rows(instance: Instance) -> dict[str, list[Any]]:
    tables = {name: keys(instance, name) for name in sealed_tables()}
    filled = {name: rows for name, rows in tables.items() if rows}
    assert filled.keys() >= KNOWN
    return filled


def test_aud_001_an_untouched_instance_verifies(full: Instance) -> None:
    ran = full.run("verify")
    assert (ran.code, ran.out) == (0, "")


def test_aud_002_an_altered_row_is_found_in_every_table_and_column(full: Instance) -> None:
    """One column of every table at a time, each table named."""
    rows, columns = with_rows(full), sealed_tables()
    tried = set()
    for number in range(max(map(len, columns.values()))):
        with ExitStack() as changes:
            changed = {
                name
                for name in rows
                if number < len(columns[name])
                and changes.enter_context(altered(full, name, rows[name][0], columns[name][number], BY))
            }
            assert {table for _, table in quick()} == changed
        tried |= changed
    assert tried >= KNOWN


def test_aud_002_a_removed_row_is_found_in_every_table(full: Instance) -> None:
    for name, rows in with_rows(full).items():
        with removed(full, name, rows[-1]):
            codes = quick()
            assert {t for _, t in codes} == {name}, (name, codes)
            assert {c for c, _ in codes} <= {"AUD-REMOVED", "AUD-BATCH-REMOVED"}


def test_aud_002_an_added_row_is_found_in_every_table(full: Instance) -> None:
    for name, rows in with_rows(full).items():
        with added(full, name, rows[0]):
            codes = quick()
            assert {t for _, t in codes} == {name}, (name, codes)
            assert {c for c, _ in codes} <= {"AUD-ADDED", "AUD-BATCH-ADDED"}


def test_aud_002_the_message_names_table_and_row(full: Instance) -> None:
    area = keys(full, "organisations_area")[3]
    (column,) = (c for c in sealed_tables()["organisations_area"] if c.name == "name_ru")
    with altered(full, "organisations_area", area, column, BY):
        ((code, row, message),) = found(full)
        assert (code, row) == ("AUD-ALTERED", str(area))
        assert "organisations_area" in message
    with removed(full, "bank_observation", keys(full, "bank_observation")[0]):
        ((code, count, message),) = found(full)
        assert (code, count) == ("AUD-BATCH-REMOVED", "1")
        assert "bank_observation" in message


def test_aud_002_what_is_not_sealed_may_change(full: Instance) -> None:
    """A visit leaves its time; that is no tampering."""
    full.execute("UPDATE organisations_person SET last_login = '2026-01-01 00:00:00+00:00'")
    assert quick() == []


def test_aud_003_a_thousand_random_alterations_of_rows_and_journal_are_all_found(full: Instance) -> None:
    """Rows in handfuls, for a verification names each of them; the chain one at a time, for it ends there."""
    tried, seen = Counter(), Counter()
    while tried.total() < 900:
        handful(full, tried, seen)
    for _ in range(100):
        kind, is_found = BY.choice(JOURNAL)(full)
        tried[kind] += 1
        seen[kind] += is_found
    assert seen == tried
    assert tried.total() >= 1000
    assert set(tried) == {
        "changed",
        "added",
        "removed",
        "event changed",
        "event removed",
        "exchanged",
        "cut off",
    }


def handful(instance: Instance, tried: Counter[str], seen: Counter[str]) -> None:
    """Some thirty rows changed, added or removed at once; each has to be named, and no other row."""
    rows, columns = with_rows(instance), sealed_tables()
    expected: dict[tuple[str, str], str] = {}
    with ExitStack() as changes:
        for _ in range(30):
            name = BY.choice(sorted(rows))
            # rows sealed together are found together: one of them in a handful
            is_batched = name in ("bank_observation",)
            if not rows[name] or (is_batched and any(table == name for table, _ in expected)):
                continue
            key = rows[name].pop(BY.randrange(len(rows[name])))
            kind = BY.choice(("changed", "changed", "changed", "added", "removed"))
            if kind == "changed":
                if not changes.enter_context(altered(instance, name, key, BY.choice(columns[name]), BY)):
                    continue
                named = str(key)
            elif kind == "added":
                if any(table == name and k == "added" for (table, _), k in expected.items()):
                    continue
                try:
                    named = str(changes.enter_context(added(instance, name, key)))
                except Exception as refusal:  # the database itself would not take it
                    assert "constraint" in str(refusal).lower(), refusal
                    continue
            else:
                changes.enter_context(removed(instance, name, key))
                named = str(key)
            expected[name, "" if is_batched else named] = kind
        told = {}
        for f in verify_now():
            name = str(f.values["table"])
            told[name, "" if name == "bank_observation" else f.found] = f.code
        codes = {"changed": "ALTERED", "added": "ADDED", "removed": "REMOVED"}
        assert told.keys() <= expected.keys(), "a row nobody touched is named"
        for place, kind in expected.items():
            tried[kind] += 1
            # a row moved from one batch to another is missing here and too many there
            is_named = place in told and (place[1] == "" or codes[kind] in told[place])
            seen[kind if is_named else f"{kind}, not named: {place}"] += 1


def verify_now() -> list[Any]:
    from dozor.apps.audit.verification import verify

    return verify()


def event_changed(instance: Instance) -> tuple[str, bool]:
    place = BY.randint(1, last(instance))
    column, kind = BY.choice((("by", "CharField"), ("action", "CharField"), ("subject", "CharField"),
                              ("details", "JSONField"), ("rows", "JSONField"), ("at", "DateTimeField"),
                              ("previous", "CharField"), ("mac", "CharField")))  # fmt: skip
    read = f'CAST("{column}" AS text)' if kind == "JSONField" else f'"{column}"'
    ((before,),) = instance.execute(f"SELECT {read} FROM audit_event WHERE sequence = %s", place)
    change = f'UPDATE audit_event SET "{column}" = %s WHERE sequence = %s'
    instance.execute(change, other(before, kind, BY), place)
    told = [(f.code, f.found) for f in verify_now()]
    instance.execute(change, before, place)
    return "event changed", told == [("AUD-CHAIN", str(place))]


def event_removed(instance: Instance) -> tuple[str, bool]:
    place = BY.randint(1, last(instance) - 1)
    instance.execute("UPDATE audit_event SET sequence = 9999 WHERE sequence = %s", place)
    told = [(f.code, f.found) for f in verify_now()]
    instance.execute("UPDATE audit_event SET sequence = %s WHERE sequence = 9999", place)
    return "event removed", told == [("AUD-REMOVED", str(place))]


def events_exchanged(instance: Instance) -> tuple[str, bool]:
    first, second = sorted(BY.sample(range(1, last(instance) + 1), 2))
    moves = ((first, 9999), (second, first), (9999, second))
    for old, new in moves:
        instance.execute("UPDATE audit_event SET sequence = %s WHERE sequence = %s", new, old)
    told = [(f.code, f.found) for f in verify_now()]
    for old, new in reversed(moves):
        instance.execute("UPDATE audit_event SET sequence = %s WHERE sequence = %s", old, new)
    return "exchanged", told == [("AUD-CHAIN", str(first))]


def events_cut_off(instance: Instance) -> tuple[str, bool]:
    """The last events go, and the head is put where they leave off: only the end kept beside tells."""
    end = last(instance)
    place = BY.randint(2, end)
    ((previous,),) = instance.execute("SELECT previous FROM audit_event WHERE sequence = %s", place)
    ((sequence, mac),) = instance.execute("SELECT sequence, mac FROM audit_head")
    instance.execute("UPDATE audit_event SET sequence = sequence + 10000 WHERE sequence >= %s", place)
    instance.execute("CREATE TABLE cut_off AS SELECT * FROM audit_event WHERE sequence > 10000")
    instance.execute("DELETE FROM audit_event WHERE sequence > 10000")
    instance.execute("UPDATE audit_head SET sequence = %s, mac = %s", place - 1, previous)
    told = [f.code for f in verify_now()]
    instance.execute("INSERT INTO audit_event SELECT * FROM cut_off")
    instance.execute("DROP TABLE cut_off")
    instance.execute("UPDATE audit_event SET sequence = sequence - 10000 WHERE sequence > 10000")
    instance.execute("UPDATE audit_head SET sequence = %s, mac = %s", sequence, mac)
    return "cut off", told == ["AUD-CUT"]


JOURNAL = (event_changed, event_removed, events_exchanged, events_cut_off)


@pytest.fixture
def spoilt(copy_of: CopyOf, django_db_blocker: Any) -> Iterator[Instance]:
    """A small instance whose journal is to be spoilt."""
    with copy_of("init") as instance, opened(instance, django_db_blocker):
        instance.load(table({}))
        instance.load(table({"value": "31"}))
        yield instance


def last(instance: Instance) -> int:
    return int(instance.execute("SELECT max(sequence) FROM audit_event")[0][0])


@pytest.mark.parametrize("column", ["by", "action", "subject", "details", "rows", "at", "previous", "mac"])
def test_aud_004_an_altered_event_is_found(spoilt: Instance, column: str) -> None:
    value = {"details": '{"new": 2}', "rows": "[]", "at": "2020-01-01 00:00:00+00:00"}.get(column, "0" * 64)
    name = '"by"' if column == "by" else column
    spoilt.execute(f"UPDATE audit_event SET {name} = %s WHERE sequence = 3", value)
    assert [(c, f) for c, f, _ in found(spoilt)] == [("AUD-CHAIN", "3")]


def test_aud_004_a_removed_event_is_found(spoilt: Instance) -> None:
    spoilt.execute("DELETE FROM audit_event WHERE sequence = 3")
    assert [(c, f) for c, f, _ in found(spoilt)] == [("AUD-REMOVED", "3")]


def test_aud_004_the_last_events_cut_off(spoilt: Instance) -> None:
    spoilt.execute("DELETE FROM audit_event WHERE sequence = %s", last(spoilt))
    assert [c for c, _, _ in found(spoilt)] == ["AUD-CUT"]


def test_aud_004_two_events_change_places(spoilt: Instance) -> None:
    end = last(spoilt)
    for old, new in ((end, 900), (end - 1, end), (900, end - 1)):
        spoilt.execute("UPDATE audit_event SET sequence = %s WHERE sequence = %s", new, old)
    assert [(c, f) for c, f, _ in found(spoilt)] == [("AUD-CHAIN", str(end - 1))]


def test_aud_004_an_event_added_at_the_end(spoilt: Instance) -> None:
    end = last(spoilt)
    columns = 'at, "by", action, subject, details, rows, previous, mac'
    spoilt.execute(
        f"INSERT INTO audit_event (sequence, {columns}) SELECT {end + 1}, {columns} FROM audit_event "
        "WHERE sequence = %s",
        end,
    )
    assert [(c, f) for c, f, _ in found(spoilt)] == [("AUD-CHAIN", str(end + 1))]


@pytest.mark.parametrize(("column", "value"), [("sequence", 2), ("mac", "f" * 64)])
def test_aud_004_the_head_changed(spoilt: Instance, column: str, value: object) -> None:
    spoilt.execute(f"UPDATE audit_head SET {column} = %s", value)
    assert [c for c, _, _ in found(spoilt)] == ["AUD-CUT"]


def test_aud_004_the_head_removed(spoilt: Instance) -> None:
    spoilt.execute("DELETE FROM audit_head")
    assert [c for c, _, _ in found(spoilt)] == ["AUD-CUT"]


def test_aud_004_another_key_is_not_the_key(spoilt: Instance) -> None:
    key = spoilt.home / "keys" / "audit.key"
    key.chmod(0o600)
    key.write_text("00" * 32)
    assert [(c, f) for c, f, _ in found(spoilt)] == [("AUD-CHAIN", "1")]


def cut(instance: Instance) -> None:
    """Take the last import back, rows, act, event and head, as if it had never been."""
    end = last(instance)
    (previous,) = instance.execute("SELECT previous FROM audit_event WHERE sequence = %s", end)[0]
    (act,) = instance.execute("SELECT max(id) FROM bank_valuesimport")[0]
    instance.execute("DELETE FROM bank_observation WHERE batch_id = %s", act)
    instance.execute("DELETE FROM bank_valuesimport WHERE id = %s", act)
    instance.execute("DELETE FROM audit_event WHERE sequence = %s", end)
    instance.execute("UPDATE audit_head SET sequence = %s, mac = %s", end - 1, previous)


def test_aud_005_a_cut_that_the_database_hides_is_found_by_the_end_beside_it(spoilt: Instance) -> None:
    cut(spoilt)
    ((code, _, message),) = found(spoilt)
    assert code == "AUD-CUT"
    assert str(last(spoilt) + 1) in message


def test_aud_005_a_removed_end_is_itself_found(spoilt: Instance) -> None:
    cut(spoilt)
    (spoilt.home / "audit-head.json").unlink()
    assert [c for c, _, _ in found(spoilt)] == ["AUD-END-MISSING"]


@pytest.mark.parametrize("content", ["", "{}", "[1]", "null", '{"sequence": "x", "mac": ""}'])
def test_aud_005_an_end_that_says_nothing_is_found(spoilt: Instance, content: str) -> None:
    (spoilt.home / "audit-head.json").write_text(content)
    assert [c for c, _, _ in found(spoilt)] == ["AUD-END-MISSING"]


@pytest.mark.parametrize("sequence", [1, -1, 10**6])
def test_aud_005_a_forged_end_is_found(spoilt: Instance, sequence: int) -> None:
    (spoilt.home / "audit-head.json").write_text(json.dumps({"sequence": sequence, "mac": "00"}))
    assert [c for c, _, _ in found(spoilt)] == ["AUD-CUT"]


def test_aud_005_an_end_exported_earlier_shows_a_cut(spoilt: Instance) -> None:
    kept = spoilt.home / "kept.json"
    exported = spoilt.cli("audit", "export")
    assert exported.code == 0
    kept.write_text(exported.out)
    assert spoilt.cli("verify", "--head", kept).code == 0
    cut(spoilt)
    # whoever cut it also put the end beside the database in order
    ((sequence, mac),) = spoilt.execute("SELECT sequence, mac FROM audit_head")
    (spoilt.home / "audit-head.json").write_text(json.dumps({"sequence": sequence, "mac": mac}))
    assert found(spoilt) == []
    ran = spoilt.cli("verify", "--head", kept, "--format", "json")
    assert (ran.code, [f["code"] for f in ran.json["findings"]]) == (1, ["AUD-CUT"])


def test_aud_005_the_exported_journal_names_who_did_what(spoilt: Instance) -> None:
    exported = spoilt.cli("audit", "export").json
    assert exported["head"]["sequence"] == len(exported["events"]) == last(spoilt)
    final = exported["events"][-1]
    assert (final["action"], final["subject"]) == ("values imported", "values.csv")
    assert final["by"].startswith("cli")
    assert final["details"]["changed"] == 1
    assert spoilt.cli("audit", "export", "--no-events").json["events"] == []


def test_aud_005_a_file_that_is_no_end_is_refused(spoilt: Instance) -> None:
    path = spoilt.home / "other.json"
    path.write_text("[]")
    ran = spoilt.cli("verify", "--head", path, "--format", "json")
    assert (ran.code, ran.json["findings"][0]["code"]) == (2, "INST-BACKUP")


def test_an_event_is_written_in_the_transaction_of_its_change(instance: Instance) -> None:
    from django.utils import timezone

    from dozor.apps.audit.actions import record

    with pytest.raises(RuntimeError, match="transaction"):
        record(action="x", by="t", at=timezone.now())


def test_without_its_key_nothing_is_written(instance: Instance) -> None:
    from dozor.apps.plans.actions import decide
    from dozor.core.findings import Refused

    before = instance.counts()
    (instance.home / "keys" / "audit.key").rename(instance.home / "audit.key")
    with pytest.raises(Refused, match="AUD-NO-KEY"):
        from django.utils import timezone

        decide(name="x", value=1, reason="", by="t", at=timezone.now())
    assert instance.counts() == before
