"""Runs the rules that speak of answers over one round."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from dozor.core.quality.doubt import Doubt
from dozor.core.quality.survey.ages import check_ages
from dozor.core.quality.survey.answers import Answers
from dozor.core.quality.survey.back_check import Agreement, check_agreements
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
from dozor.core.quality.survey.sampling import Chains, check_achieved, check_chains
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
    achieved: Mapping[str, int] | None = None,
    chains: Sequence[Chains] = (),
    agreements: Sequence[Agreement] = (),
) -> list[Doubt]:
    """Run S1–S12; the worst first. A rule that nothing feeds (no plan, no re-interviews) finds nothing.

    Parameters
    ----------
    rng
        For permutations and sham samples: the same generator gives the same doubts.
    violations
        Interviewer → (answers that broke a rule of the form, answers asked for), as records came in.
    planned
        Interviews planned by place of the sample.
    achieved
        Interviews held by place of the sample; None: counted by the column ``site``.
    chains
        Who recruited whom, for a respondent-driven sample: one for each place it is held in.
    agreements
        Of interviews with re-interviews, by interviewer and question.
    """
    fewest = int(rules.fewest_interviews)
    if achieved is None:
        achieved = count_by(answers.labels("site"))
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
        *(doubt for one in chains for doubt in check_chains(one, rules)),
        *check_identity(answers),
        *check_agreements(agreements, limit=rules.kappa, fewest=int(rules.fewest_repeated)),
    ]
    return sorted(found, key=lambda d: (-d.strength, d.rule, d.finding.found))


def count_by(labels: NDArray[np.str_] | None) -> dict[str, int]:
    """Interviews by label; those without one are counted nowhere."""
    if labels is None:
        return {}
    names, counts = np.unique(labels, return_counts=True)
    return {str(name): int(n) for name, n in zip(names, counts, strict=True) if name}
