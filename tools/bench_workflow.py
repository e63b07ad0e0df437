"""The last day of a term (`make bench-workflow`): signed-in executors read and hand in, on the real server.

Prints requests per second, p50, p95, p99, errors, and what an account kept outside the program misses in the
database afterwards: every row the server said it had taken must be there, and the journal must verify.
Asserts nothing about speed; ends with 1 when anything was lost or answered wrongly.

The people who click are a process of their own that writes requests as bytes and reads no more of an answer
than its length: on a machine of two cores whatever they spend is taken from the server. Each click comes
over a connection of its own that says so, as from so many browsers whose last click the server has long
forgotten.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import secrets
import subprocess
import sys
import tempfile
import time
import uuid
from collections import Counter
from contextlib import nullcontext
from pathlib import Path
from statistics import quantiles
from typing import Any
from urllib.parse import urlsplit

from with_postgres import postgres

YEAR = 2026
# parts of a hundred of what is read; addresses by the name of their route
READING = (
    (40, "obligations", ""), (15, "submissions", ""), (15, "reminders", ""),
    (20, "submission-rows", "?agency={agency}&year={year}&collection={collection}"),
    (10, "indicator", ""),
)  # fmt: skip
WRITING = 10  # parts of a hundred
ROLES = {
    "OCHEPH": "oblast-specialist", "MCHE": "oblast-specialist", "MOE": "ministry-focal-point",
    "MIA": "ministry-focal-point", "MOD": "ministry-focal-point", "MOI": "ministry-focal-point",
}  # fmt: skip
PATIENCE = 60  # seconds a person waits for an answer


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--people", type=int, default=1050)
    arguments.add_argument("--minutes", type=float, default=10)
    arguments.add_argument("--at-once", type=int, default=24, help="requests under way at a time")
    arguments.add_argument("--engines", nargs="*", default=["sqlite", "postgresql"])
    arguments.add_argument("--part", default="", help="people, account, click: processes of the bench's own")
    given = arguments.parse_args()
    if given.part:
        PARTS[given.part](given)
        return
    print(
        f"{time.strftime('%Y-%m-%d %H:%M')}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}",
        flush=True,
    )
    lost = 0
    for engine in given.engines:
        with (
            tempfile.TemporaryDirectory(prefix="dozor-bench-", ignore_cleanup_errors=True) as folder,
            postgres(is_durable=True) if engine == "postgresql" else nullcontext("") as address,
        ):
            lost += one_engine(engine, Path(folder) / "home", address, given)
    sys.exit(1 if lost else 0)


def one_engine(engine: str, home: Path, address: str, given: argparse.Namespace) -> int:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("DOZOR_", "DATABASE_URL"))}
    environment = kept | {"DOZOR_HOME": str(home), "DJANGO_SETTINGS_MODULE": "dozor.config.settings"}
    if address:
        environment["DATABASE_URL"] = address
    dozor = [sys.executable, "-m", "dozor.cli"]
    subprocess.run([*dozor, "demo"], check=True, env=environment, capture_output=True)

    def part(name: str, told: str = "") -> str:
        command = [sys.executable, __file__, "--part", name, "--people", str(given.people)]
        more = ["--minutes", str(given.minutes), "--at-once", str(given.at_once)]
        return subprocess.run(
            [*command, *more], check=True, env=environment, input=told, stdout=subprocess.PIPE, text=True
        ).stdout

    people = json.loads(part("people"))
    server = subprocess.Popen(
        [*dozor, "serve"], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        while not (home / "serving").exists():
            time.sleep(0.2)
            if server.poll() is not None:
                sys.exit("the server did not open")
        host = urlsplit((home / "serving").read_text().strip()).netloc
        before, spent = os.getloadavg()[0], processor_seconds(server.pid)
        load = json.loads(part("click", json.dumps({"host": host, "people": people})))
        after = os.getloadavg()[0]
        spent = processor_seconds(server.pid) - spent
    finally:
        server.terminate()
        server.wait(timeout=60)
    missing = json.loads(part("account", json.dumps(load["taken"])))
    verified = subprocess.run(
        [*dozor, "verify"], env=environment, capture_output=True, check=False
    ).returncode
    asked = len(load["times"])
    cuts = [1000 * cut for cut in quantiles(load["times"], n=100)]
    errors = sum(n for said, n in load["answers"].items() if said not in ("200", "302"))
    print(
        f"{engine}: {given.people} people, {given.at_once} requests at a time, {load['seconds']:.0f} s, "
        f"load before {before:.1f}, after {after:.1f}: {asked / load['seconds']:.0f} requests/s, "
        f"p50 {cuts[49]:.0f} ms, p95 {cuts[94]:.0f} ms, p99 {cuts[98]:.0f} ms, errors {errors} "
        f"({load['answers']}), processor: server {1000 * spent / asked:.1f} ms a request, people "
        f"{1000 * load['processor'] / asked:.2f}; rows taken {len(load['taken'])}, lost {missing['lost']}, "
        f"twice {missing['twice']}, journal {'whole' if verified == 0 else 'NOT WHOLE'}",
        flush=True,
    )
    for name, (many, middle, late) in sorted(load["by_name"].items()):
        print(f"  {name}: {many} requests, p50 {1000 * middle:.0f} ms, p95 {1000 * late:.0f} ms", flush=True)
    return int(missing["lost"] + missing["twice"] + (verified != 0) + errors)


def processor_seconds(pid: int) -> float:
    """What a server and its children have spent so far (Linux)."""
    tick, found = os.sysconf("SC_CLK_TCK"), 0.0
    parents = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            _, _, rest = path.read_text().rpartition(")")
        except OSError:
            continue
        told = rest.split()
        parents[int(path.parent.name)] = (int(told[1]), (int(told[11]) + int(told[12])) / tick)
    for one, (_, spent) in parents.items():
        above = one
        while above in parents and above != pid:
            above = parents[above][0]
        found += spent if above == pid else 0.0
    return found


# --- the people who click ---


def click(given: argparse.Namespace) -> None:
    told = json.load(sys.stdin)
    print(json.dumps(asyncio.run(Load(told["host"], told["people"]).run(60 * given.minutes, given.at_once))))


class Load:
    """People who click: each request by a random one of them, `at_once` under way at a time."""

    def __init__(self, host: str, people: dict[str, Any]) -> None:
        self.host, self.people, self.paths = host, people["people"], people["paths"]
        self.times: list[float] = []
        self.by_name: dict[str, list[float]] = {}
        self.answers: Counter[str] = Counter()
        self.taken: list[str] = []  # the account outside: what the server said it has

    async def run(self, seconds: float, at_once: int) -> dict[str, Any]:
        until = time.monotonic() + seconds
        await asyncio.gather(*(self.click(until, n) for n in range(at_once)))
        marks = {
            name: (len(times), *(quantiles(times, n=20)[k] for k in (9, 18)))
            for name, times in self.by_name.items()
            if len(times) > 1
        }
        return {
            "seconds": seconds, "times": self.times, "answers": self.answers, "taken": self.taken,
            "by_name": marks, "processor": time.process_time(),
        }  # fmt: skip

    async def click(self, until: float, seed: int) -> None:
        draw = random.Random(seed)  # noqa: S311 - who clicks next
        weights = [weight for weight, _, _ in READING]
        while time.monotonic() < until:
            person = draw.choice(self.people)
            if draw.random() * 100 < WRITING:
                name, mark = "hand-in", uuid.UUID(int=draw.getrandbits(128)).hex
                request = self.hand_in(person, mark)
            else:
                (_, name, query), mark = draw.choices(READING, weights=weights)[0], ""
                request = self.asked("GET", self.paths[name] + query.format(year=YEAR, **person), person)
            started = time.monotonic()
            try:
                said = await asyncio.wait_for(self.ask(request), PATIENCE)
            except (OSError, EOFError, asyncio.LimitOverrunError, TimeoutError) as problem:
                said = type(problem).__name__
            took = time.monotonic() - started
            self.times.append(took)
            self.by_name.setdefault(name, []).append(took)
            self.answers[said] += 1
            if mark and said == "302":
                self.taken.append(mark)

    async def ask(self, request: bytes) -> str:
        """The answer's status."""
        reader, writer = await asyncio.open_connection(*self.host.split(":"))
        try:
            writer.write(request)
            head = (await reader.readuntil(b"\r\n\r\n")).lower()
            length = head.partition(b"\r\ncontent-length:")[2].partition(b"\r\n")[0]
            await (reader.readexactly(int(length)) if length else reader.read())
            return head[9:12].decode()
        finally:
            writer.close()

    def asked(
        self, method: str, path: str, person: dict[str, str], body: bytes = b"", kind: str = ""
    ) -> bytes:
        token = person["token"]
        lines = [
            f"{method} {path} HTTP/1.1", f"Host: {self.host}", "Connection: close",
            f"Cookie: sessionid={person['session']}; csrftoken={token}", f"X-CSRFToken: {token}",
            *([f"Content-Type: {kind}", f"Content-Length: {len(body)}"] if body else []),
        ]  # fmt: skip
        return "\r\n".join([*lines, "", ""]).encode() + body

    def hand_in(self, person: dict[str, str], mark: str) -> bytes:
        cells = [
            person["indicator"],
            person["population"],
            person["area"],
            str(YEAR),
            person["unit"],
            "3",
            mark,
        ]
        table = "indicator,population,area,period,unit,value,note\n" + ",".join(cells) + "\n"
        line = "x" * 20
        parts = [
            f'--{line}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
            for name, value in (("agency", person["agency"]), ("year", str(YEAR)),
                                ("collection", person["collection"]))
        ]  # fmt: skip
        parts.append(
            f'--{line}\r\nContent-Disposition: form-data; name="file"; filename="{mark}.csv"\r\n'
            f"Content-Type: text/csv\r\n\r\n{table}\r\n--{line}--\r\n"
        )
        body, kind = "".join(parts).encode(), f"multipart/form-data; boundary={line}"
        return self.asked("POST", self.paths["submission-rows"], person, body, kind)


