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
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import polars as pl

    from dozor.store.source import Source

Texts = str | Sequence[str]


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

    known = {part.name for part in fields(SurveyOptions)}
    unknown = sorted(set(options) - known)
    if unknown:
        raise TypeError(f"no such option: {', '.join(unknown)}; there are {', '.join(sorted(known))}")
    asked = {name: _typed(name, value) for name, value in options.items()}
    shares = [f"{n}={e}" for n, e in share.items()] if isinstance(share, Mapping) else _listed(share)
    groups = [one if isinstance(one, str) else ",".join(one) for one in _listed(by)]
    survey = SurveyOptions(share=shares, by=groups, **asked)
    source = _source(data, survey.mentions(), _listed(missing))
    return _frame(row.as_row() for row in estimate(source, read_request(survey, source)))


def _typed(name: str, value: Any) -> Any:
    if name in {"post_stratify", "calibrate", "standardize"}:
        return Path(value)
    if name == "rake":
        return [Path(path) for path in _listed(value)]
    if name in {"mean", "total", "ratio", "quantile", "difference", "chisq"}:
        return _listed(value)
    if name in {"cluster", "fpc"} and not isinstance(value, str):
        return ",".join(value)
    return value


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
