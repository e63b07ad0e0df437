"""Columns of years divided into parts that make up a published total."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate

from dozor.language import gettext, number
from dozor.publishing.charts.frame import Heading, Lines, Surround, lines, picture, rule_layer, text_layer
from dozor.publishing.charts.periods import listed
from dozor.publishing.charts.scales import ticks
from dozor.publishing.charts.style import CLASSES, INK, PAPER, RULE, SMALL, SOFT, Spec, Width, text_on
from dozor.publishing.fonts import text_width

FOOT = 24  # room for the years under the columns
NEAR = 0.005  # of the total: what rounding may leave between it and its parts
# dark to pale, so that the order can be read in black and white
SHADES = (CLASSES[4], CLASSES[2], CLASSES[1])
UNDIVIDED = "#e3dfd5"
SWATCH = 12.0


@dataclass(frozen=True)
class StackedYear:
    """One year's total and its parts in the chart's order; a part nobody published is None."""

    year: int
    total: float
    parts: tuple[float | None, ...]

    def __post_init__(self) -> None:
        if self.total < 0 or any(part is not None and part < 0 for part in self.parts):
            raise ValueError(f"{self.year}: a column is not shorter than nothing")

    @property
    def known(self) -> tuple[float, ...]:
        """Parts to be drawn; none where together they exceed the total: then they are not its parts."""
        known = tuple(part or 0.0 for part in self.parts)
        return known if sum(known) <= self.total * (1 + NEAR) else tuple(0.0 for _ in known)

    @property
    def rest(self) -> float:
        """What of the total is in none of the parts; zero within what rounding leaves."""
        left = self.total - sum(self.known)
        return left if left > self.total * NEAR else 0.0


@dataclass(frozen=True)
class StackedChart:
    """Totals by year, divided; a year without a total leaves its place empty. At most three parts."""

    heading: Heading
    names: tuple[str, ...]
    years: tuple[StackedYear, ...]
    digits: int = 1

    def __post_init__(self) -> None:
        if not self.years or not 0 < len(self.names) <= len(SHADES):
            raise ValueError("a chart needs years and one to three parts")
        if any(len(one.parts) != len(self.names) for one in self.years):
            raise ValueError("each part has a name")
        if len({one.year for one in self.years}) != len(self.years):
            raise ValueError("a year stands twice")
        object.__setattr__(self, "years", tuple(sorted(self.years, key=lambda one: one.year)))

    @property
    def missing_years(self) -> tuple[int, ...]:
        known = {one.year for one in self.years}
        return tuple(year for year in range(min(known), max(known) + 1) if year not in known)


def stacked_specification(chart: StackedChart, language: str, width: Width, *, titled: bool) -> Spec:
    """Return the Vega-Lite specification."""
    surround = Surround.of(chart.heading, width, titled=titled, notes=_notes(chart, language))
    levels = ticks(max(one.total for one in chart.years))
    words = [number(level, language) for level in levels]
    left = max(text_width(word, SMALL) for word in words) + 8
    first, last = chart.years[0].year, chart.years[-1].year
    plot_width, plot_height = surround.width - left - 2, 230 if width == "wide" else 190
    band = plot_width / (last - first + 1)
    thick = min(band * 0.7, 48)

    def height(value: float) -> float:
        return plot_height * (1 - value / levels[-1])

    def centre(year: int) -> float:
        return (year - first + 0.5) * band

    names = [*chart.names, *_rest_name(chart, language)]
    fills = [*SHADES[: len(chart.names)], UNDIVIDED]
    columns: list[list[Spec]] = [[] for _ in fills]
    inside: dict[str, list[Spec]] = {}
    edges: list[Spec] = []
    widest = max(
        (
            text_width(number(part, language, chart.digits), SMALL)
            for one in chart.years
            for part in one.known
        ),
        default=0,
    )
    for one in chart.years:
        tops = list(accumulate((*one.known, one.rest)))
        for place, (part, top) in enumerate(zip((*one.known, one.rest), tops, strict=True)):
            if part <= 0:
                continue
            x = centre(one.year)
            columns[place].append({"x": x, "y": height(top - part), "x2": x, "y2": height(top)})
            figure = number(part, language, chart.digits)
            edges.append({"x": x - thick / 2, "y": height(top), "x2": x + thick / 2, "y2": height(top)})
            has_room = height(top - part) - height(top) >= SMALL + 6 and widest <= thick - 2
            if has_room and place < len(chart.names):
                row = {"x": x, "y": height(top - part / 2), "t": figure}
                inside.setdefault(text_on(fills[place]), []).append(row)
    totals = [
        {"x": centre(one.year), "y": height(one.total) - 4, "t": number(one.total, language, chart.digits)}
        for one in chart.years
    ]
    if max(text_width(row["t"], SMALL, 600) for row in totals) > band - 2:
        totals = totals[-1:]
    step = next(step for step in range(1, 100) if step * band >= text_width("2000", SMALL) + 8)
    shown = range(last, first - 1, -step)
    years = [{"x": centre(year), "y": plot_height + 14, "t": str(year)} for year in shown]
    rules = [{"x": 0, "y": height(level), "x2": plot_width, "y2": height(level)} for level in levels]
    scale = [{"x": -8, "y": height(level), "t": word} for level, word in zip(levels, words, strict=True)]
    key = [
        (lines(name, surround.width - 28, colour=INK), fill) for name, fill in zip(names, fills, strict=False)
    ]
    keys = sum(name.height + 5 for name, _fill in key) + 24
    top = surround.top + keys
    layers = [
        *_keys(key[::-1], keys, left),
        rule_layer(rules[1:], colour=RULE),
        text_layer(scale, fill=SOFT, align="right"),
        *[rule_layer(rows, colour=fill, width=thick) for rows, fill in zip(columns, fills, strict=True)],
        rule_layer(edges, colour=PAPER),
        rule_layer(rules[:1], colour=INK),
        *[text_layer(rows, fill=colour, align="center") for colour, rows in inside.items()],
        text_layer(totals, size=SMALL, weight=600, align="center", baseline="bottom"),
        text_layer(years, fill=SOFT, align="center"),
        *surround.layers(left, top, plot_height + FOOT),
    ]
    return picture(
        {
            "width": plot_width,
            "height": plot_height,
            "layer": [one for one in layers if one["data"]["values"]],
        },
        width=surround.width,
        height=top + plot_height + FOOT + surround.bottom,
        left=left,
        top=top,
        description=stacked_in_words(chart, language),
    )


def stacked_in_words(chart: StackedChart, language: str) -> str:
    """Say what the chart shows: the text alternative."""

    def written(value: float) -> str:
        return number(value, language, chart.digits)

    told = []
    for one in chart.years:
        parts = [
            f"{name} {written(part)}" for name, part in zip(chart.names, one.known, strict=True) if part > 0
        ]
        told.append(f"{one.year}: {written(one.total)}" + (f" ({', '.join(parts)})" if parts else ""))
    return " ".join([chart.heading.title.rstrip(".") + ".", f"{'; '.join(told)}.", *_notes(chart, language)])


def _rest_name(chart: StackedChart, language: str) -> list[str]:
    return [gettext("not divided in the source", language)] if any(one.rest for one in chart.years) else []


def _notes(chart: StackedChart, language: str) -> list[str]:
    if not chart.missing_years:
        return []
    return [gettext("No figure for: {years}.", language).format(years=listed(chart.missing_years))]


def _keys(key: list[tuple[Lines, str]], height: float, left: float) -> list[Spec]:
    """Name the parts above the plot in the order they lie in, the uppermost first."""
    made: list[Spec] = []
    y = -height
    for name, fill in key:
        middle = y + SMALL * 0.55
        swatch = {"x": -left, "y": middle, "x2": 20 - left, "y2": middle}
        made.append(rule_layer([swatch], colour=fill, width=SWATCH))
        made.append(name.at(28 - left, y))
        y += name.height + 5
    return made


def _rows(layer: Spec) -> bool:
    return bool(layer["data"]["values"])
