"""Is a series one trend? Where sites or sampling changed between rounds, part of any change is theirs."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from dozor.core.estimation.trend.rounds import Codes, Floats, Rounds
from dozor.core.findings import Finding

LARGE_CHANGE = 3.0  # a site that suddenly tests three times as many, or a third, tests other people


def series_breaks(
    rounds: Rounds,
    *,
    site_names: Sequence[str] = (),
    sampling: Sequence[str] | None = None,
) -> tuple[Finding, ...]:
    """Find changes between consecutive rounds that keep the series from being one trend.

    Parameters
    ----------
    site_names
        What messages call each site code.
    sampling
        How each cell's people were sampled, as text; ``None``: not recorded.

    Returns
    -------
    tuple of Finding
        ``TRE-SITES-CHANGED``: sites came or went; ``TRE-SAMPLING-CHANGED``: another way of sampling in
        the same site; ``TRE-SIZE-CHANGED``: a site's number tested grew or fell threefold;
        ``TRE-GAP``: the step between rounds is not even.
    """
    when = np.unique(rounds.when[rounds.tested > 0])
    sites = rounds.sites
    count = int(sites.max()) + 1
    names = [site_names[s] if len(site_names) else str(s + 1) for s in range(count)]
    tested = np.zeros((len(when), count))
    place = np.searchsorted(when, rounds.when)
    inside = rounds.tested > 0
    np.add.at(tested, (place[inside], sites[inside]), rounds.tested[inside])
    findings: list[Finding] = []
    for later in range(1, len(when)):
        values = {"earlier": f"{when[later - 1]:g}", "later": f"{when[later]:g}"}
        came = np.flatnonzero((tested[later] > 0) & (tested[later - 1] == 0))
        went = np.flatnonzero((tested[later] == 0) & (tested[later - 1] > 0))
        if len(came) or len(went):
            words = [f"+ {names[s]}" for s in came] + [f"− {names[s]}" for s in went]
            findings.append(Finding("TRE-SITES-CHANGED", ", ".join(words), values))
        both = np.flatnonzero((tested[later] > 0) & (tested[later - 1] > 0))
        ratio = tested[later, both] / tested[later - 1, both]
        jumped = both[(ratio >= LARGE_CHANGE) | (ratio <= 1 / LARGE_CHANGE)]
        if len(jumped):
            words = [f"{names[s]}: {tested[later - 1, s]:g} → {tested[later, s]:g}" for s in jumped]
            findings.append(Finding("TRE-SIZE-CHANGED", ", ".join(words), values))
        if sampling is not None:
            findings += _sampling_changes(place, sites, inside, sampling, later, names, values)
    findings += _gaps(when)
    return tuple(findings)


def lasting_sites(rounds: Rounds) -> Codes:
    """Return the sites that tested somebody in every round: the part of the series that is one trend."""
    inside = rounds.tested > 0
    when = np.unique(rounds.when[inside])
    pairs = np.unique(np.stack([rounds.sites[inside], np.searchsorted(when, rounds.when[inside])]), axis=1)
    sites, times = np.unique(pairs[0], return_counts=True)
    return np.asarray(sites[times == len(when)], dtype=np.intp)


def _sampling_changes(
    place: Codes,
    sites: Codes,
    inside: np.ndarray[tuple[int, ...], np.dtype[np.bool_]],
    sampling: Sequence[str],
    later: int,
    names: Sequence[str],
    values: dict[str, str],
) -> list[Finding]:
    words = []
    for site, name in enumerate(names):
        mine = inside & (sites == site)
        before = {sampling[int(i)] for i in np.flatnonzero(mine & (place == later - 1))}
        after = {sampling[int(i)] for i in np.flatnonzero(mine & (place == later))}
        if before and after and before != after:
            words.append(f"{name}: {', '.join(sorted(before))} → {', '.join(sorted(after))}")
    return [Finding("TRE-SAMPLING-CHANGED", "; ".join(words), dict(values))] if words else []


def _gaps(when: Floats) -> list[Finding]:
    steps = np.diff(when)
    if not len(steps) or np.allclose(steps, steps.min()):
        return []
    wide = np.flatnonzero(steps > steps.min() * 1.5)
    return [Finding("TRE-GAP", f"{when[i]:g} … {when[i + 1]:g}", {"step": f"{steps.min():g}"}) for i in wide]
