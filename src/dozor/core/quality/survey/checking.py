"""Runs the rules that speak of answers over one round."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from dozor.core.design.recruitment import Recruitment
from dozor.core.quality.doubt import Doubt
from dozor.core.quality.survey.ages import check_ages
from dozor.core.quality.survey.answers import Answers
from dozor.core.quality.survey.duplicates import (
    check_duplicates,
    check_identity,
    check_near_duplicates,
    check_rare,
)
from dozor.core.quality.survey.interviewers import (
    check_effects,
    check_refusals,
    check_variance,
    check_violations,
)
from dozor.core.quality.survey.sampling import check_achieved, check_chains
from dozor.core.quality.survey.thresholds import SurveyRules
from dozor.core.quality.survey.timing import check_timing


def check_answers(
    answers: Answers,
    rules: SurveyRules,
    *,
    rng: np.random.Generator,
    zone: str = "UTC",
    violations: Mapping[str, tuple[int, int]] | None = None,
    planned: Mapping[str, int] | None = None,
    chains: Recruitment | None = None,
) -> list[Doubt]:
    """Run S1–S9, S11 and S12; the worst first. S10 needs re-interviews: see `back_check`.

    Parameters
    ----------
    rng
        For permutations and sham samples: the same generator gives the same doubts.
    violations
        Interviewer → (answers that broke a rule of the form, answers asked for), as records came in.
    planned
        Interviews planned by site.
    chains
        Who recruited whom, for a respondent-driven sample.
    """
    fewest = int(rules.fewest_interviews)
    site = answers.labels("site")
    achieved = (
        dict(zip(*(a.tolist() for a in np.unique(site, return_counts=True)), strict=True))
        if site is not None
        else {}
    )
    found = [
        *check_duplicates(answers),
        *check_near_duplicates(answers, rules.near_duplicates, rng),
        *check_effects(answers, rules.interviewer_p, fewest, rng),
        *check_variance(answers, rules.variance_p, fewest, rng),
        *check_timing(answers, rules, zone=zone),
        *check_ages(answers, rules),
        *check_violations(violations or {}, rules.violations),
        *check_refusals(answers, rules.refusal_p, fewest),
        *check_rare(answers, rules.rare_share),
        *check_achieved(achieved, planned or {}, rules.achieved),
        *(check_chains(chains, rules) if chains is not None else ()),
        *check_identity(answers),
    ]
    return sorted(found, key=lambda d: (-d.strength, d.rule, d.finding.found))
