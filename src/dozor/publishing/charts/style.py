"""Colours, sizes and the settings every chart shares."""

from __future__ import annotations

from typing import Any, Literal

from dozor.publishing.fonts import FAMILY

Width = Literal["wide", "narrow"]
Spec = dict[str, Any]

PICTURE_WIDTH: dict[Width, int] = {"wide": 640, "narrow": 340}
SMALL = 12  # pixels; nothing is ever smaller
BODY = 13
HEADING = 16

INK = "#17212b"
SOFT = "#55626e"
RULE = "#e6e1d6"
MUTED = "#b9bfc4"  # the national line behind a region's own
ACCENT = "#0b5566"
PAPER = "#ffffff"

# Okabe and Ito (2008), in a fixed order; yellow is left out: it cannot be read on white
CATEGORIES = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00")

# one hue, palest first; the text on each class is chosen by contrast
CLASSES = ("#dbe8e8", "#aacdd1", "#74abb2", "#33737f", "#0b4452")


def text_on(fill: str) -> str:
    """Return ink or paper, whichever reads better on `fill`."""
    return max((INK, PAPER), key=lambda text: contrast(text, fill))


def readable(colour: str) -> str:
    """Return `colour`, darkened just enough to be read as text on white (4.5 : 1)."""
    channels = [int(colour[place : place + 2], 16) for place in (1, 3, 5)]
    while contrast(colour, PAPER) < 4.5:
        channels = [channel * 19 // 20 for channel in channels]
        colour = "#" + "".join(f"{channel:02x}" for channel in channels)
    return colour


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours written ``#rrggbb``, 1–21 (WCAG 2.2, 1.4.3)."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    def linear(channel: int) -> float:
        share = channel / 255
        return share / 12.92 if share <= 0.04045 else float(((share + 0.055) / 1.055) ** 2.4)

    red, green, blue = (linear(int(colour[place : place + 2], 16)) for place in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def config() -> Spec:
    """Return the Vega-Lite configuration of every chart."""
    axis = {
        "labelColor": SOFT,
        "labelFontSize": SMALL,
        "labelFont": FAMILY,
        "title": None,
        "ticks": False,
        "domain": False,
        "labelPadding": 6,
        "gridColor": RULE,
    }
    return {
        "font": FAMILY,
        "aria": False,  # the picture as a whole has one text alternative
        "background": PAPER,
        "view": {"stroke": None},
        "axis": axis,
        "text": {"font": FAMILY, "fontSize": SMALL, "fill": INK},
    }
