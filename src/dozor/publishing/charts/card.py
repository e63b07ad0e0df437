"""A page's card where it has no chart: its title and one sentence, in the shape links are shown in."""

from __future__ import annotations

from dataclasses import dataclass

from dozor.publishing.charts.frame import Heading, lines, picture, rule_layer
from dozor.publishing.charts.style import ACCENT, INK, PICTURE_WIDTH, SOFT, Spec, Width

MARGIN, TITLE, WORDS = 40, 34, 18
SHAPE = 1.91  # width by height, as link previews cut pictures


@dataclass(frozen=True)
class Card:
    """Title, sentence and source of a page; nothing is drawn."""

    heading: Heading


def card_specification(chart: Card, language: str, width: Width, *, titled: bool) -> Spec:
    """Return the Vega-Lite specification; `titled` is not asked: without its words a card is empty."""
    wide = PICTURE_WIDTH[width]
    room = wide - 2 * MARGIN
    said = (
        lines(chart.heading.title, room, size=TITLE, colour=INK, weight=600),
        lines(chart.heading.subtitle, room, size=WORDS, colour=SOFT),
        lines(chart.heading.source, room),
    )
    layers: list[Spec] = [
        rule_layer([{"x": 0, "y": 0, "x2": 72, "y2": 0}], colour=ACCENT, width=6),
    ]
    y = 24.0
    for block in said:
        layers.append(block.at(0, y))
        y += block.height + 14
    height = max(round(wide / SHAPE), y + 2 * MARGIN)
    return picture(
        {
            "width": room,
            "height": height - 2 * MARGIN,
            "layer": [layer for layer in layers if layer["data"]["values"]],
        },
        width=wide,
        height=height,
        left=MARGIN,
        top=MARGIN,
        description=card_in_words(chart, language),
    )


def card_in_words(chart: Card, _language: str) -> str:
    """Say what stands on the card."""
    return " ".join(words for words in (chart.heading.title, chart.heading.subtitle) if words)
