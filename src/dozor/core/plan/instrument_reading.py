"""Reads the instruments of a plan from Markdown tables, and reports every fault with its line."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import cast, get_args

from dozor.core.findings import Finding, Refused
from dozor.core.plan.instruments import (
    Choice,
    Field,
    Group,
    Instrument,
    InstrumentKind,
    Note,
    ValueType,
)
from dozor.core.plan.markdown_tables import Row, read_tables
from dozor.core.text import LANGUAGES, Text

FOLDER = "instruments/"
BLOCKS = FOLDER + "blocks/"
TYPES: Mapping[str, ValueType] = {
    "integer": "number",
    "decimal": "number",
    "text": "text",
    "date": "date",
    "select_one": "text",
    "select_multiple": "text",
    "calculate": "text",
    "start": "text",
    "end": "text",
    "today": "date",
}
OPENING = {"begin_group": "end_group", "begin_repeat": "end_repeat"}
SPOKEN = ("label", "hint", "constraint_message")
COLUMNS = {
    "survey": {
        *("type name relevant required constraint calculation default appearance parameters".split()),
        *("bind::type", "indicators"),
        *(f"{column}::{language}" for column in SPOKEN for language in LANGUAGES),
    },
    "choices": {"list_name", "name", *(f"label::{language}" for language in LANGUAGES)},
    "settings": {
        *("version kind collections counted instance_name".split()),
        *(f"title::{language}" for language in LANGUAGES),
    },
}
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_CHOICE = re.compile(r"[A-Za-z0-9_.+-]+")
_REFERENCE = re.compile(r"\$\{([^}]*)\}")
_QUOTED = re.compile(r"'[^']*'")
_CALLED = re.compile(r"([a-z][a-z0-9-]*) ?\(")
# what conditions may call: workbooks and paper read them too; ODK Validate notices no unknown function
FUNCTIONS = {"regex", "not", "today", "date"}
OPERATORS = {"and", "or", "div", "mod"}
_RANGE = re.compile(r"\. (>=|<=) (-?\d+(?:\.\d+)?)(?: and \. (>=|<=) (-?\d+(?:\.\d+)?))?")
_VERSION = re.compile(r"\d{4}-\d{2}-\d{2}")


def read_instruments(files: Mapping[str, str]) -> dict[str, Instrument]:
    """Read every instrument of a plan, by code.

    Parameters
    ----------
    files
        File name → text: ``instruments/CODE.md`` is an instrument, ``instruments/blocks/NAME.md`` a
        block that instruments include; other files are left alone.

    Raises
    ------
    Refused
        With every fault found: file, line, column, what was found.
    """
    reading = _Reading({f: t for f, t in files.items() if f.startswith(FOLDER) and f.endswith(".md")})
    instruments = [reading.instrument(file) for file in sorted(reading.rows) if not file.startswith(BLOCKS)]
    if reading.findings:
        raise Refused(sorted(set_of(reading.findings), key=lambda f: (f.file or "", f.row or 0, f.code)))
    return {instrument.code: instrument for instrument in instruments}


def set_of(findings: list[Finding]) -> list[Finding]:
    """Each finding once: a fault of a block shows in every instrument that includes it."""
    return list({(f.code, f.file, f.row, f.column, f.found): f for f in findings}.values())


class _Reading:
    """All texts at once: instruments, blocks and the choices blocks share."""

    def __init__(self, files: Mapping[str, str]) -> None:
        self.findings: list[Finding] = []
        self.rows: dict[str, tuple[Row, ...]] = {}
        for file, text in files.items():
            self.rows[file], wrong = read_tables(file, text)
            self.findings.extend(wrong)
            for row in self.rows[file]:
                self._check_columns(row)
        self.shared: dict[str, list[tuple[Row, Choice]]] = {}
        for file in sorted(self.rows):
            if file.startswith(BLOCKS):
                for name, choices in self._lists(file).items():
                    if name in self.shared:
                        self.fault("FORM-LIST-TWICE", choices[0][0], name)
                    self.shared[name] = choices

    def fault(
        self, code: str, row: Row, found: str = "", column: str | None = None, **values: object
    ) -> None:
        self.findings.append(Finding(code, found, values, row.file, row.line, column))

    def _check_columns(self, row: Row) -> None:
        if row.sheet not in COLUMNS:
            self.fault("FORM-SHEET", row, row.sheet, known=", ".join(COLUMNS))
            return
        for column in row.values:
            if column not in COLUMNS[row.sheet]:
                known = ", ".join(sorted(COLUMNS[row.sheet]))
                self.fault("FORM-COLUMN", row, column, column, known=known)

    def text(self, row: Row, column: str, *, required: bool = False) -> Text | None:
        """Words in three languages; a language that is missing is a fault."""
        said = {language: row.get(f"{column}::{language}") for language in LANGUAGES}
        missing = [language for language in LANGUAGES if not said[language]]
        if len(missing) == len(LANGUAGES) and not required:
            return None
        for language in missing:
            self.fault("FORM-LANGUAGE", row, row.get("name"), f"{column}::{language}", language=language)
        return None if missing else Text(**said)

    def _lists(self, file: str) -> dict[str, list[tuple[Row, Choice]]]:
        """The choices of one file; a row without a list's name continues the list above it."""
        lists: dict[str, list[tuple[Row, Choice]]] = {}
        name = ""
        for row in self.rows[file]:
            if row.sheet != "choices":
                continue
            if row.get("list_name"):
                name = row.get("list_name")
                if name in lists:
                    self.fault("FORM-LIST-TWICE", row, name)
            code, label = row.get("name"), self.text(row, "label", required=True)
            if not _CHOICE.fullmatch(code):
                self.fault("FORM-NAME", row, code, "name")
            if any(code == other.name for _, other in lists.get(name, ())):
                self.fault("FORM-CHOICE-TWICE", row, code, "name")
            lists.setdefault(name, []).append((row, Choice(code, label or _stand_in(code))))
        return lists

    def survey(self, file: str, *, within: tuple[str, ...] = (), indicators: str = "") -> Iterator[Row]:
        """The rows of a survey with its blocks in place; ``*`` becomes what the including row names."""
        for row in self.rows[file]:
            if row.sheet != "survey":
                continue
            if row.get("type") == "include":
                block = f"{BLOCKS}{row.get('name')}.md"
                if block not in self.rows or block in within:
                    known = ", ".join(f[len(BLOCKS) : -3] for f in sorted(self.rows) if f.startswith(BLOCKS))
                    self.fault("FORM-NO-BLOCK", row, row.get("name"), "name", known=known)
                else:
                    named = _named(row.get("indicators"), indicators)
                    yield from self.survey(block, within=(*within, block), indicators=named)
            else:
                values = {**row.values, "indicators": _named(row.get("indicators"), indicators)}
                yield replace(row, values={c: v for c, v in values.items() if v})

    def amended(self, file: str) -> list[Row]:
        """Lay rows without a type over the row of that name above; ``-`` empties a cell."""
        rows: list[Row] = []
        for row in self.survey(file):
            if row.get("type"):
                rows.append(row)
                continue
            places = [k for k, r in enumerate(rows) if r.get("name") == row.get("name")]
            if not places:
                self.fault("FORM-AMENDS-NOTHING", row, row.get("name"), "name")
                continue
            merged = {**rows[places[0]].values, **row.values}
            rows[places[0]] = replace(
                rows[places[0]], values={c: v for c, v in merged.items() if v and v != "-"}
            )
        return rows

    def instrument(self, file: str) -> Instrument:
        code = file[len(FOLDER) : -len(".md")]
        settings = [row for row in self.rows[file] if row.sheet == "settings"]
        head = settings[0] if settings else Row("settings", {}, file, 1)
        kind, version = head.get("kind"), head.get("version")
        if kind not in get_args(InstrumentKind):
            self.fault("FORM-KIND", head, kind, "kind", known=", ".join(get_args(InstrumentKind)))
        if not _VERSION.fullmatch(version):
            self.fault("FORM-VERSION", head, version, "version")
        rows = self.amended(file)
        lists = {**self.shared, **self._lists(file)}
        lines = _Lines(self, lists).read(rows, file)
        title = self.text(head, "title", required=True) or _stand_in(code)
        used = dict.fromkeys(w[1] for r in rows if len(w := r.get("type").split()) > 1)
        sheets: dict[str, tuple[Mapping[str, str], ...]] = {
            "survey": tuple(dict(r.values) for r in rows),
            "choices": tuple(
                {"list_name": name, "name": choice.name, **_spoken("label", choice.label)}
                for name in used
                for _, choice in lists.get(name, ())
            ),
            "settings": (dict(head.values),),
        }
        digest = hashlib.sha256(json.dumps([code, sheets], ensure_ascii=False, sort_keys=True).encode())
        return Instrument(
            code=code,
            kind=cast(InstrumentKind, kind),
            title=title,
            version=f"{version}.{digest.hexdigest()[:8]}",
            collections=tuple(head.get("collections").split()),
            lines=lines,
            counted=head.get("counted"),
            sheets=sheets,
            file=file,
        )


