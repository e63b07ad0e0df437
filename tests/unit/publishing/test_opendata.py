"""Open data of a release.

OPN-001  The same rows stand in CSV, JSON, XLSX and Parquet, each cell of its type, none a formula.
OPN-002  A withheld number stands in no byte of any file.
OPN-003  SDMX: one observation for a key, codes that SDMX allows, every code in its list.
OPN-004  The same release gives the same bytes.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree as ET

import openpyxl
import polars as pl
import pytest

from dozor.core.observations.observation import Figure, Missing, Observation, Source
from dozor.core.observations.period import read_period
from dozor.formats.plan_folder import find_plan, load_areas, places_folder
from dozor.publishing.opendata import Dataset, write_dataset
from dozor.publishing.opendata.sdmx import DIMENSIONS, MES, STR

HIDDEN = "7919"  # a prime nothing else is made of


def observation(number: int, value: str | None, **more: object) -> Observation:
    missing = Missing.WITHHELD if value is None else None
    figure = Figure(None if value is None else Decimal(value), "percent", missing, denominator=Decimal(410))
    known = {
        "area": "BY-HO",
        "sex": "all",
        "age": "all",
        "period": read_period("2017"),
        "source": Source("=A survey"),
    }
    return Observation(
        id=number, plan="by-hiv-2006-123", indicator="11.1", population="PWID", figure=figure,
        recorded_at=datetime(2026, 1, 1, tzinfo=UTC), is_headline=True, **(known | more),
    )  # fmt: skip


def dataset_of(*observations: Observation, already_published: frozenset[int] = frozenset()) -> Dataset:
    return Dataset(
        code="2017-public-1",
        year=2017,
        version=1,
        made_on=date(2018, 3, 1),
        note="",
        plans=(find_plan("by-hiv-2006-123"),),
        areas=load_areas(places_folder()),
        observations=observations,
        already_published=already_published,
        software_version="0",
    )


@pytest.fixture(scope="module")
def dataset() -> Dataset:
    return dataset_of(
        observation(1, "30.80"),
        observation(2, None, area="BY-BR"),
        observation(3, "12.5", age="15-24", period=read_period("2008-2009")),
        replace(observation(4, "31.0", source=Source("Another")), is_headline=False),
        already_published=frozenset({1}),
    )


@pytest.fixture(scope="module")
def folder(dataset: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("site")
    write_dataset(made, dataset)
    return made


def test_opn_001_four_formats_hold_the_same_rows(folder: Path) -> None:
    data = folder / "data"
    read = list(csv.DictReader(io.StringIO((data / "values.csv").read_text("utf-8"))))
    told = json.loads((data / "values.json").read_text("utf-8"), parse_float=Decimal)
    assert [r["value"] for r in read] == ["12.5", "", "30.80", "31.0"]
    assert [None if r["value"] is None else str(r["value"]) for r in told] == ["12.5", None, "30.80", "31.0"]
    assert [r["status"] for r in told] == ["published", "withheld", "published-elsewhere", "published"]
    frame = pl.read_parquet(data / "values.parquet")
    assert frame["value"].to_list() == [12.5, None, 30.8, 31.0]
    sheet = openpyxl.load_workbook(data / "values.xlsx")["data"]
    column = [c.value for c in next(sheet.iter_rows(max_row=1))].index("value")
    assert [row[column].value for row in sheet.iter_rows(min_row=2)] == [12.5, None, 30.8, 31]
    assert {c.data_type for row in sheet.iter_rows() for c in row} <= {"s", "n", "b"}
    assert all(not r["source"].startswith("=") for r in read)
    assert (data / "indicators" / "11.1.csv").read_bytes() == (data / "values.csv").read_bytes()


def test_opn_002_what_is_withheld_is_in_no_byte(dataset: Dataset, tmp_path: Path) -> None:
    # the frozen content has lost the number before it comes here; nothing brings it back
    true = observation(2, HIDDEN, area="BY-BR")
    shown = replace(true, figure=replace(true.figure, value=None, missing=Missing.WITHHELD, denominator=None))
    names = write_dataset(tmp_path, replace(dataset, observations=(shown,)))
    for name in names:
        assert HIDDEN.encode() not in (tmp_path / name).read_bytes(), name
    assert b"withheld" in (tmp_path / "data" / "values.csv").read_bytes()


def codes(structure: ET.Element) -> Iterator[tuple[str, set[str]]]:
    for codelist in structure.iter(f"{{{STR}}}Codelist"):
        yield (
            codelist.get("id", "").removeprefix("CL_"),
            {c.get("id", "") for c in codelist.iter(f"{{{STR}}}Code")},
        )


def test_opn_003_sdmx_agrees_with_its_structure(folder: Path) -> None:
    lists = dict(codes(ET.parse(folder / "sdmx" / "structure.xml").getroot()))  # noqa: S314 - our own file
    data = ET.parse(folder / "sdmx" / "data.xml").getroot()  # noqa: S314
    series = list(data.find(f"{{{MES}}}DataSet") or ())
    assert len(series) == 3
    for one in series:
        for name in DIMENSIONS:
            assert one.get(name) in lists[name]
            assert re.fullmatch(r"[A-Za-z0-9_@$\-]+", one.get(name, ""))
    told = {one.get("REF_AREA"): [dict(o.attrib) for o in one] for one in series if one.get("AGE") == "_T"}
    assert told["BY-HO"][0]["OBS_VALUE"] == "30.80"  # the headline, not the other source's
    assert (told["BY-BR"][0]["OBS_VALUE"], told["BY-BR"][0]["OBS_STATUS"]) == ("NaN", "Q")


def test_opn_004_the_same_release_gives_the_same_bytes(
    dataset: Dataset, folder: Path, tmp_path: Path
) -> None:
    for name in write_dataset(tmp_path, dataset):
        assert (tmp_path / name).read_bytes() == (folder / name).read_bytes(), name
