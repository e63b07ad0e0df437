"""S11: what was drawn against what was planned, and how the chains of coupons grew."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from dozor.core.design.recruitment import Recruitment
from dozor.core.findings import Finding
from dozor.core.quality.doubt import Doubt, Grade
from dozor.core.quality.survey.thresholds import SurveyRules


def check_achieved(achieved: Mapping[str, int], planned: Mapping[str, int], limit: float) -> Iterator[Doubt]:
    """Sites that reached less than `limit` of their planned interviews, or were not planned at all."""
    for site, wanted in sorted(planned.items()):
        got = achieved.get(site, 0)
        if wanted and got / wanted < limit:
            values = {
                "site": site,
                "planned": wanted,
                "percent": f"{100 * got / wanted:.0f}",
                "limit": f"{100 * limit:.0f}",
            }
            yield _doubt("QLT-S11-ACHIEVED", str(got), values, 10 * (1 - got / wanted), site)
    if planned:
        for site in sorted(set(achieved) - set(planned)):
            yield _doubt("QLT-S11-UNPLANNED", str(achieved[site]), {"site": site}, 8.0, site)


@dataclass(frozen=True)
class Chains:
    """The chains of one place of a respondent-driven sample.

    Parameters
    ----------
    place
        Code of the city; empty where the sample has one place only.
    homophily
        How many times rarer ties between two groups are than blind recruiting would make them
        (:func:`dozor.core.estimation.rds.diagnostics.population_homophily`), the greatest of the round's
        shares; None: not known.
    """

    place: str
    recruitment: Recruitment
    homophily: float | None = None


def check_chains(found: Chains, rules: SurveyRules) -> Iterator[Doubt]:
    """One seed's chain that holds most of the sample, chains too short, or such as stay among their like."""
    chains, homophily, place = found.recruitment, found.homophily, found.place
    sizes = np.bincount(chains.seed, minlength=chains.size)
    largest = int(sizes.argmax()) if chains.size else 0
    share = float(sizes.max()) / chains.size if chains.size else 0.0
    if (sizes > 0).sum() > 1 and share > rules.seed_share:
        values = {"row": largest + 1, "limit": f"{100 * rules.seed_share:.0f}"}
        yield _doubt("QLT-S11-SEED", f"{100 * share:.0f}", values, 10 * share, place)
    longest = int(chains.wave.max()) if chains.size else 0
    if chains.size and longest < 3:
        yield _doubt("QLT-S11-WAVES", str(longest), {"limit": 3}, 5.0, place)
    if homophily is not None and homophily > rules.homophily:
        yield _doubt(
            "QLT-S11-HOMOPHILY", f"{homophily:.1f}", {"limit": f"{rules.homophily:g}"}, homophily, place
        )


def _doubt(code: str, found: str, values: dict[str, object], strength: float, site: str) -> Doubt:
    return Doubt(
        "S11",
        Grade.NOTICE,
        Finding(code, found=found, values=values),
        strength=strength,
        about={"site": site} if site else {},
    )
