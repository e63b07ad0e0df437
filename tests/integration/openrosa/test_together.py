"""Records that arrive at one moment are kept together: each once, with its event, none for another's fault.

TOG-001  In one turn: the same record again, other content under its id, an edit and a stale one.
TOG-002  A record that the database will not take keeps none of the others out.
TOG-003  A round closed between reading and keeping: the record is kept apart, not lost and not counted.
TOG-004  A record that was never acknowledged leaves nothing behind.
TOG-005  Killed at any moment, the server has on the disk all that it acknowledged, each once.
TOG-006  A record waits a moment for those being read beside it; one that comes alone waits for nobody.
"""

from __future__ import annotations

import http.client
import os
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.utils import timezone
from tests.instances import PATIENCE, CopyOf, Instance
from tests.phones import Field, filled, multipart

from dozor.apps.audit.models import Event
from dozor.apps.audit.verification import verify
from dozor.apps.collection import keeping
from dozor.apps.collection.answer_room import answer_keys, room_of
from dozor.apps.collection.gathering import gather, stored_records
from dozor.apps.collection.keeping import Arrival, Outcome
from dozor.apps.collection.models import AnswerRecord, Device, Form
from dozor.core.findings import Refused
from dozor.store.answers_at_rest import StoredRecord, write_bundle

ArrivalOf = Callable[..., Arrival]


@pytest.fixture
def arrival(in_field: Field) -> ArrivalOf:
    """Make a record that has arrived and waits for its turn."""

    def make(number: int, *, age: int = 18, replaces: str = "", form: Form | None = None) -> Arrival:
        held = in_field.round.form
        record = StoredRecord(held.instrument, held.version, f"uuid:{number}", {"age": age}, {})
        return Arrival(
            record=record,
            sender=keeping.phone(Device.objects.get()),
            round=in_field.round,
            form=form or held,
            at=timezone.now(),
            received_digest=answer_keys().digest_of(record.as_bytes()),
            files=(),
            replaces=replaces,
        )

    return make


def outcome(one: Arrival) -> str:
    if isinstance(one.problem, Refused):
        return one.problem.findings[0].code
    return one.received.outcome if one.received else type(one.problem).__name__


def test_tog_001_each_once_whatever_comes_together(in_field: Field, arrival: ArrivalOf):
    together = [
        arrival(1),
        arrival(1),
        arrival(1, age=19),
        arrival(2),
        arrival(3, replaces="uuid:7"),
    ]
    keeping._keep_or_tell(together)
    assert [outcome(one) for one in together] == [
        "stored",
        "again",
        "COL-CONFLICT",
        "stored",
        "COL-EDIT-UNKNOWN",
    ]
    edits = [arrival(4, replaces="uuid:1", age=20), arrival(5, replaces="uuid:1", age=21)]
    keeping._keep_or_tell(edits)
    assert [outcome(one) for one in edits] == ["stored", "COL-EDIT-STALE"]
    assert Event.objects.filter(action="record received").count() == AnswerRecord.objects.count() == 3
    assert len(list(room_of(in_field.round).waiting.glob("*"))) == 2
    kept = {r.instance_id: r.values["age"] for r in stored_records(in_field.round, by="t", at=timezone.now())}
    assert kept == {"uuid:2": 18, "uuid:4": 20}
    assert verify() == []


def test_tog_002_one_that_cannot_be_kept_keeps_none_out(in_field: Field, arrival: ArrivalOf):
    together = [arrival(1), arrival(2, form=Form(instrument="survey-test", version="1")), arrival(3)]
    keeping._keep_or_tell(together)
    assert [outcome(one) for one in together] == ["stored", "ValueError", "stored"]
    records = stored_records(in_field.round, by="t", at=timezone.now())
    assert [r.instance_id for r in records] == ["uuid:1", "uuid:3"]
    assert verify() == []


def test_tog_003_a_round_closed_meanwhile(in_field: Field, arrival: ArrivalOf):
    one = arrival(1)
    in_field.round.closed_at = timezone.now()
    in_field.round.save()
    one.at = timezone.now()
    assert keeping.keep(one).outcome is Outcome.QUARANTINED
    assert [r["code"] for r in AnswerRecord.objects.get().reasons] == ["COL-LATE"]
    assert [p.parent.name for p in in_field.files] == ["quarantine"]


