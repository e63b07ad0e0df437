"""Replicates of a sample: how many times each cluster counts in each, and how their spread is scaled."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from dozor.core.design.hadamard import hadamard
from dozor.core.design.stage import FloatArray, IntArray, Stage
from dozor.core.design.survey_design import TAKEN_WHOLE, Lonely, SurveyDesign
from dozor.core.findings import Finding, Refused

ReplicateKind = Literal["JK1", "JKn", "BRR", "Fay", "bootstrap", "subbootstrap", "ACS", "other"]
REPLICATE_KINDS: tuple[ReplicateKind, ...] = get_args(ReplicateKind)


@dataclass(frozen=True)
class Scales:
    """How replicates' squared deviations add up to a variance: ``scale * sum(rscales_r * deviation_r^2)``.

    `mse`: deviations are from the full sample's estimate rather than from the replicates' mean.
    """

    scale: float
    rscales: FloatArray
    mse: bool = False


def scales_of(
    kind: ReplicateKind,
    count: int,
    *,
    scale: float | None = None,
    rscales: FloatArray | None = None,
    fay: float = 0.5,
    mse: bool = False,
) -> Scales:
    """Return the scales of `count` given replicates, those of the kind where none are named.

    Raises
    ------
    Refused
        ``EST-REPLICATES-SCALE``: JKn without rscales, another kind without either, or a wrong number.

    References
    ----------
    Wolter (2007). Introduction to Variance Estimation, 2nd ed. Springer, chapters 3–5.
    """
    usual = {
        "JK1": (count - 1) / count,
        "JKn": 1.0,
        "BRR": 1 / count,
        "Fay": 1 / (count * (1 - fay) ** 2),
        "bootstrap": 1 / (count - 1),
        "subbootstrap": 1 / (count - 1),
        "ACS": 4 / count,
    }
    missing = (kind == "JKn" and rscales is None) or (kind == "other" and scale is None and rscales is None)
    if missing or (rscales is not None and len(rscales) not in {1, count}):
        raise Refused(Finding("EST-REPLICATES-SCALE", found=kind, values={"count": count}))
    each = np.ones(count) if rscales is None else np.broadcast_to(rscales, (count,)).astype(np.float64)
    return Scales(usual.get(kind, 1.0) if scale is None else scale, each, mse)


@dataclass(frozen=True)
class Replicates:
    """Replicates made from the design: `factors` of shape (clusters, replicates)."""

    factors: FloatArray
    scales: Scales


def make_replicates(
    kind: ReplicateKind,
    design: SurveyDesign,
    *,
    draws: int = 500,
    generator: np.random.Generator,
    fay: float = 0.5,
    mse: bool = False,
) -> Replicates:
    """Make replicates of the first stage's clusters.

    Parameters
    ----------
    draws
        How many bootstrap replicates.

    Raises
    ------
    Refused
        ``EST-REPLICATES-STRATA``: JK1 with strata; ``EST-REPLICATES-PAIRS``: balanced halves without pairs.

    Notes
    -----
    The jackknives take the finite population correction into their scales; the others leave it out. A
    stratum with a single cluster follows the design's rule in JKn as in R's ``jknweights``: ``remove``, it
    stays as it is in every replicate; ``adjust``, one more replicate does without the stratum; ``average``,
    the scale is raised by clusters over replicates. In the bootstraps it stays as it is.

    References
    ----------
    Canty, Davison (1999). The Statistician 48, 379–391 (bootstrap). Rao, Wu, Yue (1992). Survey Methodology
    18, 209–217 (subbootstrap, one cluster fewer). Judkins (1990). Journal of Official Statistics 6 (Fay).
    """
    stage = design.clusters
    match kind:
        case "JK1" | "JKn":
            return _jackknife(kind, stage, design.lonely, mse)
        case "BRR" | "Fay":
            return _halves(stage, 0.0 if kind == "BRR" else fay, mse)
        case "bootstrap" | "subbootstrap":
            return _bootstrap(stage, draws, generator, fewer=int(kind == "subbootstrap"), mse=mse)
        case _:
            raise Refused(
                Finding("EST-CHOICE", found=kind, values={"option": "--replicate-kind", "known": _made()})
            )


def _made() -> str:
    return ", ".join(kind for kind in REPLICATE_KINDS if kind not in {"ACS", "other"})


def _jackknife(kind: str, stage: Stage, lonely: Lonely, mse: bool) -> Replicates:
    if kind == "JK1" and stage.groups > 1:
        raise Refused(Finding("EST-REPLICATES-STRATA", found=kind, values={"count": stage.groups}))
    drawn = stage.drawn[stage.group_of_unit]
    left = 1 - stage.fraction[stage.group_of_unit]
    dropped = np.flatnonzero((drawn > 1) & (left >= TAKEN_WHOLE))
    factors = np.ones((stage.units, len(dropped)))
    for replicate, cluster in enumerate(dropped):
        mates = stage.group_of_unit == stage.group_of_unit[cluster]
        factors[mates, replicate] = drawn[cluster] / (drawn[cluster] - 1)
        factors[cluster, replicate] = 0.0
    shrunk = (drawn - 1) / drawn * left
    if kind == "JK1":
        return Replicates(factors, Scales(float(shrunk[0]), np.ones(len(dropped)), mse))
    rscales, scale = shrunk[dropped], 1.0
    alone = np.flatnonzero((drawn == 1) & (left >= TAKEN_WHOLE))
    if len(alone) and lonely == "adjust" and stage.groups > 1:
        # the stratum falls out whole, and the others stand for it
        without = np.full((stage.units, len(alone)), stage.groups / (stage.groups - 1))
        without[alone, np.arange(len(alone))] = 0.0
        factors = np.hstack([factors, without])
        rscales = np.append(rscales, np.full(len(alone), (stage.groups - 1) / stage.groups))
    elif lonely == "average" and len(dropped):
        scale = stage.units / len(dropped)
    return Replicates(factors, Scales(scale, rscales, mse))


def _halves(stage: Stage, fay: float, mse: bool) -> Replicates:
    wrong = np.flatnonzero(stage.drawn != 2)
    if len(wrong):
        group = int(wrong[0])
        values = {"count": int(stage.drawn[group])}
        raise Refused(Finding("EST-REPLICATES-PAIRS", found=stage.name(group), values=values))
    signs = hadamard(stage.groups + 1)[:, 1 : stage.groups + 1]
    first = np.append(True, np.diff(stage.group_of_unit) > 0)
    side = np.where(first, 1, -1)[:, None] * signs.T[stage.group_of_unit]
    count = len(signs)
    scales = Scales(1 / (count * (1 - fay) ** 2), np.ones(count), mse)
    return Replicates((1 + (1 - fay) * side).astype(np.float64), scales)


def _bootstrap(
    stage: Stage, draws: int, generator: np.random.Generator, *, fewer: int, mse: bool
) -> Replicates:
    factors = np.ones((stage.units, draws))
    for group in range(stage.groups):
        clusters: IntArray = np.flatnonzero(stage.group_of_unit == group)
        n = len(clusters)
        if n < 2:
            continue
        times = generator.multinomial(n - fewer, np.full(n, 1 / n), size=draws).T
        factors[clusters] = times * (n / (n - fewer))
    scale = 1 / (draws - 1)
    if not fewer:
        several = stage.drawn[stage.drawn > 1]
        typical = len(several) / float((1 / several).sum())
        scale *= typical / (typical - 1)
    return Replicates(factors, Scales(scale, np.ones(draws), mse))
