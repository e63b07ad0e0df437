"""A form being filled in by hand: which questions are asked, and what is wrong with the answers so far.

A phone's own engine keeps skip logic and rules while a form is filled; a page and a sheet of paper have none,
so the same text of the instrument is followed here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from dozor.core.findings import Finding
from dozor.core.plan.conditions import Value, holds, names_in, read_condition
from dozor.core.plan.instruments import Field, Instrument

MOST_TURNS = 500  # turns of one repeated group in one form
_SPACES = re.compile(r"[\s\u00a0\u202f\u2009]+")
_WHOLE = re.compile(r"[+-]?\d{1,18}", re.ASCII)
_DECIMAL = re.compile(r"[+-]?\d{1,18}(?:\.\d{1,12})?", re.ASCII)
_DAY = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})", re.ASCII)


@dataclass(frozen=True)
class Filling:
    """Answers as they were written down: question → text, repeated group → its turns."""

    texts: Mapping[str, str] = field(default_factory=dict)
    repeats: Mapping[str, Sequence[Mapping[str, str]]] = field(default_factory=dict)

    def as_mapping(self) -> dict[str, object]:
        """Return a JSON value that :func:`filling_of` reads back."""
        return {
            "texts": dict(self.texts),
            "repeats": {n: [dict(t) for t in turns] for n, turns in self.repeats.items()},
        }

    @property
    def is_empty(self) -> bool:
        told = [self.texts, *(turn for turns in self.repeats.values() for turn in turns)]
        return not any(text.strip() for answers in told for text in answers.values())


def filling_of(mapping: Mapping[str, Mapping[str, object]]) -> Filling:
    texts = {str(k): str(v) for k, v in mapping.get("texts", {}).items()}
    repeats = {
        str(name): [{str(k): str(v) for k, v in turn.items()} for turn in turns]  # type: ignore[attr-defined]
        for name, turns in mapping.get("repeats", {}).items()
    }
    return Filling(texts, repeats)


@dataclass(frozen=True)
class CheckedFilling:
    """Answers ready to be sent, and what keeps them from it.

    Parameters
    ----------
    filling
        Numbers and dates as the form keeps them (``1234.5``, ``2026-03-01``); an answer to a question that is
        not asked is left out, as a phone leaves it out.
    asked
        Places of the questions that are asked: ``(question, turn)``, the turn counted from 1, 0 outside
        repeated groups.
    findings
        ``FILL-…``: the question as `column`, the turn as `row` (None outside repeated groups).
    """

    filling: Filling
    asked: frozenset[tuple[str, int]]
    findings: tuple[Finding, ...]


def check_filling(instrument: Instrument, filling: Filling, *, today: date) -> CheckedFilling:
    """Follow an instrument through the answers: skips, rules, what is missing."""
    reading = _Following(instrument, today)
    texts: dict[str, str] = {}
    values: dict[str, Value] = {}
    for f in instrument.fields:
        if f.repeat is None:
            reading.take(f, filling.texts.get(f.name, ""), values, texts, 0)
    repeats: dict[str, list[dict[str, str]]] = {}
    for name in dict.fromkeys(f.repeat for f in instrument.fields if f.repeat):
        inside = [f for f in instrument.fields if f.repeat == name]
        groups = [g.relevant for g in inside[0].groups if g.relevant]
        if not all(holds(read_condition(c), values, today=today) for c in groups):
            continue
        given = filling.repeats.get(name, ())
        if len(given) > MOST_TURNS:
            reading.fault("FILL-TURNS", inside[0], str(len(given)), 0, limit=MOST_TURNS)
        kept: list[dict[str, str]] = []
        for number, turn in enumerate(given[:MOST_TURNS], start=1):
            inner: dict[str, Value] = dict(values)
            told: dict[str, str] = {}
            for f in inside:
                reading.take(f, turn.get(f.name, ""), inner, told, number)
            kept.append(told)
        if not kept and any(f.required for f in inside):
            reading.fault("FILL-NO-TURN", inside[0], "", 0)
        repeats[name] = kept
    return CheckedFilling(Filling(texts, repeats), frozenset(reading.asked), tuple(reading.findings))


class _Following:
    def __init__(self, instrument: Instrument, today: date) -> None:
        self.instrument, self.today = instrument, today
        self.asked: set[tuple[str, int]] = set()
        self.findings: list[Finding] = []

    def fault(self, code: str, f: Field, found: str, turn: int, **values: object) -> None:
        self.findings.append(Finding(code, found[:80], values, row=turn or None, column=f.name))

    def take(self, f: Field, said: str, values: dict[str, Value], texts: dict[str, str], turn: int) -> None:
        """Read one answer; `values` are those given before it, `texts` collects what is kept."""
        values[f.name] = None
        if not f.is_asked:
            if f.calculation and _DECIMAL.fullmatch(f.calculation):
                texts[f.name] = f.calculation
                values[f.name] = float(f.calculation)
            elif f.kind == "today":
                texts[f.name] = said or self.today.isoformat()
            elif said:
                texts[f.name] = said
            return
        conditions = [c for c in (*(g.relevant for g in f.groups), f.relevant) if c]
        if not all(holds(read_condition(c), values, today=self.today) for c in conditions):
            return
        self.asked.add((f.name, turn))
        text = said.strip()
        if not text:
            if f.required:
                self.fault("FILL-MISSING", f, "", turn)
            return
        text, value = self._read(f, text, turn)
        texts[f.name] = text
        values[f.name] = value
        if value is None or not f.constraint:
            return
        rule = read_condition(f.constraint)
        # a rule that leans on an answer not given is told as that answer's
        if any(values.get(other) is None for other in names_in(rule)):
            return
        if not holds(rule, values, this=value, today=self.today):
            self.fault("FILL-RULE", f, text, turn)

    def _read(self, f: Field, text: str, turn: int) -> tuple[str, Value]:
        if f.kind in {"integer", "decimal"}:
            plain = _SPACES.sub("", text).replace(",", ".").replace("−", "-")
            pattern, code = (_WHOLE, "FILL-WHOLE") if f.kind == "integer" else (_DECIMAL, "FILL-NUMBER")
            if not pattern.fullmatch(plain):
                self.fault(code, f, text, turn)
                return text, None
            return plain, float(plain)
        if f.kind == "date":
            day = read_day(text)
            if day is None:
                self.fault("FILL-DATE", f, text, turn)
                return text, None
            return day.isoformat(), day
        if f.choices:
            known = {c.name for c in f.choices}
            given = text.split() if f.kind == "select_multiple" else [text]
            if outside := [one for one in given if one not in known]:
                self.fault("FILL-CHOICE", f, " ".join(outside), turn)
                return text, None
        return text, text


def read_day(text: str) -> date | None:
    """Read a date as a browser sends it or as people write it: ``2026-03-01``, ``1.3.2026``."""
    try:
        if found := _DAY.fullmatch(text.strip()):
            return date(int(found[3]), int(found[2]), int(found[1]))
        return date.fromisoformat(text.strip())
    except ValueError:
        return None


@dataclass(frozen=True)
class Sum:
    """What the turns of a repeated group add up to; `part` is the code of a currency."""

    field: Field
    part: str
    total: float


def sums_of(instrument: Instrument, filling: Filling, *, money: Mapping[str, str]) -> list[Sum]:
    """Sums of the numbers in repeated groups, where there is more than one turn to add.

    Parameters
    ----------
    money
        Field of an amount → field of its currency: sums of different currencies are never added.
    """
    found: list[Sum] = []
    for name in dict.fromkeys(f.repeat for f in instrument.fields if f.repeat):
        turns = filling.repeats.get(name, ())
        for f in instrument.fields:
            if f.repeat != name or f.type != "number" or not f.indicators:
                continue
            sums: dict[str, float] = {}
            for turn in turns:
                said = _SPACES.sub("", turn.get(f.name, "")).replace(",", ".")
                if _DECIMAL.fullmatch(said):
                    part = turn.get(money[f.name], "") if f.name in money else ""
                    sums[part] = sums.get(part, 0.0) + float(said)
            found += [Sum(f, part, total) for part, total in sorted(sums.items())]
    return found
