"""The list of a round's sample: what is taken, what is refused, and the weights by hand.

SMP-001  A line is named by one column of the instrument; a stratum may stand beside a place.
SMP-002  Each fault is told with its row and column, and the list is not taken.
SMP-003  A weight is 1 / (chance × part) × size / records × asked / agreed; a given weight is used as it is.
SMP-004  Answers from an unknown place, records without one and places that stay silent are told.
SMP-005  A list kept and read back is the same list.
"""

from __future__ import annotations

import pytest

from dozor.core.design.sample_list import (
    FromPlace,
    SampleLine,
    SampleList,
    check_against,
    read_sample_list,
    sample_list_of,
    weights_by_code,
)
from dozor.core.findings import Refused

KEYS = ("stratum", "site", "institution")


def read(text: str) -> SampleList:
    heading, *rows = [line.split(",") for line in text.split()]
    cells = [dict(zip(heading, row, strict=True)) for row in rows]
    return read_sample_list(enumerate(cells, start=2), keys=KEYS, file="sample.csv")


def test_a_list_is_named_by_its_places() -> None:  # SMP-001
    sample = read("site,stratum,probability,size,planned\nA-1,north,0.25,120,12\nA-2,north,0.5,200,12")
    assert (sample.key, sample.has_strata, sample.planned) == ("site", True, 24)
    assert sample.by_code["A-2"] == SampleLine("A-2", "north", 0.5, 200, planned=12)
    by_stratum = read("stratum,size,units\nnorth,40,40\nsouth,60,60")
    assert (by_stratum.key, by_stratum.has_strata, by_stratum.has_units) == ("stratum", False, True)
    # a decimal comma is a decimal sign too
    assert read_sample_list([(2, {"site": "A", "probability": "0,5"})], keys=KEYS, file="").lines[
        0
    ].probability == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("text", "code", "row", "column"),
    [
        ("place,size\nA,1", "COL-SAMPLE-KEY", 1, None),
        ("site,institution\nA,B", "COL-SAMPLE-KEY", 1, None),
        ("site,colour\nA,red", "COL-SAMPLE-COLUMN", 1, None),
        ("site,size\n,1", "COL-SAMPLE-CODE", 2, "site"),
        ("site,size\nA,1\nA,2", "COL-SAMPLE-TWICE", 3, "site"),
        ("site,probability\nA,1.2", "COL-SAMPLE-NUMBER", 2, "probability"),
        ("site,size\nA,-3", "COL-SAMPLE-NUMBER", 2, "size"),
        ("site,size\nA,nan", "COL-SAMPLE-NUMBER", 2, "size"),
        ("site,weight,probability\nA,2,0.5", "COL-SAMPLE-WEIGHT", 2, "weight"),
        ("site,stratum,units\nA,n,5\nB,n,6", "COL-SAMPLE-UNITS", 3, "units"),
        ("stratum,units\nn,5\ns,", "COL-SAMPLE-UNITS", None, "units"),
        ("site,size", "COL-SAMPLE-EMPTY", None, None),
    ],
)
def test_a_faulty_list_is_not_taken(text: str, code: str, row: int | None, column: str | None) -> None:
    with pytest.raises(Refused) as refused:  # SMP-002
        read(text)
    found = [f for f in refused.value.findings if f.code == code]
    assert found, refused.value.findings
    assert (found[0].row, found[0].column) == (row, column)


def test_weights_by_hand() -> None:  # SMP-003
    sample = SampleList(
        "site",
        (
            SampleLine("A", probability=0.25, size=120),
            SampleLine("B", probability=0.5, part=0.2),
            SampleLine("C", weight=7.5),
            SampleLine("D", probability=0.1, size=50),
        ),
    )
    came = [
        # 12 came: 1 is not of the group, 11 were asked, 9 agreed
        FromPlace("A", records=12, counted=9, refused=2),
        FromPlace("B", records=4, counted=4, refused=0),
        FromPlace("C", records=5, counted=1, refused=4),
        FromPlace("D", records=5, counted=0, refused=5),
        FromPlace("X", records=1, counted=1, refused=0),
    ]
    weights = weights_by_code(sample, came)
    assert weights == pytest.approx({"A": 4 * 10 * 11 / 9, "B": 10.0, "C": 7.5, "D": 100.0})


def test_what_does_not_fit_is_told() -> None:  # SMP-004
    sample = SampleList("site", (SampleLine("A"), SampleLine("B")))
    came = [FromPlace("", 3, 3, 0), FromPlace("A", 5, 5, 0), FromPlace("Z", 2, 2, 0)]
    told = [(f.code, f.found, f.values.get("records")) for f in check_against(sample, came)]
    assert told == [("COL-SITE-MISSING", "", 3), ("COL-SITE-UNKNOWN", "Z", 2), ("COL-SITE-SILENT", "B", None)]


def test_a_list_read_back_is_the_same() -> None:  # SMP-005
    sample = read("site,stratum,probability,size,planned\nA-1,north,0.25,120,12\nA-2,south,1,200,12")
    assert sample_list_of(sample.as_mapping()) == sample
