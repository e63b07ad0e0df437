"""Reads what is asked of a population's size in words, and answers it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from dozor.core.estimation.estimate import Estimate
from dozor.core.estimation.population_size.capture_recapture import chapman
from dozor.core.estimation.population_size.multiplier import service_multiplier, unique_object_multiplier
from dozor.core.findings import Finding, Refused
from dozor.formats.frames import open_source
from dozor.formats.rds_options import check_level, columns_of
from dozor.store.captures import count_captures
from dozor.store.labels import printed
from dozor.store.source import Source

COUNT, COUNT_SE = "count", "se"


@dataclass(frozen=True)
class MultiplierOptions:
    """The options as typed; `count` and `count_se`, or `counts`; `share` and `share_se`, or estimates."""

    kind: Literal["service", "object"]
    count: float | None = None
    count_se: float = 0.0
    counts: Path | None = None
    share: float | None = None
    share_se: float | None = None
    name: str | None = None
    level: float = 0.95


def multiply(options: MultiplierOptions, estimates: Sequence[Estimate] | None = None) -> list[Estimate]:
    """Estimate sizes: one for each domain that has a count.

    Parameters
    ----------
    estimates
        What a survey found, one share of them named by the options; ``None``: the share was typed.

    Raises
    ------
    Refused
        ``POP-COUNT-FORM``, ``POP-SHARE-FORM``, ``POP-NO-SHARE``, ``POP-COUNT-MISSING``, ``POP-COUNT``,
        ``POP-SHARE``, and what opening the table raises.
    """
    check_level(options.level)
    if (options.count is None) == (options.counts is None):
        raise Refused(Finding("POP-COUNT-FORM"))
    if (options.share is None) == (estimates is None) or (options.share is None) != (
        options.share_se is None
    ):
        raise Refused(Finding("POP-SHARE-FORM"))
    shares = _typed(options) if estimates is None else _named(estimates, options.name)
    if options.counts is not None:
        return [_multiplied(options, share, *counted) for share, counted in _counted(shares, options.counts)]
    # a single count is of everybody the survey speaks of
    return [_multiplied(options, share, options.count or 0.0, options.count_se) for share in shares[:1]]


def _typed(options: MultiplierOptions) -> list[Estimate]:
    share, se = options.share, options.share_se
    if share is None or se is None or not 0 < share <= 1 or not se >= 0:
        raise Refused(Finding("POP-SHARE", "" if share is None else f"{share:g} ± {se:g}"))
    return [Estimate("share", "", {}, share, se)]


def _named(estimates: Sequence[Estimate], name: str | None) -> list[Estimate]:
    shares = [row for row in estimates if row.estimand == "share"]
    names = list(dict.fromkeys(row.name for row in shares))
    if name is None and len(names) == 1:
        name = names[0]
    chosen = [row for row in shares if row.name == name]
    if not chosen:
        raise Refused(Finding("POP-NO-SHARE", name or "", {"known": ", ".join(names) or "—"}))
    # the whole first, as the estimators print it
    return sorted(chosen, key=lambda row: bool(row.domain))


def _counted(shares: Sequence[Estimate], path: Path) -> list[tuple[Estimate, tuple[float, float]]]:
    """Pair each domain of the table's columns with its count."""
    source = open_source(path)
    source.require(COUNT, numeric=True)
    columns = [name for name in source.types if name not in {COUNT, COUNT_SE}]
    keys = {f"k{i}": source.key(name) for i, name in enumerate(columns)}
    numbers = {"c": source.number(COUNT).cast("float64")}
    if COUNT_SE in source.types:
        source.require(COUNT_SE, numeric=True)
        numbers["se"] = source.number(COUNT_SE).cast("float64")
    counts: dict[tuple[str, ...], tuple[float, float]] = {}
    for row in source.table.select(**keys, **numbers).to_pyarrow().to_pylist():
        key = tuple(printed(row[f"k{i}"]) if row[f"k{i}"] is not None else "" for i in range(len(columns)))
        counts[key] = (float(row["c"] or 0.0), float(row.get("se") or 0.0))
    pairs = []
    for share in shares:
        if set(share.domain) != set(columns):
            continue
        key = tuple(share.domain[name] for name in columns)
        if key not in counts:
            raise Refused(Finding("POP-COUNT-MISSING", _shown(share.domain), file=path.name))
        pairs.append((share, counts[key]))
    if not pairs:
        raise Refused(Finding("POP-COUNT-MISSING", _shown(shares[0].domain), file=path.name))
    return pairs


def _multiplied(options: MultiplierOptions, share: Estimate, count: float, count_se: float) -> Estimate:
    if options.kind == "service":
        return service_multiplier(
            count=count, count_se=count_se, share=share, level=options.level, domain=share.domain
        )
    return unique_object_multiplier(handed_out=count, share=share, level=options.level, domain=share.domain)


@dataclass(frozen=True)
class CaptureOptions:
    """The options as typed: three numbers, or two columns of a file of people."""

    first: int | None = None
    second: int | None = None
    both: int | None = None
    seen: str | None = None
    by: Sequence[str] = ()
    level: float = 0.95

    def mentions(self) -> list[str]:
        """Every text that may name a column."""
        return [text for text in (self.seen, *self.by) if text is not None]


def recapture(options: CaptureOptions, source: Source | None = None) -> list[Estimate]:
    """Estimate sizes from two captures: of everybody, then of each domain of a file of people.

    Raises
    ------
    Refused
        ``POP-CAPTURE-FORM``, ``POP-CAPTURES``, ``EST-COLUMN``, ``EST-NOT-01``.
    """
    check_level(options.level)
    numbers = (options.first, options.second, options.both)
    if source is None:
        if options.seen is not None or any(number is None for number in numbers):
            raise Refused(Finding("POP-CAPTURE-FORM"))
        first, second, both = (int(number or 0) for number in numbers)
        return [chapman(first=first, second=second, both=both, level=options.level)]
    columns = columns_of(options.seen, source)
    if len(columns) != 2 or any(number is not None for number in numbers):
        raise Refused(Finding("POP-CAPTURE-FORM", file=source.file or None))
    by_sets: list[tuple[str, ...]] = [(), *(columns_of(text, source) for text in options.by)]
    rows = []
    for place, captures in count_captures(source, (columns[0], columns[1]), by_sets):
        try:
            found = chapman(
                first=captures.first, second=captures.second, both=captures.both, level=options.level
            )
        except Refused:
            if not place:
                raise
            # a domain where one capture saw nobody says nothing, and stops no other
            found = Estimate("population size", "capture-recapture", n=captures.seen)
        rows.append(replace(found, domain=place))
    return rows


def _shown(domain: Mapping[str, str]) -> str:
    return ", ".join(f"{column} {value}" for column, value in domain.items()) or "—"
