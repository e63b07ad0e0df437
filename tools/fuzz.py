"""Looks for what breaks the program's readers (`make fuzz`); fails when anything does.

First the API: an example instance on a real server, and schemathesis over its own description, once as each
kind of person, signed in by the door; every answer is held against the description. Then the readers of
files: good files spoilt at random; each must be read or refused with a coded finding, within five
seconds of the processor.

A part counts as run when it has asked enough: on a busy machine it goes on, with another seed, until it has
(`--least`), and fails when even ten minutes did not do. What was asked and what failed is the last line.

    tools/fuzz.py [--seconds 60] [--least 200] [--files 20000] [--seed N] [--people visitor,national]
"""

from __future__ import annotations

import argparse
import http.cookiejar
import io
import json
import os
import random
import subprocess
import sys
import tempfile
import time
import traceback
import urllib.parse
import urllib.request
import zipfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import openpyxl
import pyotp

ROOT = Path(__file__).parents[1]
SCHEMATHESIS = ROOT / ".venv-fuzz/bin/schemathesis"
DESCRIPTION = "work/api/openapi.json"  # an address below the server's
CONFIGURED = Path(__file__).with_name("schemathesis.toml")
PEOPLE = ("visitor", "national", "gomel-lead", "education", "ministry", "auditor", "admin")
LONGEST = 5.0  # seconds of the processor a reader may take over one file
HANGS = 60.0  # seconds by the clock, whatever else the machine does
PATIENCE = 600.0  # seconds for one kind of person to have asked enough, and for the server to open
ROW = "indicator,area,period,unit,value\n9.1,BY,2025,percent,{value}\n"


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--seconds", type=int, default=60, help="of questions, as each person")
    arguments.add_argument("--least", type=int, default=200, help="questions, as each person")
    arguments.add_argument("--files", type=int, default=20_000, help="spoilt files")
    arguments.add_argument("--seed", type=int, default=int(time.time()))
    arguments.add_argument("--people", default=",".join(PEOPLE), help="as whom to ask, by login")
    given = arguments.parse_args()
    print(f"{time.strftime('%Y-%m-%d %H:%M')}, load {os.getloadavg()[0]:.1f}, seed {given.seed}", flush=True)
    people = given.people.split(",") if given.seconds else []
    told = fuzz_api(given.seconds, given.least, given.seed, people) if people else []
    spoilt = fuzz_files(given.files, given.seed) if given.files else 0
    few = [t.login for t in told if t.questions < given.least]
    failed = sum(t.failures for t in told) + spoilt
    asked = f"{sum(t.questions for t in told)} questions as {len(told)} kinds of people"
    less = f"; asked too little: {', '.join(few)}" if few else ""
    print(f"in all: {asked}, {given.files} spoilt files, {failed} failures{less}", flush=True)
    sys.exit(1 if failed or few else 0)


# --- the API ---


@dataclass(frozen=True)
class Told:
    """What came of asking as one kind of person."""

    login: str
    questions: int
    failures: int


def fuzz_api(seconds: int, least: int, seed: int, people: list[str]) -> list[Told]:
    with tempfile.TemporaryDirectory(prefix="dozor-fuzz-") as folder:
        home = Path(folder) / "home"
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("DOZOR_", "DATABASE_URL"))}
        environment = kept | {"DOZOR_HOME": str(home), "DOZOR_PACE": "0"}
        dozor = [sys.executable, "-m", "dozor.cli"]

        def run(*arguments: str) -> None:
            ran = subprocess.run(
                [*dozor, *arguments], env=environment, capture_output=True, text=True, check=False
            )
            if ran.returncode:
                sys.exit(f"dozor {' '.join(arguments)} ended with {ran.returncode}: {ran.stderr}")

        run("demo", "--with-field")
        for number, agency in enumerate(("MOI", "OCHEPH-HO", "RCHEPH")):  # something to ask about
            table = Path(folder) / "rows.csv"
            table.write_text(ROW.format(value=number + 1))
            given = ["--agency", agency, "--collection", "airtime-statistics", "--year", "2025"]
            run("submission", "hand-in", str(table), *given)
        nowhere = subprocess.DEVNULL
        server = subprocess.Popen(
            [*dozor, "serve", "--port", "0"], env=environment, stdout=nowhere, stderr=nowhere
        )
        try:
            address = opened(home / "serving", server)
            return [ask(address, home, login, seconds, least, seed, Path(folder)) for login in people]
        finally:
            server.terminate()
            server.wait(timeout=60)


