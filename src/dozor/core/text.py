"""Words in the three languages Dozor speaks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Language = Literal["ru", "be", "en"]
LANGUAGES: tuple[Language, ...] = ("ru", "be", "en")


@dataclass(frozen=True)
class Text:
    """One text in Russian, Belarusian and English; none of the three may be empty."""

    ru: str
    be: str
    en: str

    def __post_init__(self) -> None:
        missing = [language for language in LANGUAGES if not getattr(self, language).strip()]
        if missing:
            raise ValueError(f"text without {', '.join(missing)}: {self.ru or self.be or self.en!r}")

    def in_language(self, language: str) -> str:
        """Return the words in one language; `language` is one of ``LANGUAGES``."""
        if language not in LANGUAGES:
            raise ValueError(f"no such language: {language!r}")
        return str(getattr(self, language))

    def as_mapping(self) -> Mapping[str, str]:
        return {language: self.in_language(language) for language in LANGUAGES}
