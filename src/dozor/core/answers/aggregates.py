"""Aggregate rows: counts that a closed institution gives instead of its people's answers.

A row says, for one series, place, sex and age group, of how many people it was asked (`denominator`) and how
many had the trait (`numerator`), both counted **within the person**: a conjunction such as 8.3 can be counted
by whoever holds the answers and by nobody else.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise

import numpy as np

from dozor.core.estimation.estimate import Estimate
from dozor.core.estimation.intervals import wilson
from dozor.core.findings import Finding
from dozor.core.plan.definitions import SeriesDefinition
from dozor.core.plan.vocabulary import Age

METHOD = "aggregate rows"  # every estimate's method begins so
UNKNOWN, CENSUS = "unknown", "census"
LARGEST_EFFECT = 50.0
LEVEL = 0.95
COLUMNS = ("series", "area", "sex", "age", "unit", "n", "numerator", "denominator", "design")


@dataclass(frozen=True)
class AggregateRow:
    """One row of counts.

    Parameters
    ----------
    series
        Code of a definition: ``6.1/prisoners``.
    area, sex, age
        Codes of the vocabulary; `sex` and `age` empty where they do not apply.
    unit
        Code of the institution that counted; empty: the agency itself.
    n
        People asked, whether they answered this question or not.
    numerator, denominator
        People with the trait, and people it was asked of.
    design
        ``unknown``; ``census``: everybody was asked; else the design effect as a number (1: drawn at random).
    """

    series: str
    area: str
    sex: str
    age: str
    n: int
    numerator: int
    denominator: int
    design: str = UNKNOWN
    unit: str = ""

    def as_mapping(self) -> dict[str, str | int]:
        return asdict(self)

    @property
    def effect(self) -> float | None:
        """The design effect; 0 for a census, None when it is unknown."""
        if self.design == UNKNOWN:
            return None
        return 0.0 if self.design == CENSUS else float(self.design)


@dataclass(frozen=True)
class Asked:
    """What rows an agency may give: its instrument's shares, its places, the vocabulary's codes.

    Parameters
    ----------
    series
        Definition's code → the sex its undivided value carries (``all``, ``female``, …) and its age group.
    ages
        Age groups by code.
    """

    series: Mapping[str, tuple[str, str]]
    sexes: Collection[str]
    ages: Mapping[str, Age]
    is_own_area: Callable[[str], bool]


def blank_rows(
    instrument: str, areas: Sequence[str], definitions: Iterable[SeriesDefinition]
) -> list[dict[str, str]]:
    """Rows to be filled in: each series whole, then by sex, then by age group, as the plan divides it."""
    area = str(areas[0]) if areas else ""
    found: list[dict[str, str]] = []
    for d in definitions:
        if d.instrument != instrument or d.estimand != "share" or d.wording != "law":
            continue
        cells = {"series": d.code, "area": area, "sex": d.sex, "age": d.age}
        found.append(cells)
        if "sex" in d.by and d.sex == "all":
            found += [{**cells, "sex": sex} for sex in ("female", "male")]
        if "age" in d.by:
            found += [{**cells, "age": age} for age in d.ages]
    return found


def check_rows(
    table: Iterable[tuple[int, Mapping[str, str]]], asked: Asked
) -> tuple[list[AggregateRow], list[Finding]]:
    """Read rows of text and check each by itself and against the others.

    Parameters
    ----------
    table
        Number of the row as its reader counts, and its cells; a row with no counts at all is passed over.

    Returns
    -------
    tuple
        The rows that could be read, and every finding ``AGG-…`` with its row and column.
    """
    rows: list[tuple[int, AggregateRow]] = []
    findings: list[Finding] = []
    for number, cells in table:
        if not any(cells.get(name, "").strip() for name in ("n", "numerator", "denominator")):
            continue
        one, wrong = _read(number, cells, asked)
        findings += wrong
        if one is not None:
            rows.append((number, one))
    if not rows and not findings:
        findings.append(Finding("AGG-EMPTY"))
    findings += _twice(rows)
    if not findings:
        findings += _sums(rows, asked)
    return [one for _, one in rows], findings


def _read(number: int, cells: Mapping[str, str], asked: Asked) -> tuple[AggregateRow | None, list[Finding]]:
    said = {name: str(cells.get(name, "") or "").strip() for name in COLUMNS}
    findings: list[Finding] = []

    def fault(code: str, column: str, **values: object) -> None:
        findings.append(Finding(code, said[column][:80], values, row=number, column=column))

    if said["series"] not in asked.series:
        fault("AGG-SERIES", "series", known=", ".join(asked.series))
    if not asked.is_own_area(said["area"]):
        fault("AGG-AREA", "area")
    if said["sex"] not in asked.sexes:
        fault("AGG-SEX", "sex", known=", ".join(s for s in asked.sexes if s))
    if said["age"] not in asked.ages:
        fault("AGG-AGE", "age", known=", ".join(a for a in asked.ages if a))
    counts: dict[str, int] = {}
    for name in ("n", "numerator", "denominator"):
        plain = "".join(said[name].split())
        if plain.isascii() and plain.isdecimal() and len(plain) < 10:
            counts[name] = int(plain)
        else:
            fault("AGG-COUNT", name)
    design = said["design"].lower().replace(",", ".") or UNKNOWN
    if design not in (UNKNOWN, CENSUS) and not _is_effect(design):
        fault("AGG-DESIGN", "design", limit=f"{LARGEST_EFFECT:g}")
    if len(counts) == 3:
        if not counts["denominator"]:
            fault("AGG-ZERO", "denominator")
        elif counts["numerator"] > counts["denominator"]:
            fault("AGG-NUMERATOR", "numerator", limit=counts["denominator"])
        if counts["denominator"] > counts["n"]:
            fault("AGG-DENOMINATOR", "denominator", limit=counts["n"])
    if findings:
        return None, findings
    one = AggregateRow(
        said["series"], said["area"], said["sex"], said["age"],
        n=counts["n"], numerator=counts["numerator"], denominator=counts["denominator"],
        design=design, unit=said["unit"],
    )  # fmt: skip
    return one, []


def _is_effect(text: str) -> bool:
    try:
        return 0 < float(text) <= LARGEST_EFFECT
    except ValueError:
        return False


def _twice(rows: Sequence[tuple[int, AggregateRow]]) -> Iterator[Finding]:
    first: dict[tuple[str, ...], int] = {}
    for number, r in rows:
        earlier = first.setdefault((r.series, r.area, r.sex, r.age, r.unit), number)
        if earlier != number:
            yield Finding("AGG-TWICE", values={"first": earlier}, row=number, column="series")


def _sums(rows: Sequence[tuple[int, AggregateRow]], asked: Asked) -> Iterator[Finding]:
    """Parts against their whole: women and men make everybody, age groups that fill a span make it."""
    wholes = defaultdict[tuple[str, ...], dict[str, tuple[int, AggregateRow]]](dict)
    for number, r in rows:
        wholes["sex", r.series, r.area, r.unit, r.age][r.sex] = (number, r)
        wholes["age", r.series, r.area, r.unit, r.sex][r.age] = (number, r)
    for (dimension, *_rest), found in wholes.items():
        if dimension == "sex":
            if "all" in found:
                yield from _compared(found["all"], [found[s] for s in ("female", "male") if s in found], 2)
            continue
        for code, whole in found.items():
            parts = [one for other, one in found.items() if other != code]
            inside = _filling(asked.ages[code], parts, asked.ages)
            yield from _compared(whole, inside, len(inside) if inside else 0)


def _filling(
    whole: Age, parts: Sequence[tuple[int, AggregateRow]], ages: Mapping[str, Age]
) -> list[tuple[int, AggregateRow]]:
    """Age groups among the parts that fill the whole from end to end, one after another; else none."""
    low, high = _span(whole)
    inside = sorted(
        (one for one in parts if low <= _span(ages[one[1].age])[0] and _span(ages[one[1].age])[1] <= high),
        key=lambda one: _span(ages[one[1].age]),
    )
    spans = [_span(ages[one[1].age]) for one in inside]
    if len(spans) < 2 or spans[0][0] > low or spans[-1][1] < high:
        return []
    return inside if all(b[0] == a[1] + 1 for a, b in pairwise(spans)) else []


def _span(age: Age) -> tuple[float, float]:
    low = -math.inf if age.lowest is None else age.lowest
    return low, math.inf if age.highest is None else age.highest


def _compared(
    whole: tuple[int, AggregateRow], parts: Sequence[tuple[int, AggregateRow]], wanted: int
) -> Iterator[Finding]:
    number, of = whole
    for name in ("n", "numerator", "denominator"):
        total, added = getattr(of, name), sum(getattr(one, name) for _, one in parts)
        is_whole = len(parts) == wanted and wanted > 0
        if (is_whole and added != total) or (not is_whole and added > total):
            told = ", ".join(str(n) for n, _ in parts)
            yield Finding("AGG-SUM", str(total), {"sum": added, "rows": told}, row=number, column=name)


def estimate_rows(rows: Iterable[AggregateRow]) -> list[tuple[AggregateRow, Estimate]]:
    """Estimate a share from each series, place, sex and age group; rows of several units are pooled.

    Counts are added, never shares averaged: the pooled share is that of all the people counted, each as good
    as another. Its variance adds up the units as strata, ``sum((d/D)**2 * e * p * (1 - p) / (d - 1))`` with
    ``d`` of ``D`` asked in a unit, its share ``p`` and design effect ``e``; the interval is Wilson's at the
    effective size. Where the design of any unit is unknown there is no standard error and no interval, and
    the method says so; where everybody was asked there is none to have.

    Returns
    -------
    list of (AggregateRow, Estimate)
        The pooled counts and their estimate (share 0–1), in the order of the rows.

    References
    ----------
    Kish, L. (1965). Survey Sampling. Wiley, §8.2 (the design effect).
    """
    groups = defaultdict[tuple[str, str, str, str], list[AggregateRow]](list)
    for r in rows:
        groups[r.series, r.area, r.sex, r.age].append(r)
    return [(_pooled(g), _estimate(g)) for g in groups.values()]


def _pooled(group: Sequence[AggregateRow]) -> AggregateRow:
    one, designs = group[0], {r.design for r in group}
    return AggregateRow(
        one.series, one.area, one.sex, one.age,
        n=sum(r.n for r in group),
        numerator=sum(r.numerator for r in group),
        denominator=sum(r.denominator for r in group),
        design=designs.pop() if len(designs) == 1 else UNKNOWN if UNKNOWN in designs else "mixed",
        unit=one.unit if len(group) == 1 else "",
    )  # fmt: skip


def _estimate(group: Sequence[AggregateRow]) -> Estimate:
    one = group[0]
    d = np.array([r.denominator for r in group], dtype=np.float64)
    x = np.array([r.numerator for r in group], dtype=np.float64)
    effects = [r.effect for r in group]
    size, share = float(d.sum()), float(x.sum() / d.sum())
    told = {"estimand": "share", "name": one.series, "estimate": share, "n": int(size)}
    if any(effect is None for effect in effects):
        return Estimate(**told, method=f"{METHOD}; design unknown")  # type: ignore[arg-type]
    effect = np.array(effects, dtype=np.float64)
    if not effect.any():
        return Estimate(**told, method=f"{METHOD}; census")  # type: ignore[arg-type]
    if share in (0.0, 1.0) or (d < 2).any():
        return Estimate(**told, method=f"{METHOD}; no variance")  # type: ignore[arg-type]
    p = x / d
    se = math.sqrt(float(np.sum((d / size) ** 2 * effect * p * (1 - p) / (d - 1))))
    deff = se**2 / (share * (1 - share) / (size - 1))
    lower, upper = wilson(np.array(share), np.array(se), df=np.array(math.inf), level=LEVEL)
    return Estimate(
        **told,  # type: ignore[arg-type]
        se=se,
        lower=float(lower),
        upper=float(upper),
        df=math.inf,
        n_effective=size / deff if deff else None,
        deff=deff,
        method=f"{METHOD}; design effect as given; wilson",
    )
