"""The annual report of the bank as it stands: gathers what it needs and has it written."""

from __future__ import annotations

from datetime import date


def annual_report(*, year: int, language: str, kind: str, area: str | None, today: date) -> bytes:
    raise NotImplementedError
