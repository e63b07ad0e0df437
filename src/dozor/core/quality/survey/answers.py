"""Answers as the rules see them: who asked, when, and what was answered, as codes."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray

from dozor.core.plan.instruments import Instrument

REFUSED = ("refused", "dr_refused")  # choices that decline an answer
_HEAD = (
    "interviewer",
    "site",
    "device",
    "started_at",
    "ended_at",
    "interviewed_on",
    "respondent",
    "age",
    "area",
)


@dataclass(frozen=True)
class Answers:
    """One round's answers.

    Parameters
    ----------
    frame
        A row for each interview.
    items
        Columns of chosen answers that enter comparisons between interviews.
    lists
        For each item the list of choices it shares with its neighbours: the runs that straight-lining makes.
    sensitive
        Items that may be refused.
    """

    frame: pl.DataFrame
    items: tuple[str, ...]
    lists: tuple[str, ...] = ()
    sensitive: tuple[str, ...] = ()
    head: dict[str, str] = field(default_factory=dict)

    @property
    def n(self) -> int:
        return self.frame.height

    def column(self, role: str) -> pl.Series | None:
        """The column that plays a role (``interviewer``, ``site``, …); None where the form has none."""
        name = self.head.get(role)
        return self.frame[name] if name is not None and name in self.frame.columns else None

    @cached_property
    def codes(self) -> NDArray[np.int16]:
        """Answers as small numbers, shape (n, items); −1 where the question was not asked or answered."""
        columns = []
        for item in self.items:
            physical = self.frame[item].cast(pl.String).cast(pl.Categorical).to_physical()
            columns.append(physical.cast(pl.Int32).fill_null(-1).to_numpy())
        if not columns:
            return np.zeros((self.n, 0), dtype=np.int16)
        return np.column_stack([_dense(c) for c in columns]).astype(np.int16)

    def labels(self, role: str) -> NDArray[np.str_] | None:
        found = self.column(role)
        return None if found is None else found.cast(pl.String).fill_null("").to_numpy().astype(str)


def _dense(codes: NDArray[np.int32]) -> NDArray[np.int64]:
    """Renumber from 0, keeping −1: the categories of a column are shared with others in memory."""
    known = codes >= 0
    dense = np.full(codes.shape, -1, dtype=np.int64)
    dense[known] = np.unique(codes[known], return_inverse=True)[1]
    return dense


def answers_of(frame: pl.DataFrame, instrument: Instrument) -> Answers:
    """Take from a round's table what the rules look at; columns the form keeps by itself play their roles."""
    chosen = [
        f
        for f in instrument.fields
        if f.kind == "select_one" and f.repeat is None and f.name in frame.columns and f.name not in _HEAD
    ]
    return Answers(
        frame,
        items=tuple(f.name for f in chosen),
        lists=tuple(",".join(c.name for c in f.choices) for f in chosen),
        sensitive=tuple(f.name for f in chosen if any(c.name in REFUSED for c in f.choices)),
        head={role: role for role in _HEAD if role in frame.columns},
    )
