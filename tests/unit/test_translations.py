"""Every English text of the program has its Russian and its Belarusian one.

LAN-001  No text in a template or in code is without a translation.
LAN-002  A translation keeps the placeholders of its text, so that nothing said gets lost.
LAN-003  Plural texts have a form for one, for few and for many.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.extract import extract
from babel.messages.pofile import read_po
from django.utils.translation.template import templatize

from dozor.core.messages import WORDINGS
from dozor.language import words

SOURCE = Path(__file__).parents[2] / "src/dozor"
# Django's spellings and those of dozor.language, whose last argument is the language
KEYWORDS = {
    "gettext": None,
    "gettext_lazy": None,
    "both": None,  # of dozor.publishing.forms.sheet: in two languages
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
PAGES = SOURCE / "web"  # the one room where gettext is called by its short name
Message = tuple[str | None, str, str | None]  # context, text, plural


def _in(code: bytes, where: str, *, short: bool = False) -> Iterator[tuple[Message, str]]:
    keywords = {**KEYWORDS, "_": None} if short else KEYWORDS
    for line, found, _comments, context in extract("python", BytesIO(code), keywords=keywords):
        texts = (found,) if isinstance(found, str) else tuple(found)
        if context is None and len(texts) == 2 and texts[1] is None:
            texts = texts[:1]
        if texts and texts[0]:
            yield (context, texts[0], texts[1] if len(texts) > 1 else None), f"{where}:{line}"


def messages() -> dict[Message, str]:
    """Every text to be translated, with one place where it stands."""
    found: dict[Message, str] = {}
    for path in sorted(SOURCE.rglob("*.py")):
        for message, where in _in(
            path.read_bytes(), str(path.relative_to(SOURCE)), short=path.is_relative_to(PAGES)
        ):
            found.setdefault(message, where)
    for path in sorted(SOURCE.rglob("web/templates/**/*.html")):
        code = templatize(path.read_text(encoding="utf-8"), origin=path.name)
        for message, where in _in(code.encode(), str(path.relative_to(SOURCE)), short=True):
            found.setdefault(message, where)
    for code, wording in WORDINGS.items():
        for text in (wording.happened, wording.expected, wording.todo):
            if text:
                found.setdefault((None, text, None), f"message {code}")
    for name, table in vars(words).items():
        if name.isupper():
            found |= {(None, text, None): f"words of {name}" for text in table.values()}
    return found


def catalogue(language: str) -> dict[tuple[str | None, str], str | tuple[str, ...]]:
    held: dict[tuple[str | None, str], str | tuple[str, ...]] = {}
    for path in sorted((SOURCE / "language" / language).glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale=language):
                if message.id:
                    text = message.id if isinstance(message.id, str) else message.id[0]
                    held[message.context, text] = message.string
    return held


def placeholders(text: str) -> set[str]:
    named = {name for _, name, _, _ in string.Formatter().parse(_without_percents(text)) if name}
    return named | set(re.findall(r"%\((\w+)\)", text))


def _without_percents(text: str) -> str:
    return text if "{" in text and "%(" not in text else ""


MESSAGES = messages()


def test_the_program_has_texts():
    assert len(MESSAGES) > 300


@pytest.mark.parametrize("language", ["ru", "be"])
def test_lan_001_every_text_is_translated(language):
    held = catalogue(language)
    missing = [
        f"{where}: {text}"
        for (context, text, _plural), where in MESSAGES.items()
        if not held.get((context, text)) or not all(held[context, text])
    ]
    assert not missing, "\n" + "\n".join(missing)


@pytest.mark.parametrize("language", ["ru", "be"])
def test_lan_002_translations_keep_placeholders(language):
    held = catalogue(language)
    wrong = []
    for (context, text, plural), where in MESSAGES.items():
        translation = held.get((context, text)) or ""
        forms = (translation,) if isinstance(translation, str) else translation
        expected = placeholders(text) | placeholders(plural or "")
        for form in forms:
            # a form for "one" may say the number in words
            if form and (placeholders(form) - expected or (not plural and placeholders(form) != expected)):
                wrong.append(f"{where}: {text!r} -> {form!r}")
    assert not wrong, "\n" + "\n".join(wrong)


@pytest.mark.parametrize("language", ["ru", "be"])
def test_lan_003_plurals_have_three_forms(language):
    held = catalogue(language)
    wrong = []
    for (context, text, plural), where in MESSAGES.items():
        if plural is None:
            continue
        forms = held.get((context, text))
        if isinstance(forms, str) or forms is None or len(forms) != 3 or not all(forms):
            wrong.append(f"{where}: {text!r}")
    assert not wrong, "\n" + "\n".join(wrong)
