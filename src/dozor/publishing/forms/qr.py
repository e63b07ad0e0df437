"""QR codes as SVG, for print."""

from __future__ import annotations

import io

import segno


def qr_svg(text: str) -> str:
    """Return a QR code of a text as SVG; a fifth of it may be dirty or torn and it is still read."""
    target = io.BytesIO()
    segno.make_qr(text, error="m").save(target, kind="svg", scale=4, border=2, xmldecl=False)
    return target.getvalue().decode()
