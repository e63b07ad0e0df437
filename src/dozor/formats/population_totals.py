"""Tables of known population totals: columns of the data and a column of numbers named “total”."""

from __future__ import annotations

from pathlib import Path

from dozor.core.estimation.request import Margin, Term
from dozor.core.findings import Finding, Refused
from dozor.formats.frames import open_source
from dozor.store.labels import printed
from dozor.store.source import Source

# R's name for the same column is understood too
TOTAL = ("total", "Freq", "population")
INTERCEPT = "(Intercept)"


def read_margin(path: Path) -> Margin:
    """Read the persons in every combination of one or more columns.

    Raises
    ------
    Refused
        ``EST-TOTALS-FORM``: no column of totals, no other column, or a combination twice; and what opening
        the file raises.
    """
    source = open_source(path)
    total = _total_of(source)
    columns = tuple(name for name in source.types if name != total)
    if not columns:
        raise _form(path, ", ".join(source.types))
    totals: dict[tuple[str, ...], float] = {}
    for key, number in _rows(source, columns, total):
        if key in totals:
            raise _form(path, ", ".join(key))
        totals[key] = number
    return Margin(columns, totals)


def read_terms(path: Path) -> tuple[Term, ...]:
    """Read the totals of single terms: a column ``term`` holding ``(Intercept)``, a column's name, or
    ``column=value``.
    """
    source = open_source(path)
    total = _total_of(source)
    if "term" not in source.types:
        raise _form(path, ", ".join(source.types))
    terms = []
    for (name,), number in _rows(source, ("term",), total):
        column, equals, level = name.partition("=")
        if name == INTERCEPT:
            terms.append(Term(None, None, number))
        else:
            terms.append(Term(column.strip(), level.strip() if equals else None, number))
    return tuple(terms)


def mentioned_in(path: Path) -> list[str]:
    """Return the texts of a table of totals that may name columns of the data."""
    source = open_source(path)
    texts = list(source.types)
    if "term" in source.types:
        texts += [key for (key,), _ in _rows(source, ("term",), _total_of(source))]
    return texts


def _total_of(source: Source) -> str:
    for name in TOTAL:
        if source.types.get(name) == "number":
            return name
    raise _form(Path(source.file), ", ".join(source.types))


def _rows(source: Source, columns: tuple[str, ...], total: str) -> list[tuple[tuple[str, ...], float]]:
    keys = {f"k{i}": source.key(name) for i, name in enumerate(columns)}
    table = source.table.select(**keys, total=source.number(total).cast("float64")).to_pyarrow().to_pylist()
    rows = []
    for row in table:
        key = tuple(printed(row[f"k{i}"]) if row[f"k{i}"] is not None else "" for i in range(len(columns)))
        if row["total"] is None:
            raise _form(Path(source.file), ", ".join(key))
        rows.append((key, float(row["total"])))
    return rows


def _form(path: Path, found: str) -> Refused:
    return Refused(Finding("EST-TOTALS-FORM", found=found, file=path.name))
