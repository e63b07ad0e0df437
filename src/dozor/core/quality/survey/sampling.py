"""S11: what was drawn against what was planned, and how the chains of coupons grew."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

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


def check_chains(
    chains: Recruitment, rules: SurveyRules, *, homophily: float | None = None
) -> Iterator[Doubt]:
    """Chains of which one seed's holds most of the sample, too short ones, or such as stay among their like.

    `homophily` is the ratio of recruitments within a group to those expected of blind recruiting
    (:func:`dozor.core.estimation.rds.diagnostics.recruitment_homophily`).
    """
    sizes = np.bincount(chains.seed, minlength=chains.size)
    largest = int(sizes.argmax()) if chains.size else 0
    share = float(sizes.max()) / chains.size if chains.size else 0.0
    if (sizes > 0).sum() > 1 and share > rules.seed_share:
        values = {"row": largest + 1, "limit": f"{100 * rules.seed_share:.0f}"}
        yield _doubt("QLT-S11-SEED", f"{100 * share:.0f}", values, 10 * share, "")
    longest = int(chains.wave.max()) if chains.size else 0
    if chains.size and longest < 3:
        yield _doubt("QLT-S11-WAVES", str(longest), {"limit": 3}, 5.0, "")
    if homophily is not None and homophily > rules.homophily:
        yield _doubt(
            "QLT-S11-HOMOPHILY", f"{homophily:.1f}", {"limit": f"{rules.homophily:g}"}, homophily, ""
        )


def _doubt(code: str, found: str, values: dict[str, object], strength: float, site: str) -> Doubt:
    return Doubt(
        "S11",
        Grade.NOTICE,
        Finding(code, found=found, values=values),
        strength=strength,
        about={"site": site} if site else {},
    )
