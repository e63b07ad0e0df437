"""Keeps tokens that stand in addresses (a phone's, an invitation's) out of every log."""

from __future__ import annotations

import logging
import re

_TOKEN = re.compile(r"(/(?:key|join)/)[^/\s?\"']+")


def hide_tokens(text: str) -> str:
    """Put three dots in the place of a token.

    >>> hide_tokens("GET /key/abc/formList?deviceID=1")
    'GET /key/…/formList?deviceID=1'
    """
    return _TOKEN.sub(r"\1…", text)


class HideTokens(logging.Filter):
    """A filter for handlers: what they write holds no token."""

    def filter(self, record: logging.LogRecord) -> bool:
        said = record.getMessage()
        if _TOKEN.search(said):
            record.msg, record.args = hide_tokens(said), None
        if record.exc_info:
            record.exc_text = hide_tokens(logging.Formatter().formatException(record.exc_info))
        if hasattr(record, "request"):
            del record.request  # nothing further down may print its address
        return True