def opened(announced: Path, server: subprocess.Popen[bytes]) -> str:
    """The address the server announces, once it answers there."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if server.poll() is not None:
            sys.exit("the server did not open")
        address = announced.read_text().strip().rstrip("/") if announced.exists() else ""
        if address.startswith("http"):
            address = address.replace("//localhost", "//127.0.0.1")
            try:
                with urllib.request.urlopen(f"{address}/health/", timeout=30):  # noqa: S310 - our own
                    return address
            except OSError:
                pass  # announced, not yet listening
        time.sleep(0.2)
    sys.exit("the server did not answer")


def ask(address: str, home: Path, login: str, seconds: int, least: int, seed: int, folder: Path) -> Told:
    """Ask as one kind of person, turn by turn, until enough was asked."""
    cookie = "" if login == "visitor" else signed_in(address, home, login)
    questions = failures = turns = 0
    until = time.monotonic() + PATIENCE
    while not turns or (questions < least and not failures and time.monotonic() < until):
        # each turn twice as long: a question in the air when the time is up is not counted
        asked, failed = one_turn(address, cookie, seconds * 2**turns, seed + turns, folder)
        questions, failures, turns = questions + asked, failures + failed, turns + 1
    more = f", in {turns} turns" if turns > 1 else ""
    less = f", fewer than {least}" if questions < least else ""
    print(f"API as {login}: {questions} questions{less}, {failures} failures{more}", flush=True)
    return Told(login, questions, failures)


def one_turn(address: str, cookie: str, seconds: int, seed: int, folder: Path) -> tuple[int, int]:
    """Questions asked and failures found by schemathesis in some seconds."""
    report = folder / "report.json"
    report.unlink(missing_ok=True)
    command = [
        str(SCHEMATHESIS), "--config-file", str(CONFIGURED), "run", f"{address}/{DESCRIPTION}",
        *(["--header", f"Cookie: {cookie}"] if cookie else []),
        "--workers", "2", "--max-time", str(seconds), "--seed", str(seed), "--continue-on-failure",
        "--request-timeout", "30", "--generation-database", "none", "--no-color",
        "--report", "json", "--report-json-path", str(report),
        # what a visitor asks, rightly or not, is answered alike
        *([] if cookie else ["--exclude-checks", "negative_data_rejection,unsupported_method"]),
    ]  # fmt: skip
    ran = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    told = json.loads(report.read_text()) if report.exists() else {}
    failures = sum(f["count"] for f in told.get("failures", [])) + len(told.get("errors", []))
    if not failures and (not told or ran.returncode):
        failures = 1  # it ended badly and did not say why
    if failures:
        print(f"schemathesis ended with {ran.returncode}", ran.stdout[-6000:], ran.stderr[-2000:], sep="\n")
    return int(told.get("test_cases", {}).get("generated", 0)), failures


def signed_in(address: str, home: Path, login: str) -> str:
    """The cookies of somebody who came in by the door, with the second factor."""
    lines = (home / "example-accounts.txt").read_text(encoding="utf-8").splitlines()
    password, secret = next(line.split()[1:3] for line in lines if line.split()[0] == login)
    jar = http.cookiejar.CookieJar()
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))

    def send(path: str, **said: str) -> str:
        browser.open(address + path).read()
        token = next(c.value for c in jar if c.name == "csrftoken")
        data = urllib.parse.urlencode(said | {"csrfmiddlewaretoken": str(token)}).encode()
        return str(browser.open(address + path, data).url)

    ended = send("/sign-in/", username=login, password=password)
    if secret != "-":  # noqa: S105 - a role without a second factor
        ended = send("/sign-in/second/", code=pyotp.TOTP(secret).now())
    if "sign-in" in ended:
        sys.exit(f"{login} could not sign in")
    return "; ".join(f"{c.name}={c.value}" for c in jar)


# --- files ---


def fuzz_files(count: int, seed: int) -> int:
    from dozor.core.findings import Refused

    draw = random.Random(seed)  # noqa: S311 - what is spoilt
    outcomes: dict[str, Counter[str]] = {}
    failed = 0
    with tempfile.TemporaryDirectory(prefix="dozor-fuzz-") as folder:
        known = readers(Path(folder))
        for _ in range(count):
            name = draw.choice(list(known))
            good, read = known[name]
            spoilt = spoil(good, draw)
            started, worked = time.monotonic(), time.process_time()
            try:
                read(spoilt)
                said = "read"
            except Refused as refused:
                said = "refused" if all(f.code for f in refused.findings) else "refused without a code"
            except Exception:
                said = "broke"
                traceback.print_exc()
            if time.process_time() - worked > LONGEST or time.monotonic() - started > HANGS:
                said = "slow"
            outcomes.setdefault(name, Counter())[said] += 1
            if said not in ("read", "refused"):
                failed += 1
                kept = Path(tempfile.gettempdir()) / f"fuzz-{name}-{failed}"
                kept.write_bytes(spoilt)
                print(f"{name}: {said}, kept in {kept}", flush=True)
    for name, said in sorted(outcomes.items()):
        print(
            f"files, {name}: {said.total()} spoilt, " + ", ".join(f"{n} {w}" for w, n in sorted(said.items()))
        )
    print(f"files: {count} spoilt, {failed} failures", flush=True)
    return failed


def readers(folder: Path) -> dict[str, tuple[bytes, Callable[[bytes], object]]]:
    """A good file of each kind, and what reads it."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from dozor.core.plan.reading import read_plan
    from dozor.formats.frames.opening import open_source
    from dozor.formats.openrosa import read_instance
    from dozor.formats.package_file import check_signature, public_of, read_package, write_package
    from dozor.formats.plan_folder import packaged_folder, plan_texts
    from dozor.formats.tables import read_table

    def by_path(name: str, read: Callable[[Path], object]) -> Callable[[bytes], object]:
        def opened(content: bytes) -> object:
            path = folder / name
            path.write_bytes(content)
            return read(path)

        return opened

    book = openpyxl.Workbook()
    for line in (["indicator", "area", "period", "unit", "value"], ["9.1", "BY", 2025, "percent", 3.2]):
        book.active.append(line)
    workbook = io.BytesIO()
    book.save(workbook)
    table = ROW.format(value="3,2").encode()
    form = (
        b'<data xmlns:orx="http://openrosa.org/xforms" id="f" version="1"><orx:meta><orx:instanceID>'
        b"uuid:5b1f6b0e-1c0e-4a4e-9d5e-0a4f7c1f2f11</orx:instanceID></orx:meta><a>1</a><b><c>x</c></b></data>"
    )
    key = Ed25519PrivateKey.generate()
    package = write_package({"kind": "submission"}, {"rows.json": b"[]"}, key)
    texts = plan_texts(packaged_folder() / "by-hiv-2006-123")
    small = {name: text for name, text in texts.items() if len(text) < 20_000}

    def plan_with(content: bytes) -> object:
        told = content.decode("utf-8", "replace")
        return read_plan(texts | {next(iter(small)): told})

    return {
        "table-csv": (table, by_path("t.csv", lambda p: list(read_table(p)))),
        "table-xlsx": (workbook.getvalue(), by_path("t.xlsx", lambda p: list(read_table(p)))),
        "microdata-csv": (b"w,s,c,y\n1.5,1,1,0\n2,1,2,1\n", by_path("m.csv", open_source)),
        "phone-xml": (form, read_instance),
        "package": (package, lambda content: check_signature(read_package(content), public_of(key))),
        "plan-yaml": (next(iter(small.values())).encode(), plan_with),
    }


