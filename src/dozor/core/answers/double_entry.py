"""Two people type one sheet of paper; what they typed differently is settled before anything is kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from dozor.core.answers.filling import Filling, check_filling
from dozor.core.answers.of_instrument import form_of_instrument
from dozor.core.plan.instruments import Instrument

MOST_ERRORS = 0.01  # share of fields typed differently above which the entry itself is to be looked at


@dataclass(frozen=True)
class Difference:
    """A field typed differently; `turn` counts from 1, 0 outside repeated groups; empty: not typed."""

    field: str
    turn: int
    first: str
    second: str


@dataclass(frozen=True)
class Comparison:
    """Two entries of one sheet, field by field.

    Parameters
    ----------
    fields
        Fields that at least one of the two typed: what an error could be made in.
    """

    differences: tuple[Difference, ...]
    fields: int

    @property
    def rate(self) -> float | None:
        """Differing fields over fields (D16); None when nothing was typed."""
        return len(self.differences) / self.fields if self.fields else None


def compare(instrument: Instrument, first: Filling, second: Filling, *, today: date) -> Comparison:
    """Compare two entries after reading both as numbers, dates and codes.

    ``1 200`` and ``1200`` are the same, as are ``2,5`` and ``2.5``; so are codes in other letter case. An
    answer to a question that the entry's other answers leave unasked counts as not typed.
    """
    one = check_filling(instrument, first, today=today).filling
    other = check_filling(instrument, second, today=today).filling
    asked = {f.name for f in instrument.fields if f.is_asked}
    codes = {f.name for f in form_of_instrument(instrument).fields if f.is_code}
    found: list[Difference] = []
    count = 0
    for turn, a, b in _sides(one, other):
        for name in (f.name for f in instrument.fields if f.name in asked and (f.name in a or f.name in b)):
            count += 1
            said, heard = a.get(name, ""), b.get(name, "")
            if name in codes:
                said, heard = _plain(said), _plain(heard)
            if said != heard:
                found.append(Difference(name, turn, a.get(name, ""), b.get(name, "")))
    return Comparison(tuple(found), count)


def settled(first: Filling, differences: Sequence[Difference], chosen: Sequence[str]) -> Filling:
    """The first entry with each differing field as it was settled; an empty choice leaves it out."""
    texts = dict(first.texts)
    repeats = {group: [dict(turn) for turn in turns] for group, turns in first.repeats.items()}
    groups = {name: group for group, turns in repeats.items() for turn in turns for name in turn}
    for difference, text in zip(differences, chosen, strict=True):
        if not difference.turn:
            texts[difference.field] = text
            continue
        turns = repeats.get(groups.get(difference.field, ""), [])
        if difference.turn <= len(turns):
            turns[difference.turn - 1][difference.field] = text
    return replace(first, texts=texts, repeats=repeats)


def with_turns(first: Filling, second: Filling) -> Filling:
    """The first entry with as many turns as the longer of the two, so that each place can be settled."""
    repeats = {}
    for group in dict.fromkeys([*first.repeats, *second.repeats]):
        one, other = list(first.repeats.get(group, ())), second.repeats.get(group, ())
        blank = [dict.fromkeys(turn, "") for turn in other[len(one) :]]
        names = dict.fromkeys(name for turn in (*one, *other) for name in turn)
        repeats[group] = [{**dict.fromkeys(names, ""), **turn} for turn in (*one, *blank)]
    return replace(first, repeats=repeats)


def without_empty_turns(filling: Filling) -> Filling:
    """Leave out the turns that nothing is left of."""
    return replace(
        filling,
        repeats={
            group: [turn for turn in turns if any(text.strip() for text in turn.values())]
            for group, turns in filling.repeats.items()
        },
    )


def _sides(one: Filling, other: Filling) -> list[tuple[int, Mapping[str, str], Mapping[str, str]]]:
    sides: list[tuple[int, Mapping[str, str], Mapping[str, str]]] = [(0, one.texts, other.texts)]
    for group in dict.fromkeys([*one.repeats, *other.repeats]):
        a, b = one.repeats.get(group, ()), other.repeats.get(group, ())
        for place in range(max(len(a), len(b))):
            sides.append((place + 1, a[place] if place < len(a) else {}, b[place] if place < len(b) else {}))
    return sides


def _plain(code: str) -> str:
    return "".join(code.split()).casefold()
