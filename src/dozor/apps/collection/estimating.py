"""Estimates every series a round's instrument feeds, with the design recorded for the round."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from dozor.apps.collection.designing import drawn_design, sample_of
from dozor.apps.collection.gathering import answers_of_round
from dozor.apps.collection.given_figures import given_estimates, nil_estimates
from dozor.apps.collection.models import Round
from dozor.apps.collection.round_texts import plan_of_round
from dozor.core.design.sample_list import SampleList
from dozor.core.estimation.series import Link, link
from dozor.core.findings import Finding, Refused
from dozor.core.plan.definitions import Design
from dozor.store.answers_at_rest.tables import INSTANCE_ID
from dozor.store.sampled import with_sample
from dozor.store.series import SeriesEstimate, estimate_series
from dozor.store.source import Source, types_of

Progress = Callable[[float], None]
UNDESIGNED = Design("census", "census")


@dataclass(frozen=True)
class RoundFigures:
    """What a round's answers say.

    Parameters
    ----------
    answers
        Records they rest on.
    findings
        Series that cannot be estimated and why; what does not fit between the sample and the answers.
    """

    links: tuple[Link, ...]
    estimates: tuple[SeriesEstimate, ...]
    findings: tuple[Finding, ...]
    answers: int


def estimate_round(round_: Round, *, progress: Progress = lambda _: None) -> RoundFigures:
    """Estimate a round's gathered answers, aggregate rows and nil reports; nothing is changed.

    The definitions are those of the text the round's form belongs to, not of a later one.

    A series that cannot be estimated (nobody answered, a chain of recruitment that does not hold) does not
    keep the others back: it is reported with its finding.

    Raises
    ------
    Refused
        ``COL-ROUND-EMPTY``; ``COL-SITE-UNKNOWN``: answers that the recorded sample cannot weight;
        ``FILL-OTHER-VERSION``: no loaded text of the plan holds the round's form.
    """
    plan = plan_of_round(round_)
    instrument = plan.instruments[round_.instrument]
    links = tuple(link(d, instrument) for d in plan.definitions if d.instrument == round_.instrument)
    given = given_estimates(round_)
    if answers_of_round(round_) is None and (rows := [*given, *nil_estimates(round_, links, given)]):
        return RoundFigures(links, tuple(rows), (), 0)
    source, sample = source_of(round_), sample_of(round_)
    estimates: list[SeriesEstimate] = []
    findings: list[Finding] = []
    weighted, weighed_design = source, UNDESIGNED
    if sample is not None:
        weighted, weighed_design, findings = with_sample(
            source, instrument, _by_chance(round_, sample), sample
        )
    for done, one in enumerate(links, start=1):
        design = design_of(round_, one, sample)
        rows = source_of(round_, one.repeat) if one.repeat else source
        if sample is not None and design.kind == "sample":
            rows, design = weighted, weighed_design
        try:
            estimates += estimate_series(
                rows, one, design, ages={a.code: a for a in plan.ages}, row_id=INSTANCE_ID
            )
        except Refused as refused:
            findings += refused.findings
        progress(done / len(links))
    estimates += given
    estimates += nil_estimates(round_, links, estimates)
    answers = int(source.table.count().to_pyarrow().as_py())
    return RoundFigures(links, tuple(estimates), tuple(findings), answers)


def design_of(round_: Round, one: Link, sample: SampleList | None = None) -> Design:
    """The round's recorded design; else, where a sample's list is, the one by chance; else the first."""
    recorded: Mapping[str, Any] = round_.design
    if recorded:
        return Design(
            "round", recorded["kind"], dict(recorded.get("columns", {})), tuple(recorded.get("coupons", ()))
        )
    named = one.definition.designs
    if sample is not None and any(d.kind == "sample" for d in named):
        return next(d for d in named if d.kind == "sample")
    return named[0] if named else UNDESIGNED


def source_of(round_: Round, repeat: str | None = None) -> Source:
    """A round's counted answers for the engine; raises ``COL-ROUND-EMPTY``."""
    table = answers_of_round(round_, repeat=repeat or "")
    if table is None:
        raise Refused(Finding("COL-ROUND-EMPTY", found=round_.code))
    return Source(table=table, types=types_of(table.schema()), file=round_.code)


def _by_chance(round_: Round, sample: SampleList) -> Design:
    named = drawn_design(round_.instrument, plan_of_round(round_)) or UNDESIGNED
    recorded = round_.design.get("columns", {}) if round_.design else {}
    return Design("round", "sample", {**named.columns, **recorded})