class _Lines:
    """Turns the rows of one instrument into questions, notes and groups."""

    def __init__(self, reading: _Reading, lists: Mapping[str, list[tuple[Row, Choice]]]) -> None:
        self.reading, self.lists = reading, lists
        self.open: list[tuple[Row, Group]] = []
        self.names: dict[str, Row] = {}

    def read(self, rows: list[Row], file: str) -> tuple[Field | Note, ...]:
        fault = self.reading.fault
        lines: list[Field | Note] = []
        if not rows:
            fault("FORM-NO-SURVEY", Row("survey", {}, file, 1))
        for row in rows:
            kind = row.get("type").split()[0]
            if kind in OPENING.values():
                opened = self.open.pop()[0].get("type") if self.open else ""
                if OPENING.get(opened) != kind:
                    fault("FORM-GROUP", row, kind, "type")
                continue
            self._name(row)
            if kind in OPENING:
                label = self.reading.text(row, "label")
                group = Group(row.get("name"), label, row.get("relevant"), kind == "begin_repeat")
                self.open.append((row, group))
            elif kind == "note":
                label = self.reading.text(row, "label", required=True) or _stand_in(row.get("name"))
                lines.append(Note(row.get("name"), label, row.get("relevant"), self._groups()))
            elif kind in TYPES:
                lines.append(self._field(row, kind))
            else:
                known = ", ".join([*TYPES, "note", *OPENING, *OPENING.values(), "include"])
                fault("FORM-TYPE", row, row.get("type"), "type", known=known)
        for row, _ in self.open:
            fault("FORM-GROUP", row, row.get("type"), "type")
        for row in rows:
            for name in _REFERENCE.findall(" ".join(row.values.values())):
                if name not in self.names:
                    fault("FORM-REFERENCE", row, name)
            for column in ("relevant", "constraint", "calculation"):
                for called in _CALLED.findall(_QUOTED.sub("''", row.get(column))):
                    if called not in FUNCTIONS | OPERATORS:
                        fault("FORM-FUNCTION", row, called, column, known=", ".join(sorted(FUNCTIONS)))
        return tuple(lines)

    def _groups(self) -> tuple[Group, ...]:
        return tuple(group for _, group in self.open)

    def _name(self, row: Row) -> None:
        name = row.get("name")
        if not _NAME.fullmatch(name):
            self.reading.fault("FORM-NAME", row, name, "name")
        elif name in self.names:
            first = self.names[name]
            self.reading.fault("FORM-NAME-TWICE", row, name, "name", first=f"{first.file}:{first.line}")
        self.names[name] = row

    def _field(self, row: Row, kind: str) -> Field:
        fault, name = self.reading.fault, row.get("name")
        words = row.get("type").split()
        choices = [choice for _, choice in self.lists.get(words[-1], ())] if len(words) > 1 else []
        if kind.startswith("select") and not choices:
            fault("FORM-NO-LIST", row, words[-1] if len(words) > 1 else "", "type")
        is_asked = kind not in {"calculate", "start", "end", "today"}
        label = self.reading.text(row, "label", required=is_asked) or _stand_in(name)
        constraint, message = row.get("constraint"), self.reading.text(row, "constraint_message")
        if constraint and message is None:
            fault("FORM-NO-MESSAGE", row, constraint, "constraint_message")
        if is_asked and kind in {"integer", "decimal"} and not constraint:
            fault("FORM-NO-RANGE", row, name, "constraint")
        if row.get("required") not in {"", "yes", "no"}:
            fault("FORM-REQUIRED", row, row.get("required"), "required")
        lowest, highest = _range(constraint)
        number = row.get("bind::type") in {"int", "decimal"}
        return Field(
            name=name,
            type="number" if number else TYPES[kind],
            kind=kind,
            label=label,
            choices=tuple(choices),
            required=is_asked and row.get("required") != "no",
            indicators=tuple(row.get("indicators").split()),
            hint=self.reading.text(row, "hint"),
            relevant=row.get("relevant"),
            constraint=constraint,
            constraint_message=message,
            calculation=row.get("calculation"),
            default=row.get("default"),
            appearance=row.get("appearance"),
            groups=self._groups(),
            lowest=lowest,
            highest=highest,
        )


def _named(own: str, above: str) -> str:
    return " ".join(above if word == "*" else word for word in own.split()).strip()


def _stand_in(word: str) -> Text:
    return Text(word or "?", word or "?", word or "?")


def _spoken(column: str, text: Text) -> dict[str, str]:
    return {f"{column}::{language}": said for language, said in text.as_mapping().items()}


def _range(constraint: str) -> tuple[float | None, float | None]:
    """The ends of a plain range; ``None`` where the constraint says something else."""
    found = _RANGE.fullmatch(constraint)
    if not found:
        return None, None
    ends = dict(zip(found.groups()[::2], found.groups()[1::2], strict=True))
    low, high = ends.get(">="), ends.get("<=")
    return (float(low) if low else None), (float(high) if high else None)
