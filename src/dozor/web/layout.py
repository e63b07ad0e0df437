"""The frame around every page, in parts that are drawn once for all pages on which they look alike.

Drawing the frame costs as much as a small page's own content, and it hardly differs from page to page. A part
is kept under everything it is drawn from, so it cannot be stale: other values are another part.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable
from typing import NamedTuple

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

MOST = 500  # parts kept, a few kilobytes each

_drawn: OrderedDict[Hashable, SafeString] = OrderedDict()
_lock = threading.Lock()


class Link(NamedTuple):
    """A link of the frame."""

    href: str
    label: str
    is_current: bool = False


class LanguageLink(NamedTuple):
    """This page in one of the languages."""

    code: str
    label: str
    name: str
    href: str


def drawn(template: str, **of: Hashable) -> SafeString:
    """A part of the frame, drawn from these values and the reader's language alone."""
    key = (template, get_language(), tuple(of.items()))
    found = _drawn.get(key)
    if found is None:
        found = mark_safe(render_to_string(template, of))  # noqa: S308 - a template's own output
        with _lock:
            _drawn[key] = found
            while len(_drawn) > MOST:
                _drawn.popitem(last=False)
    return found
