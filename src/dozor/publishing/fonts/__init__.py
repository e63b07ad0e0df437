"""The one typeface of screen and print, Golos Text, and how wide its letters are.

The TTF files (SIL Open Font License 1.1, ``OFL.txt``) come unchanged from the npm package
``@expo-google-fonts/golos-text`` 0.4.2; ``tools/make_fonts.py`` makes ``widths.json`` and the screen fonts.
"""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent
FAMILY = "Golos Text"


@cache
def _advances() -> dict[str, dict[str, int]]:
    table: dict[str, dict[str, int]] = json.loads((FOLDER / "widths.json").read_text(encoding="utf-8"))
    return table


def text_width(text: str, size: float, weight: int = 400) -> float:
    """Return how wide `text` is in Golos Text, in the unit of `size`; kerning is left out.

    `weight` is 400, 500, 600 or 700. A letter the table lacks counts as wide as «ш», so that the answer
    errs on the safe side.
    """
    advances = _advances()[str(weight)]
    widest = advances["ш"]
    return sum(advances.get(letter, widest) for letter in text) * size / 1000


_SHORT_WORD = re.compile(r"(?<![^\s(«“])(\w{1,2}) (?=\S)")
_LONE_SIGN = re.compile(r" (?=[%—–−])")


def _bound(text: str) -> str:
    return _LONE_SIGN.sub("\u00a0", _SHORT_WORD.sub("\\1\u00a0", text))


def wrap(text: str, width: float, size: float, weight: int = 400) -> list[str]:
    """Break `text` at its ordinary spaces into lines no wider than `width`.

    No-break spaces hold. A word of one or two letters does not end a line, a lone sign does not begin one.
    A single word wider than the line keeps a line of its own.
    """
    lines: list[str] = []
    for word in _bound(text).split(" "):
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(longer, size, weight) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines if text else []
