"""Turns a Vega-Lite specification into a picture, without a browser and without the network."""

from __future__ import annotations

import hashlib
import json
import re
import struct
import zlib
from collections.abc import Iterator, MutableMapping
from functools import cache
from typing import Any
from xml.etree import ElementTree
from xml.sax.saxutils import escape

import vl_convert

from dozor.publishing.charts.style import Spec
from dozor.publishing.fonts import FAMILY, FOLDER

VEGA_LITE = "6.4"
SVG = "http://www.w3.org/2000/svg"
# letters that the type on the page lacks fall back to the same families everywhere
FONT_STACK = f"'{FAMILY}', 'PT Sans', sans-serif"
_LONG_DECIMAL = re.compile(r"-?\d+\.\d{2,}")
_DROPPED = {
    "class",
    "role",
    "aria-roledescription",
    "aria-label",
    "aria-hidden",
    "pointer-events",
    "font-family",
}


@cache
def _converter() -> Any:
    vl_convert.register_font_directory(str(FOLDER))
    return vl_convert


def draw_svg(spec: Spec, language: str, cache: MutableMapping[str, str] | None = None) -> str:
    """Return the picture as one ``<svg>`` element to be placed in a page or a document.

    It carries no script, no style, no id, no class and no reference, and says what it shows through
    `aria-label`. The same specification gives the same bytes.

    Parameters
    ----------
    cache
        Kept by the caller, drawings by the SHA-256 of what is drawn. The text alternative is not drawn: where
        a chart holds the same figures and words in two languages, it is drawn once.
    """
    drawn_of = {name: part for name, part in spec.items() if name != "description"}
    text = json.dumps(drawn_of, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    key = hashlib.sha256(text.encode()).hexdigest()
    drawn = None if cache is None else cache.get(key)
    if drawn is None:
        drawn = _tidy(_converter().vegalite_to_svg(text, vl_version=VEGA_LITE, allowed_base_urls=[]))
        if cache is not None:
            cache[key] = drawn
    said = escape(spec.get("description", ""), {'"': "&quot;", "\n": "&#10;"})
    return drawn.replace("<svg", f'<svg role="img" aria-label="{said}" lang="{language}"', 1)


def draw_png(
    spec: Spec, scale: float = 2, *, language: str = "en", cache: MutableMapping[str, str] | None = None
) -> bytes:
    """Return the same picture as PNG, `scale` times the specification's pixels.

    `language` and `cache` are those of `draw_svg`, whose drawing is used where it is already there.
    """
    return svg_to_png(draw_svg(spec, language, cache), scale)


def svg_to_png(svg: str, scale: float = 1) -> bytes:
    """Return a drawing as PNG; packed closely, since the converter packs for speed."""
    made = bytes(_converter().svg_to_png(svg, scale=scale))
    chunks = list(_chunks(made))
    picture = zlib.compress(zlib.decompress(b"".join(body for kind, body in chunks if kind == b"IDAT")), 6)
    head = [(kind, body) for kind, body in chunks if kind not in (b"IDAT", b"IEND")]
    packed = made[:8]  # the format's signature (PNG, third edition, 5.2 and 5.3)
    for kind, body in (*head, (b"IDAT", picture), (b"IEND", b"")):
        packed += struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
    return packed


def _chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 8
    while at < len(png):
        (length,) = struct.unpack_from(">I", png, at)
        yield png[at + 4 : at + 8], png[at + 8 : at + 8 + length]
        at += 12 + length


def _tidy(svg: str) -> str:
    root = ElementTree.fromstring(svg)  # noqa: S314 - see the import
    _clean(root)
    size = {name: root.attrib[name] for name in ("width", "height", "viewBox")}
    root.attrib.clear()
    root.attrib.update(size | {"font-family": FONT_STACK})
    ElementTree.register_namespace("", SVG)
    return ElementTree.tostring(root, encoding="unicode")


def _clean(element: ElementTree.Element) -> None:
    """Drop what only Vega's own viewer needs; shorten numbers to what an eye can tell."""
    for child in list(element):
        _clean(child)
        if _is_empty(child):
            element.remove(child)
    for name in list(element.attrib):
        if name in _DROPPED:
            del element.attrib[name]
        elif name in {"id", "style"} or name.endswith("href") or name.startswith("on"):
            raise ValueError(f"a chart may not carry the attribute {name!r}")
    for name, value in element.attrib.items():
        if name in {"d", "transform", "x", "y", "x2", "y2", "width", "height"}:
            element.set(name, _LONG_DECIMAL.sub(_shorter, value))
    if element.get("transform") == "translate(0,0)":
        del element.attrib["transform"]
    if element.get("opacity") == "1":
        del element.attrib["opacity"]


def _shorter(match: re.Match[str]) -> str:
    return f"{round(float(match[0]), 1) + 0.0:g}"  # adding zero turns −0 into 0


def _is_empty(element: ElementTree.Element) -> bool:
    tag = element.tag.removeprefix(f"{{{SVG}}}")
    if tag == "g":
        return len(element) == 0
    if tag == "path":
        return not element.get("d") or not (element.get("fill") or element.get("stroke"))
    return False
