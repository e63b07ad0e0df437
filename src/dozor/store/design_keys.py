"""The design's columns: what to group by, and what the groups say about strata, clusters and populations."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pyarrow as pa
from ibis.expr import types as ir

from dozor.core.design.frame import Identifiers
from dozor.core.design.stage import FloatArray, IntArray
from dozor.core.estimation.request import DesignColumns
from dozor.core.findings import Finding, Refused
from dozor.store.labels import coded
from dozor.store.source import Source


def keys_of(source: Source, design: DesignColumns, by: Sequence[str]) -> dict[str, ir.Value]:
    """Return what to group by: ``q`` round, ``h`` stratum, ``c`` cluster, ``p`` person, ``b0`` … domains."""
    keys: dict[str, ir.Value] = {}
    if design.round is not None:
        keys["q"] = source.table[design.round]
    if design.stratum is not None:
        keys["h"] = source.table[design.stratum]
    if design.cluster:
        keys["c"] = source.table[design.cluster[0]]
    if len(design.cluster) > 1 and len(design.fpc) > 1:
        keys["p"] = source.table[design.cluster[1]]
    for i, column in enumerate(by):
        keys[f"b{i}"] = source.key(column)
    return keys


def identifiers_of(table: pa.Table, source: Source, design: DesignColumns) -> Identifiers:
    """Read the design's key columns; raise ``EST-DESIGN-MISSING`` when one has an empty cell."""
    codes: dict[str, IntArray] = {}
    texts: dict[str, list[str]] = {}
    columns = {
        "q": design.round,
        "h": design.stratum,
        "c": design.cluster[:1],
        "p": design.cluster[1:2],
    }
    for key, column in columns.items():
        if key in table.column_names:
            codes[key], texts[key] = coded(table[key])
            if (codes[key] < 0).any():
                raise source.refuse_missing(column[0] if isinstance(column, tuple) else str(column))
    if "q" in codes:
        _strata_of_rounds(codes, texts)
    number = numbers_of(table)
    fpc = []
    for i in range(len(design.fpc)):
        low, high, known = number(f"f{i}low"), number(f"f{i}high"), number(f"f{i}n")
        differs = np.flatnonzero(low < high)
        if len(differs):
            code = int(codes["h"][differs[0]]) if "h" in codes else 0
            values = {"stratum": texts["h"][code] if "h" in texts else "1"}
            found = f"{high[differs[0]]:g}"
            raise Refused(
                Finding("EST-FPC-VARIES", found=found, values=values, column=design.fpc[i], file=source.file)
            )
        fpc.append(np.where(known < number("n"), np.nan, low))
    return Identifiers(
        rows=table.num_rows,
        stratum=codes.get("h"),
        cluster=codes.get("c"),
        person=codes.get("p"),
        fpc=fpc,
        stratum_names=texts.get("h", ()),
        cluster_names=texts.get("c", ()),
        fpc_columns=design.fpc or ("", ""),
    )


def _strata_of_rounds(codes: dict[str, IntArray], texts: dict[str, list[str]]) -> None:
    """Make every (round, stratum) a stratum of its own."""
    if "h" not in codes:
        codes["h"], texts["h"] = codes["q"], texts["q"]
        return
    pair = codes["q"] * len(texts["h"]) + codes["h"]
    distinct, codes["h"] = np.unique(pair, return_inverse=True)
    width = len(texts["h"])
    texts["h"] = [f"{texts['q'][int(one) // width]}, {texts['h'][int(one) % width]}" for one in distinct]


def numbers_of(table: pa.Table) -> Callable[[str], FloatArray]:
    """Return a reader of columns as float arrays, a missing sum being zero."""

    def read(name: str) -> FloatArray:
        column = table[name]
        if pa.types.is_decimal(column.type):
            column = column.cast(pa.float64())
        if column.null_count:
            column = column.fill_null(0)
        values = column.to_numpy()
        return values if values.dtype == np.float64 else values.astype(np.float64)

    return read
