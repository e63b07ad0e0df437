"""Yearly counts: one column for each whole year."""

from __future__ import annotations

from dataclasses import dataclass

from dozor.language import gettext, number
from dozor.publishing.charts.frame import Heading, Surround, picture, rule_layer, text_layer
from dozor.publishing.charts.periods import listed, years
from dozor.publishing.charts.scales import ticks
from dozor.publishing.charts.style import ACCENT, BODY, INK, PAPER, RULE, SMALL, SOFT, Spec, Width
from dozor.publishing.fonts import text_width

FOOT = 24  # room for the years under the columns


@dataclass(frozen=True)
class Count:
    """The count of one whole year; `period` is that year and nothing shorter or longer."""

    period: str
    value: float

    def __post_init__(self) -> None:
        first, last = years(self.period)
        if first != last:
            raise ValueError(f"{self.period!r}: a column stands for one year")
        if self.value < 0:
            raise ValueError(f"{self.period}: a count is not negative")

    @property
    def year(self) -> int:
        return int(self.period)


@dataclass(frozen=True)
class PartOfYear:
    """A count of a part of a year: said under the chart, never a column. `when` in the reader's language."""

    when: str
    value: float


@dataclass(frozen=True)
class CountsChart:
    """Counts by year from the first year to the last; a year without a figure leaves its place empty."""

    heading: Heading
    counts: tuple[Count, ...]
    part: PartOfYear | None = None
    digits: int | None = None

    def __post_init__(self) -> None:
        if not self.counts:
            raise ValueError("a chart needs at least one year")
        if len({one.year for one in self.counts}) != len(self.counts):
            raise ValueError("a year stands twice")
        object.__setattr__(self, "counts", tuple(sorted(self.counts, key=lambda one: one.year)))

    @property
    def missing_years(self) -> tuple[int, ...]:
        known = {one.year for one in self.counts}
        return tuple(year for year in range(min(known), max(known) + 1) if year not in known)


def counts_specification(chart: CountsChart, language: str, width: Width, *, titled: bool) -> Spec:
    """Return the Vega-Lite specification."""
    surround = Surround.of(chart.heading, width, titled=titled, notes=_notes(chart, language))
    levels = ticks(max(one.value for one in chart.counts))
    words = [number(level, language) for level in levels]
    left = max(text_width(word, SMALL) for word in words) + 8
    first, last = chart.counts[0].year, chart.counts[-1].year
    figures_wide = [text_width(number(one.value, language, chart.digits), BODY, 600) for one in chart.counts]
    plot_width, plot_height = surround.width - left - 2, 210 if width == "wide" else 180
    fits = max(figures_wide) + 4 <= plot_width / (last - first + 1)
    if not fits:  # only the last figure is written, to the right of its column
        plot_width -= figures_wide[-1] + 2
    band = plot_width / (last - first + 1)
    thickness = min(band * 0.68, 48)

    def height(value: float) -> float:
        return plot_height * (1 - value / levels[-1])

    def centre(year: int) -> float:
        return (year - first + 0.5) * band

    bars: Spec = {
        "data": {"values": [{"year": one.year, "value": one.value} for one in chart.counts]},
        "mark": {"type": "bar", "color": ACCENT, "width": thickness},
        "encoding": {
            "x": {
                "field": "year",
                "type": "quantitative",
                "scale": {"domain": [first - 0.5, last + 0.5], "nice": False, "zero": False},
                "axis": None,
            },
            "y": {
                "field": "value",
                "type": "quantitative",
                "scale": {"domain": [0, levels[-1]], "nice": False},
                "axis": None,
            },
        },
    }
    rules = [{"x": 0, "y": height(level), "x2": plot_width, "y2": height(level)} for level in levels]
    scale_words = [
        {"x": -8, "y": height(level), "t": word} for level, word in zip(levels, words, strict=True)
    ]
    figures = [
        {"x": centre(one.year), "y": height(one.value) - 4, "t": number(one.value, language, chart.digits)}
        for one in chart.counts
    ]
    top = surround.top + 18
    above = figures[:-1] if fits else _notable(chart, figures)
    layers = [
        rule_layer(rules[1:], colour=RULE),
        text_layer(scale_words, fill=SOFT, align="right"),
        bars,
        rule_layer(rules[:1], colour=INK),
        text_layer(_year_words(first, last, band, plot_height), fill=SOFT, align="center"),
        text_layer(above + figures[-1:] * fits, align="center", baseline="bottom", halo=PAPER),
        text_layer(above, fill=SOFT, align="center", baseline="bottom"),
        _last_figure(figures[-1], thickness, fits=fits),
        *surround.layers(left, top, plot_height + FOOT),
    ]
    return picture(
        {"width": plot_width, "height": plot_height, "layer": layers},
        width=surround.width,
        height=top + plot_height + FOOT + surround.bottom,
        left=left,
        top=top,
        description=counts_in_words(chart, language),
    )


def counts_in_words(chart: CountsChart, language: str) -> str:
    """Say what the chart shows: the text alternative."""
    told = "; ".join(f"{one.year}: {number(one.value, language, chart.digits)}" for one in chart.counts)
    return " ".join([chart.heading.title.rstrip(".") + ".", f"{told}.", *_notes(chart, language)])


def _notes(chart: CountsChart, language: str) -> list[str]:
    notes = []
    if chart.missing_years:
        told = listed(chart.missing_years)
        notes.append(gettext("No figure for: {years}.", language).format(years=told))
    if chart.part:
        when = chart.part.when[0].upper() + chart.part.when[1:]
        value = number(chart.part.value, language, chart.digits)
        told = gettext("{when}: {value}; a part of a year, so not a column.", language)
        notes.append(told.format(when=when, value=value))
    return notes


def _year_words(first: int, last: int, band: float, plot_height: float) -> list[Spec]:
    """Write every year, or every second, third, …, counted back from the last, as room allows."""
    step = next(step for step in range(1, 100) if step * band >= text_width("2000", SMALL) + 8)
    shown = range(last, first - 1, -step)
    return [{"x": (year - first + 0.5) * band, "y": plot_height + 14, "t": str(year)} for year in shown]


def _notable(chart: CountsChart, figures: list[Spec]) -> list[Spec]:
    """Where not every figure fits, keep the highest (and zeros, which have no column to be seen by)."""
    highest = max(range(len(figures)), key=lambda index: chart.counts[index].value)
    kept = {highest} if highest < len(figures) - 2 else set()
    return [row for index, row in enumerate(figures[:-1]) if index in kept or chart.counts[index].value == 0]


def _last_figure(row: Spec, thickness: float, *, fits: bool) -> Spec:
    if fits:
        return text_layer([row], size=BODY, weight=600, fill=ACCENT, align="center", baseline="bottom")
    beside = row | {"x": row["x"] + thickness / 2 + 4, "y": row["y"] + 10}
    return text_layer([beside], size=BODY, weight=600, fill=ACCENT)
