"""What a workbook holds: its sheets, columns and rules, and the seal that tells whether they were changed.

The layout travels with the workbook in a hidden sheet, so that a file sent out under an older text of the
plan is still read by the rules it was made with.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from dozor.core.findings import Finding, Refused
from dozor.core.places import Agency, Areas
from dozor.core.plan.conditions import read_condition
from dozor.core.plan.instruments import Field, Instrument
from dozor.language import gettext
from dozor.language.conditions import condition_text

MARK = "dozor-workbook-1"  # the first word of the hidden sheet, and the file's own property
SEAL_SHEET, LISTS_SHEET = "dozor", "dozor-lists"
HEADING_ROW, NAME_ROW, FIRST_ROW = 3, 4, 5  # 1: title, 2: sections; answers begin in FIRST_ROW
MOST_ROWS = 5_000
NIL_CELL = "B8"
NIL = ("yes", "no")


@dataclass(frozen=True)
class WorkbookColumn:
    """A question as a column.

    Parameters
    ----------
    heading
        The question in the workbook's language; `section` is the label of the group it stands in.
    choices
        Code and label of each answer that this agency may choose.
    relevant, constraint
        XPath, groups' conditions included; ``message`` says the constraint in words.
    """

    field: str
    kind: str
    heading: str
    section: str = ""
    hint: str = ""
    required: bool = True
    choices: tuple[tuple[str, str], ...] = ()
    relevant: str = ""
    when: str = ""
    constraint: str = ""
    message: str = ""


@dataclass(frozen=True)
class WorkbookSheet:
    """A sheet of answers; `repeat` names the repeated group whose turns are its rows."""

    name: str
    columns: tuple[WorkbookColumn, ...]
    repeat: str = ""


@dataclass(frozen=True)
class WorkbookLayout:
    """One agency's workbook of one instrument and year.

    Parameters
    ----------
    constants
        Field → answer that is the same in every row: the year, the agency's only place.
    carried
        Fields that may hold last year's answers; a nil report may leave them as they are.
    """

    instrument: str
    version: str
    agency: str
    year: int
    language: str
    guide: str
    sheets: tuple[WorkbookSheet, ...]
    constants: Mapping[str, str] = field(default_factory=dict)
    carried: tuple[str, ...] = ()

    def as_text(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True)


def seal_of(text: str) -> str:
    """A digest that shows a change made by accident; it is no proof against a forger."""
    return hashlib.sha256(f"{MARK}\n{text}".encode()).hexdigest()


def layout_of_text(text: str) -> WorkbookLayout:
    """Read what ``as_text`` wrote; KeyError, TypeError or ValueError when it is something else."""
    said = json.loads(text)
    sheets = tuple(
        WorkbookSheet(
            name=str(sheet["name"]),
            repeat=str(sheet["repeat"]),
            columns=tuple(_column_of(column) for column in sheet["columns"]),
        )
        for sheet in said.pop("sheets")
    )
    return WorkbookLayout(
        **{**said, "sheets": sheets, "year": int(said["year"]), "carried": tuple(said["carried"])}
    )


def _column_of(said: Mapping[str, Any]) -> WorkbookColumn:
    choices = tuple((str(code), str(label)) for code, label in said["choices"])
    return WorkbookColumn(**{**said, "choices": choices})


def layout(
    instrument: Instrument,
    *,
    agency: Agency,
    areas: Areas,
    year: int,
    language: str = "ru",
    carried: Collection[str] = (),
) -> WorkbookLayout:
    """Lay out an agency's workbook.

    Parameters
    ----------
    carried
        Fields that may hold last year's answers; see :func:`dozor.formats.workbook.carried_fields`.

    Raises
    ------
    Refused
        ``WB-KIND``: a questionnaire of persons; ``WB-NO-PLACE``: the agency serves no place the form
        knows; ``WB-CONDITION``: a condition of the form that no workbook can keep.
    """
    if instrument.kind == "person":
        raise Refused(Finding("WB-KIND", found=instrument.code))
    asked = [f for f in instrument.fields if f.is_asked]
    constants = {"year": str(year)} if instrument.has_field("year") else {}
    if any(f.repeat for f in asked) and instrument.has_field("unit"):
        constants["unit"] = agency.code  # the agency itself keeps the record, its lines are the rows
    # a value the form keeps by itself and that is one number: the weight of 1
    constants |= {f.name: f.calculation for f in instrument.fields if f.calculation.isdigit()}
    own: dict[str, tuple[tuple[str, str], ...]] = {}
    for f in asked:
        own[f.name] = _own_choices(f, agency, areas, language)
        if len(own[f.name]) == 1 and len(f.choices) > 1 and not f.repeat and not f.relevant:
            constants[f.name] = own[f.name][0][0]
    repeats = dict.fromkeys(f.repeat or "" for f in asked)
    sheets = []
    for repeat in repeats:
        inside = [f for f in asked if (f.repeat or "") == repeat and f.name not in constants]
        if inside:
            name = _sheet_name(inside[0], repeat, language)
            columns = tuple(_column(f, instrument, own[f.name], language) for f in inside)
            sheets.append(WorkbookSheet(name, columns, repeat))
    return WorkbookLayout(
        instrument=instrument.code,
        version=instrument.version,
        agency=agency.code,
        year=year,
        language=language,
        guide=gettext("Instructions", language),
        sheets=tuple(sheets),
        constants=constants,
        carried=tuple(sorted(carried)),
    )


def _own_choices(f: Field, agency: Agency, areas: Areas, language: str) -> tuple[tuple[str, str], ...]:
    """The answers an agency may choose: of places, its own and those within them or around them."""
    labels = [c.label.in_language(language) for c in f.choices]
    choices = tuple(
        (c.name, label if labels.count(label) == 1 else f"{label} ({c.name})")
        for c, label in zip(f.choices, labels, strict=True)
    )
    if not choices or not all(code in areas for code, _ in choices):
        return choices
    own = tuple(one for one in choices if _is_own(one[0], agency.areas, areas))
    if not own:
        # a district centre stands in one region: the form knows that region
        own = tuple(one for one in choices if any(areas.is_within(area, one[0]) for area in agency.areas))
    if not own:
        raise Refused(
            Finding("WB-NO-PLACE", found=agency.code, values={"field": f.label.in_language(language)})
        )
    return own


def _is_own(code: str, served: Sequence[str], areas: Areas) -> bool:
    return any(areas.is_within(code, area) for area in served)


def _sheet_name(first: Field, repeat: str, language: str) -> str:
    label = next((g.label for g in first.groups if g.name == repeat and g.label), None)
    name = label.in_language(language) if repeat and label else gettext("The answers", language)
    return "".join(" " if sign in "[]:*?/\\'" else sign for sign in name)[:31]


def _column(
    f: Field, instrument: Instrument, choices: tuple[tuple[str, str], ...], language: str
) -> WorkbookColumn:
    conditions = [c for c in (*(g.relevant for g in f.groups), f.relevant) if c]
    relevant = " and ".join(f"({c})" for c in conditions)
    section = next((g.label for g in reversed(f.groups) if g.label and not g.is_repeat), None)
    by_name = {other.name: other for other in instrument.fields}

    def called(name: str) -> str:
        label = by_name[name].label.in_language(language)
        return f"“{label}”" if language == "en" else f"«{label}»"

    try:
        when = condition_text(relevant, instrument, language, called) if relevant else ""
        if f.constraint:
            read_condition(f.constraint)
    except ValueError as wrong:
        found = relevant or f.constraint
        values = {"field": f.name, "why": str(wrong)}
        raise Refused(Finding("WB-CONDITION", found, values, file=instrument.file)) from None
    return WorkbookColumn(
        field=f.name,
        kind=f.kind,
        heading=f.label.in_language(language),
        section=section.in_language(language) if section else "",
        hint=f.hint.in_language(language) if f.hint else "",
        required=f.required,
        choices=choices,
        relevant=relevant,
        when=when,
        constraint=f.constraint,
        message=f.constraint_message.in_language(language) if f.constraint_message else "",
    )
