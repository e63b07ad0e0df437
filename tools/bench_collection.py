"""Times collection (`make bench-collection`); stops only when a record was lost or kept twice.

Phones send records of a real instrument through the real server process, on SQLite and on PostgreSQL, as
fast as the server answers, for as long as told. Each phone remembers what was acknowledged; at the end what
the instance stored is held against it, its journal is verified, and every answer is read back. Then a file
of 100,000 answers is imported by the command. The phones' own work runs on the same machine.
"""

from __future__ import annotations

import argparse
import asyncio
import csv
import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from with_postgres import postgres

INSTRUMENT, YEAR, AGENCY = "survey-youth", 2026, "OCHEPH-HO"
RESENT = 0.02  # a share of records sent twice, as a phone does that missed the reply
PHONES = 4
PROGRESS = 30.0  # seconds
BODIES, PLACE_OF_NAME = 500, f"uuid:{'0' * 36}"
ROUND = f"{INSTRUMENT}-{YEAR}"


@dataclass
class Bench:
    """An instance of the benchmark's own, reached through its commands."""

    home: Path
    url: str = ""
    environment: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("DOZOR_", "DATABASE_URL"))}
        self.environment = {**kept, "DOZOR_HOME": str(self.home), "DOZOR_LANGUAGE": "en"}
        if self.url:
            self.environment["DATABASE_URL"] = self.url

    def command(self, *arguments: object) -> list[str]:
        return [sys.executable, "-m", "dozor.cli", *map(str, arguments)]

    def run(self, *arguments: object) -> Any:
        ran = subprocess.run(
            self.command(*arguments), env=self.environment, check=True, capture_output=True, text=True
        )
        return json.loads(ran.stdout) if ran.stdout.strip() else None


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--seconds", type=float, default=600, help="of sending, for each engine")
    arguments.add_argument("--connections", type=int, default=16, help="records under way at once")
    arguments.add_argument("--rows", type=int, default=100_000, help="of the imported file; 0: no import")
    arguments.add_argument("--engines", nargs="*", default=["sqlite", "postgresql"])
    given = arguments.parse_args()
    print(f"{time.strftime('%Y-%m-%d %H:%M')}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    for engine in given.engines:
        here = Path(tempfile.mkdtemp(prefix="dozor-bench-"))
        try:
            with postgres(is_durable=True) if engine == "postgresql" else nullcontext("") as url:
                bench = Bench(here / "home", url)
                bench.run("init", "--format", "json")
                if given.seconds:
                    bench_phones(engine, bench, given.seconds, given.connections)
                if given.rows:
                    bench_import(engine, bench, given.rows)
        finally:
            shutil.rmtree(here, ignore_errors=True)


def instrument_of(code: str) -> Any:
    """The plan's text tells what a record holds."""
    from dozor.formats.plan_folder import load_plans

    return next(p.instruments[code] for p in load_plans() if code in p.instruments)


# --- phones ---


def bench_phones(engine: str, bench: Bench, seconds: float, connections: int) -> None:
    bench.run("round", "open", INSTRUMENT, "--year", YEAR, "--format", "json")
    server = subprocess.Popen(
        bench.command("serve", "--port", 0), env=bench.environment, stdout=subprocess.PIPE, text=True
    )
    try:
        if server.stdout is None or not server.stdout.readline():
            sys.exit("the server did not open")
        phones = [
            bench.run("device", "add", f"phone {n}", "--agency", AGENCY, "--format", "json")["server_url"]
            for n in range(PHONES)
        ]
        memory = Memory(server.pid)
        load = os.getloadavg()[0]
        spent = _processor(server.pid)
        own = time.process_time()
        sent = asyncio.run(send_all(phones, seconds, connections))
        spent = _processor(server.pid) - spent
        own = time.process_time() - own
        memory.stop()
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=60)
    waits = sorted(sent.waits)
    times = ", ".join(
        f"{said} {1000 * waits[at]:.0f} ms"
        for said, at in (
            ("p50", len(waits) // 2),
            ("p95", len(waits) * 95 // 100),
            ("p99", len(waits) * 99 // 100),
            ("longest", -1),
        )
    )
    count = len(sent.acknowledged)
    print(
        f"{engine}: {count:,} records acknowledged in {sent.took:.0f} s, {count / sent.took:.1f} a second; "
        f"reply {times}; {sent.resent} sent again; replies but 201: {sent.others or 'none'}; "
        f"{1000 * spent / count:.1f} ms of processor for each, {1000 * own / count:.1f} of the phones; "
        f"server's memory at its peak {memory.peak / 1e6:.0f} MB; load before {load:.1f}"
    )
    started = time.perf_counter()
    stored = [r["instance_id"] for r in bench.run("answers", "export", "--round", ROUND)]
    print(
        f"{engine}: read back {len(stored):,} in {time.perf_counter() - started:.1f} s; "
        f"lost {len(sent.acknowledged - set(stored))}, twice {len(stored) - len(set(stored))}, "
        f"stored and not acknowledged {len(set(stored) - sent.acknowledged)}"
    )
    if sent.acknowledged - set(stored) or len(stored) != len(set(stored)):
        sys.exit("records were lost or doubled")
    started = time.perf_counter()
    bench.run("verify", "--format", "json")
    print(f"{engine}: the journal is whole ({time.perf_counter() - started:.1f} s)")


@dataclass
class Sent:
    """What the phones remember."""

    acknowledged: set[str] = field(default_factory=set)
    waits: list[float] = field(default_factory=list)
    others: dict[int, int] = field(default_factory=dict)
    resent: int = 0
    took: float = 0.0


async def send_all(phones: list[str], seconds: float, connections: int) -> Sent:
    instrument, chance = instrument_of(INSTRUMENT), random.Random(1)  # noqa: S311 - answers, not secrets
    # written beforehand: on a phone of its own a record costs this machine nothing
    bodies = [post_of(record_of(instrument, PLACE_OF_NAME, chance)) for _ in range(BODIES)]
    sent, until = Sent(), time.perf_counter() + seconds
    start = time.perf_counter()
    await asyncio.gather(
        tell_progress(sent, until),
        *(one_connection(phones[n % len(phones)], bodies, sent, until, n) for n in range(connections)),
    )
    sent.took = time.perf_counter() - start
    return sent


async def tell_progress(sent: Sent, until: float) -> None:
    """A line every half minute: a run of ten minutes is seen to go on, and whether it slows down."""
    while (left := until - time.perf_counter()) > 0:
        before, told = len(sent.acknowledged), len(sent.waits)
        took = min(PROGRESS, left)
        await asyncio.sleep(took)
        now, recent = len(sent.acknowledged), sorted(sent.waits[told:]) or [0.0]
        print(
            f"  {max(0.0, until - time.perf_counter()):4.0f} s left: {now:,} kept, "
            f"{(now - before) / took:.1f} a second, "
            f"p95 {1000 * recent[len(recent) * 95 // 100]:.0f} ms, other replies {sum(sent.others.values())}",
            flush=True,
        )


async def one_connection(phone: str, bodies: list[bytes], sent: Sent, until: float, seed: int) -> None:
    """One phone's connection: a record after the other, kept open as Collect keeps it."""
    chance = random.Random(seed)  # noqa: S311 - answers, not secrets
    parts = urlsplit(phone)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    while time.perf_counter() < until:
        name = f"uuid:{uuid.uuid4()}"
        body = chance.choice(bodies).replace(PLACE_OF_NAME.encode(), name.encode())
        for again in range(2 if chance.random() < RESENT else 1):
            begun = time.perf_counter()
            status, closes = await post(reader, writer, parts, body)
            if status == 201:
                sent.acknowledged.add(name)
                sent.waits.append(time.perf_counter() - begun)
                sent.resent += again
            else:
                sent.others[status] = sent.others.get(status, 0) + 1
            if closes:
                writer.close()
                reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    writer.close()


async def post(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, parts: Any, body: bytes
) -> tuple[int, bool]:
    writer.write(
        f"POST {parts.path}/submission?deviceID=bench HTTP/1.1\r\nHost: {parts.netloc}\r\n"
        "X-OpenRosa-Version: 1.0\r\nContent-Type: multipart/form-data; boundary=BOUNDARY\r\n"
        f"Content-Length: {len(body)}\r\n\r\n".encode()
        + body
    )
    head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
    length = int(head.partition("\r\ncontent-length:")[2].split()[0])
    await reader.readexactly(length)
    return int(head.split()[1]), "connection: close" in head


def record_of(instrument: Any, name: str, chance: random.Random) -> bytes:
    inside = "".join(f"<{f.name}>{answer_of(f, chance)}</{f.name}>" for f in instrument.fields)
    return (
        f'<data id="{instrument.code}" version="{instrument.version}" xmlns:orx="http://openrosa.org/xforms">'
        f"{inside}<orx:meta><orx:instanceID>{name}</orx:instanceID></orx:meta></data>"
    ).encode()


def post_of(xml: bytes) -> bytes:
    return (
        b'--BOUNDARY\r\nContent-Disposition: form-data; name="xml_submission_file"; filename="i.xml"\r\n'
        b"Content-Type: text/xml\r\n\r\n" + xml + b"\r\n--BOUNDARY--\r\n"
    )


def answer_of(f: Any, chance: random.Random) -> str:
    if f.choices:
        return str(chance.choice(f.choices).name)
    if f.kind in {"integer", "decimal", "calculate"}:
        lowest = 1 if f.lowest is None else int(f.lowest)
        return str(chance.randint(lowest, max(lowest, 100 if f.highest is None else int(f.highest))))
    if f.kind in {"start", "end"}:
        return "2026-03-02T09:00:00.000+03:00"
    if f.kind in {"date", "today"}:
        return f"2026-03-{chance.randint(1, 28):02}"
    return f"r{chance.randrange(10**6)}"


class Memory:
    """The largest memory of a process and those it started together, looked at once a second."""

    def __init__(self, pid: int) -> None:
        self.pid, self.peak, self.is_over = pid, 0, threading.Event()
        self.thread = threading.Thread(target=self._watch, daemon=True)
        self.thread.start()

    def stop(self) -> None:
        self.is_over.set()
        self.thread.join()

    def _watch(self) -> None:
        while not self.is_over.wait(1):
            self.peak = max(self.peak, sum(_share(p) for p in _family(self.pid)))


def _family(pid: int) -> list[int]:
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return []
    return [pid, *(one for child in children for one in _family(int(child)))]


def _processor(pid: int) -> float:
    """Seconds of processor that a process and those it started have taken."""
    ticks = 0
    for one in _family(pid):
        try:
            # after the name in brackets: state, …; user and system time are the 12th and 13th
            fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def _share(pid: int) -> int:
    """A process's memory with its share of what it shares with others, in bytes."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((1024 * int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)


# --- a file ---


def bench_import(engine: str, bench: Bench, rows: int) -> None:
    opened = bench.run(
        "round", "open", "survey-women", "--year", YEAR, "--agency", AGENCY, "--format", "json"
    )
    instrument = instrument_of("survey-women")
    chance = random.Random(1)  # noqa: S311
    path = bench.home.parent / "answers.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow([f.name for f in instrument.fields])
        writer.writerows([answer_of(f, chance) for f in instrument.fields] for _ in range(rows))
    load, before = os.getloadavg()[0], resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.perf_counter()
    command = ("answers", "import", "survey-women", path, "--round", opened["round"], "--format", "json")
    process = subprocess.Popen(bench.command(*command), env=bench.environment, stdout=subprocess.PIPE)
    memory = Memory(process.pid)
    out, _ = process.communicate()
    took, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    memory.stop()
    if json.loads(out)["new"] != rows:
        sys.exit(f"not all were taken: {out[:2000].decode()}")
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(
        f"{engine}: file of {rows:,} answers imported in {took:.1f} s ({spent:.1f} s of processor), "
        f"memory at its peak {memory.peak / 1e6:.0f} MB; load before {load:.1f}"
    )


if __name__ == "__main__":
    main()
