"""Terms of projects on one axis of years, grouped by who pays; an amount is written, never drawn.

Amounts of projects are of different currencies, of different things (a grant, a total), and of whole terms:
nobody published what of them fell into which year, so no column of a year can be made of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from math import ceil, floor

from dozor.language import gettext
from dozor.publishing.charts.frame import Heading, Surround, lines, picture, rule_layer, text_layer
from dozor.publishing.charts.style import ACCENT, BODY, INK, RULE, SMALL, SOFT, Spec, Width
from dozor.publishing.fonts import text_width

THICK, OPEN = 9, 1.0  # pixels of a bar; years of dashes where an end is not known
GROUP, BAR = 30, 12  # pixels: a group's heading, a bar with the space below it


@dataclass(frozen=True)
class Term:
    """One project's term.

    `begins`, `ends`: years with their parts, the end exclusive (2015.0 is the end of 2014); None where
    not published. `amount`: as written, in the reader's language.
    """

    payer: str
    name: str
    begins: float | None
    ends: float | None
    amount: str = ""

    def __post_init__(self) -> None:
        if self.begins is None and self.ends is None:
            raise ValueError(f"{self.name}: neither beginning nor end is known")
        if self.begins is not None and self.ends is not None and self.ends < self.begins:
            raise ValueError(f"{self.name}: ends before it begins")

    @property
    def told(self) -> str:
        first = "?" if self.begins is None else str(floor(self.begins))
        last = "?" if self.ends is None else str(ceil(self.ends) - 1)
        if first == last:
            return first
        return f"{first} – {last}" if "?" in (first, last) else f"{first}–{last}"


@dataclass(frozen=True)
class TermsChart:
    """Terms, in the order of their payers and beginnings."""

    heading: Heading
    terms: tuple[Term, ...]

    def __post_init__(self) -> None:
        if not self.terms:
            raise ValueError("a chart needs terms")
        first = {one.payer: place for place, one in reversed(list(enumerate(self.terms)))}
        ordered = sorted(self.terms, key=lambda one: (first[one.payer], one.begins or (one.ends or 0) - OPEN))
        object.__setattr__(self, "terms", tuple(ordered))

    @property
    def first(self) -> int:
        return floor(min(one.begins if one.begins is not None else one.ends or 0 for one in self.terms))

    @property
    def last(self) -> int:
        return ceil(max(one.ends if one.ends is not None else one.begins or 0 for one in self.terms))


def terms_specification(chart: TermsChart, language: str, width: Width, *, titled: bool) -> Spec:
    """Return the Vega-Lite specification."""
    notes = [gettext("Dashes: the beginning or the end was not published.", language)] * any(
        one.begins is None or one.ends is None for one in chart.terms
    )
    surround = Surround.of(chart.heading, width, titled=titled, notes=notes)
    first, last = chart.first - 1, chart.last + 1
    plot_width = surround.width - 4.0
    scale = plot_width / (last - first)

    def place(year: float) -> float:
        return (year - first) * scale

    bars, dashes, amounts, heads = [], [], [], []
    y = 0.0
    for payer, terms in groupby(chart.terms, key=lambda one: one.payer):
        heads.append(lines(payer, plot_width, size=BODY, colour=INK, weight=600).at(0, y + 6))
        y += GROUP
        for one in terms:
            y += BAR * 0.25 if one.amount else 0.0  # room for the words beside the bar
            begins = place(one.begins) if one.begins is not None else None
            ends = place(one.ends) if one.ends is not None else None
            if begins is not None and ends is not None:
                bars.append({"x": begins, "y": y, "x2": max(ends, begins + 3), "y2": y})
            elif begins is not None:
                bars.append({"x": begins, "y": y, "x2": begins + 4, "y2": y})
                dashes.append({"x": begins + 4, "y": y, "x2": begins + OPEN * scale, "y2": y})
            elif ends is not None:
                bars.append({"x": ends - 4, "y": y, "x2": ends, "y2": y})
                dashes.append({"x": ends - OPEN * scale, "y": y, "x2": ends - 4, "y2": y})
            if one.amount:
                end = ends if ends is not None else (begins or 0) + OPEN * scale
                amounts.append(_beside(one.amount, begins or 0.0, end, plot_width, y))
                y += BAR * 0.25
            y += BAR
    height = y + 4
    step = next(step for step in (1, 2, 5, 10) if step * scale >= text_width("2000", SMALL) + 10)
    marked = [year for year in range(first, last + 1) if year % step == 0]
    grid = [{"x": place(year), "y": 0, "x2": place(year), "y2": height} for year in marked]
    years = [
        {"x": place(year) + scale / 2, "y": height + 12, "t": str(year)} for year in marked if year < last
    ]
    layers = [
        rule_layer(grid, colour=RULE),
        *heads,
        rule_layer(bars, colour=ACCENT, width=THICK),
        rule_layer(dashes, colour=ACCENT, width=2, dash=(2, 3)),
        *[text_layer([row], fill=SOFT, align=align) for row, align in amounts],
        text_layer(years, fill=SOFT, align="center"),
        *surround.layers(2, surround.top, height + 24),
    ]
    return picture(
        {"width": plot_width, "height": height, "layer": [one for one in layers if one["data"]["values"]]},
        width=surround.width,
        height=surround.top + height + 24 + surround.bottom,
        left=2,
        top=surround.top,
        description=terms_in_words(chart, language),
    )


def _beside(amount: str, begins: float, end: float, room: float, y: float) -> tuple[Spec, str]:
    """To the right of the bar, or to its left where the right has no room."""
    if end + 8 + text_width(amount, SMALL) <= room:
        return {"x": end + 6, "y": y, "t": amount}, "left"
    return {"x": begins - 6, "y": y, "t": amount}, "right"


def terms_in_words(chart: TermsChart, _language: str) -> str:
    """Say what the chart shows: the text alternative."""
    said = []
    for payer, terms in groupby(chart.terms, key=lambda one: one.payer):
        told = [f"{one.name}: {one.told}" + (f"; {one.amount}" if one.amount else "") for one in terms]
        said.append(f"{payer}. {'. '.join(told)}.")
    return " ".join([chart.heading.title.rstrip(".") + ".", *said])
