"""Charts (issue 01, point 7; LOOK.md, Charts).

CHA-001 every chart is a valid Vega-Lite 6 specification; CHA-002 a picture is exactly 640 or 340 pixels wide
and no text in it is below 12; CHA-003 rounds are joined only when comparable and never across a break;
CHA-004 a part of a year is never a column or a round; CHA-005 an SVG can stand in a strict page.
"""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
from altair import Chart as AltairChart
from altair import ConcatChart, LayerChart, VConcatChart
from fontTools.ttLib import TTFont

from dozor.publishing.charts import (
    Band,
    BandPoint,
    Bar,
    BarsChart,
    Break,
    Card,
    Chart,
    Count,
    CountsChart,
    EstimateBand,
    Heading,
    PartOfYear,
    RegionsMap,
    RegionTiles,
    Round,
    RoundsChart,
    RoundSeries,
    Spark,
    StackedChart,
    StackedYear,
    Term,
    TermsChart,
    TileSeries,
    card_svg,
    describe,
    draw_png,
    draw_svg,
    specification,
    svg_to_png,
)
from dozor.publishing.charts.maps import class_of, class_words
from dozor.publishing.charts.style import CLASSES, contrast, readable, text_on
from dozor.publishing.fonts import FOLDER, text_width

NAMES = {
    "BY-BR": "Брестская",
    "BY-VI": "Витебская",
    "BY-HO": "Гомельская",
    "BY-HR": "Гродненская",
    "BY-MI": "Минская",
    "BY-MA": "Могилёвская",
    "BY-HM": "Минск",
}
RATES = dict(zip(NAMES, (10.6, 8.3, 29.0, 7.3, 20.9, 17.5, 23.7), strict=True))
PWID = tuple(
    Round(period, value)
    for period, value in {
        "2007": 16.7,
        "2009": 13.7,
        "2011": 17.1,
        "2013": 14.3,
        "2015": 25.1,
        "2017": 30.8,
    }.items()
)
SURVEYED = (Round("2015", 25.1, 21.3, 29.2), Round("2017", 30.8, 27.9, 33.8, is_near=True))

CHARTS: dict[str, Chart] = {
    "rounds": RoundsChart(
        Heading("Доля живущих с ВИЧ, %", "В 2017 году 30,8 %.", "Источник: ЮНЭЙДС."), (RoundSeries("", PWID),)
    ),
    "rounds of three groups": RoundsChart(
        Heading("Доля живущих с ВИЧ в трёх группах, %"),
        (
            RoundSeries("Люди, употребляющие инъекционные наркотики", PWID),
            RoundSeries("Секс-работницы", (Round("2008-2009", 6.4), Round("2017", 7.0))),
            RoundSeries("МСМ", PWID[2:], breaks=(Break(2014, "другие города"),)),
        ),
    ),
    "rounds with intervals": RoundsChart(
        Heading("Доля живущих с ВИЧ, %"), (RoundSeries("", SURVEYED, comparable=True),), note="Отрезок: 95 %."
    ),
    "counts": CountsChart(
        Heading("Новые случаи ВИЧ за год"),
        (Count("2022", 1644), Count("2024", 1218), Count("2025", 1088)),
        PartOfYear("январь–ноябрь 2023 года", 1544),
    ),
    "many counts": CountsChart(
        Heading("Новые случаи ВИЧ за год"), tuple(Count(str(year), year - 1000) for year in range(1990, 2026))
    ),
    "band": EstimateBand(
        Heading("Живут с ВИЧ, оценка"),
        (
            Band(
                "ЮНЭЙДС",
                "выпуск 2016 года",
                tuple(BandPoint(y, y - 1900, y - 1950, y - 1850) for y in range(2000, 2015)),
            ),
            Band("ЮНЭЙДС", "выпуск 2019 года", (BandPoint(2018, 110.0),)),
        ),
    ),
    "map": RegionsMap(Heading("Новые случаи ВИЧ, 2022 год, на 100 тысяч"), NAMES, RATES, national=17.8),
    "map with gaps": RegionsMap(Heading("Новые случаи ВИЧ"), NAMES, RATES | {"BY-VI": None, "BY-HM": None}),
    "tiles": RegionTiles(
        Heading("Новые случаи ВИЧ на 100 тысяч"),
        NAMES,
        tuple(
            TileSeries(code, (("2021", value), ("2022", value + 1)))
            for code, value in RATES.items()
            if code != "BY-VI"
        ),
        national=(("2021", 15.0), ("2022", 17.8)),
    ),
    "bars": BarsChart(
        Heading("Шаги каскада, 2016"),
        (
            Bar("Живут с ВИЧ (оценка)", 100, "19 000 чел."),
            Bar("Знают о своём статусе", None, "значение не опубликовано"),
            Bar("Получают лечение", 45, "45 %"),
            Bar("Никто", 0, "0 %"),
        ),
        100,
    ),
    "stacked": StackedChart(
        Heading("Расходы на борьбу с ВИЧ, млн долл. США"),
        ("Бюджет", "Все международные источники, Глобальный фонд среди них"),
        (
            StackedYear(2014, 22.4, (16.0, 6.4)),
            StackedYear(2016, 17.6, (12.9, None)),
            StackedYear(2017, 21.0, (16.3, 9.9)),
        ),
    ),
    "terms": TermsChart(
        Heading("Сроки проектов"),
        (
            Term("Глобальный фонд", "Доступ к лечению уязвимых групп", 2010.0, 2015.0, "23 800 000 EUR"),
            Term("Глобальный фонд", "Первый грант", 2004.0, None),
            Term("ВОЗ", "Двухлетний план", None, 2014.0),
        ),
    ),
    "spark": Spark("Новые случаи", (("2022", 1644), ("2025", 1088)), comparable=True),
}
every_chart = pytest.mark.parametrize("chart", CHARTS.values(), ids=CHARTS.keys())
every_width = pytest.mark.parametrize("width", ["wide", "narrow"])


