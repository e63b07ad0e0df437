"""The same estimates from a notebook: ``import dozor``; frames come back.

>>> import polars as pl
>>> answers = pl.DataFrame({"w": [2.0, 1, 1, 2], "town": [1, 1, 2, 2], "test": [1, 0, 1, None]})
>>> frame = estimate_survey(answers, weight="w", cluster="town", share={"tested": "test = 1"})
>>> frame.select("name", "estimate", "df", "n").row(0)
('tested', 0.75, 1.0, 3)
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

if TYPE_CHECKING:
    import polars as pl

    from dozor.core.findings import Finding
    from dozor.store.source import Source

Texts = str | Sequence[str]
T = TypeVar("T")


def estimate_survey(
    data: Any,
    *,
    share: Texts | Mapping[str, str] = (),
    by: Texts | Sequence[Sequence[str]] = (),
    missing: Texts = (),
    **options: Any,
) -> pl.DataFrame:
    """Estimate shares, means, totals, ratios and quantiles of a survey.

    Parameters
    ----------
    data
        A file's path, or a Polars, pandas or Arrow table, one row per respondent.
    share
        From name to ``EXPR [given EXPR]``, or texts ``NAME=EXPR [given EXPR]``.
    by
        Columns, or groups of columns whose every combination is a domain.
    options
        The other options of ``dozor estimate survey``, with underscores: ``weight``, ``stratum``,
        ``cluster``, ``fpc``, ``mean``, ``total``, ``ratio``, ``quantile``, ``difference``, ``chisq``,
        ``interval``, ``level``, ``lonely``, ``replicates``, ``rake``, … A list where the option may be
        repeated.

    Returns
    -------
    polars.DataFrame
        One row per estimate: a column for each domain column (null for the whole population), then the
        fields of :class:`dozor.core.estimation.estimate.Estimate`; missing numbers are null.

    Raises
    ------
    dozor.core.findings.Refused
        With findings that say what is wrong with the input.
    """
    from dozor.formats.survey_options import SurveyOptions, read_request
    from dozor.store.survey import estimate_survey as estimate

    asked = _options(SurveyOptions, {**options, "share": _named(share), "by": _groups(by)})
    source = _source(data, asked.mentions(), _listed(missing))
    return _frame(row.as_row() for row in estimate(source, read_request(asked, source)))


def estimate_rds(
    data: Any,
    *,
    outcome: Texts | Mapping[str, str] = (),
    by: Texts | Sequence[Sequence[str]] = (),
    missing: Texts = (),
    **options: Any,
) -> pl.DataFrame:
    """Estimate shares and means of a respondent-driven sample.

    Parameters
    ----------
    data
        As in :func:`estimate_survey`.
    outcome
        From name to ``EXPR [given EXPR]``, or texts ``NAME=EXPR [given EXPR]``.
    options
        The other options of ``dozor estimate rds``, with underscores: ``id``, ``recruiter``, ``degree``,
        ``estimator``, ``population_size``, ``bootstrap``, ``replicates``, ``seed``, ``combine``, ``size``, …

    Returns, Raises
    ---------------
    As :func:`estimate_survey`.
    """
    from dozor.formats.rds_options import RdsOptions, read_request
    from dozor.store.recruited import estimate_recruited

    asked = _options(RdsOptions, {**options, "outcome": _named(outcome), "by": _groups(by)})
    source = _source(data, asked.mentions(), _listed(missing))
    return _frame(row.as_row() for row in estimate_recruited(source, read_request(asked, source)))


def estimate_retention(
    data: Any, *, by: Texts | Sequence[Sequence[str]] = (), missing: Texts = (), **options: Any
) -> pl.DataFrame:
    """Estimate the share still on therapy, with Kaplan and Meier's beside it.

    Parameters
    ----------
    options
        The options of ``dozor estimate retention``: ``end``, ``event``, ``start``, ``at`` (numbers),
        ``entry``, ``closing``, ``transferred``, ``transfers``, ``unseen``, ``weight``, ``cluster``, …

    Returns, Raises
    ---------------
    As :func:`estimate_survey`; what a reader should know of the records comes as Python's warnings.
    """
    from dozor.formats.cohort_options import RetentionOptions, read_retention
    from dozor.store.cohorts import estimate_cohort

    asked = _options(RetentionOptions, {**_as_texts(options, "at", "quantile"), "by": _groups(by)})
    source = _source(data, asked.mentions(), _listed(missing))
    found = estimate_cohort(source, read_retention(asked, source))
    _warn(found.findings)
    return _frame(row.as_row() for row in found.rows)


def estimate_first_age(
    data: Any, *, by: Texts | Sequence[Sequence[str]] = (), missing: Texts = (), **options: Any
) -> pl.DataFrame:
    """Estimate the median age at a first event of life, those who have not come to it included.

    Parameters
    ----------
    options
        The options of ``dozor estimate first-age``: ``first``, ``age``, ``begun``, ``weight``, ``cluster``,
        ``quantile``, ``interval``, ``level``.

    Returns, Raises
    ---------------
    As :func:`estimate_survey`.
    """
    from dozor.formats.cohort_options import FirstAgeOptions, read_first_age
    from dozor.store.cohorts import estimate_first_age as estimate

    asked = _options(FirstAgeOptions, {**_as_texts(options, "quantile"), "by": _groups(by)})
    source = _source(data, asked.mentions(), _listed(missing))
    return _frame(row.as_row() for row in estimate(source, read_first_age(asked, source)))


def estimate_trend(
    data: Any, *, by: Texts | Sequence[Sequence[str]] = (), missing: Texts = (), **options: Any
) -> pl.DataFrame:
    """Estimate prevalence in sentinel rounds and its trend.

    Parameters
    ----------
    options
        The options of ``dozor estimate trend``: ``round``, ``tested`` and ``positive`` or ``outcome``,
        ``site``, ``sampling``, ``interval``, ``level``.

    Returns, Raises
    ---------------
    As :func:`estimate_survey`; where the series is not one trend, Python's warnings say so.
    """
    from dozor.formats.trend_options import TrendOptions, read_trend
    from dozor.store.trends import estimate_rounds

    asked = _options(TrendOptions, {**options, "by": _groups(by)})
    source = _source(data, asked.mentions(), _listed(missing))
    found = estimate_rounds(source, read_trend(asked, source))
    _warn(found.findings)
    return _frame(row.as_row() for row in found.rows)


def estimate_size(
    method: str, data: Any = None, *, estimates: Any = None, missing: Texts = (), **options: Any
) -> pl.DataFrame:
    """Estimate how many people a population has.

    Parameters
    ----------
    method
        ``service``, ``object`` or ``capture``.
    data
        For ``capture``: a file or table of people, with ``seen="first,second"``.
    estimates
        For the multipliers: a frame that :func:`estimate_survey` or :func:`estimate_rds` returned.
    options
        The options of ``dozor estimate size``: ``count``, ``count_se``, ``counts``, ``share``, ``share_se``,
        ``name``; ``first``, ``second``, ``both``, ``seen``, ``by``; ``level``.

    Returns, Raises
    ---------------
    As :func:`estimate_survey`.
    """
    from dozor.formats.estimate_rows import estimates_of
    from dozor.formats.size_options import CaptureOptions, MultiplierOptions, multiply, recapture

    if method == "capture":
        captures = _options(CaptureOptions, {**options, "by": _groups(options.get("by", ()))})
        source = None if data is None else _source(data, captures.mentions(), _listed(missing))
        return _frame(row.as_row() for row in recapture(captures, source))
    if method not in {"service", "object"}:
        raise TypeError(f"no such method: {method}; there are service, object, capture")
    asked = _options(MultiplierOptions, {**options, "kind": method})
    rows = None if estimates is None else estimates_of(_rows(estimates))
    return _frame(row.as_row() for row in multiply(asked, rows))


def _options(kind: type[T], given: Mapping[str, Any]) -> T:
    """Make a dataclass of options; ``TypeError`` for one that is not there or is lacking."""
    known = {part.name: part for part in fields(kind)}  # type: ignore[arg-type]
    unknown = sorted(set(given) - set(known))
    if unknown:
        raise TypeError(f"no such option: {', '.join(unknown)}; there are {', '.join(sorted(known))}")
    return kind(**{name: _typed(str(known[name].type), value) for name, value in given.items()})


def _typed(kind: str, value: Any) -> Any:
    """Bring a value to the form that the command line's option of this kind has."""
    if value is None:
        return None
    if kind.startswith("Sequence"):
        return [Path(one) if "Path" in kind else one for one in _listed(value)]
    if "Path" in kind:
        return Path(value)
    if kind.startswith("str") and isinstance(value, list | tuple):
        return ",".join(str(one) for one in value)
    return value


