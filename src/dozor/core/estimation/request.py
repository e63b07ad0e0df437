"""What is asked of a survey: the design's columns, the quantities, the domains, the options."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from dozor.core.design.replicates import ReplicateKind, Scales
from dozor.core.design.survey_design import Lonely
from dozor.core.estimation.definition import Definition
from dozor.core.estimation.independence import Statistic
from dozor.core.estimation.intervals import Interval
from dozor.core.estimation.quantile_rules import QuantileRule

WoodruffInterval = Literal["mean", "beta", "xlogit", "asin"]
DesignEffect = Literal["auto", "population", "replace"]


@dataclass(frozen=True)
class DesignColumns:
    """Columns that say how the sample was drawn.

    Parameters
    ----------
    weight
        Design weight; ``None``: from the corrections if both are given, else 1.
    stratum
        ``None``: one stratum.
    round
        Column of the survey's round: each round is a sample of its own, its strata and clusters apart from
        the others'.
    cluster
        First-stage clusters and, where there is one, the second stage's units; empty: rows were drawn.
    fpc
        Finite population correction of each stage.
    lonely, adjust_domain_lonely
        See :class:`dozor.core.design.SurveyDesign`.
    unique_clusters
        Whether a cluster's number may stand in one stratum only.
    """

    weight: str | None = None
    stratum: str | None = None
    round: str | None = None
    cluster: tuple[str, ...] = ()
    fpc: tuple[str, ...] = ()
    lonely: Lonely = "fail"
    adjust_domain_lonely: bool = False
    unique_clusters: bool = False


@dataclass(frozen=True)
class ReplicateColumns:
    """Replicate weights given as columns (whole weights, not factors), and how their spread is scaled."""

    columns: tuple[str, ...]
    kind: ReplicateKind
    scales: Scales


@dataclass(frozen=True)
class MadeReplicates:
    """Replicates to be made from the design's clusters.

    Parameters
    ----------
    draws, seed
        Number of bootstrap replicates and the seed they are drawn from.
    fay
        Fay's coefficient, 0–1.
    mse
        See :class:`dozor.core.design.replicates.Scales`.
    """

    kind: ReplicateKind
    draws: int = 500
    seed: int = 1
    fay: float = 0.5
    mse: bool = False


@dataclass(frozen=True)
class Margin:
    """Known persons in every combination of some columns: `totals` from the values' texts to a number."""

    columns: tuple[str, ...]
    totals: Mapping[tuple[str, ...], float]


@dataclass(frozen=True)
class Term:
    """A known total: of a numeric column, of a `level` of a column, or, without a column, of everybody."""

    column: str | None
    level: str | None
    total: float


@dataclass(frozen=True)
class Adjust:
    """How the weights are brought to known totals.

    ``post-stratify``: to one margin. ``rake``: to several. ``calibrate``: to the totals of `terms`.
    """

    kind: Literal["post-stratify", "rake", "calibrate"]
    margins: tuple[Margin, ...] = ()
    terms: tuple[Term, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column the totals speak of, once."""
        named = [column for margin in self.margins for column in margin.columns]
        named += [term.column for term in self.terms if term.column is not None]
        return tuple(dict.fromkeys(named))


@dataclass(frozen=True)
class Ratio:
    """Total of `numerator` over total of `denominator`."""

    numerator: str
    denominator: str

    @property
    def name(self) -> str:
        return f"{self.numerator}/{self.denominator}"


@dataclass(frozen=True)
class Quantile:
    """The value below which a share `p` (0–1) of the population lies."""

    column: str
    p: float

    @property
    def name(self) -> str:
        return f"{self.column}@{self.p:g}"


@dataclass(frozen=True)
class SurveyRequest:
    """Everything asked of one file in one pass.

    Parameters
    ----------
    by
        Each entry a set of columns whose every combination is a domain; the whole population is always
        estimated too.
    differences
        Columns between whose values the estimates are compared, pair by pair, in the whole population and
        in every domain.
    adjust
        Known population totals to bring the weights to.
    standard
        A standard population: estimates are of a population with its make-up.
    independence
        Pairs of columns to test for independence, by `statistic`.
    level
        Confidence level, 0–1.
    deff
        ``auto``: against a simple random sample drawn from the weights' population without replacement, or
        with replacement when the weights do not add up to more than the sample (they were normalised).
    """

    design: DesignColumns
    shares: tuple[Definition, ...] = ()
    means: tuple[str, ...] = ()
    totals: tuple[str, ...] = ()
    ratios: tuple[Ratio, ...] = ()
    quantiles: tuple[Quantile, ...] = ()
    by: tuple[tuple[str, ...], ...] = ()
    differences: tuple[str, ...] = ()
    independence: tuple[tuple[str, str], ...] = ()
    statistic: Statistic = "F"
    interval: Interval = "logit"
    level: float = 0.95
    quantile_rule: QuantileRule = "math"
    quantile_interval: WoodruffInterval = "mean"
    deff: DesignEffect = "auto"
    replicates: ReplicateColumns | MadeReplicates | None = None
    adjust: Adjust | None = None
    standard: Margin | None = None
