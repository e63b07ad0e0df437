"""The report on the example's real figures (REP).

REP-001 the national report has the situation with its map, all 13 directions, what is missing, the duties
REP-002 it says the same in three languages
REP-003 an oblast has a report of its own
REP-004 the same report of the same day is the same file
REP-005 the letter fits on one page, a region's brief on two, in each language
"""

from __future__ import annotations

from datetime import date
from io import BytesIO

import pytest
from pypdf import PdfReader
from tests.instances import Instance

from dozor.apps.reporting.annual import annual_report, report_data
from dozor.publishing.documents import Document, Figure, Heading, Table
from dozor.publishing.report import build_report

TODAY = date(2026, 11, 26)


def report(language: str, area: str | None = None, year: int = 2017) -> Document:
    return build_report(report_data(year=year, area=area, today=TODAY), language)


def shape(document: Document) -> list[tuple[str, int]]:
    kinds = (Heading, Figure, Table)
    return [(type(b).__name__, getattr(b, "level", 0)) for b in document.blocks if isinstance(b, kinds)]


def headings(document: Document) -> list[str]:
    return [b.text for b in document.blocks if isinstance(b, Heading)]


def test_rep_001_everything_the_report_owes(untouched_example: Instance) -> None:
    document = report("ru")
    chapters = [b.text for b in document.blocks if isinstance(b, Heading) and b.level == 1]
    assert chapters == [
        "Главное",
        "Ситуация",
        "Показатели по направлениям",
        "Что изменилось",
        "Чего нет и почему",
        "Исполненные и неисполненные обязанности",
        "Методы",
        "Приложение 1. Методы по показателям",
        "Приложение 2. Обязанности поимённо",
        "Приложение 3. Качество данных",
        "Источники",
    ]
    assert all(any(h.startswith(f"{n}. ") for h in headings(document)) for n in range(1, 14))
    figures = [b for b in document.blocks if isinstance(b, Figure)]
    (drawn,) = [f for f in figures if "на 100 000 населения" in f.caption]
    # as published: one region of 2017 has its rate, the others are hatched and said to lack it
    assert "Минская" in drawn.alt
    assert len(figures) > 10
    annexed = [
        b for b in document.blocks if isinstance(b, Table) and b.caption.startswith("Методы направления")
    ]
    assert [row.cells[0] for table in annexed for row in table.rows] == [
        one.code for one in report_data(year=2017, area=None, today=TODAY).plan.indicators
    ]
    assert all(f.alt and f.caption for f in figures)


def test_rep_001_a_year_with_figures_of_all_regions_maps_them(untouched_example: Instance) -> None:
    (drawn,) = [
        b
        for b in report("ru", year=2022).blocks
        if isinstance(b, Figure) and "на 100 000 населения" in b.caption
    ]
    names = ("Брестская", "Витебская", "Гомельская", "Гродненская", "Минск", "Минская", "Могилёвская")
    assert all(name in drawn.alt for name in names)
    assert "нет данных" not in drawn.alt


@pytest.mark.parametrize("language", ["be", "en"])
def test_rep_002_the_same_in_every_language(untouched_example: Instance, language: str) -> None:
    russian, other = report("ru"), report(language)
    assert shape(other) == shape(russian)
    assert not set(headings(other)) & set(headings(russian))


def test_rep_003_an_oblast_has_its_own(untouched_example: Instance) -> None:
    document = report("ru", area="BY-BR")
    assert "Брестский областной центр" in document.author
    assert "Брестская область" in document.running_title
    assert {"Ситуация", "Чего нет и почему", "Источники"} <= set(headings(document))
    assert any(isinstance(b, Table) for b in document.blocks)


def test_rep_004_the_same_file_for_the_same_day(untouched_example: Instance) -> None:
    of = {"year": 2017, "language": "ru", "kind": "docx", "area": None, "today": TODAY}
    assert annual_report(**of) == annual_report(**of)  # type: ignore[arg-type]


def written(document: str, language: str, area: str | None = None, year: int = 2017) -> PdfReader:
    of = {"year": year, "language": language, "kind": "pdf", "area": area, "today": TODAY}
    return PdfReader(BytesIO(annual_report(**of, document=document)))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("area", "language", "year"),
    [
        ("BY-BR", "ru", 2017),
        ("BY-VI", "be", 2023),
        ("BY-HO", "en", 2022),
        ("BY-HR", "ru", 2023),
        ("BY-HM", "ru", 2018),
        ("BY-MI", "be", 2018),
        ("BY-MA", "en", 2010),
    ],
)
def test_rep_005_a_brief_has_two_pages(
    untouched_example: Instance, area: str, language: str, year: int
) -> None:
    pages = [page.extract_text() for page in written("brief", language, area, year).pages]
    assert len(pages) == 2
    assert all(len(text) > 400 for text in pages)


@pytest.mark.parametrize("language", ["ru", "be", "en"])
def test_rep_005_the_letter_has_one_page(untouched_example: Instance, language: str) -> None:
    (page,) = written("letter", language).pages
    words = page.extract_text()
    assert "123" in words
    assert "2018" in words  # due on 1 March of the following year


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (("--letter", "--area", "BY-BR"), "INST-REPORT-LETTER"),
        (("--brief",), "INST-REPORT-BRIEF"),
        (("--brief", "--area", "BY-BR-brest"), "INST-REPORT-BRIEF"),
        (("--brief", "--letter"), "INST-REPORT-ONE"),
    ],
)
def test_rep_005_each_goes_with_its_place(
    untouched_example: Instance, options: tuple[str, ...], code: str
) -> None:
    ran = untouched_example.cli("report", "--year", "2017", "--output", "x.pdf", *options)
    assert (ran.code, code in ran.err) == (2, True)