def svg_of(chart: Chart, width: str = "wide", language: str = "ru") -> str:
    return draw_svg(specification(chart, language, width), language)  # type: ignore[arg-type]


def parsed(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg)  # noqa: S314 - our own picture


def texts(svg: str) -> list[str]:
    return [element.text or "" for element in parsed(svg).iter("{http://www.w3.org/2000/svg}text")]


@every_chart
@every_width
def test_cha_001_altair_accepts_the_specification(chart, width):
    spec = specification(chart, "ru", width)
    kind = (
        LayerChart
        if "layer" in spec
        else ConcatChart
        if "concat" in spec
        else VConcatChart
        if "vconcat" in spec
        else AltairChart
    )
    assert kind.from_dict(spec).to_dict()["$schema"].endswith("v6.json")


@every_chart
@every_width
def test_cha_002_a_picture_has_its_width_and_no_small_text(chart, width):
    svg = svg_of(chart, width)
    expected = 120 if isinstance(chart, Spark) else {"wide": 640, "narrow": 340}[width]
    assert float(re.search(r'width="([\d.]+)"', svg)[1]) == expected
    assert all(float(size) >= 12 for size in re.findall(r'font-size="([\d.]+)', svg))


@every_chart
@every_width
@pytest.mark.parametrize("language", ["ru", "be", "en"])
def test_cha_002_no_text_reaches_over_the_edge(chart, width, language):
    svg = svg_of(chart, width, language)
    total = float(re.search(r'width="([\d.]+)"', svg)[1])
    for start, end, words in placed_texts(parsed(svg), 0.0):
        assert start >= -1.5, words
        assert end <= total + 1.5, words


def placed_texts(element, x):
    """Yield where each text starts and ends, in pixels of the picture."""
    moved = re.match(r"translate\((-?[\d.]+)", element.get("transform", ""))
    x += float(moved[1]) if moved else 0.0
    if element.tag.endswith("}text"):
        weight = int(element.get("font-weight", 400))
        wide = text_width(element.text or "", float(element.get("font-size").removesuffix("px")), weight)
        start = x - wide * {"start": 0, "middle": 0.5, "end": 1}[element.get("text-anchor", "start")]
        yield start, start + wide, element.text
    for child in element:
        yield from placed_texts(child, x)


@every_chart
@pytest.mark.parametrize("language", ["ru", "be", "en"])
def test_every_letter_of_a_chart_is_in_the_packaged_font(chart, language):
    with TTFont(FOLDER / "GolosText-Regular.ttf") as font:
        letters = font.getBestCmap()
    svg = svg_of(chart, language=language)
    assert {letter for words in texts(svg) for letter in words if ord(letter) not in letters} == set()


@every_chart
def test_cha_005_an_svg_is_inert_and_says_what_it_shows(chart):
    svg = svg_of(chart)
    root = parsed(svg)
    allowed = {"svg", "g", "path", "text", "rect", "line"}
    assert {element.tag.removeprefix("{http://www.w3.org/2000/svg}") for element in root.iter()} <= allowed
    names = {name for element in root.iter() for name in element.attrib}
    assert not names & {"id", "style", "class", "href"}
    assert not [name for name in names if name.startswith("on") or "href" in name]
    assert "url(" not in svg
    assert root.get("role") == "img"
    assert root.get("aria-label") == describe(chart, "ru")