# --- beside the server: accounts before, counting afterwards ---


def make_people(given: argparse.Namespace) -> None:
    """Accounts and open sessions, as signing in would leave them; each with a collection of their agency."""
    import django

    django.setup()
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore
    from django.db import transaction
    from django.urls import reverse
    from django.utils import timezone

    from dozor.apps.audit.actions import record
    from dozor.apps.organisations.models import Agency, Person
    from dozor.apps.plans.queries import main_plan
    from dozor.apps.submissions.queries import errand
    from dozor.core.findings import Refused
    from dozor.web.signing import PROOF, SEEN, STARTED

    plan = main_plan()
    handed: dict[str, list[dict[str, str]]] = {}
    agencies = [a for a in Agency.objects.all() if any(r in ROLES for r in a.roles)]
    for agency in agencies:
        for collection in plan.collections:
            try:
                asked = errand(agency, collection.code, YEAR).asked.indicators
            except Refused:
                continue
            one = next(i for i in plan.indicators if i.code in asked)
            handed.setdefault(agency.code, []).append(
                {
                    "collection": collection.code, "indicator": one.code, "unit": one.unit,
                    "population": next((p for p in one.populations if p in collection.populations), ""),
                }
            )  # fmt: skip
    agencies = [a for a in agencies if a.code in handed]
    told, people = [], []
    for n in range(given.people):
        agency = agencies[n % len(agencies)]
        role = next(r for r in agency.roles if r in ROLES)
        person = Person(login=f"p{n}", name=f"P {n}", role=ROLES[role], agency=agency)
        person.set_unusable_password()
        person.save()
        people.append(person)
        session = SessionStore()
        session[SESSION_KEY] = str(person.pk)
        session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
        session[HASH_SESSION_KEY] = person.get_session_auth_hash()
        # as `dozor.web.signing.enter` leaves it: the second factor was proved a moment ago
        session[STARTED] = session[SEEN] = timezone.now().isoformat()
        session[PROOF] = "totp"
        session.save()
        turns = handed[agency.code]
        told.append(
            turns[n // len(agencies) % len(turns)]
            | {
                "session": str(session.session_key), "token": secrets.token_hex(16), "agency": agency.code,
                "area": agency.areas[0] if agency.areas else "BY",
            }
        )  # fmt: skip
    with transaction.atomic():
        record(action="people of a benchmark", by="system", at=timezone.now(), rows=people)
    paths = {name: reverse(name) for _, name, _ in READING if name != "indicator"}
    paths["indicator"] = reverse("indicator", args=[plan.code, "11.1"])
    print(json.dumps({"people": told, "paths": paths}))


def account(given: argparse.Namespace) -> None:
    import django

    django.setup()
    from dozor.apps.submissions.models import SubmissionVersion

    held = Counter(SubmissionVersion.objects.values_list("file_name", flat=True))
    taken = json.load(sys.stdin)
    lost = sum(held[f"{mark}.csv"] == 0 for mark in taken)
    print(json.dumps({"lost": lost, "twice": sum(held[f"{mark}.csv"] > 1 for mark in taken)}))


PARTS = {"people": make_people, "click": click, "account": account}

if __name__ == "__main__":
    main()