def _as_texts(options: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """Options as given, these ones as the texts the command line has them in."""
    texts = {
        name: [str(one) for one in ([options[name]] if np.isscalar(options[name]) else options[name])]
        for name in names
        if name in options
    }
    return {**options, **texts}


def _named(asked: Texts | Mapping[str, str]) -> list[str]:
    return [f"{n}={e}" for n, e in asked.items()] if isinstance(asked, Mapping) else _listed(asked)


def _groups(by: Texts | Sequence[Sequence[str]]) -> list[str]:
    return [one if isinstance(one, str) else ",".join(one) for one in _listed(by)]


def _warn(findings: Iterable[Finding]) -> None:
    import os
    import warnings

    from dozor.language import say

    language = os.environ.get("DOZOR_LANGUAGE") or "ru"
    for finding in findings:
        said = say(finding, language)
        warnings.warn(f"{said.code}: {said.message}", stacklevel=3)


def _rows(frame: pl.DataFrame) -> list[dict[str, Any]]:
    """Turn a frame of estimates back into rows, its other columns into the domain."""
    return [
        {
            **{key: row[key] for key in ROW if key in row},
            "domain": {key: value for key, value in row.items() if key not in ROW and value is not None},
        }
        for row in frame.to_dicts()
    ]


def _listed(value: Any) -> list[Any]:
    return [value] if isinstance(value, str | Path) else list(value)


def _source(data: Any, mentions: Sequence[str], missing: Sequence[str]) -> Source:
    import pyarrow as pa

    from dozor.formats.frames import open_source, source_of_arrow

    if isinstance(data, str | Path):
        return open_source(data, mentioned=mentions, missing=missing)
    if isinstance(data, pa.Table):
        return source_of_arrow(data)
    if hasattr(data, "to_arrow"):
        return source_of_arrow(data.to_arrow())
    return source_of_arrow(pa.Table.from_pandas(data, preserve_index=False))


def _frame(rows: Iterable[dict[str, Any]]) -> pl.DataFrame:
    """Make a frame, each domain column beside the others."""
    import polars as pl

    flat = []
    for row in rows:
        domain = {f"{k} (domain)" if k in row else k: v for k, v in row.pop("domain", {}).items()}
        against = {f"against {k}": v for k, v in row.pop("against", {}).items()}
        flat.append({**domain, **against, **row})
    columns = dict.fromkeys(name for row in flat for name in row)
    texts = {"estimand", "name", "method"}
    order = [name for name in columns if name not in ROW] + [name for name in columns if name in ROW]
    schema = {
        name: pl.Int64 if name == "n" else pl.String if name in texts or name not in ROW else pl.Float64
        for name in order
    }
    return pl.DataFrame(flat, schema=schema, orient="row")


ROW = "estimand name estimate se lower upper df n n_effective deff statistic ndf ddf p method".split()