def spoil(good: bytes, draw: random.Random) -> bytes:
    """The same file with something wrong: in a part of an archive as often as in its bytes."""
    if good[:2] == b"PK" and draw.random() < 0.7:
        with zipfile.ZipFile(io.BytesIO(good)) as old:
            parts = {name: old.read(name) for name in old.namelist()}
        name = draw.choice(list(parts))
        parts[name] = spoil_bytes(parts[name], draw)
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
            for name, content in parts.items():
                new.writestr(name, content)
        return made.getvalue()
    return spoil_bytes(good, draw)


ODD = (
    b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"=1+1", b'"', b"\r", b"<", b"&a;", b"]]>", b"{", b"- ", b"\xd0",
    b"9" * 400, b"1e999", b"NaN", b"-0", b"2026-02-31", b"\xe2\x80\xae", b"*a",
    b"<!DOCTYPE a [<!ENTITY b 'c'>]>",
    b"!!python/object:os.system x", b"../../x", b"\x1b[31m", b"A" * 5000,
)  # fmt: skip


def spoil_bytes(good: bytes, draw: random.Random) -> bytes:
    made = bytearray(good)
    for _ in range(draw.randint(1, 4)):
        at, kind = draw.randint(0, max(len(made) - 1, 0)), draw.randint(0, 5)
        if kind == 0 and made:
            made[at] = draw.randrange(256)
        elif kind == 1:
            made[at:at] = draw.choice(ODD)
        elif kind == 2:
            del made[at : at + draw.randint(1, 40)]
        elif kind == 3:
            made[at:at] = made[at : at + draw.randint(1, 200)]
        elif kind == 4:
            del made[at:]
        else:
            other = draw.randint(0, max(len(made) - 1, 0))
            made[at : at + 20], made[other : other + 20] = made[other : other + 20], made[at : at + 20]
    return bytes(made)


if __name__ == "__main__":
    main()
