"""How long a kind of document is kept."""

from __future__ import annotations

from dataclasses import dataclass

from dozor.core.text import Text


@dataclass(frozen=True)
class Retention:
    """One kind of document and its term.

    Parameters
    ----------
    years
        Counted from the 1 January after the document's year; None: kept for good.
    ground
        What the term rests on.
    """

    code: str
    name: Text
    years: int | None
    ground: Text
