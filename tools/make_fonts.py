"""Make from the print fonts what screens and charts need: small WOFF2 files and a table of letter widths.

Run once after a font changes; the results are committed. Read: ``publishing/fonts/*.ttf``. Written:
``web/static/fonts/*.woff2`` (Latin, Cyrillic, punctuation, arrows; tabular figures kept) and
``publishing/fonts/widths.json`` (how wide each letter is, in thousandths of the type size), by which charts
wrap their titles and keep labels apart.
"""

from __future__ import annotations

import json
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

SOURCE = Path(__file__).parents[1] / "src/dozor"
PRINT_FONTS = SOURCE / "publishing/fonts"
SCREEN_FONTS = SOURCE / "web/static/fonts"

KEPT = [
    *range(0x0020, 0x007F),  # basic Latin
    *range(0x00A0, 0x0100),  # no-break space, guillemets, °, ×
    *range(0x0400, 0x0460),  # Cyrillic with ё, і, ў
    *(0x0490, 0x0491),  # ґ, for names
    *range(0x2009, 0x200B),  # thin and hair spaces
    *range(0x2010, 0x2027),  # dashes, quotation marks, ellipsis
    *(0x202F, 0x2030, 0x20AC, 0x2116, 0x2122),  # narrow no-break space, ‰, €, №, ™
    *range(0x2190, 0x2194),  # arrows
    *(0x2212, 0x2248, 0x2260, 0x2264, 0x2265),  # minus, ≈, ≠, ≤, ≥
]
FEATURES = ["calt", "case", "ccmp", "frac", "kern", "lnum", "locl", "mark", "mkmk", "pnum", "sups", "tnum"]


def write_screen_font(path: Path) -> Path:
    """Write the subset of one print font; the same input gives the same bytes."""
    font = TTFont(path, recalcTimestamp=False)
    options = Options(layout_features=FEATURES, hinting=False, notdef_outline=True)
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=KEPT)
    subsetter.subset(font)
    font.flavor = "woff2"
    target = SCREEN_FONTS / f"{path.stem}.woff2"
    font.save(target)
    return target


def letter_widths(path: Path) -> dict[str, int]:
    """Return the advance of each kept character in thousandths of the type size."""
    font = TTFont(path)
    glyphs, advances, unit = font.getBestCmap(), font["hmtx"], font["head"].unitsPerEm
    return {chr(code): round(advances[glyphs[code]][0] * 1000 / unit) for code in KEPT if code in glyphs}


def main() -> None:
    SCREEN_FONTS.mkdir(parents=True, exist_ok=True)
    widths = {}
    for path in sorted(PRINT_FONTS.glob("*.ttf")):
        target = write_screen_font(path)
        print(f"{target.name}: {target.stat().st_size:,} bytes")
        weight = str(TTFont(path)["OS/2"].usWeightClass)
        widths[weight] = letter_widths(path)
    table = json.dumps(widths, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    (PRINT_FONTS / "widths.json").write_text(table + "\n", encoding="utf-8")
    (SCREEN_FONTS / "OFL.txt").write_bytes((PRINT_FONTS / "OFL.txt").read_bytes())


if __name__ == "__main__":
    main()
