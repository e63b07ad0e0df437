"""What a simulated field is to be like, as text: shares of answers, sizes of numbers, how alike people are.

A truth is given for a field by its name, for every instrument that asks it or for one of them. What is not
named is drawn from the instrument's own text: choices evenly, numbers between their bounds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dozor.core.plan.conditions import Condition, read_condition

NUMBER_WORDS = frozenset({"mean", "sd", "median", "spread", "between", "share", "year"})
DATE_WORDS = frozenset({"days_before", "days_after"})
OTHER_WORDS = frozenset({"codes", "answered", "reversed"})


@dataclass(frozen=True)
class Case:
    """How one field is answered by those of whom a condition holds.

    Parameters
    ----------
    when
        Over fields asked before; ``None``: everybody left.
    shares
        Choice → its share, 0–1. What is left of one is divided evenly among the choices not named, those
        that say "don't know" or refuse getting a small part (`Truths.unsaid`).
    numbers
        ``mean`` and ``sd``: normal; ``median`` and ``spread``: log-normal, a spread of 2 putting a sixth of
        people above twice the median; ``between``: evenly; ``share``: of the greatest number allowed;
        ``year``: the round's year and so many. Dates: ``days_before`` the round's end, ``days_after`` the
        least date allowed, each a pair. ``codes``: how many different codes there are.
    answered
        Share of those asked who answer at all, where an answer may be left out.
    is_reversed
        Whether people whose first answers are likelier elsewhere give the last answers here.
    """

    when: Condition | None = None
    shares: Mapping[str, float] = field(default_factory=dict)
    numbers: Mapping[str, Any] = field(default_factory=dict)
    answered: float | None = None
    is_reversed: bool = False


EVEN = (Case(),)


@dataclass(frozen=True)
class Truths:
    """Truths of all instruments.

    Parameters
    ----------
    fields
        Field → its cases, first that holds.
    instruments
        Instrument → fields of its own, which go before.
    sizes
        Instrument → how many there are: people, institutions, records in the whole population.
    turns
        Repeated group → the fewest and the most turns.
    designs
        How a round samples → answers that are then the same for all.
    place, person
        Parts of what makes people answer as they do, 0–1, that are shared by a place of the survey and by
        all answers of one person.
    unsaid
        Share of "don't know" or "don't remember", and of refusals, where none is named.
    """

    fields: Mapping[str, Sequence[Case]] = field(default_factory=dict)
    instruments: Mapping[str, Mapping[str, Sequence[Case]]] = field(default_factory=dict)
    sizes: Mapping[str, int] = field(default_factory=dict)
    turns: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    designs: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    place: float = 0.04
    person: float = 0.15
    unsaid: tuple[float, float] = (0.03, 0.01)

    def of(self, instrument: str, name: str) -> Sequence[Case]:
        """The cases of a field, as one instrument asks it."""
        own = self.instruments.get(instrument, {})
        return own.get(name) or self.fields.get(name) or EVEN


def read_truths(text: Mapping[str, Any]) -> Truths:
    """Read truths from a mapping, as YAML gives it; ValueError says which word is not understood."""
    known = {"fields", "instruments", "turns", "designs", "alike", "unsaid"}
    if strange := text.keys() - known:
        raise ValueError(f"not understood: {', '.join(sorted(strange))}")
    alike = text.get("alike", {})
    instruments, sizes = {}, {}
    for code, said in text.get("instruments", {}).items():
        own = dict(said or {})
        if "size" in own:
            sizes[code] = int(own.pop("size"))
        instruments[code] = _fields(own, code)
    return Truths(
        _fields(text.get("fields", {}), "fields"),
        instruments,
        sizes,
        {name: (int(low), int(high)) for name, (low, high) in text.get("turns", {}).items()},
        text.get("designs", {}),
        float(alike.get("place", Truths.place)),
        float(alike.get("person", Truths.person)),
        tuple(text.get("unsaid", Truths.unsaid)),
    )


def _fields(said: Mapping[str, Any], place: str) -> dict[str, tuple[Case, ...]]:
    return {
        name: tuple(_case(one, f"{place}.{name}") for one in (cases if isinstance(cases, list) else [cases]))
        for name, cases in said.items()
    }


def _case(said: Mapping[str, Any], place: str) -> Case:
    shares: dict[str, float] = {}
    numbers: dict[str, Any] = {}
    when = said.get("when")
    for word, value in said.items():
        if word == "when" or word in {"answered", "reversed"}:
            continue
        # YAML reads a bare yes as true; the choices are words
        name = {True: "yes", False: "no"}.get(word, str(word)) if isinstance(word, bool) else str(word)
        if name in NUMBER_WORDS | DATE_WORDS | OTHER_WORDS:
            numbers[name] = value
        elif isinstance(value, int | float):
            shares[name] = float(value)
        else:
            raise ValueError(f"{place}: {name} is not understood")
    if sum(shares.values()) > 1 + 1e-9:
        raise ValueError(f"{place}: the shares are more than one")
    return Case(
        read_condition(when) if when else None,
        shares,
        numbers,
        said.get("answered"),
        bool(said.get("reversed", False)),
    )
