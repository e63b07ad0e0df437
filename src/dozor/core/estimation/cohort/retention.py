"""Who is still on therapy after so many months: the headline of 13.3 and what stands beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri  # scipy.stats takes a second to load

from dozor.core.estimation.cohort.comparison import compare_groups
from dozor.core.estimation.cohort.competing import cumulative_incidence
from dozor.core.estimation.cohort.followup import SAME_TIME, Codes, Floats, FollowUp
from dozor.core.estimation.cohort.limits import SurvivalInterval, survival_limits
from dozor.core.estimation.cohort.survival import Curve, kaplan_meier
from dozor.core.estimation.estimate import Estimate, known
from dozor.core.estimation.intervals import logit, wilson
from dozor.core.findings import Finding

TransferRule = Literal["leave-out", "count-as-out", "count-as-on"]
TRANSFER_RULES: tuple[TransferRule, ...] = get_args(TransferRule)
UnseenRule = Literal["count-as-out", "leave-out"]
UNSEEN_RULES: tuple[UnseenRule, ...] = get_args(UnseenRule)


@dataclass(frozen=True)
class Rules:
    """How people who cannot simply be counted are counted; every estimate's method says it.

    Parameters
    ----------
    transfers
        People who moved to another site before the time asked for. ``leave-out``: neither on therapy
        nor in the denominator (their new site reports them), censored in the curve. ``count-as-out``:
        in the denominator, not on therapy. ``count-as-on``: in the denominator and on therapy.
    unseen
        People whose record ends before the time asked for with no way out. ``count-as-out`` keeps them
        in the denominator: all who started. ``leave-out`` only where the year had not yet passed for
        them.
    """

    transfers: TransferRule = "leave-out"
    unseen: UnseenRule = "count-as-out"

    @property
    def text(self) -> str:
        return f"transfers {self.transfers}; unseen {self.unseen}"


@dataclass(frozen=True)
class Cohort:
    """A cohort with the names of its ways out; `transferred` are the codes that are transfers."""

    people: FollowUp
    ways: tuple[str, ...]
    transferred: frozenset[int] = frozenset()

    def within(self, kept: NDArray[np.bool_]) -> Cohort:
        return replace(self, people=self.people.within(kept))

    def curve_cohort(self, rules: Rules) -> FollowUp:
        """Return the cohort the curve sees: transfers leave only under ``count-as-out``."""
        if rules.transfers == "count-as-out" or not self.transferred:
            return self.people
        moved = np.isin(self.people.exit, list(self.transferred))
        return self.people.with_exits(np.where(moved, 0, self.people.exit))


def on_therapy(cohort: Cohort, at: float, rules: Rules) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Tell who is counted, and who of them is on therapy at a time after the start.

    Someone who leaves exactly at that time is no longer on therapy; someone last seen on therapy
    exactly then is.
    """
    people = cohort.people
    left = (people.exit > 0) & (people.time <= at + SAME_TIME)
    seen_on = people.time >= at - SAME_TIME
    on = ~left & seen_on
    counted = np.ones(people.size, dtype=bool)
    moved = left & np.isin(people.exit, list(cohort.transferred))
    if rules.transfers == "leave-out":
        counted &= ~moved
    elif rules.transfers == "count-as-on":
        on |= moved
    if rules.unseen == "leave-out":
        counted &= left | seen_on | moved
    return counted, on & counted


def share_on_therapy(
    cohort: Cohort,
    at: float,
    *,
    rules: Rules,
    level: float = 0.95,
    domain: Mapping[str, str] | None = None,
) -> Estimate:
    """Estimate the share on therapy at `at` among all who started.

    Returns
    -------
    Estimate
        Dead, stopped and lost stay in the denominator. Unweighted: Wilson's interval; with weights or
        clusters: linearised between clusters, interval on log odds with clusters minus one degrees of
        freedom. Not estimable: nobody is counted.
    """
    counted, on = on_therapy(cohort, at, rules)
    name = f"on therapy at {at:g}"
    people = cohort.people
    n = int(counted.sum())
    method = f"all who started; {rules.text}"
    if not n:
        return Estimate("share", name, domain or {}, method=method)
    weight = people.weights * counted
    share = float(weight @ on / weight.sum())
    if not people.is_weighted:
        se = float(np.sqrt(share * (1 - share) / n))
        low, high = (float(x) for x in _wilson(share, n, level))
        return Estimate(
            "share", name, domain or {}, share, se, low, high, None, n, float(n), 1.0, f"{method}; wilson"
        )
    each = weight * (on - share) / weight.sum()
    if people.cluster is not None:
        each = np.bincount(people.cluster, weights=each)[np.bincount(people.cluster) > 0]
    clusters = len(each) if people.cluster is not None else n
    se = float(np.sqrt(clusters / max(clusters - 1, 1) * (each @ each))) if clusters > 1 else float("nan")
    df = float(clusters - 1)
    limits = logit(np.array(share), np.array(se), df=np.array(df), level=level)
    simple = share * (1 - share) / n
    deff = se * se / simple if simple > 0 else float("nan")
    return Estimate(
        "share",
        name,
        domain or {},
        share,
        known(se),
        known(float(limits[0])),
        known(float(limits[1])),
        df,
        n,
        known(n / deff) if deff > 0 else None,
        known(deff),
        f"{method}; taylor; logit",
    )


