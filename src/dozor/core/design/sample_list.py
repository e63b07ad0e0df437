"""The list of a sample: which places, strata or institutions were drawn, with what chance, of how many."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from dozor.core.findings import Finding, Refused

NUMBERS = ("probability", "size", "part", "units", "weight", "planned")
OTHERS = ("stratum", *NUMBERS)
MOST_LINES = 50_000
_LONGEST = 40  # characters of a code


@dataclass(frozen=True)
class SampleLine:
    """One drawn place (or one stratum, or one institution).

    Parameters
    ----------
    code
        As the answers name it.
    stratum
        It was drawn in; empty: the answers say.
    probability
        Chance that it was drawn, above 0, at most 1.
    size
        How many people (units) are there; ``None``: everybody there was asked.
    part
        For a time-location sample: the part of the event's visitors who were interviewed.
    units
        How many places (units) its stratum has in all: for the finite population correction.
    weight
        The design weight itself, used as it is; then `probability`, `size` and `part` are not there.
    planned
        Interviews planned there.
    """

    code: str
    stratum: str = ""
    probability: float = 1.0
    size: float | None = None
    part: float = 1.0
    units: float | None = None
    weight: float | None = None
    planned: int | None = None

    def weight_of(self, *, records: int, counted: int, refused: int) -> float:
        """The weight of one counted record from here, in people represented.

        Parameters
        ----------
        records
            How many came from here in all.
        counted, refused
            How many of them take part in estimates, and how many were asked and did not agree. Those who
            are not of the survey's group are neither.

        Notes
        -----
        1 / (probability × part), times the place's size over the records from there, times those asked over
        those who agreed: whoever refused is stood for by those of the same place. Within a place people
        count as drawn simply at random.
        """
        if self.weight is not None:
            return self.weight
        weight = 1.0 / (self.probability * self.part)
        if self.size is not None and records:
            weight *= self.size / records
        return weight * (counted + refused) / counted if counted else weight


@dataclass(frozen=True)
class SampleList:
    """The list of one round's sample.

    Parameters
    ----------
    key
        The instrument's field whose answers name the lines: a place of the survey, a stratum, an
        institution.
    """

    key: str
    lines: tuple[SampleLine, ...]
    by_code: Mapping[str, SampleLine] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_code", {line.code: line for line in self.lines})

    @property
    def has_strata(self) -> bool:
        return any(line.stratum for line in self.lines)

    @property
    def has_units(self) -> bool:
        return any(line.units is not None for line in self.lines)

    @property
    def planned(self) -> int:
        return sum(line.planned or 0 for line in self.lines)

    def as_mapping(self) -> dict[str, Any]:
        """Return a JSON value that :func:`sample_list_of` reads back; what is not said is left out."""
        unsaid = SampleLine("")
        return {
            "key": self.key,
            "lines": [
                {
                    name: value
                    for name in ("code", *OTHERS)
                    if (value := getattr(line, name)) != getattr(unsaid, name)
                }
                for line in self.lines
            ],
        }


def sample_list_of(mapping: Mapping[str, Any]) -> SampleList:
    """Read a list from what ``as_mapping`` wrote."""
    return SampleList(mapping["key"], tuple(SampleLine(**line) for line in mapping["lines"]))


def read_sample_list(
    rows: Iterable[tuple[int, Mapping[str, str]]], *, keys: Collection[str], file: str
) -> SampleList:
    """Read the table of a sample.

    Parameters
    ----------
    rows
        Number of each row in its file, and its cells by heading.
    keys
        Fields of the instrument that may name the lines; exactly one of them is a heading.

    Raises
    ------
    Refused
        With every fault: ``COL-SAMPLE-KEY``, ``COL-SAMPLE-COLUMN``, ``COL-SAMPLE-CODE``,
        ``COL-SAMPLE-TWICE``, ``COL-SAMPLE-NUMBER``, ``COL-SAMPLE-WEIGHT``, ``COL-SAMPLE-UNITS``,
        ``COL-SAMPLE-EMPTY``, ``COL-SAMPLE-LONG``.
    """
    findings: list[Finding] = []
    lines: list[SampleLine] = []
    first_of: dict[str, int] = {}
    units_of: dict[str, float | None] = {}
    key = ""
    for number, cells in rows:
        if not key:
            key = _key(cells, keys, file)
        if len(lines) == MOST_LINES:
            raise Refused(Finding("COL-SAMPLE-LONG", values={"limit": MOST_LINES}, file=file, row=number))
        wrong, line = _line(number, cells, key, file)
        findings += wrong
        if line is None:
            continue
        if (first := first_of.setdefault(line.code, number)) != number:
            findings.append(Finding("COL-SAMPLE-TWICE", line.code, {"first": first}, file, number, key))
        stratum = line.stratum or (line.code if key == "stratum" else "")
        if units_of.setdefault(stratum, line.units) != line.units:
            found = "" if line.units is None else f"{line.units:g}"
            findings.append(
                Finding("COL-SAMPLE-UNITS", found, {"stratum": stratum or "—"}, file, number, "units")
            )
        lines.append(line)
    if not lines and not findings:
        findings.append(Finding("COL-SAMPLE-EMPTY", file=file))
    if len({units is None for units in units_of.values()}) > 1:
        findings.append(Finding("COL-SAMPLE-UNITS", "", {"stratum": "—"}, file, None, "units"))
    if findings:
        raise Refused(findings)
    return SampleList(key, tuple(lines))


def _key(cells: Mapping[str, str], keys: Collection[str], file: str) -> str:
    # "stratum" may be the key or say more of a place: the narrower field names the lines
    named = [k for k in keys if k in cells and k != "stratum"] or [k for k in keys if k in cells]
    findings = [
        Finding("COL-SAMPLE-COLUMN", column, {"known": ", ".join((*keys, *OTHERS))}, file, 1)
        for column in cells
        if column not in {*keys, *OTHERS}
    ]
    if len(named) != 1:
        findings.append(
            Finding("COL-SAMPLE-KEY", ", ".join(named or cells), {"known": ", ".join(keys)}, file, 1)
        )
    if findings:
        raise Refused(findings)
    return named[0]


def _line(row: int, cells: Mapping[str, str], key: str, file: str) -> tuple[list[Finding], SampleLine | None]:
    code = cells.get(key, "")
    if not code or len(code) > _LONGEST:
        return [Finding("COL-SAMPLE-CODE", code[:_LONGEST], file=file, row=row, column=key)], None
    findings: list[Finding] = []
    said: dict[str, float] = {}
    for column in NUMBERS:
        if not (text := cells.get(column, "")):
            continue
        number = _number(text, column)
        if number is None:
            expected = {"highest": "1" if column in {"probability", "part"} else "∞"}
            findings.append(Finding("COL-SAMPLE-NUMBER", text[:40], expected, file, row, column))
        else:
            said[column] = number
    if "weight" in said and {"probability", "size", "part"} & said.keys():
        findings.append(Finding("COL-SAMPLE-WEIGHT", code, file=file, row=row, column="weight"))
    planned = int(said.pop("planned")) if "planned" in said else None
    stratum = "" if key == "stratum" else cells.get("stratum", "")
    return findings, SampleLine(code, stratum, planned=planned, **said)


def _number(text: str, column: str) -> float | None:
    try:
        number = float(text.replace(",", "."))
    except ValueError:
        return None
    highest = 1.0 if column in {"probability", "part"} else 1e12
    return number if 0 < number <= highest else None


@dataclass(frozen=True)
class FromPlace:
    """What came from one place of the answers; `code` empty: they name none."""

    code: str
    records: int
    counted: int
    refused: int


def weights_by_code(sample: SampleList, came: Iterable[FromPlace]) -> dict[str, float]:
    """The weight of the records of each code that the list knows."""
    return {
        c.code: sample.by_code[c.code].weight_of(records=c.records, counted=c.counted, refused=c.refused)
        for c in came
        if c.code in sample.by_code
    }


def check_against(sample: SampleList, came: Iterable[FromPlace]) -> Iterator[Finding]:
    """What does not fit between a list and the answers.

    ``COL-SITE-UNKNOWN``: answers from a place the list does not know, so that they cannot be weighted;
    ``COL-SITE-MISSING``: records that name none; ``COL-SITE-SILENT``: a drawn place nothing came from.
    """
    seen: set[str] = set()
    for place in came:
        seen.add(place.code)
        if not place.code:
            yield Finding("COL-SITE-MISSING", values={"records": place.records}, column=sample.key)
        elif place.code not in sample.by_code:
            yield Finding("COL-SITE-UNKNOWN", place.code[:40], {"records": place.records}, column=sample.key)
    for line in sample.lines:
        if line.code not in seen:
            yield Finding("COL-SITE-SILENT", line.code, column=sample.key)
