"""Merge the translation files of each language and compile them into the catalogue the program reads."""

from __future__ import annotations

import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

FOLDER = Path(__file__).parents[1] / "src/dozor/language"


def main() -> None:
    for language in ("ru", "be"):
        merged = Catalog(locale=language, domain="django")
        said: dict[tuple[object, object], object] = {}
        for path in sorted((FOLDER / language).glob("*.po")):
            with path.open("rb") as file:
                catalog = read_po(file, locale=language, abort_invalid=True)
            for message in catalog:
                if not message.id or message.fuzzy:
                    continue
                key = (message.context, message.id)
                if said.setdefault(key, message.string) != message.string:
                    sys.exit(f"{path}: {message.id!r} is translated twice, differently")
                merged.add(message.id, message.string, context=message.context)
        target = FOLDER / "locale" / language / "LC_MESSAGES" / "django.mo"
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("wb") as file:
            write_mo(file, merged)
        print(f"{language}: {len(merged)} texts")


if __name__ == "__main__":
    main()