def test_tog_006_a_moment_for_those_being_read(
    in_field: Field, arrival: ArrivalOf, monkeypatch: pytest.MonkeyPatch
):
    together: list[int] = []

    def kept(arrivals: list[Arrival]) -> None:
        together.append(len(arrivals))
        for one in arrivals:
            one.received = keeping.Received(Outcome.STORED, AnswerRecord())

    monkeypatch.setattr(keeping, "_keep_or_tell", kept)
    first, second, alone = arrival(1), arrival(2), arrival(3)
    is_read, beside = threading.Event(), threading.Event()

    def come_second() -> None:
        with keeping.reading():
            beside.set()
            is_read.wait()
            keeping.keep(second)

    def nap(seconds: float) -> None:
        naps.append(seconds)
        is_read.set()  # the second is read once the first is seen to wait for it
        sleep(seconds)

    naps: list[float] = []
    sleep = time.sleep
    monkeypatch.setattr(keeping, "LONGEST_WAIT", PATIENCE)
    monkeypatch.setattr(keeping.time, "sleep", nap)
    other = threading.Thread(target=come_second)
    other.start()
    beside.wait()
    keeping.keep(first)
    other.join()
    assert naps
    naps.clear()
    keeping.keep(alone)
    assert together == [2, 1]
    assert naps == []


def test_tog_004_what_was_never_acknowledged_goes(in_field: Field, arrival: ArrivalOf):
    keeping.keep(arrival(1))
    # the power went between the file and the transaction
    write_bundle(room_of(in_field.round).waiting, [arrival(2).record], answer_keys())
    gather(in_field.round, by="t", at=timezone.now())
    records = stored_records(in_field.round, by="t", at=timezone.now())
    assert [r.instance_id for r in records] == ["uuid:1"]
    assert list(room_of(in_field.round).waiting.glob("*")) == []


# --- the real server, killed ---

SENDERS, ENOUGH = 12, 60


def test_tog_005_killed_it_has_what_it_acknowledged(copy_of: CopyOf):
    with copy_of("init") as instance:
        assert instance.run("round", "open", "survey-youth", "--year", 2026).code == 0
        told = instance.run("device", "add", "tablet", "--agency", "OCHEPH-HO", "--format", "json").json
        acknowledged = _until_killed(instance, told["token"])
        assert len(acknowledged) >= ENOUGH
        stored = instance.run("answers", "export", "--round", "survey-youth-2026").json
        ids = [r["instance_id"] for r in stored]
        assert len(ids) == len(set(ids))
        assert acknowledged <= set(ids)
        assert instance.run("verify").code == 0


def _until_killed(instance: Instance, token: str) -> set[str]:
    acknowledged: set[str] = set()
    with instance.served() as server:
        address = f"{server.address}/key/{token}"
        xform = _form(address)
        threads = [
            threading.Thread(target=_send, args=(address, xform, n, acknowledged)) for n in range(SENDERS)
        ]
        for thread in threads:
            thread.start()
        until = time.monotonic() + PATIENCE
        while len(acknowledged) < ENOUGH and time.monotonic() < until:
            time.sleep(0.02)
        _kill(server.process.pid)
    for thread in threads:
        thread.join(timeout=PATIENCE)
    return acknowledged


def _kill(pid: int) -> None:
    """Kill a server and the processes it started, without a word."""
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        _kill(int(child))
    os.kill(pid, signal.SIGKILL)


def _ask(address: str, method: str, path: str, body: bytes | None = None) -> tuple[int, bytes]:
    parts = urlsplit(address)
    connection = http.client.HTTPConnection(parts.netloc, timeout=PATIENCE)
    headers = {"X-OpenRosa-Version": "1.0"}
    if body is not None:
        headers["Content-Type"] = "multipart/form-data; boundary=BOUNDARY"
    try:
        connection.request(method, parts.path + path, body, headers)
        reply = connection.getresponse()
        return reply.status, reply.read()
    finally:
        connection.close()


def _form(address: str) -> bytes:
    _, listed = _ask(address, "GET", "/formList")
    return _ask(listed.decode().partition("<downloadUrl>")[2].partition("<")[0], "GET", "")[1]


def _send(address: str, xform: bytes, sender: int, acknowledged: set[str]) -> None:
    for number in range(1000):
        name = f"uuid:{sender}-{number}"
        try:
            status, _ = _ask(address, "POST", "/submission", multipart(filled(xform, name)))
        except (OSError, http.client.HTTPException):
            return
        if status == 201:
            acknowledged.add(name)
