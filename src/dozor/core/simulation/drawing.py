"""Draws answers to an instrument: question by question, as its conditions and constraints allow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray
from scipy import special, stats

from dozor.core.plan.conditions import read_condition
from dozor.core.plan.instruments import Field, Instrument
from dozor.core.simulation.columns import (
    Bools,
    Column,
    Columns,
    Floats,
    Setting,
    as_numbers,
    bounds_of,
    empty,
    holds_in,
    is_answered,
)
from dozor.core.simulation.truths import Case, Truths

UNSURE = ("dont_know", "dont_remember", "unknown")
REFUSED = "refused"
CONCENTRATION = 8.0  # of a beta distribution: how much institutions differ in the share they report


@dataclass(frozen=True)
class Crowd:
    """Rows to be answered for: who they are, before anything is asked.

    Parameters
    ----------
    place
        Number of each row's place, from 0; shape (n,). Rows of one place answer alike.
    person
        Each row's own leaning towards the first of the choices, standard normal; shape (n,).
    """

    place: NDArray[np.intp]
    person: Floats

    @property
    def size(self) -> int:
        return len(self.place)

    @property
    def places(self) -> int:
        return int(self.place.max()) + 1 if self.size else 0

    def within(self, rows: NDArray[np.intp]) -> Crowd:
        return Crowd(self.place[rows], self.person[rows])


@dataclass(frozen=True)
class Drawing:
    """What answers are drawn by.

    Parameters
    ----------
    year, today
        Of the round, and the day it ends: what ``today()`` means.
    given
        Answers settled already (the place, the coupon, what somebody says of himself): used where the
        question is asked.
    """

    instrument: Instrument
    truths: Truths
    year: int
    today: date
    given: Columns = field(default_factory=dict)


def draw(drawing: Drawing, crowd: Crowd, rng: np.random.Generator, *, repeat: str | None = None) -> Columns:
    """Draw every answer of some rows, in the order they are asked.

    Parameters
    ----------
    repeat
        A repeated group: draw its fields, one row for each turn; the answers given once stand in
        `drawing.given`. Without it, the fields asked once.

    Returns
    -------
    Columns
        Field → answers, shape (n,); what a skip passes over is empty.

    Notes
    -----
    Each answer's place among the choices (or quantile of the number) is a normal score made of the place's
    part, the person's and chance (a Gaussian copula): shares come out as the truth says, with answers alike
    within a place and within a person.
    """
    columns: dict[str, Column] = {}
    if repeat is not None:
        columns |= drawing.given
    for f in drawing.instrument.fields:
        if f.repeat != repeat:
            continue
        setting = Setting(columns, crowd.size, drawing.today)
        asked = asked_in(f, setting)
        if f.name in drawing.given and repeat is None:
            column = np.where(asked, drawing.given[f.name], empty(f.type, crowd.size))
        else:
            column = _answers(f, drawing, crowd, rng, setting, asked)
        columns[f.name] = column
    return columns


def asked_in(f: Field, setting: Setting) -> Bools:
    """Where a field is asked: its own condition and those of every group it stands in."""
    asked = np.ones(setting.rows, dtype=np.bool_)
    for text in (*(g.relevant for g in f.groups), f.relevant):
        if text:
            asked &= holds_in(read_condition(text), setting)
    return asked


def _answers(
    f: Field, drawing: Drawing, crowd: Crowd, rng: np.random.Generator, setting: Setting, asked: Bools
) -> Column:
    column = empty(f.type, crowd.size)
    left = asked.copy()
    for case in drawing.truths.of(drawing.instrument.code, f.name):
        here = left & (holds_in(case.when, setting) if case.when is not None else True)
        left &= ~here
        rows = np.flatnonzero(here)
        if not len(rows):
            continue
        part = Setting({n: c[rows] for n, c in setting.columns.items()}, len(rows), setting.today)
        drawn = _drawn(f, case, drawing, crowd.within(rows), crowd.places, rng, part)
        if not f.required and case.answered is not None:
            drawn = np.where(rng.random(len(rows)) < case.answered, drawn, empty(f.type, len(rows)))
        column[rows] = drawn
    return column


def _drawn(
    f: Field,
    case: Case,
    drawing: Drawing,
    crowd: Crowd,
    places: int,
    rng: np.random.Generator,
    setting: Setting,
) -> Column:
    if f.kind == "calculate":
        return np.full(crowd.size, float(f.calculation)) if f.type == "number" else empty(f.type, crowd.size)
    if f.kind in {"start", "end", "today"}:
        return empty(f.type, crowd.size)  # the day's work says when
    score = _scores(drawing.truths, crowd, places, rng)
    if f.choices:
        return _chosen(f, case, drawing.truths, -score if case.is_reversed else score, setting)
    if f.type == "date":
        return _dates(f, case, score, setting)
    if f.type == "number":
        return _numbers(f, case, drawing.year, score, setting)
    return _codes(f, case, crowd, rng)


def _scores(truths: Truths, crowd: Crowd, places: int, rng: np.random.Generator) -> Floats:
    """Normal scores; high means the first of the choices and great numbers."""
    of_place = rng.standard_normal(places)[crowd.place]
    own = rng.standard_normal(crowd.size)
    rest = 1.0 - truths.place - truths.person
    mixed = np.sqrt(truths.place) * of_place + np.sqrt(truths.person) * crowd.person + np.sqrt(rest) * own
    return np.asarray(mixed, dtype=np.float64)


def _chosen(f: Field, case: Case, truths: Truths, score: Floats, setting: Setting) -> Column:
    names = np.array([c.name for c in f.choices], dtype=object)
    chance = np.tile(shares_of(f, case, truths), (setting.rows, 1))
    if f.constraint:
        condition = read_condition(f.constraint)
        for place, name in enumerate(names):
            this = np.full(setting.rows, name, dtype=object)
            chance[:, place] *= holds_in(condition, setting, this)
        total = chance.sum(axis=1, keepdims=True)
        if (total <= 0).any():
            raise ValueError(f"{f.name}: no choice fits the constraint")
        chance /= total
    ladder = chance.cumsum(axis=1)
    position = (special.ndtr(-score)[:, None] >= ladder[:, :-1]).sum(axis=1)
    # a choice of no chance is never taken, whatever rounding does to the ladder's end
    last = len(names) - 1 - (chance[:, ::-1] > 0).argmax(axis=1)
    return np.asarray(names[np.minimum(position, last)], dtype=object)


def shares_of(f: Field, case: Case, truths: Truths) -> Floats:
    """Share of each choice of a question; they add up to one."""
    names = [c.name for c in f.choices]
    if strange := case.shares.keys() - set(names):
        raise ValueError(f"{f.name}: no such choice: {', '.join(sorted(strange))}")
    said = dict(case.shares)
    left = 1.0 - sum(said.values())
    for name in names:
        if name not in said and (name in UNSURE or name == REFUSED):
            said[name] = left * truths.unsaid[name == REFUSED]
    unnamed = [name for name in names if name not in said]
    left = max(0.0, 1.0 - sum(said.values()))
    if unnamed:
        said |= dict.fromkeys(unnamed, left / len(unnamed))
    shares = np.array([said[name] for name in names])
    return np.asarray(shares / shares.sum(), dtype=np.float64)


def _numbers(f: Field, case: Case, year: int, score: Floats, setting: Setting) -> Floats:
    low, high, by_answer = bounds_of(read_condition(f.constraint) if f.constraint else None, setting)
    words = case.numbers
    if "year" in words:
        values = np.full(setting.rows, float(year + words["year"]))
    elif "mean" in words:
        values = words["mean"] + words.get("sd", 0.0) * score
    elif "median" in words:
        values = words["median"] * np.power(words.get("spread", 2.0), score)
    elif "between" in words:
        least, most = words["between"]
        values = least + (most - least) * special.ndtr(score)
        if f.kind == "integer":
            values = np.floor(least + (most + 1 - least) * special.ndtr(score))
    elif "share" in words or by_answer:
        share = float(words.get("share", 0.5))
        part = stats.beta.ppf(special.ndtr(score), share * CONCENTRATION, (1 - share) * CONCENTRATION)
        values = low + (high - low) * part
    else:
        most = np.minimum(high, np.where(np.isfinite(low), low, 0.0) + 100)
        values = np.where(np.isfinite(low), low, 0.0)
        values = values + (most - values) * special.ndtr(score)
    values = np.rint(values) if f.kind == "integer" else np.round(values, 1)
    return np.asarray(np.clip(values, low, high), dtype=np.float64)


def _dates(f: Field, case: Case, score: Floats, setting: Setting) -> Column:
    low, high, _ = bounds_of(read_condition(f.constraint) if f.constraint else None, setting)
    end = as_numbers(np.array([np.datetime64(setting.today)], dtype="datetime64[D]"))[0]
    high = np.minimum(high, end)
    place = special.ndtr(score)
    if "days_before" in case.numbers:
        nearest, farthest = case.numbers["days_before"]
        days = end - nearest - (farthest - nearest) * place
    else:
        nearest, farthest = case.numbers.get("days_after", (0, 14))
        first = np.where(np.isfinite(low), low, end - 300)
        days = first + nearest + (farthest - nearest) * place
    days = np.clip(np.rint(days), low, high)
    return np.asarray(days.astype(np.int64).astype("datetime64[D]"))


def _codes(f: Field, case: Case, crowd: Crowd, rng: np.random.Generator) -> Column:
    """Codes of a list: a few in each place, or each its own."""
    if not f.constraint and not f.required and not case.numbers:
        return empty(f.type, crowd.size)  # words of one's own: nobody need write any
    letter = f.name[0].upper()
    if "codes" in case.numbers:
        # a place has its three of them; where there are more places than codes, places share
        number = (crowd.place * 3 + rng.integers(0, 3, crowd.size)) % int(case.numbers["codes"]) + 1
        return np.array([f"{letter}{one:03d}" for one in number], dtype=object)
    numbers = rng.choice(9 * 10**6, size=crowd.size, replace=False) + 10**6
    return np.array([f"{letter}-{one}" for one in numbers], dtype=object)


def with_given(drawing: Drawing, given: Mapping[str, Column]) -> Drawing:
    return replace(drawing, given={**drawing.given, **given})


def unfit_rows(instrument: Instrument, columns: Columns, today: date) -> dict[str, NDArray[np.intp]]:
    """Rows that break the form's own rules, by field; empty for a drawing that keeps them.

    An answer where none was asked for, a required one that is not there, a choice outside the list, a
    constraint not met.
    """
    rows = len(next(iter(columns.values()))) if columns else 0
    setting = Setting(columns, rows, today)
    wrong: dict[str, NDArray[np.intp]] = {}
    for f in instrument.fields:
        if f.name not in columns or not f.is_asked:
            continue
        column, asked = columns[f.name], asked_in(f, setting)
        said = is_answered(column)
        bad = (said & ~asked) | (asked & ~said & f.required)
        if f.choices:
            bad |= said & ~np.isin(column.astype(str), [c.name for c in f.choices])
        if f.constraint:
            bad |= said & ~holds_in(read_condition(f.constraint), setting, column)
        if bad.any():
            wrong[f.name] = np.flatnonzero(bad)
    return wrong
