"""A file of 200 MB is streamed: the memory it takes does not grow with it (LARGE)."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from tests.instances import HEADING, Instance

pytestmark = pytest.mark.any_engine

MEGABYTE = 1_000_000
LIMIT = 250 * MEGABYTE


def write(path: Path, size: int, last: str = "30.8") -> int:
    """Write a table of about `size` bytes; every row has a key and a long note of its own."""
    note = "как записано в источнике " * 60
    count = size // (len(note.encode()) + 60)
    with path.open("w", encoding="utf-8") as file:
        file.write(",".join((*HEADING, "note")) + "\n")
        for n in range(count):
            value = last if n == count - 1 else "30.8"
            file.write(f"11.1,PWID,,,BY-HO,{1850 + n % 170},{value},percent,Source {n // 170},{note}\n")
    return count


def peak_memory(instance: Instance, *arguments: object) -> tuple[int, str]:
    """Peak resident memory of a command in a process of its own, and what it said.

    The kernel's high-water mark of the process itself, read until it ends: what `wait` reports begins with
    the memory of the process that started it.
    """
    process = instance.start(*arguments)
    peak, status = 0, Path(f"/proc/{process.pid}/status")
    while process.poll() is None:
        marks = [line for line in status.read_text().splitlines() if line.startswith("VmHWM")]
        peak = max([peak, *(int(mark.split()[1]) * 1024 for mark in marks)])
        time.sleep(0.02)
    out, _ = process.communicate()
    assert peak > 0
    return peak, out


@pytest.mark.slow
def test_large_a_file_of_200_mb_is_read_in_bounded_memory(untouched: Instance) -> None:
    path = untouched.home / "large.csv"
    before = untouched.counts()
    count = write(path, 200 * MEGABYTE)
    assert path.stat().st_size > 195 * MEGABYTE
    memory, out = peak_memory(untouched, "values", "import", path, "--dry-run", "--format", "json")
    assert f'"new": {count}' in out
    assert memory < LIMIT, f"{memory / MEGABYTE:.0f} MB"
    assert untouched.counts() == before


@pytest.mark.slow
def test_large_one_wrong_row_at_the_end_keeps_all_out(untouched: Instance) -> None:
    path = untouched.home / "large.csv"
    before = untouched.counts()
    count = write(path, 20 * MEGABYTE, last="130.8")
    memory, out = peak_memory(untouched, "values", "import", path, "--format", "json")
    assert '"VAL-PERCENT"' in out
    assert f'"row": {count + 1}' in out
    assert memory < LIMIT
    assert untouched.counts() == before


@pytest.mark.slow
def test_large_one_line_without_end_is_not_read_into_memory(untouched: Instance) -> None:
    path = untouched.home / "large.csv"
    with path.open("w") as file:
        file.write(",".join(HEADING) + '\n11.1,"')
        for _ in range(100):
            file.write("x" * MEGABYTE)
    memory, out = peak_memory(untouched, "values", "import", path, "--format", "json")
    assert '"FILE-CELL-TOO-LONG"' in out
    assert memory < LIMIT
