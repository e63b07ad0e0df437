"""How the sample was drawn: strata, clusters, a second stage, and the rule for a lonely cluster."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from dozor.core.design.stage import FloatArray, IntArray, Stage
from dozor.core.findings import Finding, Refused

Lonely = Literal["fail", "remove", "adjust", "average"]
LONELY_RULES: tuple[Lonely, ...] = get_args(Lonely)

# below this share left unsampled, a group counts as taken whole and adds no variance
TAKEN_WHOLE = 1e-7


@dataclass(frozen=True)
class SurveyDesign:
    """A stratified sample of clusters, in one or two stages.

    Parameters
    ----------
    clusters
        First stage: clusters (or persons, where nobody was clustered) within strata.
    persons
        Second stage: units within clusters, with known cluster sizes; ``None`` when the clusters were
        taken whole or the first stage was drawn with replacement, so that only it matters.
    lonely
        What a stratum with a single sampled cluster does. ``fail``: refuse. ``remove``: it adds no
        variance. ``adjust``: its total is centred at the mean of all clusters (a lonely unit of the second
        stage adds none). ``average``: it adds what the other strata add on average.
    adjust_domain_lonely
        Treat in the same way a stratum of which a domain sees only one cluster of several.
    """

    clusters: Stage
    persons: Stage | None = None
    lonely: Lonely = "fail"
    adjust_domain_lonely: bool = False

    def __post_init__(self) -> None:
        if self.persons is not None and self.persons.groups != self.clusters.units:
            raise ValueError("the second stage has another number of clusters than the first")

    @property
    def units(self) -> int:
        """Number of the last stage's units: the rows that totals are kept by."""
        return self.clusters.units if self.persons is None else self.persons.units

    def cluster_of(self, unit: IntArray) -> IntArray:
        return unit if self.persons is None else self.persons.group_of_unit[unit]

    def stratum_of(self, unit: IntArray) -> IntArray:
        return self.clusters.group_of_unit[self.cluster_of(unit)]

    def inverse_fraction(self, unit: IntArray) -> FloatArray:
        """Weight of a row of each unit as the sampling fractions give it."""
        cluster = self.cluster_of(unit)
        weight = 1 / self.clusters.fraction[self.clusters.group_of_unit[cluster]]
        if self.persons is not None:
            weight = weight / self.persons.fraction[cluster]
        return np.asarray(weight, dtype=np.float64)

    def refuse_lonely(self) -> None:
        """Raise ``EST-LONELY`` when the rule is ``fail`` and some group has a single unit."""
        if self.lonely != "fail":
            return
        for level, stage in ((1, self.clusters), (2, self.persons)):
            if stage is None:
                continue
            left = 1 - stage.fraction
            lonely = np.flatnonzero((stage.drawn == 1) & (left >= TAKEN_WHOLE))
            if len(lonely):
                raise Refused(
                    Finding(
                        "EST-LONELY" if level == 1 else "EST-LONELY-SECOND",
                        found=stage.name(int(lonely[0])),
                        values={"count": len(lonely)},
                    )
                )


def degrees_of_freedom(design: SurveyDesign, unit: IntArray, domain: IntArray, domains: int) -> FloatArray:
    """Count clusters minus strata that a domain has rows in; shape (domains,).

    Parameters
    ----------
    unit, domain
        Index of the last stage's unit and of the domain, one entry per pair that holds rows.
    """
    cluster = design.cluster_of(unit)
    stratum = design.clusters.group_of_unit[cluster]
    return _distinct(domain, cluster, domains) - _distinct(domain, stratum, domains)


def _distinct(domain: IntArray, member: IntArray, domains: int) -> FloatArray:
    """Count the distinct members each domain holds."""
    members = int(member.max()) + 1 if len(member) else 1
    pairs = np.unique(domain * members + member)
    return np.bincount(pairs // members, minlength=domains).astype(np.float64)
