"""What surrounds a chart's marks: heading, notes, margins; and small helpers to place text in pixels."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from dozor.publishing.charts.style import BODY, HEADING, INK, PICTURE_WIDTH, SMALL, SOFT, Spec, Width, config
from dozor.publishing.fonts import wrap

SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
GAP = 8  # between the chart and its notes
LINE = 1.35  # line height, in type sizes


@dataclass(frozen=True)
class Heading:
    """The words around a chart, already in the reader's language.

    `title`: what, whom, where, unit. `subtitle`: one sentence that says what is to be seen, made from the
    data. `source`: printed under the chart where it stands alone, as in a downloaded picture.
    """

    title: str
    subtitle: str = ""
    source: str = ""

    def __post_init__(self) -> None:
        if not self.title.strip():
            raise ValueError("a chart needs a title")


@dataclass(frozen=True)
class Lines:
    """Wrapped text of one size, with the height it takes."""

    lines: tuple[str, ...]
    size: int
    colour: str
    weight: int = 400

    @property
    def height(self) -> float:
        return len(self.lines) * self.size * LINE

    def at(self, x: float, y: float, align: str = "left") -> Spec:
        """Return a text layer whose first line begins at (x, y), in pixels of the view."""
        return text_layer(
            [{"x": x, "y": y + index * self.size * LINE, "t": line} for index, line in enumerate(self.lines)],
            size=self.size,
            fill=self.colour,
            weight=self.weight,
            align=align,
            baseline="top",
        )


def lines(text: str, width: float, *, size: int = SMALL, colour: str = SOFT, weight: int = 400) -> Lines:
    """Wrap `text` to `width` pixels; empty text takes no room."""
    return Lines(tuple(wrap(text, width, size, weight)), size, colour, weight)


def text_layer(
    rows: Iterable[dict[str, Any]],
    *,
    size: int = SMALL,
    fill: str = INK,
    weight: int = 400,
    align: str = "left",
    baseline: str = "middle",
    halo: str | None = None,
) -> Spec:
    """Return a layer of text; each row has `x`, `y` in pixels of the view and the text `t`."""
    mark: Spec = {
        "type": "text",
        "align": align,
        "baseline": baseline,
        "fontSize": size,
        "fontWeight": weight,
        "fill": fill,
    }
    if halo:  # a second, thicker text in the colour of the ground, to lie under the words themselves
        mark |= {"stroke": halo, "strokeWidth": 3, "strokeJoin": "round", "fill": halo}
    return {
        "data": {"values": list(rows)},
        "mark": mark,
        "encoding": {
            "x": {"field": "x", "type": "quantitative", "scale": None, "axis": None},
            "y": {"field": "y", "type": "quantitative", "scale": None, "axis": None},
            "text": {"field": "t"},
        },
    }


def rule_layer(
    rows: Iterable[dict[str, float]], *, colour: str, width: float = 1, dash: Sequence[int] = ()
) -> Spec:
    """Return a layer of straight lines; each row has `x`, `y`, `x2`, `y2` in pixels of the view."""
    mark: Spec = {"type": "rule", "color": colour, "strokeWidth": width}
    if dash:
        mark["strokeDash"] = list(dash)
    return {
        "data": {"values": list(rows)},
        "mark": mark,
        "encoding": {
            "x": {"field": "x", "type": "quantitative", "scale": None, "axis": None},
            "y": {"field": "y", "type": "quantitative", "scale": None, "axis": None},
            "x2": {"field": "x2"},
            "y2": {"field": "y2"},
        },
    }


@dataclass(frozen=True)
class Surround:
    """Heading above and notes below, wrapped for one width of picture."""

    width: int
    above: tuple[Lines, ...]
    below: tuple[Lines, ...]

    @classmethod
    def of(cls, heading: Heading, width: Width, *, titled: bool, notes: Sequence[str] = ()) -> Surround:
        room = PICTURE_WIDTH[width]
        above = (
            lines(heading.title, room, size=HEADING, colour=INK, weight=600),
            lines(heading.subtitle, room, size=BODY),
        )
        source = (heading.source,) if titled and heading.source else ()
        return cls(room, above if titled else (), tuple(lines(note, room) for note in (*notes, *source)))

    @property
    def top(self) -> float:
        return sum(block.height for block in self.above) + (16 if self.above else 2)

    @property
    def bottom(self) -> float:
        return sum(block.height for block in self.below) + (GAP + 2 if self.below else 2)

    def layers(self, left: float, top: float, plot_bottom: float) -> list[Spec]:
        """Return text layers for a view whose own origin lies at (left, top) of the picture.

        `plot_bottom`: where the chart ends, from the view's top.
        """
        made, y = [], 2 - top
        for block in self.above:
            made.append(block.at(-left, y))
            y += block.height
        y = plot_bottom + GAP
        for block in self.below:
            made.append(block.at(-left, y))
            y += block.height
        return [layer for layer in made if layer["data"]["values"]]


def panels(views: Sequence[Spec], columns: int, *, gap: float, row_gap: float) -> Spec:
    """Arrange views of one size in rows of `columns`, in pixels from the first view's corner."""
    if columns == 1:
        return {"vconcat": list(views), "bounds": "flush", "spacing": row_gap}
    spacing = {"column": gap, "row": row_gap}
    return {"concat": list(views), "columns": columns, "bounds": "flush", "spacing": spacing}


def picture(views: Spec, *, width: float, height: float, left: float, top: float, description: str) -> Spec:
    """Finish a specification: exact size in pixels, configuration, text alternative.

    `views` is one view with its own `width` and `height`, or `panels`. With automatic sizing off, Vega adds
    the padding to the size of a single view, to the width of a column of views, and to nothing for a grid
    of views; knowing this makes the picture's size exact.
    """
    inner_width = views.get("width", 0) or (views["vconcat"][0]["width"] if "vconcat" in views else 0)
    inner_height = views.get("height", 0)
    return {
        "$schema": SCHEMA,
        "description": description,
        "autosize": {"type": "none"},
        "padding": {
            "left": left,
            "top": top,
            "right": width - left - inner_width,
            "bottom": height - top - inner_height,
        },
        "config": config(),
        **views,
    }