def test_the_same_specification_gives_the_same_bytes_and_a_cache_saves_the_work():
    spec = specification(CHARTS["map"], "ru", "wide")
    cache: dict[str, str] = {}
    first = draw_svg(spec, "ru", cache)
    assert draw_svg(spec, "ru") == first
    (key,) = cache
    cache[key] = "<svg>kept</svg>"
    assert draw_svg(spec, "ru", cache).endswith(">kept</svg>")


def test_a_chart_with_the_same_words_is_drawn_once_and_told_in_each_language():
    cache: dict[str, str] = {}
    told = {}
    for language in ("ru", "be"):
        spec = specification(CHARTS["spark"], language)
        told[language] = parsed(draw_svg(spec | {"description": f'"{language}" <1>'}, language, cache))
    assert len(cache) == 1
    assert [told[one].get("aria-label") for one in told] == ['"ru" <1>', '"be" <1>']
    assert [told[one].get("lang") for one in told] == ["ru", "be"]


def test_a_png_has_the_scale_asked_for():
    png = draw_png(specification(CHARTS["spark"], "ru"), scale=3)
    assert png.startswith(b"\x89PNG")
    assert int.from_bytes(png[16:20], "big") == 360
    again = draw_png(specification(CHARTS["spark"], "ru"), scale=3)
    assert png == again


def joined_lines(chart: RoundsChart) -> list[int]:
    spec = specification(chart, "ru", "wide")
    layers = spec.get("layer") or [layer for view in spec["concat"] for layer in view["layer"]]
    return [len(layer["data"]["values"]) for layer in layers if layer["mark"]["type"] == "line"]


def test_cha_003_rounds_stand_apart_unless_said_to_be_comparable():
    assert joined_lines(CHARTS["rounds"]) == []
    comparable = RoundsChart(Heading("x"), (RoundSeries("", PWID, comparable=True),))
    assert joined_lines(comparable) == [6]


def test_cha_003_a_break_parts_even_comparable_rounds_and_gives_its_reason():
    series = RoundSeries("", PWID, comparable=True, breaks=(Break(2014, "другие города"),))
    chart = RoundsChart(Heading("x"), (series,))
    assert joined_lines(chart) == [4, 2]
    assert "другие города" in texts(svg_of(chart))
    assert "другие города" in describe(chart, "ru")


@pytest.mark.parametrize("period", ["2023-01..2023-11", "2024-03-01", "2023-Q1", "текст", "2009-2008"])
def test_cha_004_a_part_of_a_year_or_a_date_is_no_year(period):
    with pytest.raises(ValueError, match="not a"):
        Count(period, 1)
    with pytest.raises(ValueError, match="not a"):
        Round(period, 1)


def test_cha_004_a_two_year_round_is_no_column():
    with pytest.raises(ValueError, match="one year"):
        Count("2008-2009", 1)


def test_cha_004_a_part_of_a_year_is_said_and_not_drawn():
    svg = svg_of(CHARTS["counts"])
    assert any("это часть года" in words for words in texts(svg))
    assert svg.count("<path") == 3  # the three whole years


def test_a_year_without_a_figure_is_named():
    assert "Нет значения за: 2023." in describe(CHARTS["counts"], "ru")


def test_shares_start_at_zero_and_end_at_a_hundred():
    chart = RoundsChart(Heading("x"), (RoundSeries("", (Round("2015", 60), Round("2017", 97.5))),))
    words = texts(svg_of(chart))
    assert "100\u00a0%" in words
    assert "0" in words
    assert "125\u00a0%" not in words


def test_numbers_are_written_as_the_reader_expects():
    assert "30,8" in texts(svg_of(CHARTS["rounds"], language="ru"))
    assert "30.8" in texts(svg_of(CHARTS["rounds"], language="en"))


def test_map_classes_have_exact_limits_and_hatching_stands_for_no_data():
    assert class_words(CHARTS["map"], "ru") == [
        "меньше 10,0",
        "10,0–14,9",
        "15,0–19,9",
        "20,0–24,9",
        "25,0 и больше",
    ]
    assert class_of(CHARTS["map"], 14.99) == 1
    assert class_of(CHARTS["map"], 15.0) == 2
    svg = svg_of(CHARTS["map with gaps"])
    assert texts(svg).count("нет данных") > texts(svg_of(CHARTS["map"])).count("нет данных")
    assert svg.count("<line") > svg_of(CHARTS["map"]).count("<line") + 20
    assert "Нет данных: Витебская, Минск." in describe(CHARTS["map with gaps"], "ru")


