"""Small multiples of the seven regions, each in its place on the map, on one scale."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dozor.language import gettext, number
from dozor.publishing.charts.frame import Heading, Surround, panels, picture, rule_layer, text_layer
from dozor.publishing.charts.periods import middle, runs, written
from dozor.publishing.charts.scales import ticks
from dozor.publishing.charts.style import ACCENT, INK, MUTED, PAPER, RULE, SMALL, SOFT, Spec, Width
from dozor.publishing.fonts import text_width
from dozor.publishing.geometry import REGIONS

# columns and rows of a 3 × 3 arrangement; the two empty places hold the key and nothing
PLACES = {
    "BY-VI": (1, 0),
    "BY-HM": (2, 0),
    "BY-HR": (0, 1),
    "BY-MI": (1, 1),
    "BY-MA": (2, 1),
    "BY-BR": (0, 2),
    "BY-HO": (2, 2),
}


@dataclass(frozen=True)
class TileSeries:
    """One region's figures by period; may be empty ("no data")."""

    code: str
    points: tuple[tuple[str, float], ...]

    def __post_init__(self) -> None:
        if self.code not in REGIONS:
            raise ValueError(f"{self.code!r} has no place in the arrangement")
        object.__setattr__(self, "points", tuple(sorted(self.points, key=lambda point: middle(point[0]))))


@dataclass(frozen=True)
class RegionTiles:
    """The seven regions over the years; `national` is the country's own line, grey behind each.

    `comparable`: yearly statistics by one definition, so that points are joined; else points alone.
    """

    heading: Heading
    names: Mapping[str, str]
    regions: tuple[TileSeries, ...]
    national: tuple[tuple[str, float], ...] = ()
    comparable: bool = True
    is_percent: bool = False
    digits: int = 1

    def __post_init__(self) -> None:
        if set(self.names) != set(REGIONS):
            raise ValueError("a name is needed for each of the seven regions")
        if not any(series.points for series in self.regions):
            raise ValueError("tiles without a single figure say nothing")
        object.__setattr__(self, "national", tuple(sorted(self.national, key=lambda point: middle(point[0]))))


def tiles_specification(chart: RegionTiles, language: str, width: Width, *, titled: bool) -> Spec:
    """Return the Vega-Lite specification."""
    note = gettext("Grey: the whole country.", language) if chart.national else ""
    surround = Surround.of(chart.heading, width, titled=titled, notes=[note] if note else [])
    is_wide = width == "wide"
    gap = 26 if is_wide else 12
    tile = _Tile.of(chart, (surround.width - 2 * gap) / 3, 92 if is_wide else 66, language)
    series = {one.code: one for one in chart.regions}
    by_place = {place: code for code, place in PLACES.items()}
    views: list[Spec] = []
    for row in range(3):
        for column in range(3):
            code = by_place.get((column, row))
            layers = _tile(chart, chart.names[code], series.get(code), tile, language) if code else [_blank()]
            views.append({"width": tile.width, "height": tile.height, "layer": layers})
    spacing = tile.head + tile.foot
    plots = 3 * tile.height + 2 * spacing
    top = surround.top + tile.head
    views[0]["layer"] = [*views[0]["layer"], *surround.layers(0, top, plots + tile.foot)]
    return picture(
        panels(views, 3, gap=gap, row_gap=spacing),
        width=surround.width,
        height=top + plots + tile.foot + surround.bottom,
        left=0,
        top=top,
        description=tiles_in_words(chart, language),
    )


def tiles_in_words(chart: RegionTiles, language: str) -> str:
    """Say what the tiles show: each region's first and last figure, and the country's."""
    told = [
        f"{chart.names[one.code]}: {_ends(one.points, chart, language)}"
        for one in chart.regions
        if one.points
    ]
    sentences = [chart.heading.title.rstrip(".") + ".", "; ".join(told) + "."]
    if chart.national:
        words = _ends(chart.national, chart, language)
        sentences.append(gettext("Whole country: {value}", language).format(value=words) + ".")
    known = {one.code for one in chart.regions if one.points}
    absent = [chart.names[code] for code in REGIONS if code not in known]
    if absent:
        sentences.append(gettext("No data: {names}.", language).format(names=", ".join(absent)))
    return " ".join(sentences)


