"""What every section has at hand: the data, what is selected from it, the language, the sources."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from dozor.core.plan import Plan
from dozor.core.text import Text
from dozor.language import gettext, ngettext
from dozor.publishing.report.data import ReportData
from dozor.publishing.report.gaps import Gap, gaps
from dozor.publishing.report.sources import SourceNumbers
from dozor.publishing.report.values import Selection


@dataclass(frozen=True)
class Writing:
    """One report being written.

    `selection`: the plan's values for the place and year; `context`: the context series', None without
    them; `gaps`: series without a value, in the plan's order.
    """

    data: ReportData
    language: str
    selection: Selection
    context: Selection | None
    gaps: Sequence[Gap]
    sources: SourceNumbers = field(default_factory=SourceNumbers)

    @classmethod
    def of(cls, data: ReportData, language: str) -> Writing:
        def selected(plan: Plan) -> Selection:
            own = (one for one in data.observations if plan.has_indicator(one.indicator))
            return Selection.of(own, plan, area=data.place, year=data.year)

        selection = selected(data.plan)
        context = selected(data.context) if data.context else None
        return cls(data, language, selection, context, gaps(data, selection, language))

    def say(self, english: str, **words: object) -> str:
        """Return a text of the code in the reader's language, with words put into it."""
        return gettext(english, self.language).format(**words)

    def count(self, one: str, many: str, count: int, **words: object) -> str:
        """Return the form that goes with `count`, which stands in it as ``{count}``."""
        return ngettext(one, many, count, self.language).format(count=count, **words)

    def name(self, text: Text) -> str:
        return text.in_language(self.language)

    def of_country(self) -> Writing:
        """The same report speaking of the whole country, with one list of sources."""
        return replace(Writing.of(replace(self.data, area=None), self.language), sources=self.sources)

    @property
    def place(self) -> str:
        return self.name(self.data.areas.area(self.data.place).name)

    def region_names(self) -> Mapping[str, str]:
        """Names of the regions short enough for a map: oblasts without the word, where that is enough.

        In English the city of Minsk and Minsk Oblast would else bear one name.
        """
        full, short = {}, {}
        for area in self.data.areas.regions():
            name = self.name(area.name)
            kind = self.name(self.data.areas.type_name(area.type)).lower()
            words = name.split(" ")
            full[area.code] = name
            short[area.code] = " ".join(words[:-1]) if words[-1].lower() == kind else name
        taken = Counter(short.values())
        return {code: name if taken[name] == 1 else full[code] for code, name in short.items()}

    def regions_covered(self, codes: Iterable[str]) -> str:
        """Say how many of the regions are there: 6 of 7 regions."""
        known = set(codes)
        regions = [area.code for area in self.data.areas.regions()]
        covered = sum(code in known for code in regions)
        return self.count("{count} of {all} regions", "{count} of {all} regions", covered, all=len(regions))
