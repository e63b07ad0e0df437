"""Estimates of a survey: reduces on the engine, finishes in NumPy."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from math import prod

from dozor.core.estimation.comparison import Comparison
from dozor.core.estimation.estimate import Estimate
from dozor.core.estimation.independence import IndependenceTest
from dozor.core.estimation.request import SurveyRequest
from dozor.core.findings import Finding, Refused
from dozor.store.answers import refuse_not_zero_one, refuse_unanswered
from dozor.store.estimators import estimator_of
from dozor.store.independence import independence_of
from dozor.store.measures import measures_of
from dozor.store.quantiles import estimate_quantiles
from dozor.store.source import Source

Progress = Callable[[float], None]

# joining two cross-classifications in one pass pays while their product stays small
JOINED_CELLS = 1000
# respondents × quantities held at once where there are no clusters to add up
HELD_VALUES = 4_000_000


def estimate_survey(
    source: Source, request: SurveyRequest, *, progress: Progress = lambda _: None
) -> list[Estimate | IndependenceTest]:
    """Estimate everything asked for, the whole population first, then each cross-classification.

    Parameters
    ----------
    progress
        Told the share of the work done, 0–1.

    Raises
    ------
    Refused
        What is wrong with the design, the weights or the request, coded ``EST-…``.
    """
    try:
        return _estimate_survey(source, request, progress)
    except Refused as refusal:
        # the core does not know what file it looks at
        raise Refused(
            replace(finding, file=finding.file or source.file or None) for finding in refusal.findings
        ) from None


def _estimate_survey(
    source: Source, request: SurveyRequest, progress: Progress
) -> list[Estimate | IndependenceTest]:
    _require(source, request)
    refuse_not_zero_one(source, request)
    by_sets: list[tuple[str, ...]] = [(), *dict.fromkeys(request.by)]
    crossed = {(*by, column): column for column in request.differences for by in by_sets if column not in by}
    parts = _parts(source, request)
    progress(0.05)
    rows: dict[tuple[str, ...], list[Estimate]] = {by: [] for by in by_sets}
    compared: list[Comparison] = []
    passes = plan_passes(source, list(dict.fromkeys([*by_sets, *crossed]))) if parts else []
    for i, part in enumerate(parts):
        measures = measures_of(part, source)
        for j, (finest, served) in enumerate(passes):
            estimator = estimator_of(source, part, measures, finest)
            if j == 0:
                refuse_unanswered(estimator.totals, source)
            for by in served:
                if by in rows:
                    rows[by] += estimator.estimate(by)
                if by in crossed:
                    compared += estimator.compare(by, crossed[by])
            progress(0.05 + 0.75 * (i + (j + 1) / len(passes)) / len(parts))
    if len(parts) > 1:
        rows = {by: _domain_by_domain(found) for by, found in rows.items()}
    if request.quantiles:
        for by, found in estimate_quantiles(source, request, by_sets).items():
            rows[by] += found
    progress(1.0)
    tests = [independence_of(source, request, *pair) for pair in request.independence]
    return [*(row for by in by_sets for row in rows[by]), *compared, *tests]


def _parts(source: Source, request: SurveyRequest) -> list[SurveyRequest]:
    """Cut what is asked into parts that fit in memory where every row is a sampled unit."""
    asked = [
        (field, item) for field in ("shares", "means", "totals", "ratios") for item in getattr(request, field)
    ]
    size = len(asked)
    if not request.design.cluster and size > 1:
        rows = int(source.table.count().to_pyarrow().as_py())
        size = max(1, min(size, HELD_VALUES // max(rows, 1)))
    nothing: dict[str, tuple[object, ...]] = {"shares": (), "means": (), "totals": (), "ratios": ()}
    parts = []
    for start in range(0, len(asked), max(size, 1)):
        chosen = dict(nothing)
        for field, item in asked[start : start + size]:
            chosen[field] = (*chosen[field], item)
        parts.append(replace(request, **chosen))
    return parts


def _domain_by_domain(rows: list[Estimate]) -> list[Estimate]:
    """Bring the parts' rows of each domain together, domains in their first order."""
    place: dict[tuple[tuple[str, str], ...], int] = {}
    for row in rows:
        place.setdefault(tuple(row.domain.items()), len(place))
    return sorted(rows, key=lambda row: place[tuple(row.domain.items())])


def plan_passes(
    source: Source, by_sets: Sequence[tuple[str, ...]]
) -> list[tuple[tuple[str, ...], list[tuple[str, ...]]]]:
    """Choose few group-bys that every cross-classification can be rolled up from.

    Returns
    -------
    list of (columns, served)
        Columns of each pass and the sets it serves.
    """
    sets = [frozenset(by) for by in by_sets]
    finest = [s for i, s in enumerate(sets) if not any(s < t for t in sets) and s not in sets[:i]]
    if len(finest) > 1:
        union = frozenset().union(*finest)
        sizes = source.table.aggregate(
            **{f"d{i}": source.key(column).nunique() for i, column in enumerate(sorted(union))}
        )
        if prod(int(n) for n in sizes.to_pyarrow().to_pylist()[0].values()) <= JOINED_CELLS:
            finest = [union]
    order = {column: i for i, column in enumerate(dict.fromkeys(c for by in by_sets for c in by))}
    passes: dict[frozenset[str], list[tuple[str, ...]]] = {s: [] for s in finest}
    for by, members in zip(by_sets, sets, strict=True):
        passes[next(s for s in finest if members <= s)].append(by)
    return [(tuple(sorted(s, key=order.__getitem__)), served) for s, served in passes.items()]


def _require(source: Source, request: SurveyRequest) -> None:
    """Refuse a column that is not there or holds no numbers where numbers are needed."""
    design = request.design
    columns = [design.stratum, design.round, *design.cluster, *request.differences]
    columns += [c for names in (*request.by, *request.independence) for c in names]
    for column in columns:
        if column is not None:
            source.require(column)
    ratios = [name for ratio in request.ratios for name in (ratio.numerator, ratio.denominator)]
    quantiles = [quantile.column for quantile in request.quantiles]
    numeric = [design.weight, *design.fpc, *request.means, *request.totals, *ratios, *quantiles]
    for column in numeric:
        if column is not None:
            source.require(column, numeric=True)
    _refuse_mixed(request)
    asked = [request.shares, request.means, request.totals, request.ratios, request.quantiles]
    asked.append(request.independence)
    if not any(asked):
        raise Refused(Finding("EST-NOTHING-ASKED", file=source.file))


def _refuse_mixed(request: SurveyRequest) -> None:
    """Refuse what has no joint method here."""
    ways = {
        "--replicates": request.replicates is not None,
        f"--{request.adjust.kind}" if request.adjust else "": request.adjust is not None,
        "--standardize": request.standard is not None,
    }
    taken = [way for way, is_taken in ways.items() if is_taken]
    if request.standard is not None:
        taken += ["--total"] if request.totals else []
    if request.adjust is not None or request.standard is not None:
        taken += ["--quantile"] if request.quantiles else []
    if taken and request.independence:
        taken.append("--chisq")
    if request.adjust is not None and request.interval == "likelihood":
        taken.append("--interval likelihood")
    if len(taken) > 1:
        raise Refused(Finding("EST-TOTALS-MIXED", found=", ".join(taken)))
