"""A trend the size of a word, to stand beside its figure; it carries no text of its own."""

from __future__ import annotations

from dataclasses import dataclass

from dozor.language import number
from dozor.publishing.charts.frame import picture
from dozor.publishing.charts.periods import middle, runs, written
from dozor.publishing.charts.style import ACCENT, MUTED, Spec, Width

WIDTH, HEIGHT, MARGIN = 120, 32, 5


@dataclass(frozen=True)
class Spark:
    """A small trend from zero up. `what` names it for those who hear it; joined only if `comparable`."""

    what: str
    points: tuple[tuple[str, float], ...]
    comparable: bool = False
    digits: int | None = None

    def __post_init__(self) -> None:
        if not self.points:
            raise ValueError("a trend needs points")
        object.__setattr__(self, "points", tuple(sorted(self.points, key=lambda point: middle(point[0]))))


def spark_specification(chart: Spark, language: str, width: Width = "wide", *, titled: bool = False) -> Spec:
    """Return the Vega-Lite specification; the size is the same in every width."""
    rows = [{"year": middle(period), "value": value} for period, value in chart.points]
    first, last = rows[0]["year"], rows[-1]["year"]
    x: Spec = {
        "field": "year",
        "type": "quantitative",
        "scale": {"domain": [first - (first == last), last], "nice": False, "zero": False},
        "axis": None,
    }
    y: Spec = {
        "field": "value",
        "type": "quantitative",
        "scale": {"domain": [0, max(row["value"] for row in rows) or 1], "nice": False},
        "axis": None,
    }
    layers: list[Spec] = []
    if chart.comparable and len(rows) > 1:
        line = {"type": "line", "color": ACCENT, "strokeWidth": 1.5}
        alone = {"type": "point", "filled": True, "fill": ACCENT, "size": 14, "opacity": 1}
        for run in runs(chart.points):
            joined = [{"year": middle(period), "value": value} for period, value in run]
            mark = line if len(run) > 1 else alone
            layers.append({"data": {"values": joined}, "mark": mark, "encoding": {"x": x, "y": y}})
    elif len(rows) > 1:
        dots = {"type": "point", "filled": True, "fill": MUTED, "size": 22, "opacity": 1}
        layers.append({"data": {"values": rows[:-1]}, "mark": dots, "encoding": {"x": x, "y": y}})
    end = {"type": "point", "filled": True, "fill": ACCENT, "size": 40, "opacity": 1}
    layers.append({"data": {"values": rows[-1:]}, "mark": end, "encoding": {"x": x, "y": y}})
    inner = {"width": WIDTH - 2 * MARGIN, "height": HEIGHT - 2 * MARGIN, "layer": layers}
    spec = picture(
        inner,
        width=WIDTH,
        height=HEIGHT,
        left=MARGIN,
        top=MARGIN,
        description=spark_in_words(chart, language),
    )
    spec["config"]["background"] = "transparent"  # it stands on whatever ground its row has
    return spec


def spark_in_words(chart: Spark, language: str) -> str:
    """Say what the trend shows: the text alternative."""
    told = "; ".join(
        f"{written(period)}: {number(value, language, chart.digits)}" for period, value in chart.points
    )
    return f"{chart.what}: {told}."
