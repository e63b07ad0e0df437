"""The one catalogue of coded messages, in English; translations stand in ``dozor/language``.

Each module here is a chapter: a mapping ``WORDINGS`` from code to :class:`Wording`. The sentences are
templates in ``str.format`` style; ``{found}``, ``{file}``, ``{row}`` and ``{column}`` are always there,
other names come from ``Finding.values``.
"""

from __future__ import annotations

from collections.abc import Mapping

from dozor.core.messages import (
    collection,
    disclosure,
    estimation,
    estimation_rds,
    instance,
    instruments,
    plan,
    quality,
    sampled_rounds,
    submissions,
    values,
    workbook,
)
from dozor.core.messages.wording import Wording

CHAPTERS = (
    plan,
    instruments,
    values,
    estimation,
    estimation_rds,
    instance,
    collection,
    sampled_rounds,
    workbook,
    submissions,
    disclosure,
    quality,
)

WORDINGS: Mapping[str, Wording] = {code: w for chapter in CHAPTERS for code, w in chapter.WORDINGS.items()}

if len(WORDINGS) != sum(len(chapter.WORDINGS) for chapter in CHAPTERS):
    raise ValueError("a message code stands in two chapters")
