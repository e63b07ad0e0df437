"""No hidden number leaves by any channel (CHA).

Numbers nobody could mistake are handed in, hidden by a release, and looked for in every byte published:
pages, open data, SDMX, feeds, reports, letters, briefs, names of files.

CHA-001  None of the hidden numbers stands anywhere, in any way of writing it.
CHA-002  The search can find: a number that is shown is found in every kind of file.
"""

from __future__ import annotations

import html
import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest
from pypdf import PdfReader
from tests.instances import CopyOf, Instance, opened, write_rows
from tests.integration.web.conftest import _pages  # noqa: F401 - a fixture for the whole module

pytestmark = pytest.mark.any_engine

YEAR, RELEASE = "2025", "2025-public-1"
# twin primes and long decimals: none of them is in a font, a script or a checksum's neighbourhood by design
MALE, ALL, EXAMINED, NOTED = 6711119, 6711121, 7600067, 9130799
VALUE, LOWER, UPPER = "48.936170", "34.133717", "63.942131"  # of 47 respondents, too few to be shown
NEARLY, NEARLY_LOWER = "99.999961", "99.991234"  # of 7,600,067 all but three: the share gives the three away
FEW_SAID = "2.500013"  # five of two hundred asked: a round gives the share and the number asked
MEDIAN = "16.482931"  # the age of twelve people asked
SHOWN = 8153447  # the denominator of a share that many answered

