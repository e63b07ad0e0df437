"""What a report is written from: core values alone, gathered by the caller."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from dozor.core.calendar.obligation import Obligation
from dozor.core.observations.observation import Observation
from dozor.core.places import Agencies, Areas
from dozor.core.plan import Plan
from dozor.core.plan.model import Situation
from dozor.core.quality.review import DeskReview
from dozor.core.submissions.handed_in import HandedIn
from dozor.core.text import Text

if TYPE_CHECKING:
    from dozor.core.disclosure import Rule


@dataclass(frozen=True)
class KnownGap:
    """A recorded reason for which one series has no value in the report's year.

    `kind` is one of `Missing`'s values; `population` empty means every population of the indicator.
    """

    indicator: str
    kind: str
    reason: Text
    population: str = ""


@dataclass(frozen=True)
class CellTally:
    """Cells of one kind (count, share, rate, mean, money): counted here and shown; shown because their source
    had published them; withheld."""

    kind: str
    shown: int
    published_elsewhere: int
    withheld: int


@dataclass(frozen=True)
class DisclosureStatement:
    """What a release says of its own protection.

    Parameters
    ----------
    rule, strict
        What the audience may see: of most rows, and of rows about prison, army and key populations.
    tallies
        By kind of cell. Not by reason: which of the hidden are small would tell their range.
    certificate
        SHA-256 of the confidential proof, which is salted: it names the proof and confirms no guess. Empty
        where there is none.
    is_safe
        False for a release that its auditor refused: a report of it is for those who repair it.
    """

    audience: Text
    rule: Rule
    strict: Rule
    tallies: tuple[CellTally, ...]
    certificate: str
    is_safe: bool = True


@dataclass(frozen=True)
class ReportData:
    """Everything one annual report says; the builder adds words and nothing else.

    Parameters
    ----------
    plan
        The monitoring plan in the version reported on.
    context
        The plan that names the context series (registered cases, estimates, …); None, or one that does not
        say which of them tell the situation, leaves the section on it out.
    areas, agencies
        For names and for the seven regions.
    year
        The year reported on. Later periods are left out even when given.
    area
        Code of the place reported on; None for the whole country.
    observations
        Every value in force of the plan's and the context's indicators, all areas and groups, with
        `is_headline`, `match` and `match_reason` filled in by the bank; "as known on" is the caller's
        choice.
    obligations
        Duties of the year with their status as of `generated_on`; for all agencies.
    generated_on
        The day of the report; the builder reads no clock.
    author
        Who gives the report out, for the title page.
    gaps
        Recorded reasons for missing values.
    is_working_draft
        True while the values have not been released.
    release
        Name of the release the values come from; empty for a working draft.
    software_version
        For the methods, so that the report can be made again.
    handed_in
        When the rows owed were submitted and accepted.
    review
        Of the quality of data; None leaves its annex out.
    disclosure
        What the release says of its protection; None for a working draft.
    checksum
        SHA-256 of the release's content; empty for a working draft.
    """

    plan: Plan
    areas: Areas
    agencies: Agencies
    year: int
    observations: tuple[Observation, ...]
    obligations: tuple[Obligation, ...]
    generated_on: date
    author: Text
    software_version: str
    context: Plan | None = None
    area: str | None = None
    gaps: tuple[KnownGap, ...] = ()
    is_working_draft: bool = True
    release: str = ""
    handed_in: tuple[HandedIn, ...] = ()
    disclosure: DisclosureStatement | None = None
    review: DeskReview | None = None
    checksum: str = ""

    def __post_init__(self) -> None:
        if self.area is not None and self.area not in self.areas:
            raise ValueError(f"no such area: {self.area!r}")

    @property
    def situation(self) -> Situation | None:
        """Which context series tell the situation."""
        return self.context.situation if self.context is not None else None

    @property
    def place(self) -> str:
        """Code of the place reported on."""
        return self.area or self.areas.country.code

    @property
    def is_national(self) -> bool:
        return self.place == self.areas.country.code

    @property
    def is_demonstration(self) -> bool:
        """Whether nothing read says that the plan held throughout the year: its dates are an example."""
        return not self.plan.is_confirmed_on(date(self.year, 12, 31))

    @property
    def own_obligations(self) -> tuple[Obligation, ...]:
        """The duties this report speaks of: all, or those of the agencies of one place."""
        if self.is_national:
            return self.obligations
        return tuple(one for one in self.obligations if self.areas.is_within(one.area, self.place))
