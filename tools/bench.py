"""Times the bank, the report and the pages (`make bench`); prints figures, asserts nothing.

Import through the real action; "as known on" over banks of 1 and 10 million observations shaped like a
country's (100 indicators × 146 areas × years × 9 groups × 3 versions); a year's report; the server time and
bytes of two pages. Each figure is the median of several runs in one process; the machine should be quiet.
"""

from __future__ import annotations

import argparse
import csv
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

GROUPS = [(sex, age) for sex in ("all", "female", "male") for age in ("all", "15-24", "25+")]
VERSIONS = 3
INDICATORS = 100
FIRST = datetime(2020, 1, 1, tzinfo=UTC)


def median_of(runs: int, work: Callable[[], Any]) -> float:
    taken = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--millions", type=int, nargs="*", default=[1, 10])
    arguments.add_argument("--rows", type=int, default=100_000, help="of the imported file")
    given = arguments.parse_args()
    here = Path(tempfile.mkdtemp(prefix="dozor-bench-"))
    step(here, "pages", "--home", str(here / "example"))
    step(here, "import", "--home", str(here / "import"), "--rows", str(given.rows))
    for millions in given.millions:
        step(here, "known", "--home", str(here / f"bank{millions}"), "--millions", str(millions))


def step(folder: Path, name: str, *rest: str) -> None:
    """Each measurement in a process of its own: Django opens one home in a process."""
    subprocess.run([sys.executable, __file__, "--step", name, *rest], check=True, cwd=folder)


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
    start = time.perf_counter()
    summary = import_values(table, vocabulary=known, by="bench", at=FIRST)
    taken = time.perf_counter() - start
    if summary.new != rows:
        sys.exit(f"{summary.refused} rows refused: {summary.findings[:2]}")
    print(f"import: {rows:,} rows in {taken:.1f} s, {rows / taken:,.0f} rows a second")
    start = time.perf_counter()
    import_values(table, vocabulary=known, by="bench", at=FIRST + timedelta(days=1))
    print(f"the same file again (nothing changes): {time.perf_counter() - start:.1f} s")


def bench_known(home: Path, millions: int) -> None:
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

    def made() -> Iterator[tuple[Any, ...]]:
        pk = 0
        for indicator in range(INDICATORS):
            for place in places:
                for year in range(2000, 2000 + years):
                    for sex, age in GROUPS:
                        key = f"{pk:032x}"
                        for version in range(1, VERSIONS + 1):
                            pk += 1
                            at = FIRST + timedelta(days=365 * (version - 1))
                            yield (
                                pk, key, version, pk - 1 if version > 1 else None, "bench", f"i{indicator}",
                                "general", sex, age, place, str(year), source.pk, pk % 997, 0, "persons",
                                "", "", at.strftime("%Y-%m-%d %H:%M:%S"), act.pk,
                            )  # fmt: skip

    columns = (
        "id key version supersedes_id plan indicator population sex age area period source_id value digits "
        "unit missing note recorded_at batch_id"
    ).split()
    named, places_of = ", ".join(columns), ", ".join("?" * len(columns))
    insert = f"INSERT INTO bank_observation ({named}) VALUES ({places_of})"  # noqa: S608 - our own names
    start = time.perf_counter()
    connection.ensure_connection()
    raw = connection.connection
    raw.execute("PRAGMA synchronous=OFF")
    raw.executemany(insert, made())
    raw.commit()
    raw.execute("ANALYZE")
    total = models.Observation.objects.count()
    size = (home / "dozor.sqlite3").stat().st_size / 1e9
    print(f"bank of {total:,} observations: built in {time.perf_counter() - start:.0f} s, {size:.1f} GB")
    then = FIRST + timedelta(days=400)
    one_year = rows(indicators=["i42"], as_known_on=then).filter(period="2000")
    all_years = rows(indicators=["i42"], as_known_on=then)
    names = ("area", "sex", "age", "period", "value")
    for label, found in (("one period", one_year), (f"all {years} periods", all_years)):
        count = len(found)
        taken = median_of(5, lambda found=found: list(found.order_by().values_list(*names)))
        print(f"  as known on, one indicator, all areas, {label}: {count:,} values in {taken:.3f} s")
    taken = median_of(3, lambda: observations(indicators=["i42"], as_known_on=then))
    print(f"  the same as core values with headline and match, all periods: {taken:.3f} s")


def bench_pages(home: Path) -> None:
    open_home(home)
    from django.conf import settings
    from django.core.management import call_command
    from django.test import Client
    from django.utils import timezone

    from dozor.apps.instance.actions import fill_example
    from dozor.apps.reporting.annual import annual_report

    fill_example(at=timezone.now())
    call_command("collectstatic", interactive=False, verbosity=0)
    settings.ALLOWED_HOSTS = ["testserver"]
    client = Client()
    for path in ("/", "/indicators/by-hiv-2006-123/11.1/"):
        size = len(client.get(path).content)
        taken = median_of(9, lambda path=path: client.get(path))
        print(f"page {path}: {size / 1000:.0f} kB, {taken * 1000:.0f} ms on the server")
    for kind in ("pdf", "docx"):
        start = time.perf_counter()
        annual_report(year=2017, language="ru", kind=kind, area=None, today=timezone.localdate())
        print(f"report for 2017, {kind}: {time.perf_counter() - start:.1f} s")


if __name__ == "__main__":
    if "--step" in sys.argv:
        steps = argparse.ArgumentParser()
        steps.add_argument("--step")
        steps.add_argument("--home", type=Path)
        steps.add_argument("--millions", type=int, default=1)
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
