"""The one catalogue of coded messages, in English; translations stand in ``dozor/language``.

Each module here is a chapter: a mapping ``WORDINGS`` from code to :class:`Wording`. The sentences are
templates in ``str.format`` style; ``{found}``, ``{file}``, ``{row}`` and ``{column}`` are always there,
other names come from ``Finding.values``.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Mapping
from importlib import import_module

from dozor.core.messages.wording import Wording

_MODULES = (import_module(f"{__name__}.{found.name}") for found in pkgutil.iter_modules(__path__))
CHAPTERS = tuple(module for module in _MODULES if hasattr(module, "WORDINGS"))

WORDINGS: Mapping[str, Wording] = {code: w for chapter in CHAPTERS for code, w in chapter.WORDINGS.items()}

if len(WORDINGS) != sum(len(chapter.WORDINGS) for chapter in CHAPTERS):
    raise ValueError("a message code stands in two chapters")
