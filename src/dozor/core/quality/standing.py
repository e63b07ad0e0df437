"""How a doubt stands: open until confirmed, explained or corrected; what a further check makes of it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from dozor.core.findings import Finding, Refused
from dozor.core.quality.doubt import Doubt, Grade


class DoubtState(StrEnum):
    """Where a doubt stands."""

    OPEN = "open"
    CONFIRMED = "confirmed"  # compared with the primary records: the figure is right
    EXPLAINED = "explained"  # right, or not to be mended, for a reason told in words
    CORRECTED = "corrected"  # a later check no longer finds it


class DoubtAct(StrEnum):
    """What is done to a doubt: by a check (the first three) or by a person."""

    RAISE = "raise"
    RAISE_AGAIN = "raise-again"  # after it was corrected, or about another figure than the one answered
    CORRECT = "correct"
    CONFIRM = "confirm"
    EXPLAIN = "explain"


LONGEST = 200  # characters kept of what was found
ANSWERED = frozenset({DoubtState.CONFIRMED, DoubtState.EXPLAINED})
_AFTER = {
    DoubtAct.RAISE: DoubtState.OPEN,
    DoubtAct.RAISE_AGAIN: DoubtState.OPEN,
    DoubtAct.CORRECT: DoubtState.CORRECTED,
    DoubtAct.CONFIRM: DoubtState.CONFIRMED,
    DoubtAct.EXPLAIN: DoubtState.EXPLAINED,
}
_FROM = {
    DoubtAct.RAISE_AGAIN: ANSWERED | {DoubtState.CORRECTED},
    DoubtAct.CORRECT: ANSWERED | {DoubtState.OPEN},
    # an answer may be put in better words: the earlier one stays in the doubt's history
    DoubtAct.CONFIRM: ANSWERED | {DoubtState.OPEN},
    DoubtAct.EXPLAIN: ANSWERED | {DoubtState.OPEN},
}


def is_severe(grade: Grade | str) -> bool:
    """Whether a doubt has to be answered before the figures go on: all but rates and patterns."""
    return Grade(grade) is not Grade.NOTICE


def after(state: DoubtState | str, act: DoubtAct, *, grade: Grade | str, text: str = "") -> DoubtState:
    """The state an act leads to.

    Raises
    ------
    Refused
        ``QLT-STATE``: the state does not allow the act; ``QLT-CONTRADICTION``: figures that cannot all be
        right are corrected or explained, never confirmed; ``QLT-TEXT``: an explanation without words.

    Examples
    --------
    >>> after("open", DoubtAct.CONFIRM, grade="unlikely")
    <DoubtState.CONFIRMED: 'confirmed'>
    """
    if DoubtState(state) not in _FROM.get(act, frozenset()):
        raise Refused(Finding("QLT-STATE", found=str(state)))
    if act is DoubtAct.CONFIRM and Grade(grade) is Grade.CONTRADICTION:
        raise Refused(Finding("QLT-CONTRADICTION", column="becomes"))
    if act is DoubtAct.EXPLAIN and not text.strip():
        raise Refused(Finding("QLT-TEXT", column="text"))
    return _AFTER[act]


# words of a message that belong to what a doubt is about; all others follow from the figures
_NAMING = {
    "QLT-D10": ("other",),
    "QLT-D10-ORDER": ("other",),
    "QLT-D12": ("other",),
    "QLT-D13": ("other",),
    "QLT-D18-AREA": ("other",),
    "QLT-S5-MANY": ("day",),
    "QLT-S6-EDGE": ("age",),
    "QLT-S10": ("question",),
}
# rules that speak of records rather than of whoever made them
_OF_RECORDS = frozenset({"S1", "S2", "S9", "S12"})


def identity(doubt: Doubt, subject: str) -> str:
    """What makes two doubts the same one: the rule's message, the place, whose figures; never the figures.

    SHA-256 in hexadecimal over code, column, cell (or interviewer, site, records) and `subject`.
    """
    finding = doubt.finding
    said = [subject, finding.code, finding.column or ""]
    said += [str(part) for part in doubt.cell] if doubt.cell else []
    passing = {"rows"} if doubt.rule in _OF_RECORDS else {"rows", "records"}
    said += [f"{name}={value}" for name, value in sorted(doubt.about.items()) if name not in passing]
    said += [f"{name}={finding.values.get(name, '')}" for name in _NAMING.get(finding.code, ())]
    return hashlib.sha256("|".join(said).encode()).hexdigest()


@dataclass(frozen=True)
class Standing:
    """A doubt as it was kept: its state and what was found then."""

    state: DoubtState
    found: str
    values: Mapping[str, object]


@dataclass(frozen=True)
class Step:
    """What a check makes of one doubt; `act` None: it stands as it did, in words that have changed."""

    key: str
    act: DoubtAct | None
    doubt: Doubt | None = None


def steps(kept: Mapping[str, Standing], found: Iterable[tuple[str, Doubt]]) -> Iterator[Step]:
    """What a check changes: new doubts, those found again, those that no longer hold.

    An answer holds for the figure it was given about: another doubtful figure in its place is asked about
    again. What the figure is held against may change without that. The same check twice changes nothing.
    """
    seen = set[str]()
    for key, doubt in found:
        if key in seen:
            continue
        seen.add(key)
        before = kept.get(key)
        if before is None:
            yield Step(key, DoubtAct.RAISE, doubt)
        elif before.state is DoubtState.CORRECTED or (
            before.state in ANSWERED and before.found != shown(doubt.finding)
        ):
            yield Step(key, DoubtAct.RAISE_AGAIN, doubt)
        elif before.found != shown(doubt.finding) or dict(before.values) != told(doubt.finding):
            yield Step(key, None, doubt)
    for key, before in kept.items():
        if key not in seen and before.state is not DoubtState.CORRECTED:
            yield Step(key, DoubtAct.CORRECT)


def told(finding: Finding) -> dict[str, object]:
    """The words of a message as they are kept: numbers and texts."""
    return {k: v if isinstance(v, int | float | str) else str(v) for k, v in finding.values.items()}


def shown(finding: Finding) -> str:
    """What was found, as long as it is kept."""
    return finding.found[:LONGEST]
