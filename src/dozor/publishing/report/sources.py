"""Numbers the sources in the order in which a report first names them."""

from __future__ import annotations

from collections.abc import Iterable

from dozor.core.observations.observation import Source
from dozor.publishing.documents import Ref, SourceEntry, Sources, Words


class SourceNumbers:
    """Gives each source its number once."""

    def __init__(self) -> None:
        self._numbers: dict[Source, int] = {}

    def of(self, sources: Iterable[Source]) -> Words:
        """Return the references to some sources, side by side."""
        refs = tuple(Ref(self._numbers.setdefault(one, len(self._numbers) + 1)) for one in sources)
        return tuple(part for ref in refs for part in (ref, " "))[:-1]

    def block(self) -> Sources:
        """Return the list for the end of the report."""
        return Sources(
            tuple(SourceEntry(number, _title(one), one.url) for one, number in self._numbers.items())
        )


def _title(source: Source) -> str:
    year = str(source.year or "")
    return source.title if not year or year in source.title else f"{source.title}, {year}"
