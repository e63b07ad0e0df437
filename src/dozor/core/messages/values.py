"""Messages about: values."""

from __future__ import annotations

from dozor.core.messages.wording import Wording

WORDINGS: dict[str, Wording] = {}
