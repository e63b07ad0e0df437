"""Reads the table of areas (CSV) and the names of their types (YAML)."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation

from dozor.core.places.areas import Area, Areas, AreaType, circles
from dozor.core.text import LANGUAGES, Text
from dozor.core.yaml_text import Place, Reading

AREAS_FILE = "areas.csv"
REQUIRED = ("code", "name_en", "name_ru", "name_be", "type", "parent", "valid_from", "valid_to")
OPTIONAL = ("population", "population_date", "area_km2", "source_url")


def read_areas(files: Mapping[str, str]) -> Areas:
    """Read areas from ``areas.csv`` and their types from the YAML files beside it.

    Raises
    ------
    Refused
        With every fault: unknown parent, circle, duplicate code, missing name, wrong date, …
    """
    reading = Reading()
    types = []
    for top in reading.top_blocks({name: text for name, text in files.items() if name.endswith(".yaml")}):
        for block in top.blocks("area_types"):
            code = block.word("code")
            reading.define("type", code, block.place("code"))
            types.append(AreaType(code, block.text("name")))
            block.close()
        top.close()
    rows = _rows(reading, files.get(AREAS_FILE, ""))
    areas = [_area(reading, row, line) for row, line in rows]
    _check_tree(reading, areas)
    reading.finish()
    return Areas(tuple(areas), tuple(types))


def _rows(reading: Reading, text: str) -> list[tuple[dict[str, str], int]]:
    table = csv.reader(text.splitlines(keepends=True), strict=True)
    rows: list[tuple[dict[str, str], int]] = []
    headings: list[str] = []
    try:
        for cells in table:
            line = table.line_num
            if not headings:
                headings = cells
                odd = [h for h in headings if h not in (*REQUIRED, *OPTIONAL)]
                if odd or any(h not in headings for h in REQUIRED) or len(set(headings)) != len(headings):
                    break
            elif len(cells) != len(headings):
                place = Place(AREAS_FILE, line, "")
                reading.fault("PLACE-ROW-LENGTH", place, str(len(cells)), expected_cells=len(headings))
            else:
                rows.append((dict(zip(headings, cells, strict=True)), line))
    except csv.Error:
        reading.fault("PLACE-NOT-A-TABLE", Place(AREAS_FILE, table.line_num, ""))
        return []
    if not rows and not reading.findings:
        found, known = ", ".join(headings)[:120], ", ".join((*REQUIRED, *OPTIONAL))
        reading.fault("PLACE-HEADINGS", Place(AREAS_FILE, 1, ""), found, known=known)
    return rows


def _area(reading: Reading, row: dict[str, str], line: int) -> Area:
    def place(column: str) -> Place:
        return Place(AREAS_FILE, line, column)

    code = row["code"]
    if code:
        reading.define("area", code, place("code"))
    else:
        reading.fault("PLAN-MISSING-KEY", place("code"), "", key="code")
    said = {language: row[f"name_{language}"].strip() for language in LANGUAGES}
    for language, name in said.items():
        if not name:
            reading.fault("PLAN-MISSING-TRANSLATION", place(f"name_{language}"), "", language=language)
    if row["type"] not in reading.defined("type"):
        known = ", ".join(reading.defined("type"))
        reading.fault("PLAN-NOT-ONE-OF", place("type"), row["type"], known=known)

    def day(column: str) -> date | None:
        found = row.get(column, "")
        try:
            return date.fromisoformat(found) if found else None
        except ValueError:
            reading.fault("PLAN-BAD-DATE", place(column), found)
            return None

    def number(column: str) -> Decimal | None:
        found = row.get(column, "")
        try:
            value = Decimal(found) if found else None
        except InvalidOperation:
            value = Decimal(-1)
        if value is not None and not (value.is_finite() and value >= 0):
            reading.fault("PLAN-BAD-NUMBER", place(column), found)
            return None
        return value

    valid_from, valid_to, population = day("valid_from"), day("valid_to"), number("population")
    if valid_from and valid_to and valid_to < valid_from:
        reading.fault("PLAN-DATES-ORDER", place("valid_to"), f"{valid_from} … {valid_to}")
    return Area(
        code=code,
        name=Text(**{language: name or "?" for language, name in said.items()}),
        type=row["type"],
        parent=row["parent"] or None,
        valid_from=valid_from,
        valid_to=valid_to,
        population=None if population is None else int(population),
        population_on=day("population_date"),
        area_km2=number("area_km2"),
        source=row.get("source_url") or None,
    )


def _check_tree(reading: Reading, areas: list[Area]) -> None:
    roots = [area for area in areas if area.parent is None]
    if areas and not roots:
        reading.fault("PLACE-NO-ROOT", Place(AREAS_FILE, 1, "parent"))
    for root in roots[1:]:
        place = Place(AREAS_FILE, reading.place_of("area", root.code).line, "parent") if root.code else None
        reading.fault("PLACE-TWO-ROOTS", place or Place(AREAS_FILE, 1, "parent"), root.code)
    known = set(reading.defined("area"))
    for area in areas:
        if area.code and area.parent is not None and area.parent not in known:
            line = reading.place_of("area", area.code).line
            reading.fault("PLACE-UNKNOWN-PARENT", Place(AREAS_FILE, line, "parent"), area.parent)
    for round_trip in circles({area.code: area.parent for area in areas if area.code}):
        line = reading.place_of("area", round_trip[0]).line
        reading.fault("PLACE-CYCLE", Place(AREAS_FILE, line, "parent"), " → ".join(round_trip))
