"""Rounds of a survey: points with their intervals, joined only where they may be compared."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from dozor.language import gettext, number, percent
from dozor.publishing.charts.frame import (
    Lines,
    Surround,
    lines,
    panels,
    picture,
    rule_layer,
    text_layer,
)
from dozor.publishing.charts.periods import middle, written
from dozor.publishing.charts.scales import ticks
from dozor.publishing.charts.style import ACCENT, BODY, INK, PAPER, RULE, SMALL, SOFT, Spec, Width
from dozor.publishing.charts.survey_rounds import Round, RoundsChart, RoundSeries
from dozor.publishing.fonts import text_width

FOOT = 24  # room for the years under a panel


def rounds_specification(chart: RoundsChart, language: str, width: Width, *, titled: bool) -> Spec:
    """Return the Vega-Lite specification."""
    notes = [chart.note] if chart.note else []
    if any(one.is_near for one in chart.every_round):
        notes.append(gettext("Hollow point: measured by a near definition.", language))
    surround = Surround.of(chart.heading, width, titled=titled, notes=notes)
    grid = _Grid.of(chart, surround.width, width, language)
    heads = [_Head.of(series, grid, named=len(chart.series) > 1) for series in chart.series]
    head_height = max(head.height for head in heads)
    views: list[Spec] = [
        {
            "width": grid.panel_width,
            "height": grid.panel_height,
            "layer": [*_panel(chart, series, grid, language), *head.layers(head_height, grid)],
        }
        for series, head in zip(chart.series, heads, strict=True)
    ]
    spacing = head_height + FOOT + 10
    plots = grid.rows * (grid.panel_height + spacing) - spacing
    top = surround.top + head_height
    height = top + plots + FOOT + surround.bottom
    views[0]["layer"] += surround.layers(grid.left, top, plots + FOOT)
    body: Spec = views[0]
    if len(views) > 1:
        body = panels(views, grid.columns, gap=grid.gap, row_gap=spacing)
    return picture(
        body,
        width=surround.width,
        height=height,
        left=grid.left,
        top=top,
        description=rounds_in_words(chart, language),
    )


def rounds_in_words(chart: RoundsChart, language: str) -> str:
    """Say what the chart shows: the text alternative."""
    sentences = [chart.heading.title.rstrip(".") + "."]
    for series in chart.series:
        told = "; ".join(_told(one, chart, language) for one in series.rounds)
        sentences.append(f"{series.name}: {told}." if series.name else f"{told}.")
        sentences += [
            gettext("Break before {year}: {reason}.", language).format(
                year=cut.year, reason=cut.reason.rstrip(".")
            )
            for cut in series.breaks
        ]
    if not any(series.comparable for series in chart.series) and len(chart.every_round) > 1:
        sentences.append(gettext("The rounds are not joined by a line.", language))
    return " ".join(sentences)


def _told(one: Round, chart: RoundsChart, language: str) -> str:
    value = (
        percent(one.value, language, chart.digits)
        if chart.is_percent
        else _written(one.value, chart, language)
    )
    if one.lower is not None and one.upper is not None:
        value += f" ({_written(one.lower, chart, language)}–{_written(one.upper, chart, language)})"
    return f"{written(one.period)}: {value}"


def _written(value: float, chart: RoundsChart, language: str) -> str:
    return number(value, language, chart.digits)


@dataclass(frozen=True)
class _Grid:
    """Sizes and scales that all panels share."""

    columns: int
    rows: int
    left: float
    gap: float
    panel_width: float
    panel_height: float
    first: float
    last: float
    levels: tuple[float, ...]
    level_words: tuple[str, ...]

    @classmethod
    def of(cls, chart: RoundsChart, room: float, width: Width, language: str) -> _Grid:
        most = max(max(one.value, one.upper or 0) for one in chart.every_round)
        levels = ticks(most, limit=100 if chart.is_percent else None)
        words = tuple(
            percent(level, language) if chart.is_percent and level else number(level, language)
            for level in levels
        )
        places = [middle(one.period) for one in chart.every_round]
        margin = 0.5 if max(places) > min(places) else 1.0
        left = max(text_width(word, SMALL) for word in words) + 8
        right = (
            max(text_width(_written(one.value, chart, language), BODY, 600) for one in chart.every_round) + 4
        )
        count = len(chart.series)
        columns = 1 if width == "narrow" or count == 1 else 3 if count in (3, 5, 6) else 2
        gap = left + right + 10
        return cls(
            columns=columns,
            rows=-(-count // columns),
            left=left,
            gap=gap,
            panel_width=(room - left - right - gap * (columns - 1)) / columns,
            panel_height=(210 if width == "wide" else 180) if count == 1 else 130,
            first=min(places) - margin,
            last=max(places) + margin,
            levels=tuple(levels),
            level_words=words,
        )

    def x(self, year: float) -> float:
        return (year - self.first) / (self.last - self.first) * self.panel_width


@dataclass(frozen=True)
class _Head:
    """What stands above a panel: the group's name, and the reasons for breaks beside their lines."""

    name: Lines
    reasons: tuple[tuple[float, str, Lines], ...]  # x of the line, alignment, words

    @classmethod
    def of(cls, series: RoundSeries, grid: _Grid, *, named: bool) -> _Head:
        reasons = []
        for cut in series.breaks:
            x = grid.x(series.break_place(cut))
            is_left = x < grid.panel_width / 2
            room = grid.panel_width - x if is_left else x + grid.left
            reasons.append((x, "left" if is_left else "right", lines(cut.reason, room)))
        room = grid.panel_width + grid.left
        name = lines(series.name if named else "", room, size=BODY, colour=INK, weight=600)
        return cls(name, tuple(reasons))

    @property
    def height(self) -> float:
        return self.name.height + sum(words.height for _, _, words in self.reasons) + 12

    def layers(self, height: float, grid: _Grid) -> list[Spec]:
        made: list[Spec] = []
        if self.name.lines:  # stacked panels keep each name next to its own plot
            made.append(self.name.at(-grid.left, -self.height if grid.columns == 1 else -height))
        y = -8 - sum(words.height for _, _, words in self.reasons)
        for x, align, words in self.reasons:
            made.append(
                rule_layer([{"x": x, "y": y, "x2": x, "y2": grid.panel_height}], colour=SOFT, dash=(3, 3))
            )
            made.append(words.at(x + (5 if align == "left" else -5), y, align))
            y += words.height
        return made


