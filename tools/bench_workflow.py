"""The last day of a term (`make bench-workflow`): signed-in executors read and hand in, on the real server.

Prints requests per second, p50, p95, p99, errors, and what an account kept outside the program misses in the
database afterwards: every row the server said it had taken must be there. Asserts nothing about speed.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import random
import secrets
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections import Counter
from contextlib import nullcontext
from pathlib import Path
from statistics import quantiles
from urllib.parse import urlsplit

from with_postgres import postgres

YEAR = 2026
READING = (
    (40, "/work/obligations/"), (15, "/work/submissions/"), (15, "/work/reminders/"),
    (10, "/work/submissions/rows/?agency={agency}&year={year}&collection={collection}"),
    (10, "/work/indicators/by-hiv-2006-123/11.1/"),
)  # fmt: skip
WRITING = 10  # parts of a hundred
ROLES = {
    "OCHEPH": "oblast-specialist", "MCHE": "oblast-specialist", "MOE": "ministry-focal-point",
    "MIA": "ministry-focal-point", "MOD": "ministry-focal-point", "MOI": "ministry-focal-point",
}  # fmt: skip
HANDED = {
    "OCHEPH": ("airtime-statistics", "9.1", "advertising"),
    "MCHE": ("airtime-statistics", "9.1", "advertising"),
    "MOI": ("airtime-statistics", "9.1", "advertising"),
    "MOE": ("survey-heads-higher", "2.10", "students"),
    "MIA": ("survey-prisoners", "6.1", "prisoners"),
    "MOD": ("survey-conscripts", "5.1", "conscripts"),
}


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--people", type=int, default=1050)
    arguments.add_argument("--seconds", type=float, default=600)
    arguments.add_argument("--at-once", type=int, default=24, help="requests under way at a time")
    arguments.add_argument("--engines", nargs="*", default=["sqlite", "postgresql"])
    given = arguments.parse_args()
    for engine in given.engines:
        with (
            tempfile.TemporaryDirectory(prefix="dozor-bench-") as folder,
            postgres(is_durable=True) if engine == "postgresql" else nullcontext("") as address,
        ):
            one_engine(engine, Path(folder) / "home", address, given)


def one_engine(engine: str, home: Path, address: str, given: argparse.Namespace) -> None:
    environment = {k: v for k, v in os.environ.items() if k != "DATABASE_URL"} | {"DOZOR_HOME": str(home)}
    if address:
        environment["DATABASE_URL"] = address
    dozor = [sys.executable, "-m", "dozor.cli"]
    subprocess.run([*dozor, "demo"], check=True, env=environment, capture_output=True)
    ready = subprocess.run(
        [sys.executable, __file__, "--people", str(given.people), "--engines", "@people"],
        check=True, env=environment | {"DJANGO_SETTINGS_MODULE": "dozor.config.settings"},
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    people = json.loads(ready.stdout)
    server = subprocess.Popen(
        [*dozor, "serve"],
        env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        opened = home / "serving"
        while not opened.exists():
            time.sleep(0.2)
        load = Load(urlsplit(opened.read_text().strip()).netloc, people)
        before = os.getloadavg()[0]
        load.run(given.seconds, given.at_once)
        after = os.getloadavg()[0]
    finally:
        server.terminate()
        server.wait(timeout=60)
    missing = subprocess.run(
        [sys.executable, __file__, "--engines", "@account"],
        check=True, env=environment | {"DJANGO_SETTINGS_MODULE": "dozor.config.settings"},
        input=json.dumps(load.taken), stdout=subprocess.PIPE, text=True,
    ).stdout.strip()  # fmt: skip
    load.say(engine, given, before, after, missing)


class Load:
    """People who click: each request by a random one of them, `at_once` under way at a time."""

    def __init__(self, host: str, people: list[dict[str, str]]) -> None:
        self.host, self.people = host, people
        self.lock = threading.Lock()
        self.times: list[float] = []
        self.answers: Counter[str] = Counter()
        self.taken: list[str] = []  # the account outside: what the server said it has

    def run(self, seconds: float, at_once: int) -> None:
        until = time.monotonic() + seconds
        threads = [threading.Thread(target=self.click, args=(until, n)) for n in range(at_once)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.seconds = seconds

    def click(self, until: float, seed: int) -> None:
        draw = random.Random(seed)  # noqa: S311 - who clicks next
        connection = http.client.HTTPConnection(self.host, timeout=60)
        while time.monotonic() < until:
            person = draw.choice(self.people)
            writes = draw.random() * 100 < WRITING
            mark = uuid.UUID(int=draw.getrandbits(128)).hex if writes else ""
            started = time.monotonic()
            try:
                said = (
                    self.hand_in(connection, person, mark) if writes else self.read(connection, person, draw)
                )
            except (OSError, http.client.HTTPException) as problem:
                said = type(problem).__name__
                connection.close()
            with self.lock:
                self.times.append(time.monotonic() - started)
                self.answers[said] += 1
                if writes and said == "302":
                    self.taken.append(mark)

    def read(
        self, connection: http.client.HTTPConnection, person: dict[str, str], draw: random.Random
    ) -> str:
        (_, path), *_ = draw.choices(READING, weights=[w for w, _ in READING])
        told = {"agency": person["agency"], "year": YEAR, "collection": person["collection"]}
        return self.ask(connection, "GET", path.format(**told), person)

    def hand_in(self, connection: http.client.HTTPConnection, person: dict[str, str], mark: str) -> str:
        cells = [person["indicator"], person["population"], person["area"], str(YEAR), "percent", "3", mark]
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
        return self.ask(
            connection, "POST", "/work/submissions/rows/", person, "".join(parts).encode(),
            {"Content-Type": f"multipart/form-data; boundary={line}"},
        )  # fmt: skip

    def ask(
        self,
        connection: http.client.HTTPConnection,
        method: str,
        path: str,
        person: dict[str, str],
        body: bytes | None = None,
        more: dict[str, str] | None = None,
    ) -> str:
        token = person["token"]
        head = {"Cookie": f"sessionid={person['session']}; csrftoken={token}", "X-CSRFToken": token}
        connection.request(method, path, body, head | (more or {}))
        answer = connection.getresponse()
        answer.read()
        return str(answer.status)

    def say(self, engine: str, given: argparse.Namespace, before: float, after: float, missing: str) -> None:
        cuts = quantiles(self.times, n=100)
        errors = sum(n for said, n in self.answers.items() if said not in ("200", "302"))
        print(
            f"{engine}: {given.people} people, {given.at_once} requests at a time, {self.seconds:.0f} s, "
            f"load before {before:.1f}, after {after:.1f} on {os.cpu_count()} cores: "
            f"{len(self.times) / self.seconds:.0f} requests/s, p50 {1000 * cuts[49]:.0f} ms, "
            f"p95 {1000 * cuts[94]:.0f} ms, p99 {1000 * cuts[98]:.0f} ms, errors {errors} "
            f"({dict(self.answers)}), rows taken {len(self.taken)}, lost {missing}",
            flush=True,
        )


def make_people(count: int) -> None:
    """Accounts and open sessions, as signing in would leave them."""
    import django

    django.setup()
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore
    from django.utils import timezone

    from dozor.apps.organisations.models import Agency, Person
    from dozor.web.signing import PROOF, SEEN, STARTED

    agencies = [a for a in Agency.objects.all() if any(r in ROLES for r in a.roles)]
    told = []
    for n in range(count):
        agency = agencies[n % len(agencies)]
        role = next(r for r in agency.roles if r in ROLES)
        person = Person(login=f"p{n}", name=f"P {n}", role=ROLES[role], agency=agency)
        person.set_unusable_password()
        person.save()
        session = SessionStore()
        session[SESSION_KEY] = str(person.pk)
        session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
        session[HASH_SESSION_KEY] = person.get_session_auth_hash()
        # as `dozor.web.signing.enter` leaves it: the second factor was proved a moment ago
        session[STARTED] = session[SEEN] = timezone.now().isoformat()
        session[PROOF] = "totp"
        session.save()
        collection, indicator, population = HANDED[role]
        told.append(
            {
                "session": str(session.session_key), "token": secrets.token_hex(16), "agency": agency.code,
                "collection": collection, "indicator": indicator, "population": population,
                "area": agency.areas[0] if agency.areas else "BY",
            }
        )  # fmt: skip
    print(json.dumps(told))


def account(taken: list[str]) -> None:
    import django

    django.setup()
    from dozor.apps.submissions.models import SubmissionVersion

    held = set(SubmissionVersion.objects.values_list("file_name", flat=True))
    print(sum(f"{mark}.csv" not in held for mark in taken))


if __name__ == "__main__":
    if "@people" in sys.argv:
        make_people(int(sys.argv[sys.argv.index("--people") + 1]))
    elif "@account" in sys.argv:
        account(json.load(sys.stdin))
    else:
        main()
