"""The picture a page is shown by elsewhere: its words on the left, its chart beside or below them.

It is put together from the chart as it stands on the page, so nothing is drawn a second time.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from xml.sax.saxutils import escape

from dozor.publishing.charts.drawing import FONT_STACK, SVG
from dozor.publishing.charts.style import ACCENT, INK, PAPER, SOFT
from dozor.publishing.fonts import wrap

WIDTH, HEIGHT = 800, 420  # 1.91 to 1, as previews of links are cut
MARGIN, GAP = 36, 28
TITLE, VALUE, WORDS, SOURCE = 26, 40, 18, 15  # sizes of type
LINE = 1.3
BESIDE = 400  # the width a chart beside the words is given
_SIZE = re.compile(r'<svg [^>]*?\bwidth="([\d.]+)" height="([\d.]+)"')


@dataclass(frozen=True)
class Card:
    """What a page says of itself; all words in the reader's language.

    `value`: its main figure with unit. `words`: whose, when, with which interval. `source`: whence.
    """

    title: str
    value: str = ""
    words: str = ""
    source: str = ""


def card_svg(card: Card, *charts: str) -> str:
    """Return the picture as SVG.

    Parameters
    ----------
    charts
        Drawings of one chart in several widths; the one is taken that can be shown largest. Without any the
        words have the whole picture.
    """
    placed = max((_placed(card, chart) for chart in charts), key=lambda one: one.scale, default=None)
    is_below = placed is not None and placed.is_below
    is_alone = placed is None
    room = WIDTH - 2 * MARGIN - (0 if is_alone or is_below else BESIDE + GAP)
    body = _words(card, room, is_short=is_below, size=34 if is_alone else TITLE)
    body += _line(card.source, MARGIN, HEIGHT - MARGIN + 8, SOURCE, SOFT)
    if placed is not None:
        moved = f"translate({placed.x:.1f},{placed.y:.1f}) scale({placed.scale:.3f})"
        body += f'<g transform="{moved}">{placed.inner}</g>'
    return (
        f'<svg xmlns="{SVG}" width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'font-family="{FONT_STACK}"><rect width="{WIDTH}" height="{HEIGHT}" fill="{PAPER}"/>'
        f'<rect width="{WIDTH}" height="8" fill="{ACCENT}"/>{body}</svg>'
    )


@dataclass(frozen=True)
class _Placed:
    """A drawing's shapes, where they stand and how large."""

    inner: str
    x: float
    y: float
    scale: float
    is_below: bool


def _placed(card: Card, chart: str) -> _Placed:
    """Beside the words where the drawing is narrow, else below them."""
    size = _SIZE.search(chart)
    if size is None:
        raise ValueError("a drawing says its size")
    width, height = float(size[1]), float(size[2])
    inner = chart[chart.index(">") + 1 : chart.rindex("</svg>")]
    if width <= BESIDE:
        room = HEIGHT - 2 * MARGIN
        scale = min(BESIDE / width, room / height)
        x, y = WIDTH - MARGIN - BESIDE + (BESIDE - width * scale) / 2, MARGIN + (room - height * scale) / 2
        return _Placed(inner, x, y, scale, is_below=False)
    top = MARGIN + _height(card, WIDTH - 2 * MARGIN) + 14
    room = HEIGHT - MARGIN - SOURCE - 6 - top
    scale = min((WIDTH - 2 * MARGIN) / width, room / height)
    return _Placed(inner, MARGIN, top, scale, is_below=True)


def _below_lines(card: Card, room: float) -> list[tuple[str, int, str, int]]:
    """Title, and value with its words in one line, above a wide chart."""
    said = " · ".join(part for part in (card.value, card.words) if part)
    return [
        *((line, TITLE, INK, 600) for line in wrap(card.title, room, TITLE, 600)[:2]),
        *((line, WORDS, SOFT, 400) for line in wrap(said, room, WORDS)[:1]),
    ]


def _height(card: Card, room: float) -> float:
    return sum(size * LINE for _text, size, _colour, _weight in _below_lines(card, room))


def _words(card: Card, room: float, *, is_short: bool, size: int) -> str:
    if is_short:
        rows = _below_lines(card, room)
    else:
        rows = [
            *((line, size, INK, 600) for line in wrap(card.title, room, size, 600)[:6]),
            *((line, VALUE, ACCENT, 700) for line in wrap(card.value, room, VALUE, 700)[:1]),
            *((line, WORDS, SOFT, 400) for line in wrap(card.words, room, WORDS)[:5]),
        ]
    made, y, before = "", float(MARGIN), 0
    for text, of, colour, weight in rows:
        y += of * LINE + (10 if before and before != of and not is_short else 0)
        made += _line(text, MARGIN, y - of * 0.3, of, colour, weight)
        before = of
    return made


def _line(text: str, x: float, y: float, size: int, colour: str, weight: int = 400) -> str:
    said = escape(text)
    return (
        f'<text x="{x:g}" y="{y:.1f}" font-size="{size}" font-weight="{weight}" fill="{colour}">{said}</text>'
        if said
        else ""
    )
