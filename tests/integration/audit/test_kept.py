"""What is kept in memory stands only as long as the journal says so (KEPT).

KEPT-001  what another process changed is seen by the next request
KEPT-002  what a transaction changed and took back was never kept
KEPT-003  a database put back to an earlier state is read anew
KEPT-004  a request that writes sees what it wrote
KEPT-005  nothing is asked twice while nothing changes: one look at the journal a request
KEPT-006  in a transaction that leaves a table alone, what is kept of it holds; unless the journal has moved
"""

from __future__ import annotations

import pytest
from django.core.signals import request_finished, request_started
from django.db import connection, transaction
from django.utils import timezone
from tests.instances import Instance

from dozor.apps.audit import kept
from dozor.apps.organisations.models import Agency
from dozor.apps.organisations.queries import agencies
from dozor.apps.plans.actions import decide
from dozor.apps.plans.models import Setting
from dozor.apps.plans.queries import setting


def note(value: str) -> None:
    decide(name="note", value=value, reason="a test", by="system", at=timezone.now())


def test_kept_001_and_003_other_processes_and_a_database_put_back(instance: Instance) -> None:
    note("first")
    assert setting("note") == "first"
    code = (
        "import django; django.setup()\n"
        "from django.utils import timezone\n"
        "from dozor.apps.plans.actions import decide\n"
        "decide(name='note', value='from outside', reason='a test', by='system', at=timezone.now())"
    )
    ran = instance.python(code)
    assert ran.code == 0, ran.err
    assert setting("note") == "from outside"
    # an earlier state has other events at the same places
    instance.execute("DELETE FROM plans_setting WHERE name = 'note'")
    instance.execute("DELETE FROM audit_event WHERE sequence > 1")
    instance.execute("UPDATE audit_head SET sequence = 1, mac = (SELECT mac FROM audit_event)")
    assert setting("note") is None


def test_kept_002_a_change_taken_back_was_never_kept(instance: Instance) -> None:
    note("before")
    with pytest.raises(RuntimeError), transaction.atomic():
        note("never")
        assert setting("note") == "never"
        raise RuntimeError
    assert setting("note") == "before"


def test_kept_004_and_005_within_a_request(instance: Instance) -> None:
    asked: list[str] = []

    def hear(execute, sql, params, many, context):
        asked.append(sql)
        return execute(sql, params, many, context)

    request_started.send(sender=None)
    try:
        agencies(), setting("note")
        with connection.execute_wrapper(hear):
            for _ in range(5):
                agencies(), setting("note")
        assert asked == []
        note("written")
        assert setting("note") == "written"
    finally:
        request_finished.send(sender=None)
    kept.forget()
    with connection.execute_wrapper(hear):
        assert setting("note") == "written"
    assert any("plans_setting" in sql for sql in asked)


def test_kept_006_a_transaction_that_leaves_a_table_alone(instance: Instance) -> None:
    asked: list[str] = []

    def hear(execute, sql, params, many, context):
        asked.append(sql)
        return execute(sql, params, many, context)

    note("first")
    assert setting("note") == "first"
    with transaction.atomic(), kept.untouched(Setting), connection.execute_wrapper(hear):
        assert setting("note") == "first"
    assert asked == []
    with transaction.atomic(), kept.untouched(Agency):
        with connection.execute_wrapper(hear):
            assert setting("note") == "first"
        assert asked
    with transaction.atomic():
        note("second")
        with kept.untouched(Setting):  # wrongly: the journal has moved, so the table is asked
            assert setting("note") == "second"
    assert setting("note") == "second"
