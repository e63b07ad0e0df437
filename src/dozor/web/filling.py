"""A form as its page shows it: questions, rules and answers so far, made from the instrument's text."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from django.http import QueryDict
from django.utils.translation import gettext as _

from dozor.core.answers.filling import MOST_TURNS, Filling, Sum
from dozor.core.answers.of_instrument import form_of_instrument
from dozor.core.findings import Finding
from dozor.core.messages import WORDINGS
from dozor.core.plan.conditions import as_plain, read_condition
from dozor.core.plan.instruments import Field, Instrument, Note
from dozor.language import gettext, number, say
from dozor.language.conditions import condition_text

MOST_RADIOS = 8  # a longer list of answers is folded
SINGLE, TURN = "q", "t"
NEW = "__n__"  # the turn's number in the pattern a script copies
_NAME = re.compile(r"(?:q\.(?P<single>\w+)|t\.(?P<group>\w+)\.(?P<turn>\d{1,4})\.(?P<inner>\w+))", re.ASCII)


@dataclass(frozen=True)
class Option:
    code: str
    label: str
    id: str
    is_chosen: bool


@dataclass(frozen=True)
class Question:
    """One question in its place; `turn` counts from 0, None outside repeated groups."""

    field: str
    name: str
    id: str
    label: str
    control: str  # number, text, day, radio, list, checks, note
    hint: str = ""
    value: str = ""
    options: tuple[Option, ...] = ()
    is_required: bool = False
    is_whole: bool = False
    relevant: str = ""  # JSON, see `as_plain`
    rule: str = ""
    message: str = ""  # of the rule
    when: str = ""  # the condition in words, for a reader without a script
    fault: str = ""
    group: str = ""
    turn: str = ""

    @property
    def anchor(self) -> str:
        return self.options[0].id if self.options and self.control != "list" else self.id

    @property
    def described(self) -> str:
        parts = [
            f"{self.id}_hint" if self.hint else "",
            f"{self.id}_when" if self.when else "",
            f"{self.id}_fault",
        ]
        return " ".join(p for p in parts if p)


@dataclass(frozen=True)
class Turn:
    number: int
    questions: tuple[Question, ...]


@dataclass(frozen=True)
class Section:
    """Questions under one heading; a repeated group's stand in its turns."""

    label: str
    questions: tuple[Question, ...] = ()
    repeat: str = ""
    turns: tuple[Turn, ...] = ()
    pattern: tuple[Question, ...] = ()
    fault: str = ""


