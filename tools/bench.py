"""Times the bank, the report and the pages (`make bench`); prints figures, asserts nothing.

Import through the real action; "as known on" over banks of 1 and 10 million observations shaped like a
country's (100 indicators × 146 areas × years × 9 groups × 3 versions); a year's report; the server time and
bytes of two pages, the first visit after a start too. Import and "as known on" are run on SQLite and on a
real PostgreSQL that waits for its disk. Each figure is the median of several runs in one process, with the
processor's own time beside it, for a machine that has other work.
"""

from __future__ import annotations

import argparse
import csv
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from with_postgres import postgres

GROUPS = [(sex, age) for sex in ("all", "female", "male") for age in ("all", "15-24", "25+")]
VERSIONS = 3
INDICATORS = 100
FIRST = datetime(2020, 1, 1, tzinfo=UTC)


def median_of(runs: int, work: Callable[[], Any]) -> str:
    """Median by the clock, and of the processor's time in this process."""
    clock, processor = [], []
    for _ in range(runs):
        start, busy = time.perf_counter(), time.process_time()
        work()
        clock.append(time.perf_counter() - start)
        processor.append(time.process_time() - busy)
    return f"{statistics.median(clock):.3f} s (processor {statistics.median(processor):.3f} s)"


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--millions", type=float, nargs="*", default=[1, 10])
    arguments.add_argument("--rows", type=int, default=100_000, help="of the imported file")
    arguments.add_argument("--engines", nargs="*", default=["sqlite", "postgresql"])
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory(prefix="dozor-bench-") as folder:
        here = Path(folder)
        print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
        step(here, "pages", "--home", str(here / "example"))
        for engine in given.engines:
            for name, options in (
                ("import", ("--rows", str(given.rows))),
                *(("known", ("--millions", str(m))) for m in given.millions),
            ):
                home = here / f"{engine}-{name}-{'-'.join(options).strip('-')}"
                with postgres(is_durable=True) if engine == "postgresql" else nullcontext("") as address:
                    print(f"{engine}, load {os.getloadavg()[0]:.1f}:", flush=True)
                    step(here, name, "--home", str(home), *options, address=address)
                shutil.rmtree(home, ignore_errors=True)


def step(folder: Path, name: str, *rest: str, address: str = "") -> None:
    """Each measurement in a process of its own: Django opens one home in a process."""
    environment = {k: v for k, v in os.environ.items() if k != "DATABASE_URL"}
    if address:
        environment["DATABASE_URL"] = address
    command = [sys.executable, __file__, "--step", name, *rest]
    subprocess.run(command, check=True, cwd=folder, env=environment)


def open_home(home: Path) -> None:
    os.environ.update(DOZOR_HOME=str(home), DJANGO_SETTINGS_MODULE="dozor.config.settings")
    from dozor.apps.instance import archive

    home.mkdir(parents=True)
    from dozor.apps.home import make_key

    for key in archive.KEYS:
        make_key(key)
    import django

    django.setup()
    from django.core.management import call_command

    from dozor.apps.instance.actions import create

    call_command("migrate", verbosity=0)
    create(at=FIRST)