def _ends(points: tuple[tuple[str, float], ...], chart: RegionTiles, language: str) -> str:
    ends = points if len(points) < 2 else (points[0], points[-1])
    return ", ".join(f"{written(period)} — {number(value, language, chart.digits)}" for period, value in ends)


@dataclass(frozen=True)
class _Tile:
    """Size and scales of one tile; `plot` leaves room at the right for the last figure."""

    width: float
    height: float
    plot: float
    first: float
    last: float
    levels: tuple[float, ...]
    head: float = 26
    foot: float = 26

    @classmethod
    def of(cls, chart: RegionTiles, width: float, height: float, language: str) -> _Tile:
        points = [point for one in chart.regions for point in one.points] + list(chart.national)
        places = [middle(period) for period, _ in points]
        most = max(value for _, value in points)
        room = max(text_width(number(value, language, chart.digits), SMALL, 600) for _, value in points) + 8
        levels = ticks(most, 2, limit=100 if chart.is_percent else None)
        first, last = min(places), max(places)
        return cls(width, height, width - room, first - (first == last), last, tuple(levels))

    def x(self, period: str) -> float:
        return (middle(period) - self.first) / (self.last - self.first) * self.plot

    def y(self, value: float) -> float:
        return self.height * (1 - value / self.levels[-1])


def _tile(chart: RegionTiles, name: str, series: TileSeries | None, tile: _Tile, language: str) -> list[Spec]:
    rules = [{"x": 0, "y": tile.y(level), "x2": tile.plot, "y2": tile.y(level)} for level in tile.levels]
    first, last = (written(str(int(year))) for year in (tile.first, tile.last))
    years = [
        {"x": text_width(first, SMALL) / 2, "y": tile.height + 12, "t": first},
        {"x": max(tile.plot, 1.5 * text_width(first, SMALL) + 8), "y": tile.height + 12, "t": last},
    ]
    layers = [
        rule_layer(rules[1:], colour=RULE),
        rule_layer(rules[:1], colour=INK),
        text_layer([{"x": 0, "y": -14, "t": name}], fill=INK, weight=600),
        text_layer(years, fill=SOFT, align="center"),
    ]
    top = {"x": tile.plot + 4, "y": 0, "t": number(tile.levels[-1], language)}
    if not (series and series.points and tile.y(series.points[-1][1]) < 16):
        layers.append(text_layer([top], fill=SOFT))
    if chart.national:
        layers += _joined(chart.national, tile, MUTED, 1.5)
    if series is None or not series.points:
        words = [{"x": tile.plot / 2, "y": tile.height - 14, "t": gettext("no data", language)}]
        halo = text_layer(words, align="center", halo=PAPER)
        return [*layers, halo, text_layer(words, fill=SOFT, align="center")]
    layers += (
        _joined(series.points, tile, ACCENT, 2)
        if chart.comparable
        else [_line(series.points, tile, ACCENT, 2, joined=False)]
    )
    period, value = series.points[-1]
    end = {"x": tile.x(period) + 6, "y": tile.y(value), "t": number(value, language, chart.digits)}
    layers.append(_line(series.points[-1:], tile, ACCENT, 2, joined=False))
    layers.append(text_layer([end], fill=ACCENT, weight=600))
    return layers


def _joined(points: tuple[tuple[str, float], ...], tile: _Tile, colour: str, thickness: float) -> list[Spec]:
    return [_line(tuple(run), tile, colour, thickness, joined=True) for run in runs(points)]


def _line(
    points: tuple[tuple[str, float], ...], tile: _Tile, colour: str, thickness: float, *, joined: bool
) -> Spec:
    mark: Spec = (
        {"type": "line", "color": colour, "strokeWidth": thickness}
        if joined and len(points) > 1
        else {"type": "point", "filled": True, "fill": colour, "size": 36, "opacity": 1}
    )
    return {
        "data": {"values": [{"year": middle(period), "value": value} for period, value in points]},
        "mark": mark,
        "encoding": {
            "x": {
                "field": "year",
                "type": "quantitative",
                "scale": {
                    "domain": [tile.first, tile.last],
                    "range": [0, tile.plot],
                    "nice": False,
                    "zero": False,
                },
                "axis": None,
            },
            "y": {
                "field": "value",
                "type": "quantitative",
                "scale": {"domain": [0, tile.levels[-1]], "nice": False},
                "axis": None,
            },
        },
    }


def _blank() -> Spec:
    return text_layer([{"x": 0, "y": 0, "t": ""}])