def test_map_without_a_national_figure_says_none():
    assert not any("Республика" in words for words in texts(svg_of(CHARTS["map with gaps"])))
    assert "Республика: 17,8" in texts(svg_of(CHARTS["map"]))


@pytest.mark.parametrize("fill", CLASSES)
def test_words_on_every_class_can_be_read(fill):
    assert contrast(text_on(fill), fill) >= 4.5


def test_contrast_is_the_published_formula():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
    assert contrast(readable("#e69f00"), "#ffffff") >= 4.5


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Round("2017", 5, 6, 4), "lower bound above"),
        (lambda: Round("2017", 5, 4), "two bounds"),
        (lambda: RoundSeries("x", (Round("2017", 5), Round("2017", 6))), "twice"),
        (lambda: CountsChart(Heading("x"), (Count("2017", 5), Count("2017", 6))), "twice"),
        (lambda: Count("2017", -1), "not negative"),
        (lambda: Band("", "2019", (BandPoint(2018, 1),)), "names its model"),
        (lambda: RegionsMap(Heading("x"), NAMES, {"BY-BR": None}), "says nothing"),
        (lambda: RegionsMap(Heading("x"), NAMES, {"BY-XX": 1}), "needs a name"),
        (lambda: Heading(" "), "title"),
    ],
)
def test_a_chart_that_would_mislead_cannot_be_made(make, words):
    with pytest.raises(ValueError, match=words):
        make()


def test_a_spark_is_not_drawn_across_a_long_gap_and_loses_no_point():
    spec = specification(Spark("x", (("1997", 1), ("2014", 2), ("2015", 3)), comparable=True), "ru")
    marks = [(layer["mark"]["type"], len(layer["data"]["values"])) for layer in spec["layer"]]
    assert marks == [("point", 1), ("line", 2), ("point", 1)]


def test_a_card_shows_the_chart_of_its_page_beside_its_words_or_below_them():
    """SITE-030  A page's picture holds its title, its figure and its chart, each inside the picture."""
    card = Card("Новые случаи ВИЧ-инфекции", "30,8\u00a0%", "Беларусь, 2025", "Выпуск 2025-public-1")
    narrow, wide = (svg_of(CHARTS["counts"], width=width) for width in ("narrow", "wide"))
    made = card_svg(card, narrow, wide)
    root = parsed(made)
    told = " ".join(element.text or "" for element in root.iter() if element.tag.endswith("text"))
    for words in ("Новые случаи", "30,8\u00a0%", "Беларусь, 2025", "Выпуск 2025-public-1"):
        assert words in told
    assert narrow[narrow.index(">") + 1 : narrow.rindex("</svg>")] in made
    assert wide[wide.index(">") + 1 : wide.rindex("</svg>")] in card_svg(card, wide)
    png = svg_to_png(made)
    assert (int.from_bytes(png[16:20], "big"), int.from_bytes(png[20:24], "big")) == (800, 420)
    assert len(png) < 40_000
    assert "Новые случаи" in card_svg(card)


def test_parts_are_drawn_only_where_they_make_the_total():
    """SITE-031  A part nobody published is not guessed; parts larger than their total are not drawn in it."""
    chart = CHARTS["stacked"]
    assert isinstance(chart, StackedChart)
    assert [one.rest for one in chart.years] == [0, pytest.approx(4.7), 21.0]
    told = describe(chart, "ru")
    assert "2016: 17,6 (Бюджет 12,9)" in told
    assert "2017: 21,0." in told
    assert "Нет значения за: 2015." in told
    shown = texts(svg_of(chart))
    assert "по\u00a0источникам не\u00a0разделено" in shown
    assert "9,9" not in shown
    whole = StackedChart(chart.heading, chart.names, chart.years[:1])
    assert "по\u00a0источникам не\u00a0разделено" not in texts(svg_of(whole))


def test_a_term_without_a_known_end_is_drawn_open():
    """SITE-032  Of a term only what was published is drawn: an unknown end is a dashed line, not a guess."""
    chart = CHARTS["terms"]
    assert isinstance(chart, TermsChart)
    assert (chart.first, chart.last) == (2004, 2015)
    told = describe(chart, "ru")
    assert "Доступ к лечению уязвимых групп: 2010–2014; 23 800 000 EUR" in told
    assert "Первый грант: 2004 – ?" in told
    assert "Двухлетний план: ? – 2013" in told
    with pytest.raises(ValueError, match="before it begins"):
        Term("ВОЗ", "План", 2014.0, 2012.0)
    with pytest.raises(ValueError, match="neither"):
        Term("ВОЗ", "План", None, None)
