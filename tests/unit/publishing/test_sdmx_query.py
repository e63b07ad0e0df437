"""SDMX REST queries over a release's message: what is cut out, and which error a bad query gets."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest
from tests.unit.publishing.test_opendata import dataset_of, observation

from dozor.core.observations.period import read_period
from dozor.publishing.opendata import Dataset
from dozor.publishing.opendata.sdmx import MES, sdmx_data, sdmx_structure
from dozor.publishing.opendata.sdmx_query import NotAnswered, select_data, select_structure


@pytest.fixture(scope="module")
def dataset() -> Dataset:
    return dataset_of(
        observation(1, "30.8"),
        observation(2, "25.1", period=read_period("2015")),
        observation(3, "40", area="BY", sex="female"),
    )


def told(message: bytes) -> list[tuple[str, str, int]]:
    data = ET.fromstring(message).find(f"{{{MES}}}DataSet")  # noqa: S314 - made by the test
    assert data is not None
    return [(s.get("REF_AREA", ""), o.get("TIME_PERIOD", ""), len(o.attrib)) for s in data for o in s]


def asked(dataset: Dataset, key: str, **more: str) -> list[tuple[str, str]]:
    found = told(select_data(sdmx_data(dataset), flow="MONITORING", key=key, asked=more))
    return [(area, time) for area, time, _ in found]


def test_a_key_and_a_period_choose(dataset: Dataset) -> None:
    assert len(asked(dataset, "all")) == 3
    assert asked(dataset, "A.11_1.PWID.F...") == [("BY", "2017")]
    assert asked(dataset, ".....BY-HO.") == [("BY-HO", "2015"), ("BY-HO", "2017")]
    assert len(asked(dataset, ".....BY+BY-HO.")) == 3
    assert asked(dataset, ".....BY-HO.", startPeriod="2016") == [("BY-HO", "2017")]
    assert asked(dataset, ".....BY-HO.", endPeriod="2016-12") == [("BY-HO", "2015")]
    assert asked(dataset, ".....BY-HO.", lastNObservations="1") == [("BY-HO", "2017")]
    only = told(
        select_data(sdmx_data(dataset), flow="DOZOR,MONITORING,1.0", key="all", asked={"detail": "dataonly"})
    )
    assert {count for _, _, count in only} == {2}
    assert asked(dataset, "all", detail="serieskeysonly") == []


@pytest.mark.parametrize(
    ("flow", "key", "more", "status"),
    [
        ("OTHER", "all", {}, 404),
        ("MONITORING", "a.b", {}, 400),
        ("MONITORING", ".....XX.", {}, 404),
        ("MONITORING", "all", {"startPeriod": "2031"}, 404),
        ("MONITORING", "all", {"firstNObservations": "-1"}, 400),
        ("MONITORING", "all", {"detail": "everything"}, 400),
        ("MONITORING", "all", {"dimensionAtObservation": "AREA"}, 501),
    ],
)
def test_a_bad_query_has_its_error(
    dataset: Dataset, flow: str, key: str, more: dict[str, str], status: int
) -> None:
    with pytest.raises(NotAnswered) as refused:
        select_data(sdmx_data(dataset), flow=flow, key=key, asked=more)
    assert refused.value.status == status


def test_structures_by_kind_and_name(dataset: Dataset) -> None:
    message = sdmx_structure(dataset)

    def said(kind: str, code: str = "all", references: str = "none") -> bytes:
        return select_structure(
            message, kind=kind, agency="DOZOR", code=code, version="latest", references=references
        )

    assert b"Codelist " not in said("dataflow")
    assert b"DataStructureComponents" in said("datastructure", "MONITORING")
    assert b'id="CL_AGE"' in said("codelist", "CL_AGE")
    assert b'id="CL_SEX"' not in said("codelist", "CL_AGE")
    assert b'id="CL_SEX"' in said("dataflow", references="all")
    with pytest.raises(NotAnswered):
        said("codelist", "CL_NONE")
