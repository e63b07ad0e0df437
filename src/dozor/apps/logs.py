"""Keeps tokens that stand in addresses (a phone's, an invitation's) out of every log."""

from __future__ import annotations

import logging
import re

_TOKEN = re.compile(r"(/(?:key|join)/)[^/\s?\"']+")

_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f\x85\u2028\u2029]+")


def hide_tokens(text: str) -> str:
    """Put three dots in the place of a token.

    >>> hide_tokens("GET /key/abc/formList?deviceID=1")
    'GET /key/…/formList?deviceID=1'
    """
    return _TOKEN.sub(r"\1…", text)


def one_line(text: str) -> str:
    """Whatever a request names stays on its line: nobody writes a line of the log by asking for an address.

    >>> one_line("Not Found: /x\\n2026-01-01 INFO all is well")
    'Not Found: /x⏎2026-01-01 INFO all is well'
    """
    return _CONTROL.sub("⏎", text)


class HideTokens(logging.Filter):
    """A filter for handlers: what they write holds no token."""

    def filter(self, record: logging.LogRecord) -> bool:
        said = record.getMessage()
        if _TOKEN.search(said) or _CONTROL.search(said):
            record.msg, record.args = one_line(hide_tokens(said)), None
        if record.exc_info:
            record.exc_text = hide_tokens(logging.Formatter().formatException(record.exc_info))
        if hasattr(record, "request"):
            del record.request  # nothing further down may print its address
        return True