def _panel(chart: RoundsChart, series: RoundSeries, grid: _Grid, language: str) -> list[Spec]:
    x: Spec = {
        "field": "year",
        "type": "quantitative",
        "scale": {"domain": [grid.first, grid.last], "nice": False, "zero": False},
        "axis": None,
    }
    y: Spec = {
        "field": "value",
        "type": "quantitative",
        "scale": {"domain": [0, grid.levels[-1]], "nice": False},
        "axis": None,
    }
    rows = [
        {
            "year": middle(one.period),
            "value": one.value,
            "lower": one.lower,
            "upper": one.upper,
            "near": one.is_near,
        }
        for one in series.rounds
    ]
    layers = [*_scale_lines(grid), *_year_words(series, grid)]
    for run in series.runs():
        if len(run) > 1:
            points = [{"year": middle(one.period), "value": one.value} for one in run]
            mark = {"type": "line", "color": ACCENT, "strokeWidth": 2}
            layers.append({"data": {"values": points}, "mark": mark, "encoding": {"x": x, "y": y}})
    with_bounds = [row for row in rows if row["lower"] is not None]
    if with_bounds:
        bounds = {"x": x, "y": y | {"field": "lower"}, "y2": {"field": "upper"}}
        mark = {"type": "rule", "color": ACCENT, "strokeWidth": 2, "opacity": 0.55}
        layers.append({"data": {"values": with_bounds}, "mark": mark, "encoding": bounds})
    for is_near, fill in ((False, ACCENT), (True, PAPER)):
        some = [row for row in rows if row["near"] is is_near]
        if some:
            mark = {"type": "point", "filled": True, "size": 62, "fill": fill, "opacity": 1}
            mark |= (
                {"stroke": ACCENT, "strokeWidth": 1.75} if is_near else {"stroke": PAPER, "strokeWidth": 1}
            )
            layers.append({"data": {"values": some}, "mark": mark, "encoding": {"x": x, "y": y}})
    return layers + _value_words(chart, series, grid, language)


def _scale_lines(grid: _Grid) -> list[Spec]:
    def height(level: float) -> float:
        return grid.panel_height * (1 - level / grid.levels[-1])

    rules = [
        {"x": 0, "y": height(level), "x2": grid.panel_width, "y2": height(level)} for level in grid.levels
    ]
    words = [
        {"x": -8, "y": height(level), "t": word}
        for level, word in zip(grid.levels, grid.level_words, strict=True)
    ]
    return [
        rule_layer(rules[1:], colour=RULE),
        rule_layer(rules[:1], colour=INK),
        text_layer(words, fill=SOFT, align="right"),
    ]


def _year_words(series: RoundSeries, grid: _Grid) -> list[Spec]:
    """Write the years under the points, from the last backwards, leaving out what would overlap."""
    rows: list[Spec] = []
    free = float("inf")
    for one in reversed(series.rounds):
        x, half = grid.x(middle(one.period)), text_width(written(one.period), SMALL) / 2
        if x + half + 6 <= free:
            rows.append({"x": x, "y": grid.panel_height + 14, "t": written(one.period)})
            free = x - half
    return [text_layer(rows, fill=SOFT, align="center")]


def _value_words(chart: RoundsChart, series: RoundSeries, grid: _Grid, language: str) -> list[Spec]:
    """Write the figures beside their points: the last always, the others where there is room.

    To the right of the point, where its interval does not stand in the way; above the interval where a
    line or a break would run through the words.
    """
    is_above = any(one.comparable or one.breaks for one in chart.series)
    places = [grid.x(middle(one.period)) for one in series.rounds]
    gaps = [following - x for x, following in pairwise(places)]

    def row(one: Round, x: float) -> Spec:
        level = max(one.value, one.upper or 0) if is_above else one.value
        y = grid.panel_height * (1 - level / grid.levels[-1])
        at = {"x": x, "y": y - 14} if is_above else {"x": x + 7, "y": min(y, grid.panel_height - 8)}
        return at | {"t": _written(one.value, chart, language)}

    def has_room(index: int) -> bool:
        room = text_width(_written(series.rounds[index].value, chart, language), SMALL) + 4
        if is_above:  # half of each neighbour's figure reaches towards this one
            return all(gap >= room for gap in gaps[max(index - 1, 0) : index + 1])
        return gaps[index] >= room + 10

    rows = [row(series.rounds[index], places[index]) for index in range(len(gaps)) if has_room(index)]
    if len(rows) * 2 < len(gaps):  # a few stray figures would look chosen for a reason
        rows = []
    last = row(series.rounds[-1], places[-1])
    align = "center" if is_above else "left"
    return [
        text_layer([*rows, last], align=align, halo=PAPER),  # keeps grid lines out of the figures
        text_layer(rows, fill=SOFT, align=align),
        text_layer([last], size=BODY, weight=600, fill=ACCENT, align=align),
    ]
