"""Translations of the English texts in the code, through the standard library's gettext."""

from __future__ import annotations

import gettext as gettext_module
from functools import cache
from pathlib import Path

LOCALE_FOLDER = Path(__file__).parent / "locale"


@cache
def _translations(language: str) -> gettext_module.NullTranslations:
    if language == "en":
        return gettext_module.NullTranslations()
    return gettext_module.translation("django", localedir=str(LOCALE_FOLDER), languages=[language])


def gettext(text: str, language: str) -> str:
    """Return `text` (English, as in the code) in `language`; FileNotFoundError when not compiled."""
    return _translations(language).gettext(text) if text else ""


def ngettext(one: str, many: str, count: int, language: str) -> str:
    """Return the form of the text that goes with `count`, by the language's own plural rule."""
    return _translations(language).ngettext(one, many, count)


def npgettext(context: str, one: str, many: str, count: int, language: str) -> str:
    """As `ngettext`, for a text that needs a context to be translated."""
    return _translations(language).npgettext(context, one, many, count)
