"""What is to be published: one number, whom it counts, and how it came about."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

ALL = "all"


class Kind(StrEnum):
    COUNT = "count"
    SHARE = "share"
    RATE = "rate"
    MEAN = "mean"
    MONEY = "money"


class Status(StrEnum):
    """What an audience sees of a cell. Primary and secondary are told apart inside only.

    A reader is told "withheld to protect people" for both: to say which is which would say that the
    value lies in the range of small counts.
    """

    PUBLISHED = "published"
    PRIMARY = "primary"
    SECONDARY = "secondary"
    PUBLISHED_ELSEWHERE = "published-elsewhere"

    @property
    def is_hidden(self) -> bool:
        return self in (Status.PRIMARY, Status.SECONDARY)


@dataclass(frozen=True, order=True)
class About:
    """Whom and what a number counts. Two cells with equal `About` and kind speak of one quantity.

    Parameters
    ----------
    measure
        What is counted: an indicator's code, or any other stable name.
    area, population, sex, age, period
        Codes as in the bank. An empty sex or age means the same here as ``all``: nobody is singled out.
    """

    measure: str
    area: str
    population: str = ALL
    sex: str = ALL
    age: str = ALL
    period: str = ""

    def __post_init__(self) -> None:
        for name in ("population", "sex", "age"):
            if not getattr(self, name):
                object.__setattr__(self, name, ALL)

    def of(self, measure: str) -> About:
        """The same people, counted by another measure."""
        return replace(self, measure=measure)


@dataclass(frozen=True)
class Cell:
    """One number that may be published.

    Parameters
    ----------
    id
        The caller's own name of the cell, unique in one release.
    about
        Whom it counts.
    kind
        Count, share, rate, mean or money.
    value
        As computed, not rounded: persons; a share or rate times its `factor`; a mean; money in its unit.
    numerator, denominator
        Persons behind a share or rate. For a survey the respondents, not the weighted sums; where their
        quotient is not the value (a weighted estimate), the value tells nothing of the numerator.
    numerator_measure, denominator_measure
        Names that join them with counts of the same people in other cells; by default the cell's measure
        followed by ``/numerator`` and ``/denominator``, known to this cell's indicator alone.
    denominator_of
        Whom the denominator counts where these are other people or another time: the whole place for the
        share of a group, residents on the next 1 January for a rate.
    factor, decimals
        What the quotient is multiplied by (100 for percent), and the digits shown after the point.
        For money and means `decimals` alone.
    respondents
        People a survey's value rests on; None when it is no survey's.
    contributions
        Money: what each payer gave, in the value's unit and any order.
    is_published
        Its source has published it already: known to everyone, never hidden and never rounded.
    counts_persons
        False for things (condoms, rooms): no small number of them exposes anyone.
    """

    id: str
    about: About
    kind: Kind
    value: Decimal
    numerator: int | None = None
    denominator: int | None = None
    numerator_measure: str = ""
    denominator_measure: str = ""
    denominator_of: About | None = None
    factor: Decimal = Decimal(100)
    decimals: int = 0
    respondents: int | None = None
    contributions: tuple[Decimal, ...] | None = None
    is_published: bool = False
    counts_persons: bool = True

    def __post_init__(self) -> None:
        if not self.value.is_finite():
            raise ValueError(f"{self.id}: no number")
        if self.kind in (Kind.COUNT, Kind.MONEY) and self.value < 0:
            raise ValueError(f"{self.id}: a {self.kind} below zero")
        if self.kind is Kind.COUNT and self.value != int(self.value):
            raise ValueError(f"{self.id}: a count is whole, not {self.value}")
        if self.kind is Kind.COUNT and self.decimals:
            raise ValueError(f"{self.id}: a count has no decimals")
        if (self.numerator is None) != (self.denominator is None):
            raise ValueError(f"{self.id}: a numerator and a denominator come together")
        if self.numerator is not None and (self.numerator < 0 or (self.denominator or 0) <= 0):
            raise ValueError(f"{self.id}: {self.numerator} of {self.denominator}")
        if self.kind is Kind.SHARE and (self.numerator or 0) > (self.denominator or 0):
            raise ValueError(f"{self.id}: a share above the whole: {self.numerator} of {self.denominator}")
        if self.factor <= 0 or not 0 <= self.decimals <= 9:
            raise ValueError(f"{self.id}: factor {self.factor}, decimals {self.decimals}")
        if any(c < 0 for c in self.contributions or ()):
            raise ValueError(f"{self.id}: a contribution below zero")

    @property
    def numerator_about(self) -> About:
        """The quantity a count or sum itself is, or the numerator of a share or rate."""
        if self.kind in (Kind.COUNT, Kind.MONEY):
            return self.about
        return self.about.of(self.numerator_measure or f"{self.about.measure}/numerator")

    @property
    def denominator_about(self) -> About:
        if self.denominator_of is not None:
            return self.denominator_of
        return self.about.of(self.denominator_measure or f"{self.about.measure}/denominator")

    @property
    def complement(self) -> int | None:
        """People of the denominator who are not in the numerator."""
        if self.numerator is None or self.denominator is None:
            return None
        return self.denominator - self.numerator
