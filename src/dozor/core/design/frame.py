"""Builds the design from the rows' identifiers: which cluster each row stands in, and how many there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from dozor.core.design.stage import FloatArray, IntArray, Stage, stage_of
from dozor.core.design.survey_design import Lonely, SurveyDesign
from dozor.core.findings import Finding, Refused


@dataclass(frozen=True)
class Identifiers:
    """Design identifiers of each row, as codes from 0.

    Parameters
    ----------
    rows
        How many rows.
    stratum, cluster, person
        Codes of shape (rows,); ``None``: one stratum; every row its own cluster; clusters taken whole.
        Cluster codes are read within their stratum, persons within their cluster.
    fpc
        Finite population corrections of the first and the second stage; shape (rows,) each, NaN where
        missing.
    stratum_names, cluster_names
        What a message calls each code.
    fpc_columns
        Headings of the corrections, for messages.
    """

    rows: int
    stratum: IntArray | None = None
    cluster: IntArray | None = None
    person: IntArray | None = None
    fpc: Sequence[FloatArray] = ()
    stratum_names: Sequence[str] = ()
    cluster_names: Sequence[str] = ()
    fpc_columns: Sequence[str] = field(default=("", ""))


def design_of(
    rows: Identifiers,
    *,
    lonely: Lonely = "fail",
    adjust_domain_lonely: bool = False,
    unique_clusters: bool = False,
) -> tuple[SurveyDesign, IntArray]:
    """Return the design and the index of the last stage's unit of every row.

    Parameters
    ----------
    unique_clusters
        Refuse a cluster code that occurs in two strata; otherwise these are two clusters.

    Raises
    ------
    Refused
        ``EST-CLUSTER-TWICE``, ``EST-FPC-MIXED``, ``EST-FPC-VARIES``, ``EST-FPC-VALUE``, ``EST-FPC-SMALL``,
        ``EST-LONELY``, ``EST-LONELY-SECOND``.

    Notes
    -----
    A correction is a count of the population's units, or a sampled fraction when all of both stages are at
    most 1. A second stage adds variance only when both stages have a correction: without the first the
    sample counts as drawn with replacement, without the second the clusters as taken whole.
    """
    stratum = np.zeros(rows.rows, dtype=np.int64) if rows.stratum is None else rows.stratum
    if unique_clusters and rows.cluster is not None:
        _refuse_twice(stratum, rows.cluster, rows)
    cluster, stratum_of_cluster = _nested(stratum, rows.cluster)
    strata = int(stratum.max()) + 1 if rows.rows else 0
    is_fraction = _is_fraction(rows)

    first = _stage(stratum_of_cluster, stratum, strata, 0, rows, is_fraction, rows.stratum_names)
    second, unit = None, cluster
    if len(rows.fpc) > 1 and rows.person is not None:
        unit, cluster_of_person = _nested(cluster, rows.person)
        names = _names_of_clusters(cluster, rows, first.units)
        second = _stage(cluster_of_person, cluster, first.units, 1, rows, is_fraction, names)
    design = SurveyDesign(
        clusters=first, persons=second, lonely=lonely, adjust_domain_lonely=adjust_domain_lonely
    )
    design.refuse_lonely()
    return design, unit


def _nested(outer: IntArray, inner: IntArray | None) -> tuple[IntArray, IntArray]:
    """Number the distinct (outer, inner) pairs in order; return each row's number and each pair's outer."""
    if inner is None:
        if not len(outer) or np.all(np.diff(outer) >= 0):
            return np.arange(len(outer), dtype=np.int64), outer
        order = np.argsort(outer, kind="stable")
        place = np.empty(len(outer), dtype=np.int64)
        place[order] = np.arange(len(outer))
        return place, outer[order]
    width = int(inner.max()) + 1 if len(inner) else 1
    pairs, place = np.unique(outer * width + inner, return_inverse=True)
    return place.astype(np.int64), pairs // width


def _stage(
    group_of_unit: IntArray,
    group_of_row: IntArray,
    groups: int,
    level: int,
    rows: Identifiers,
    is_fraction: bool,
    names: Sequence[str],
) -> Stage:
    if level >= len(rows.fpc):
        return stage_of(group_of_unit, groups=groups, group_names=names)
    given, column = rows.fpc[level], rows.fpc_columns[level]
    size = np.full(groups, np.nan)
    size[group_of_row] = given
    # the last row of a group won; every other has to say the same
    differs = np.flatnonzero(size[group_of_row] != given)
    if len(differs):
        group = int(group_of_row[differs[0]])
        name = names[group] if len(names) else str(group + 1)
        raise Refused(
            Finding("EST-FPC-VARIES", found=f"{given[differs[0]]:g}", values={"stratum": name}, column=column)
        )
    return stage_of(
        group_of_unit, groups=groups, size=size, is_fraction=is_fraction, group_names=names, column=column
    )


def _is_fraction(rows: Identifiers) -> bool:
    """Tell whether the corrections are fractions; raise ``EST-FPC-MIXED`` when some are and some not."""
    if not rows.fpc or not rows.rows:
        return False
    for values, column in zip(rows.fpc, rows.fpc_columns, strict=False):
        if np.isnan(values).any():
            raise Refused(Finding("EST-FPC-VALUE", found="", column=column))
        if (values <= 0).any():
            raise Refused(Finding("EST-FPC-VALUE", found=f"{values.min():g}", column=column))
    low = min(float(values.min()) for values in rows.fpc)
    high = max(float(values.max()) for values in rows.fpc)
    if high <= 1:
        return True
    if low < 1:
        raise Refused(Finding("EST-FPC-MIXED", found=f"{low:g}", values={"other": f"{high:g}"}))
    return False


def _refuse_twice(stratum: IntArray, cluster: IntArray, rows: Identifiers) -> None:
    first = np.zeros(int(cluster.max()) + 1 if len(cluster) else 0, dtype=np.int64)
    first[cluster] = stratum
    twice = np.flatnonzero(first[cluster] != stratum)
    if not len(twice):
        return
    row = int(twice[0])
    code = int(cluster[row])
    strata = sorted({int(stratum[row]), int(first[code])})
    names = [rows.stratum_names[s] if len(rows.stratum_names) else str(s + 1) for s in strata]
    name = rows.cluster_names[code] if len(rows.cluster_names) else str(code + 1)
    raise Refused(Finding("EST-CLUSTER-TWICE", found=name, values={"strata": ", ".join(names)}))


def _names_of_clusters(cluster: IntArray, rows: Identifiers, clusters: int) -> Sequence[str]:
    if rows.cluster is None or not len(rows.cluster_names):
        return ()
    code = np.zeros(clusters, dtype=np.int64)
    code[cluster] = rows.cluster
    return [rows.cluster_names[int(c)] for c in code]
