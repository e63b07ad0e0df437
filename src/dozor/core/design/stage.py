"""One stage of sampling: units drawn within groups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dozor.core.findings import Finding, Refused

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True)
class Stage:
    """Units drawn within groups: clusters within strata, or persons within clusters.

    Parameters
    ----------
    group_of_unit
        For every sampled unit the index of its group, ascending; shape (units,).
    drawn
        Units drawn in each group; shape (groups,), each at least 1.
    population
        Units there were in each group; infinite where drawn with replacement or not known.
    group_names
        What a message calls each group.
    """

    group_of_unit: IntArray
    drawn: FloatArray
    population: FloatArray
    group_names: Sequence[str] = ()

    def __post_init__(self) -> None:
        if len(self.drawn) != len(self.population):
            raise ValueError("drawn and population speak of different groups")
        if np.any(np.diff(self.group_of_unit) < 0):
            raise ValueError("units are listed group by group")

    @property
    def groups(self) -> int:
        return len(self.drawn)

    @property
    def units(self) -> int:
        return len(self.group_of_unit)

    @property
    def fraction(self) -> FloatArray:
        """Sampling fraction of each group, 0 where the population is infinite."""
        return np.asarray(self.drawn / self.population, dtype=np.float64)

    def name(self, group: int) -> str:
        return self.group_names[group] if len(self.group_names) else str(group + 1)


def stage_of(
    group_of_unit: IntArray,
    *,
    groups: int,
    size: FloatArray | None = None,
    is_fraction: bool = False,
    group_names: Sequence[str] = (),
    column: str = "",
) -> Stage:
    """Count the units drawn and set the population of every group.

    Parameters
    ----------
    group_of_unit
        Index of each sampled unit's group, ascending; shape (units,).
    groups
        How many groups.
    size
        Finite population correction of every group: a count of units, or with `is_fraction` the
        sampled fraction; ``None``: drawn with replacement.
    column
        The heading of the correction's column, for a message.

    Raises
    ------
    Refused
        ``EST-FPC-SMALL``: a population smaller than its sample; ``EST-FPC-VALUE``: not positive.
    """
    drawn = np.bincount(group_of_unit, minlength=groups).astype(np.float64)
    if size is None:
        return Stage(group_of_unit, drawn, np.full(groups, np.inf), group_names)
    wrong = np.flatnonzero(~(size > 0))
    if len(wrong):
        raise Refused(Finding("EST-FPC-VALUE", found=_shown(size[wrong[0]]), column=column))
    population = drawn / size if is_fraction else size
    # a fraction such as 0.1 leaves a hair below the count it stands for
    small = np.flatnonzero(population < drawn * (1 - 1e-12))
    if len(small):
        group = int(small[0])
        name = group_names[group] if len(group_names) else str(group + 1)
        raise Refused(
            Finding(
                "EST-FPC-SMALL",
                found=_shown(size[group]),
                values={"stratum": name, "sampled": int(drawn[group])},
                column=column,
            )
        )
    return Stage(group_of_unit, drawn, np.maximum(population, drawn), group_names)


def _shown(value: float) -> str:
    return format(float(value), ".15g")
