"""Samples of a simulated population: places and people drawn by chance, or people brought by people."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from dozor.core.simulation.columns import Column, is_answered
from dozor.core.simulation.population import Frame, Population, Rows

COUPONS = 3
RETURNED = 0.55  # of the coupons given, how many come back


@dataclass(frozen=True)
class Drawn:
    """Who came into a sample, in the order they came.

    Parameters
    ----------
    rows
        Of the population; shape (n,).
    table
        The list of the sample, as `dozor round design` reads it: one row for each place (or stratum).
    given
        Field → answers that the way of sampling settles (coupons), shape (n,).
    """

    rows: Rows
    table: tuple[Mapping[str, str], ...] = ()
    given: Mapping[str, Column] = field(default_factory=dict)


def everybody(population: Population) -> Drawn:
    """Every record there is."""
    return Drawn(np.arange(population.size, dtype=np.intp))


def draw_clusters(population: Population, rng: np.random.Generator, *, sites: int, take: int) -> Drawn:
    """Draw places with chances by their size, then as many people in each.

    Parameters
    ----------
    sites
        Places of each stratum; every stratum gives as many, whatever its size, so weights differ.
    take
        People of each place.

    Notes
    -----
    Places: systematic with probability proportional to size, in random order. People: simply at random.
    An instrument without places has its units drawn within strata, `sites` × `take` of each.
    """
    roles, frame = population.roles, population.frame
    if roles.cluster is None:
        return _draw_units(population, rng, sites * take)
    rows: list[Rows] = []
    table: list[Mapping[str, str]] = []
    for code in frame.strata:
        members = frame.of_stratum(code)
        chosen, chance = _by_size(frame, members, sites, rng)
        for place, probability in zip(chosen, chance, strict=True):
            there = np.flatnonzero(population.crowd.place == place)
            rows.append(rng.permutation(there)[:take])
            table.append(
                {
                    roles.cluster: frame.site[place],
                    "stratum": code,
                    "probability": f"{probability:.10g}",
                    "size": str(len(there)),
                    "planned": str(min(take, len(there))),
                }
            )
    return Drawn(np.concatenate(rows), tuple(table))


def _by_size(
    frame: Frame, members: Rows, wanted: int, rng: np.random.Generator
) -> tuple[Rows, NDArray[np.float64]]:
    if wanted >= len(members):
        return members, np.ones(len(members))
    order = rng.permutation(members)
    chance = np.minimum(1.0, wanted * frame.size[order] / frame.size[order].sum())
    ladder = np.concatenate([[0.0], chance.cumsum()])
    marks = rng.random() + np.arange(int(np.ceil(ladder[-1])))
    taken = np.unique(np.searchsorted(ladder, marks[marks < ladder[-1]], side="right") - 1)
    return order[taken], chance[taken]


def _draw_units(population: Population, rng: np.random.Generator, take: int) -> Drawn:
    """Units within strata; where the instrument has no strata, of all."""
    stratum = population.roles.stratum
    rows: list[Rows] = []
    table: list[Mapping[str, str]] = []
    for code in population.frame.strata:
        members = population.frame.of_stratum(code)
        there = np.flatnonzero(np.isin(population.crowd.place, members))
        chosen = rng.permutation(there)[:take]
        rows.append(chosen)
        if stratum is not None:
            table.append({stratum: code, "size": str(len(there)), "planned": str(len(chosen))})
    return Drawn(np.concatenate(rows), tuple(table))


def recruit(
    population: Population, rng: np.random.Generator, *, people: int, seeds: int = 5, others: float = 0.06
) -> Drawn:
    """Recruit through coupons, in every area a net of its own.

    Parameters
    ----------
    people
        Respondents of each area.
    seeds
        First participants of each area; more are found when all chains end.
    others
        Share of those coming with a coupon who are not of the group or do not agree.

    Notes
    -----
    Acquaintance is a configuration model over the degrees people report: each knows as many others as the
    instrument's degree says, at random. A respondent gets three coupons and passes them to acquaintances
    who were not asked yet; a part comes back. Those who know many come sooner, so that shares of answers
    alone are biased and degrees are needed.
    """
    roles = population.roles
    if roles.degree is None or roles.coupon is None:
        raise ValueError(f"{population.instrument.code}: no chains of recruitment")
    degree = population.columns[roles.degree]
    found: list[tuple[int, str, tuple[str, ...]]] = []  # row, coupon brought, coupons given
    number = 0
    for place in range(len(population.frame.site)):
        there = population.crowd.place == place
        members = np.flatnonzero(there & is_answered(degree))
        strangers = deque(rng.permutation(np.flatnonzero(there & ~is_answered(degree))).tolist())
        known = _acquaintances(degree[members].astype(np.intp), rng)
        asked = np.zeros(len(members), dtype=np.bool_)
        waiting: deque[tuple[int, str]] = deque()
        wanted = min(people, len(members) // 2)
        starts = deque(rng.choice(len(members), len(members), replace=False, p=_chances(degree[members])))
        count = 0
        while count < wanted and (waiting or starts):
            if not waiting or count < seeds:
                first = int(starts.popleft())
                if asked[first]:
                    continue
                asked[first] = True
                waiting.append((first, ""))
            member, brought = waiting.popleft()
            coupons = tuple(f"C{number + n:06d}" for n in range(1, COUPONS + 1))
            number += COUPONS
            found.append((int(members[member]), brought, coupons))
            count += 1
            friends = [f for f in rng.permutation(known[member]) if not asked[f]][:COUPONS]
            for coupon, friend in zip(coupons, friends, strict=False):
                if rng.random() >= RETURNED:
                    continue
                if strangers and rng.random() < others:
                    found.append((strangers.popleft(), coupon, ()))
                    continue
                asked[friend] = True
                waiting.append((int(friend), coupon))
    return Drawn(np.array([row for row, _, _ in found], dtype=np.intp), (), _coupons(population, found))


def _chances(degree: Column) -> NDArray[np.float64]:
    return np.asarray(degree / degree.sum(), dtype=np.float64)


def _acquaintances(degree: NDArray[np.intp], rng: np.random.Generator) -> list[NDArray[np.intp]]:
    ends = rng.permutation(np.repeat(np.arange(len(degree)), degree))
    half = len(ends) // 2
    pairs = np.stack([ends[:half], ends[half : 2 * half]], axis=1)
    pairs = np.unique(np.sort(pairs[pairs[:, 0] != pairs[:, 1]], axis=1), axis=0)
    both = np.concatenate([pairs, pairs[:, ::-1]])
    both = both[np.argsort(both[:, 0], kind="stable")]
    return np.split(both[:, 1], np.searchsorted(both[:, 0], np.arange(1, len(degree))))


def _coupons(population: Population, found: list[tuple[int, str, tuple[str, ...]]]) -> dict[str, Column]:
    roles = population.roles
    given = {
        roles.coupon or "": np.array([brought for _, brought, _ in found], dtype=object),
        **{
            name: np.array([c[n] if n < len(c) else "" for _, _, c in found], dtype=object)
            for n, name in enumerate(roles.coupons)
        },
    }
    # the question before the coupon's number says whether there is one
    for f in population.instrument.fields:
        if f.name == roles.coupon and f.relevant:
            from_question = f.relevant.partition("{")[2].partition("}")[0]
            brought = given[f.name] != ""
            given[from_question] = np.where(brought, "no", "yes").astype(object)
    return given
