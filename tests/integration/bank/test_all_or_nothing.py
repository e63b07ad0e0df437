"""A file enters whole or not at all, whatever happens meanwhile (WHOLE).

WHOLE-001 a failure in the middle leaves nothing behind
WHOLE-002 imports at the same time wait for each other: no value is new twice, the journal stays one chain
WHOLE-003 a killed import leaves a bank that verifies, with the whole file or nothing of it
WHOLE-004 reading, verifying and copying never keep a writer waiting
"""

from __future__ import annotations

import subprocess
import time
from pathlib import Path
from typing import Any

import pytest
from tests.instances import Instance, table


def rows(count: int, **changed: object) -> str:
    years = (str(1900 + n) for n in range(count))
    return table(*({"period": year, **changed} for year in years))


def big(count: int) -> str:
    """Many rows cheaply: one year, many sources."""
    return table(*({"source_title": f"Source {n % 7}", "period": str(1850 + n // 7)} for n in range(count)))


@pytest.mark.parametrize("where", ["insert", "record", "digest_many"])
def test_whole_001_a_failure_in_the_middle_leaves_nothing(
    instance: Instance, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    from dozor.apps.bank import actions
    from dozor.apps.bank.vocabulary import vocabulary

    monkeypatch.setattr(actions, "BATCH", 10)
    instance.load(rows(5))
    before = instance.counts()
    calls = []

    def fail(*arguments: Any, **named: Any) -> Any:
        calls.append(1)
        if where != "insert" or len(calls) == 3:
            raise RuntimeError("the power went")
        return real(*arguments, **named)

    real = getattr(actions, where)
    monkeypatch.setattr(actions, where, fail)
    path = instance.home / "t.csv"
    path.write_text(rows(50, value="31"))
    from django.utils import timezone

    with pytest.raises(RuntimeError, match="the power went"):
        actions.import_values(path, vocabulary=vocabulary(), by="t", at=timezone.now())
    monkeypatch.undo()
    assert instance.counts() == before
    assert instance.cli("verify").code == 0
    assert instance.load(path).json["new"] == 45


def files(home: Path, *texts: str) -> list[Path]:
    paths = [home / f"file-{number}.csv" for number, _ in enumerate(texts)]
    for path, text in zip(paths, texts, strict=True):
        path.write_text(text)
    return paths


def test_whole_002_the_same_file_loaded_by_several_at_once_enters_once(instance: Instance) -> None:
    paths = files(instance.home, *[big(300)] * 3)
    ended = [f.wait() for f in [instance.fork("values", "import", p, "--format", "json") for p in paths]]
    assert [ran.code for ran in ended] == [0, 0, 0], ended
    assert sorted(ran.json["new"] for ran in ended) == [0, 0, 300]
    counts = instance.counts()
    assert (counts["bank_observation"], counts["bank_valuesimport"]) == (300, 1)
    assert instance.cli("verify").code == 0


def test_whole_002_corrections_at_once_become_versions_one_after_another(instance: Instance) -> None:
    first, *others = files(instance.home, *(rows(40, value=value) for value in ("30", "31", "32", "33")))
    assert instance.cli("values", "import", first).code == 0
    assert [f.wait().code for f in [instance.fork("values", "import", p) for p in others]] == [0, 0, 0]
    versions = instance.execute(
        "SELECT version, count(*), count(DISTINCT key) FROM bank_observation GROUP BY version ORDER BY 1"
    )
    assert versions == [(n, 40, 40) for n in (1, 2, 3, 4)]
    sequences = instance.execute("SELECT sequence FROM audit_event ORDER BY sequence")
    assert [s for (s,) in sequences] == list(range(1, len(sequences) + 1))
    assert instance.cli("verify").code == 0


def test_whole_003_a_killed_import_leaves_all_of_a_file_or_nothing(instance: Instance) -> None:
    count = 1500
    (path,) = files(instance.home, big(count))
    started = time.monotonic()
    assert instance.fork("values", "import", path).wait().code == 0
    took = time.monotonic() - started
    outcomes = []
    for number, share in enumerate((0.3, 0.6, 0.8, 0.9)):
        before = instance.counts()
        path.write_text(big(count).replace("30.8", f"31.{number}"))
        running = instance.fork("values", "import", path)
        started = time.monotonic()
        try:
            running.process.wait(timeout=took * share)
        except subprocess.TimeoutExpired:
            pass
        else:
            took = time.monotonic() - started  # the machine has become quicker since
        outcomes.append(running.kill().code)
        after = instance.counts()
        assert after["bank_observation"] - before["bank_observation"] in (0, count)
        assert after["audit_event"] - before["audit_event"] in (0, 1)
        assert instance.cli("verify").code == 0
    assert -9 in outcomes  # SIGKILL: at least one was killed before it had ended
    assert instance.cli("values", "import", path).code == 0
    assert instance.cli("verify").code == 0


def test_whole_004_who_reads_keeps_nobody_from_writing(instance: Instance) -> None:
    """A snapshot is open while another writes, and goes on seeing what it saw."""
    from dozor.apps.audit.snapshot import one_snapshot
    from dozor.apps.bank.models import Observation

    instance.load(rows(5))
    path = instance.home / "more.csv"
    path.write_text(rows(30))
    with one_snapshot():
        assert Observation.objects.count() == 5
        assert instance.run("values", "import", path).code == 0
        assert Observation.objects.count() == 5
    assert Observation.objects.count() == 30


def test_whole_004_a_writer_who_waits_too_long_is_told_so(instance: Instance) -> None:
    from django.db import transaction

    from dozor.apps.audit.actions import hold_journal

    path = instance.home / "more.csv"
    path.write_text(rows(3))
    with transaction.atomic():
        hold_journal()
        before = instance.counts()
        ran = instance.run("values", "import", path, "--format", "json", DOZOR_PATIENCE="0.2")
        assert (ran.code, ran.json["findings"][0]["code"]) == (2, "INST-BUSY")
        assert instance.counts() == before
    assert instance.cli("values", "import", path).code == 0
