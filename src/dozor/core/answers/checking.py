"""Checks one record against its form and turns texts into values."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

from dozor.core.answers.form import AnswerField, AnswerForm
from dozor.core.answers.identity import identity_in_code, is_short_code, refused_headings, refused_value
from dozor.core.findings import Finding
from dozor.core.plan.conditions import Value

LONGEST_ANSWER = 10_000  # characters
_MOST_READ, _LONGEST_READ = 2_000, 40  # texts of one question remembered with what they mean
_SHORT = 8  # characters of a code of a site, an interviewer: too few to tell of a person
_UNREAD: Any = object()
_INTEGER = re.compile(r"[+-]?\d{1,18}", re.ASCII)


@dataclass(frozen=True)
class Answers:
    """One record: what was answered to each question, and in each turn of each repeated group."""

    values: Mapping[str, Value] = field(default_factory=dict)
    repeats: Mapping[str, Sequence[Mapping[str, Value]]] = field(default_factory=dict)


@dataclass(frozen=True)
class Checked:
    """A record with what was found.

    Parameters
    ----------
    identity
        Findings that forbid keeping the record at all.
    breaches
        Rules of the form that it breaks: kept apart, outside estimates, for a decision.
    """

    answers: Answers
    identity: tuple[Finding, ...] = ()
    breaches: tuple[Finding, ...] = ()


def check_record(
    form: AnswerForm,
    texts: Mapping[str, str],
    repeats: Mapping[str, Sequence[Mapping[str, str]]],
    *,
    year: int,
    pseudonym: Callable[[str], str],
    row: int | None = None,
    file: str | None = None,
) -> Checked:
    """Check a record's texts and read them into values.

    Parameters
    ----------
    texts, repeats
        Answers as written, by question; an empty text is no answer.
    year
        Of collection; see :func:`dozor.core.answers.identity.identity_in_value`.
    pseudonym
        Turns a respondent's code into its keyed hash.
    row, file
        The place named in findings.

    Returns
    -------
    Checked
        A value that breaks its field's rule stays in the record as the text it was.
    """
    found = _Found(year, row, file)
    values = _read(form.single, form.leaning[""], texts, found, pseudonym)
    kept = {}
    for name, turns in repeats.items():
        fields = form.repeats.get(name)
        if fields is None:
            found.breach("COL-ANSWER-UNKNOWN", name, "")
            continue
        kept[name] = [_read(fields, form.leaning[name], turn, found, pseudonym, values) for turn in turns]
    return Checked(Answers(values, kept), tuple(found.identity), tuple(found.breaches))


@dataclass
class _Found:
    year: int
    row: int | None
    file: str | None
    identity: list[Finding] = field(default_factory=list)
    breaches: list[Finding] = field(default_factory=list)

    def breach(self, code: str, column: str, found: str, **values: object) -> None:
        self.breaches.append(
            Finding(code, found=found[:80], values=values, column=column, row=self.row, file=self.file)
        )

    def look_at_code(self, name: str, text: str) -> None:
        if len(text) > _SHORT and (kind := identity_in_code(text, year=self.year)):
            self.identity.append(Finding(f"PERSON-{kind}", column=name, row=self.row, file=self.file))

    def look(self, name: str, text: str) -> None:
        finding = refused_value(text, year=self.year, column=name, row=self.row, file=self.file)
        if finding:
            self.identity.append(finding)


def _read(
    fields: Sequence[AnswerField],
    leaning: Sequence[AnswerField],
    texts: Mapping[str, str],
    found: _Found,
    pseudonym: Callable[[str], str],
    around: Mapping[str, Value] = MappingProxyType({}),
) -> dict[str, Value]:
    """Read the answers asked once, or those of one turn; `around` are the answers outside the turn."""
    values: dict[str, Value] = {}
    empty: list[AnswerField] = []
    for f in fields:
        name = f.name
        text = texts.get(name, "")
        value = f.read.get(text, _UNREAD)
        if value is not _UNREAD:
            values[name] = value
            continue
        text = text.strip()
        if not text:
            values[name] = None
            if f.is_required:
                empty.append(f)
        elif text in f.choice_set:
            values[name] = text
        elif f.is_code:
            found.look_at_code(name, text)
            values[name] = pseudonym(text)
        elif f.shape is not None and is_short_code(text) and f.shape.search(text):
            values[name] = text  # an interviewer, a site: each record another, so none is remembered
        else:
            values[name] = _value(f, text, found)
    known = {**around, **values} if around else values
    for f in empty:  # all answers are read: a condition may hang on any of them
        if f.is_asked(known):
            found.breach("COL-ANSWER-MISSING", f.name, "")
    for f in leaning:
        if (value := values.get(f.name)) is not None and not f.fits(value, known):
            found.look(f.name, texts[f.name])
            found.breach("COL-ANSWER-RULE", f.name, "", rule=f.constraint)
    for name in texts.keys() - values.keys():
        if texts[name].strip():
            # kept nowhere but in quarantine, so its name and words are looked at like any others
            found.identity += refused_headings([name], file=found.file)
            found.look(name, texts[name])
            found.breach("COL-ANSWER-UNKNOWN", name, "")
            values[name] = texts[name]
    return values


def _value(f: AnswerField, text: str, found: _Found) -> Value:
    if len(text) > LONGEST_ANSWER:
        found.breach("COL-ANSWER-LONG", f.name, "", limit=LONGEST_ANSWER)
    if f.choices:
        outside = [
            one for one in (text.split() if f.kind == "choices" else [text]) if one not in f.choice_set
        ]
        if outside:
            found.look(f.name, text)
            found.breach("COL-ANSWER-CHOICE", f.name, " ".join(outside), known=", ".join(f.choices[:20]))
        return text
    read = _READERS.get(f.kind)
    if read is None:
        before = len(found.identity)
        found.look(f.name, text)
        if f.constraint and not f.others:
            if len(found.identity) > before:
                return text  # told as that already
            if not f.fits(text, {}):
                found.breach("COL-ANSWER-RULE", f.name, "", rule=f.constraint)
            elif len(text) <= _SHORT and len(f.read) < _MOST_READ:
                f.read[text] = text
        return text
    value: Value = read(text)
    if value is None:
        # what does not fit its question may be anything, a name too
        found.look(f.name, text)
        found.breach(f"COL-ANSWER-{f.kind.upper()}", f.name, text)
        return text
    if isinstance(value, int | float):
        if f.minimum is not None and value < f.minimum:
            found.look(f.name, text)
            found.breach("COL-ANSWER-LOW", f.name, text, limit=f"{f.minimum:g}")
            return value
        if f.maximum is not None and value > f.maximum:
            found.look(f.name, text)
            found.breach("COL-ANSWER-HIGH", f.name, text, limit=f"{f.maximum:g}")
            return value
    if f.constraint and not f.others and not f.fits(value, {}):
        found.breach("COL-ANSWER-RULE", f.name, "", rule=f.constraint)
        return value
    if len(text) <= _LONGEST_READ and len(f.read) < _MOST_READ:
        f.read[text] = value
    return value


def _integer(text: str) -> int | None:
    return int(text) if _INTEGER.fullmatch(text) else None


def _decimal(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


def _instant(text: str) -> str | None:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return None
    return text


_READERS: Mapping[str, Callable[[str], Any]] = {
    "integer": _integer,
    "decimal": _decimal,
    "date": _date,
    "instant": _instant,
}