def _wilson(share: float, n: int, level: float) -> tuple[Floats, Floats]:
    """Wilson's limits, which exist at 0 and 1 too."""
    if 0 < share < 1:
        return wilson(
            np.array(share), np.array(np.sqrt(share * (1 - share) / n)), df=np.array(np.inf), level=level
        )
    square = float(ndtri((1 + level) / 2)) ** 2
    edge = square / (n + square)
    return (np.array(0.0), np.array(edge)) if share == 0 else (np.array(1 - edge), np.array(1.0))


def survival_at(
    curve: Curve,
    at: float,
    *,
    n: int,
    kind: SurvivalInterval,
    level: float,
    method: str,
    domain: Mapping[str, str] | None = None,
) -> Estimate:
    """Estimate the share still there at one time from the curve."""
    share, se = curve.at(at)
    low, high = survival_limits(np.array([share]), np.array([se]), kind, level)
    return Estimate(
        "survival",
        f"retention at {at:g}",
        domain or {},
        known(share),
        known(se),
        known(float(low[0])),
        known(float(high[0])),
        None,
        n,
        method=f"kaplan-meier; {method}; {kind}",
    )


def estimate_retention(
    cohort: Cohort,
    times: Sequence[float],
    *,
    rules: Rules | None = None,
    kind: SurvivalInterval = "log",
    level: float = 0.95,
    quantiles: Sequence[float] = (),
    domain: Mapping[str, str] | None = None,
) -> list[Estimate]:
    """Estimate retention of one cohort at each time.

    Returns
    -------
    list of Estimate
        For each time: the share on therapy among all who started; Kaplan and Meier's; and, with more
        than one way out, the share gone by each (Aalen-Johansen, plain interval kept in 0–1). Then the
        times by which stated shares have left.
    """
    rules = rules or Rules()
    people = cohort.curve_cohort(rules)
    curve = kaplan_meier(people)
    variance = "jackknife" if people.is_weighted else "greenwood"
    method = f"{variance}; transfers {rules.transfers}"
    ways = _ways(cohort, people)
    incidence = cumulative_incidence(people, len(cohort.ways)) if len(ways) > 1 else None
    rows = []
    for at in times:
        rows.append(share_on_therapy(cohort, at, rules=rules, level=level, domain=domain))
        rows.append(
            survival_at(curve, at, n=people.size, kind=kind, level=level, method=method, domain=domain)
        )
        if incidence is None:
            continue
        shares, errors = incidence.at(at)
        for code in ways:
            share, se = float(shares[code]), float(errors[code])
            low, high = survival_limits(np.array([share]), np.array([se]), "plain", level)
            rows.append(
                Estimate(
                    "incidence",
                    f"{cohort.ways[code - 1]} by {at:g}",
                    domain or {},
                    known(share),
                    known(se),
                    known(float(low[0])),
                    known(float(high[0])),
                    None,
                    people.size,
                    method=f"aalen-johansen; jackknife; transfers {rules.transfers}; plain",
                )
            )
    for p in quantiles:
        middle, low_time, high_time = curve.quantile(p, kind=kind, level=level)
        rows.append(
            Estimate(
                "quantile",
                f"time to leaving@{p:g}",
                domain or {},
                known(middle),
                None,
                known(low_time),
                known(high_time),
                None,
                people.size,
                method=f"kaplan-meier; {method}; {kind}",
            )
        )
    return rows


def compare_retention(cohort: Cohort, group: Codes, *, rules: Rules | None = None, by: str = "") -> Estimate:
    """Test that groups are retained alike: the log-rank statistic, its degrees of freedom and p."""
    people = cohort.curve_cohort(rules or Rules())
    test = compare_groups(people, group)
    return Estimate(
        "test",
        f"log-rank {by}".strip(),
        {},
        known(test.chi_square) if test.df else None,
        df=float(test.df),
        n=people.size,
        method=f"log-rank; p = {test.p:.6g}" if test.df else "log-rank",
    )


def unseen(cohort: Cohort, at: float) -> Finding | None:
    """Say how many records end before `at` with no way out (``COH-UNSEEN``): retention rests on the rule."""
    people = cohort.people
    short = (people.exit == 0) & (people.time < at - SAME_TIME)
    if not short.any():
        return None
    return Finding("COH-UNSEEN", str(int(short.sum())), {"at": f"{at:g}", "n": people.size})


def _ways(cohort: Cohort, people: FollowUp) -> list[int]:
    return [code for code in range(1, len(cohort.ways) + 1) if (people.exit == code).any()]