def bench_import(home: Path, rows: int) -> None:
    open_home(home)
    from dozor.apps.bank.actions import import_values
    from dozor.apps.bank.vocabulary import vocabulary
    from dozor.apps.organisations.queries import areas

    table = home / "values.csv"
    places = [a.code for a in areas()]
    with table.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow("indicator population sex age area period value unit source_title".split())
        for n in range(rows):
            sex, age = GROUPS[n % 9]
            cell = n // 9
            year, place = 2000 + (cell // len(places)) % 25, places[cell % len(places)]
            source = f"source {cell // (len(places) * 25)}"
            writer.writerow(("hiv-new-cases", "general", sex, age, place, year, n % 997, "persons", source))
    known = vocabulary()
    start, busy = time.perf_counter(), time.process_time()
    summary = import_values(table, vocabulary=known, by="bench", at=FIRST)
    taken = time.perf_counter() - start
    if summary.new != rows:
        sys.exit(f"{summary.refused} rows refused: {summary.findings[:2]}")
    busy = time.process_time() - busy
    speed = f"{rows / taken:,.0f} rows a second"
    print(f"  import: {rows:,} rows in {taken:.1f} s, {speed} (processor {busy:.1f} s)")
    start = time.perf_counter()
    import_values(table, vocabulary=known, by="bench", at=FIRST + timedelta(days=1))
    print(f"  the same file again (nothing changes): {time.perf_counter() - start:.1f} s")


def bench_known(home: Path, millions: float) -> None:
    open_home(home)
    from django.db import connection

    from dozor.apps.bank import models
    from dozor.apps.bank.queries import observations, rows
    from dozor.apps.organisations.queries import areas

    places = [a.code for a in areas()]
    years = max(1, round(millions * 1e6 / (INDICATORS * len(places) * len(GROUPS) * VERSIONS)))
    source = models.Source.objects.create(key="0" * 32, title="bench")
    act = models.ValuesImport.objects.create(
        file_name="bench", file_digest="", new=0, changed=0, unchanged=0, by="bench", recorded_at=FIRST,
        software_version="bench",
    )  # fmt: skip
    start = time.perf_counter()
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA synchronous=OFF")
        fill(cursor, places, years, source.pk, act.pk, is_sqlite=connection.vendor == "sqlite")
        cursor.execute("ANALYZE")
    total = models.Observation.objects.count()
    print(f"  bank of {total:,} observations, built in {time.perf_counter() - start:.0f} s")
    then = FIRST + timedelta(days=400)
    named = ("area", "sex", "age", "period", "value")
    for label, only in (("one period", {"period": "2000"}), (f"all {years} periods", {})):
        found = rows(indicators=["i42"], as_known_on=then).filter(**only)
        count = len(found)
        taken = median_of(5, lambda found=found: list(found.order_by().values_list(*named)))
        print(f"  as known on, one indicator, all areas, {label}: {count:,} values in {taken}")
    taken = median_of(5, lambda: observations(indicators=["i42"], areas=["BY-HO"], as_known_on=then))
    print(f"  as core values with headline and match, one place, all periods: {taken}")
    taken = median_of(3, lambda: observations(indicators=["i42"], as_known_on=then))
    print(f"  as core values with headline and match, all areas, all periods: {taken}")


def fill(cursor: Any, places: list[str], years: int, source: int, act: int, *, is_sqlite: bool) -> None:
    """Let the engine itself make the rows: every cell in three versions, a year apart."""
    cursor.execute("CREATE TEMPORARY TABLE place (n integer, code text)")
    cursor.executemany("INSERT INTO place VALUES (%s, %s)", list(enumerate(places)))
    cursor.execute("CREATE TEMPORARY TABLE grp (n integer, sex text, age text)")
    cursor.executemany("INSERT INTO grp VALUES (%s, %s, %s)", [(n, *g) for n, g in enumerate(GROUPS)])
    cursor.execute("CREATE TEMPORARY TABLE number (n integer)")
    cursor.executemany("INSERT INTO number VALUES (%s)", [(n,) for n in range(max(INDICATORS, years))])
    cell = f"((i.n * {len(places)} + p.n) * {years} + y.n) * {len(GROUPS)} + g.n"
    key = f"printf('%032x', {cell})" if is_sqlite else f"lpad(to_hex({cell}), 32, '0')"
    at = [(FIRST + timedelta(days=365 * v)).strftime("%Y-%m-%d %H:%M:%S") for v in range(VERSIONS)]
    instant = " ".join(f"WHEN {v} THEN '{day}'" for v, day in enumerate(at))
    instant = f"CASE v.n {instant} END" if is_sqlite else f"(CASE v.n {instant} END)::timestamptz"
    pk = f"({cell}) * {VERSIONS} + v.n + 1"
    cursor.execute(
        f"""
        INSERT INTO bank_observation
            (id, key, version, supersedes_id, plan, indicator, population, sex, age, area, period, source_id,
             value, digits, unit, missing, note, recorded_at, batch_id)
        SELECT {pk}, {key}, v.n + 1, CASE WHEN v.n > 0 THEN {pk} - 1 END, 'bench',
            'i' || CAST(i.n AS text), 'general', g.sex, g.age, p.code, CAST(2000 + y.n AS text), {source},
            ({pk}) % 997, 0, 'persons', '', '', {instant}, {act}
        FROM number i, place p, number y, grp g, number v
        WHERE i.n < {INDICATORS} AND y.n < {years} AND v.n < {VERSIONS}
        ORDER BY 1
        """  # noqa: S608 - numbers of our own
    )


def bench_pages(home: Path) -> None:
    open_home(home)
    from django.conf import settings
    from django.test import Client
    from django.utils import timezone

    from dozor.apps.instance.actions import fill_example
    from dozor.apps.organisations.models import Person
    from dozor.apps.reporting.annual import annual_report
    from dozor.apps.static_files import collect_static
    from dozor.web.ahead import before_visitors

    fill_example(at=timezone.now())
    collect_static()
    settings.ALLOWED_HOSTS = ["testserver"]
    client = Client()
    client.force_login(Person.objects.get(login="ministry"), "django.contrib.auth.backends.ModelBackend")
    before_visitors()  # what a server process does before it takes visitors
    for path in ("/work/", "/work/indicators/by-hiv-2006-123/11.1/"):
        first = median_of(1, lambda path=path: client.get(path))
        size = len(client.get(path).content)
        print(f"page {path}: {size / 1000:.0f} kB, first visit {first}")
        print(f"page {path}: later visits {median_of(15, lambda path=path: client.get(path))}")
    for kind in ("pdf", "docx"):
        write = partial(annual_report, year=2017, language="ru", kind=kind, area=None, today=FIRST.date())
        print(f"report for 2017, {kind}: {median_of(1, write)}")


if __name__ == "__main__":
    if "--step" in sys.argv:
        steps = argparse.ArgumentParser()
        steps.add_argument("--step")
        steps.add_argument("--home", type=Path)
        steps.add_argument("--millions", type=float, default=1)
        steps.add_argument("--rows", type=int, default=100_000)
        asked = steps.parse_args()
        if asked.step == "import":
            bench_import(asked.home, asked.rows)
        elif asked.step == "known":
            bench_known(asked.home, asked.millions)
        else:
            bench_pages(asked.home)
    else:
        main()