@dataclass
class FormPage:
    """Writes an instrument as sections of questions in one language."""

    instrument: Instrument
    filling: Filling
    language: str
    faults: Mapping[tuple[str, int], str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._codes = {f.name for f in form_of_instrument(self.instrument).fields if f.is_code}
        self._fields = {f.name: f for f in self.instrument.fields}

    def sections(self) -> list[Section]:
        found: list[Section] = []
        done: set[str] = set()
        for line in self.instrument.lines:
            if isinstance(line, Field) and not line.is_asked:
                continue
            label = self._heading(line)
            repeat = next((g.name for g in line.groups if g.is_repeat), "")
            if repeat:
                if repeat not in done:
                    done.add(repeat)
                    found.append(self._repeat(label, repeat))
                continue
            shown = self._note(line) if isinstance(line, Note) else self._question(line)
            if found and found[-1].label == label and not found[-1].repeat:
                found[-1] = replace(found[-1], questions=(*found[-1].questions, shown))
            else:
                found.append(Section(label, (shown,)))
        return found

    def _heading(self, line: Field | Note) -> str:
        label = next((g.label for g in reversed(line.groups) if g.label), None)
        return label.in_language(self.language) if label else ""

    def _repeat(self, label: str, repeat: str) -> Section:
        inside = [f for f in self.instrument.fields if f.repeat == repeat and f.is_asked]
        turns = self.filling.repeats.get(repeat, ())
        shown = [
            Turn(place + 1, tuple(self._question(f, repeat, place, turn) for f in inside))
            for place, turn in enumerate(turns)
        ]
        pattern = tuple(self._question(f, repeat, None, {}) for f in inside)
        fault = self.faults.get((inside[0].name, 0), "")
        return Section(label, repeat=repeat, turns=tuple(shown), pattern=pattern, fault=fault)

    def _note(self, note: Note) -> Question:
        relevant = self._relevant(note)
        return Question(
            field="",
            name="",
            id=f"n_{note.name}",
            label=note.label.in_language(self.language),
            control="note",
            relevant=_json(relevant),
            when=self._when(relevant),
        )

    def _question(
        self, f: Field, repeat: str = "", place: int | None = None, turn: Mapping[str, str] | None = None
    ) -> Question:
        at = NEW if place is None else str(place)
        name = f"{TURN}.{repeat}.{at}.{f.name}" if repeat else f"{SINGLE}.{f.name}"
        id_ = f"f_{repeat}_{at}_{f.name}" if repeat else f"f_{f.name}"
        value = (self.filling.texts if turn is None else turn).get(f.name, "")
        relevant = self._relevant(f)
        hint = f.hint.in_language(self.language) if f.hint else ""
        if f.name in self._codes:
            kept = _("The code is kept only as a keyed digest, so nobody reads it back.")
            hint = f"{hint} {kept}".strip()
        return Question(
            field=f.name,
            name=name,
            id=id_,
            label=f.label.in_language(self.language),
            control=_control(f),
            hint=hint,
            value=value,
            options=self._options(f, id_, value),
            is_required=f.required,
            is_whole=f.kind == "integer",
            relevant=_json(relevant),
            rule=_json(f.constraint),
            message=f.constraint_message.in_language(self.language) if f.constraint_message else "",
            when=self._when(relevant),
            fault=self.faults.get((f.name, 0 if place is None else place + 1), ""),
            group=repeat,
            turn=at if repeat else "",
        )

    def _options(self, f: Field, id_: str, value: str) -> tuple[Option, ...]:
        given = value.split() if f.kind == "select_multiple" else [value]
        return tuple(
            Option(c.name, c.label.in_language(self.language), f"{id_}_{place}", c.name in given)
            for place, c in enumerate(f.choices)
        )

    def _relevant(self, line: Field | Note) -> str:
        conditions = [c for c in (*(g.relevant for g in line.groups), line.relevant) if c]
        return " and ".join(f"({c})" for c in conditions)

    def _when(self, relevant: str) -> str:
        if not relevant:
            return ""

        def called(name: str) -> str:
            label = self._fields[name].label.in_language(self.language).rstrip("?:.")
            return f"“{label}”" if self.language == "en" else f"«{label}»"

        try:
            return condition_text(relevant, self.instrument, self.language, called)
        except ValueError:
            return ""


def _control(f: Field) -> str:
    if f.kind == "select_multiple":
        return "checks"
    if f.choices:
        folded = len(f.choices) > MOST_RADIOS or f.appearance == "minimal"
        return "list" if folded else "radio"
    return {"integer": "number", "decimal": "number", "date": "day"}.get(f.kind, "text")


def _json(condition: str) -> str:
    return json.dumps(as_plain(read_condition(condition)), ensure_ascii=False) if condition else ""


def faults_of(
    findings: Iterable[Finding], instrument: Instrument, language: str
) -> dict[tuple[str, int], str]:
    """What is wrong, beside its question: ``(question, turn from 1, or 0)`` → words."""
    found: dict[tuple[str, int], str] = {}
    for finding in findings:
        if finding.column and instrument.has_field(finding.column):
            found.setdefault((finding.column, finding.row or 0), words_of(finding, instrument, language))
    return found


def words_of(finding: Finding, instrument: Instrument, language: str) -> str:
    """A finding about one answer, without its place: the page shows the place."""
    if finding.code == "FILL-RULE" and finding.column:
        message = instrument.field(finding.column).constraint_message
        if message is not None:
            return message.in_language(language)
    if finding.code.startswith("FILL-") and finding.column:
        words = {"found": finding.found, **finding.values}
        wording = WORDINGS[finding.code]
        told = [gettext(text, language).format(**words) for text in (wording.happened, wording.todo)]
        text = " ".join(told)
    else:
        text = say(finding, language).words
    return text[:1].upper() + text[1:]


def listed_faults(sections: Sequence[Section]) -> list[tuple[str, str, str]]:
    """Anchor, question (with its heading and entry) and words of each fault, in the order of the page."""
    found: list[tuple[str, str, str]] = []
    for section in sections:
        if section.fault and section.repeat:
            found.append((f"s_{section.repeat}", section.label, section.fault))
        for q in _all(section):
            if q.fault:
                entry = f" {int(q.turn) + 1}" if q.turn else ""
                heading = f"{section.label}{entry}: " if section.label else ""
                found.append((q.anchor, heading + q.label.rstrip("?:."), q.fault))
    return found


def _all(section: Section) -> Iterator[Question]:
    yield from section.questions
    for turn in section.turns:
        yield from turn.questions


def posted_filling(post: QueryDict, instrument: Instrument) -> Filling:
    """Read what a page sent; names that the form does not ask are left alone."""
    texts: dict[str, str] = {}
    turns: dict[str, dict[int, dict[str, str]]] = {}
    fields = {f.name: f for f in instrument.fields if f.is_asked}
    for name, values in post.lists():
        found = _NAME.fullmatch(name)
        if found is None:
            continue
        f = fields.get(found["single"] or found["inner"] or "")
        if f is None or (f.repeat or None) != found["group"]:
            continue
        said = " ".join(str(v) for v in values if v) if f.kind == "select_multiple" else str(values[-1])
        if found["single"]:
            if said:
                texts[f.name] = said
        else:
            turn = turns.setdefault(found["group"], {}).setdefault(int(found["turn"]), {})
            if said:
                turn[f.name] = said
    # a turn whose every question is a list or a circle not yet touched sends nothing: its mark does
    for mark in post.getlist("turn"):
        group, _dot, place = mark.partition(".")
        if place.isdigit() and len(place) < 5 and any(f.repeat == group for f in fields.values()):
            turns.setdefault(group, {}).setdefault(int(place), {})
    repeats = {g: [t for _n, t in sorted(told.items())][: MOST_TURNS + 1] for g, told in turns.items()}
    return Filling(texts, repeats)


def shown_sums(sums: Iterable[Sum], language: str) -> list[dict[str, str]]:
    """Sums in words, for the list that is read beside the paper."""
    return [
        {
            "label": s.field.label.in_language(language),
            "total": f"{number(s.total, language)} {s.part}".strip(),
        }
        for s in sums
    ]
