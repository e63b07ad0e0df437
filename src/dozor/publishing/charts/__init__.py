"""Charts: small frozen values in, one Vega-Lite 6 specification out, drawn as SVG or PNG.

    chart = RoundsChart(Heading("HIV among people who inject drugs, Belarus, %"), (RoundSeries("", (…)),))
    spec = specification(chart, "ru", "wide")
    svg = draw_svg(spec, "ru")

A chart's words come in the reader's language; numbers are written by `dozor.language`.
"""

from __future__ import annotations

from typing import TypeAlias

from dozor.publishing.charts.bars import Bar, BarsChart, bars_in_words, bars_specification
from dozor.publishing.charts.card import Card, card_svg
from dozor.publishing.charts.counts import (
    Count,
    CountsChart,
    PartOfYear,
    counts_in_words,
    counts_specification,
)
from dozor.publishing.charts.districts_map import (
    DistrictsMap,
    districts_in_words,
    districts_specification,
)
from dozor.publishing.charts.drawing import draw_png, draw_svg, svg_to_png
from dozor.publishing.charts.estimates import (
    Band,
    BandPoint,
    EstimateBand,
    band_in_words,
    band_specification,
)
from dozor.publishing.charts.frame import Heading
from dozor.publishing.charts.region_tiles import (
    RegionTiles,
    TileSeries,
    tiles_in_words,
    tiles_specification,
)
from dozor.publishing.charts.regions_map import RegionsMap, map_in_words, map_specification
from dozor.publishing.charts.rounds import rounds_in_words, rounds_specification
from dozor.publishing.charts.spark import Spark, spark_in_words, spark_specification
from dozor.publishing.charts.stacked import (
    StackedChart,
    StackedYear,
    stacked_in_words,
    stacked_specification,
)
from dozor.publishing.charts.style import Spec, Width
from dozor.publishing.charts.survey_rounds import Break, Round, RoundsChart, RoundSeries
from dozor.publishing.charts.terms import Term, TermsChart, terms_in_words, terms_specification

Chart: TypeAlias = (
    RoundsChart
    | CountsChart
    | EstimateBand
    | RegionsMap
    | RegionTiles
    | BarsChart
    | DistrictsMap
    | StackedChart
    | TermsChart
    | Spark
)

_DRAWN = {
    RoundsChart: (rounds_specification, rounds_in_words),
    CountsChart: (counts_specification, counts_in_words),
    EstimateBand: (band_specification, band_in_words),
    DistrictsMap: (districts_specification, districts_in_words),
    RegionsMap: (map_specification, map_in_words),
    RegionTiles: (tiles_specification, tiles_in_words),
    BarsChart: (bars_specification, bars_in_words),
    StackedChart: (stacked_specification, stacked_in_words),
    TermsChart: (terms_specification, terms_in_words),
    Spark: (spark_specification, spark_in_words),
}


def specification(chart: Chart, language: str, width: Width = "wide", *, titled: bool = True) -> Spec:
    """Return the Vega-Lite specification of a chart, 640 or 340 pixels wide.

    `titled` false leaves out title, subtitle and source, for a page or a document that says them itself.
    """
    return _DRAWN[type(chart)][0](chart, language, width, titled=titled)  # type: ignore[operator]


def describe(chart: Chart, language: str) -> str:
    """Return what the chart shows, in words, with its figures: the text alternative."""
    return _DRAWN[type(chart)][1](chart, language)  # type: ignore[operator]


__all__ = [
    "Band",
    "BandPoint",
    "Bar",
    "BarsChart",
    "Break",
    "Card",
    "Chart",
    "Count",
    "CountsChart",
    "DistrictsMap",
    "EstimateBand",
    "Heading",
    "PartOfYear",
    "RegionTiles",
    "RegionsMap",
    "Round",
    "RoundSeries",
    "RoundsChart",
    "Spark",
    "Spec",
    "StackedChart",
    "StackedYear",
    "Term",
    "TermsChart",
    "TileSeries",
    "Width",
    "card_svg",
    "describe",
    "draw_png",
    "draw_svg",
    "specification",
    "svg_to_png",
]
