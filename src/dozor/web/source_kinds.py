"""Kinds of source in the reader's language, as far as they are known; others stay as written."""

from __future__ import annotations

from django.utils.translation import gettext as _

_WORDS = {
    "Belarus authority": lambda: _("authority of Belarus"),
    "UN agency": lambda: _("agency of the United Nations"),
    "NGO": lambda: _("non-governmental organisation"),
    "encyclopedia": lambda: _("encyclopedia"),
    "international statistics, copy on GitHub": lambda: _("international statistics, a copy"),
    "press or other site, quoting an authority": lambda: _("press or other site, quoting an authority"),
}


def in_words(kind: str) -> str:
    return _WORDS[kind]() if kind in _WORDS else kind


def is_foreign(kind: str) -> bool:
    """Whether it stays in the language of the source."""
    return bool(kind) and kind not in _WORDS