HIDDEN = (str(EXAMINED), str(NOTED), VALUE, LOWER, UPPER, NEARLY, NEARLY_LOWER, MEDIAN, FEW_SAID)
ROWS = {
    "statistical-survey-orphans": [
        {"indicator": "13.2", "unit": "persons", "value": str(MALE), "sex": "male", "note": f"было {NOTED}"},
        {"indicator": "13.2", "unit": "persons", "value": "2", "sex": "female"},
        {"indicator": "13.2", "unit": "persons", "value": str(ALL), "sex": "all"},
    ],
    "sentinel-pwid": [
        {
            "indicator": "11.1",
            "unit": "percent",
            "value": VALUE,
            "numerator": "23",
            "denominator": "47",
            "lower": LOWER,
            "upper": UPPER,
            "note": f"опрошено в {NOTED}",
        }
    ],
    "statistics-mother-child": [
        {
            "indicator": "10.2",
            "unit": "percent",
            "value": NEARLY,
            "numerator": str(EXAMINED - 3),
            "denominator": str(EXAMINED),
            "lower": NEARLY_LOWER,
            "upper": "100",
        }
    ],
    "survey-youth": [{"indicator": "4.3", "unit": "years", "value": MEDIAN, "n": "12"}],
    "sentinel-msm": [
        {"indicator": "11.3", "unit": "percent", "value": FEW_SAID, "denominator": "200"},
    ],
    "sentinel-draftees": [
        {
            "indicator": "11.5",
            "unit": "percent",
            "value": "50",
            "numerator": str(SHOWN // 2),
            "denominator": str(SHOWN),
        }
    ],
}


def hand_in(instance: Instance, folder: Path, collection: str, rows: list[dict[str, str]]) -> None:
    """From the oblast centre to the bank, by the commands: handed in, submitted, accepted by another."""
    made = [{"area": "BY-HO", "period": YEAR, **row} for row in rows]
    path = write_rows(folder / f"{collection}.csv", made)
    of = ("--agency", "OCHEPH-HO", "--collection", collection, "--year", YEAR, "--as", "oblast")
    code = f"{collection}-{YEAR}-OCHEPH-HO"
    for command in (
        ("hand-in", path, *of),
        ("submit", code, "--as", "oblast"),
        ("accept", code, "--as", "national"),
    ):
        ran = instance.cli("submission", *command)
        assert ran.code == 0, ran.err


@pytest.fixture(scope="module")
def published(copy_of: CopyOf, django_db_blocker: object, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with everything that leaves the house of one release."""
    folder = tmp_path_factory.mktemp("channels")
    out = folder / "published"
    out.mkdir()
    with copy_of("init") as instance, opened(instance, django_db_blocker):
        for login, role, agency in (
            ("oblast", "oblast-coordinator", "OCHEPH-HO"),
            ("national", "national-analyst", "RCHEPH"),
            ("first", "national-approver", "RCHEPH"),
            ("second", "national-approver", "RCHEPH"),
        ):
            ran = instance.cli("user", "add", login, "--role", role, "--agency", agency, "--name", login)
            assert ran.code == 0, ran.err
        for collection, rows in ROWS.items():
            hand_in(instance, folder, collection, rows)
        made = instance.cli("release", "create", "--year", YEAR, "--format", "json")
        assert (made.code, made.json["verdict"]) == (0, "safe"), made.err
        # three shares, the median, the two girls, and the boys or all of them
        assert made.json["hidden"] == 6
        for login in ("first", "second"):
            assert instance.cli("release", "approve", RELEASE, "--person", login).code == 0
        assert instance.cli("release", "publish", RELEASE).code == 0
        assert instance.cli("site", "build", out / "site", "--release", RELEASE).code == 0
        for name, options in (
            ("report.pdf", ()),
            ("report.docx", ()),
            ("region.pdf", ("--area", "BY-HO")),
            ("region.docx", ("--area", "BY-HO")),
            ("brief.pdf", ("--area", "BY-HO", "--brief")),
            ("brief.docx", ("--area", "BY-HO", "--brief")),
            ("letter.pdf", ("--letter",)),
        ):
            ran = instance.cli("report", "--release", RELEASE, "--output", out / name, *options)
            assert ran.code == 0, ran.err
        content = instance.home / "releases" / RELEASE / "content.json"
        (out / "content.json").write_bytes(content.read_bytes())
    return out


def texts(path: Path) -> Iterator[str]:
    """Everything a file says, decompressed and decoded, in as many ways as a reader has."""
    content = path.read_bytes()
    match path.suffix:
        case ".pdf":
            reader = PdfReader(io.BytesIO(content))
            yield from (page.extract_text() for page in reader.pages)
            yield str(reader.metadata)
            for one in reader.xref_objStm or {}:
                yield str(reader.get_object(one))
            for number in range(1, len(reader.xref.get(0, {})) + 1):
                found = reader.get_object(number)
                if hasattr(found, "get_data") and found.get("/Subtype") != "/Image":
                    yield found.get_data().decode("latin-1")
        case ".xlsx" | ".docx" | ".zip":
            with zipfile.ZipFile(io.BytesIO(content)) as parts:
                for name in parts.namelist():
                    yield name
                    if name.endswith((".xml", ".rels", ".vml")):
                        yield parts.read(name).decode()
        case ".parquet":
            frame = pl.read_parquet(io.BytesIO(content))
            yield from (" ".join(map(str, row)) for row in frame.iter_rows())
        case ".html" | ".svg" | ".json" | ".jsonld" | ".csv" | ".xml" | ".atom" | ".txt" | ".js" | ".css":
            yield html.unescape(content.decode())
        case _:
            yield content.decode("latin-1")


def plain(text: str) -> str:
    """Digits as a machine writes them: no spaces or commas between thousands, a point before decimals."""
    joined = re.sub(r"(?<=\d)[\s\u00a0\u202f\u2009'](?=\d{3}(?!\d))", "", text)
    return re.sub(r"(?<=\d),(?=\d)", ".", joined) + " " + re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", text)


def holds(path: Path, number: str) -> bool:
    return any(number in plain(text) for text in texts(path))


def files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


@pytest.mark.slow
def test_cha_001_no_hidden_number_stands_anywhere(published: Path) -> None:
    shown_exactly = [n for n in (MALE, ALL) if holds(published / "content.json", str(n))]
    assert shown_exactly == []  # one is hidden, the other rounded
    wanted = (*HIDDEN, str(MALE), str(ALL))
    found = []
    for path in files(published):
        name = str(path.relative_to(published))
        said = [plain(text) for text in texts(path)]
        found += [
            (name, number)
            for number in wanted
            if number in name or any(number in text for text in said) or path.stat().st_size == float(number)
        ]
    assert found == []
    assert len(files(published)) > 300


@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    [
        "content.json",
        "report.pdf",
        "report.docx",
        "region.pdf",
        "region.docx",
        "site/data/values.csv",
        "site/data/values.json",
        "site/data/values.xlsx",
        "site/data/values.parquet",
        "site/data/indicators/11.5.csv",
        "site/data/indicators/11.5.xlsx",
        "site/indicators/by-hiv-2006-123/11.5/index.html",
    ],
)
def test_cha_002_a_shown_number_is_found_in_every_kind_of_file(published: Path, name: str) -> None:
    assert holds(published / name, str(SHOWN))


@pytest.mark.slow
def test_cha_002_the_search_reads_every_kind_of_file(published: Path, tmp_path: Path) -> None:
    kinds = {path.suffix for path in files(published)}
    assert kinds >= {".html", ".csv", ".json", ".xlsx", ".parquet", ".xml", ".atom", ".pdf", ".docx"}
    for path in (published / "site" / "releases.atom", published / "site" / "sdmx" / "data.xml"):
        assert holds(path, RELEASE)
    # every way of writing a number is one number
    for written in ("6 711 119", "6\u202f711\u202f119", "6,711,119", "6&#x202F;711&nbsp;119", "6711119"):
        spoilt = tmp_path / "spoilt.html"
        spoilt.write_text(f"<td>{written}</td>", encoding="utf-8")
        assert holds(spoilt, str(MALE)), written
    decimal = tmp_path / "spoilt.svg"
    decimal.write_text("<title>48,936170 %</title>", encoding="utf-8")
    assert holds(decimal, VALUE)
