"""Joins the list of a sample to a round's answers: weights, strata and how many there were to draw from."""

from __future__ import annotations

from dataclasses import replace

import ibis
import pyarrow as pa

from dozor.core.design.sample_list import FromPlace, SampleList, check_against, weights_by_code
from dozor.core.estimation.definition import parse_expression
from dozor.core.findings import Finding, Refused
from dozor.core.plan.definitions import Design
from dozor.core.plan.instruments import Instrument
from dozor.store.engine import held
from dozor.store.expressions import condition
from dozor.store.source import Source, types_of

WEIGHT, STRATUM, UNITS = "dozor_weight", "dozor_stratum", "dozor_units"


def places_of(source: Source, instrument: Instrument, key: str) -> list[FromPlace]:
    """What came from each place: records, those counted, those who were asked and did not agree."""
    table = source.table
    if instrument.counted:
        counted = condition(parse_expression(instrument.counted, source.types), source)
    else:
        counted = ibis.literal(True)
    found = (
        table.mutate(dozor_code=table[key].cast("string").fill_null(""), dozor_counted=counted)
        .group_by("dozor_code")
        .aggregate(
            records=lambda t: t.count(),
            counted=lambda t: t.dozor_counted.fill_null(False).cast("int64").sum(),
            refused=lambda t: (~t.dozor_counted).fill_null(False).cast("int64").sum(),
        )
        .order_by("dozor_code")
        .to_pyarrow()
        .to_pylist()
    )
    return [
        FromPlace(r["dozor_code"], int(r["records"]), int(r["counted"]), int(r["refused"])) for r in found
    ]


def _without_visits(source: Source, instrument: Instrument, visits: str) -> list[Finding]:
    """Counted records that do not say how often the person comes: each counts as one visit, and is told."""
    counted = instrument.counted
    table = source.table
    if counted:
        table = table.filter(condition(parse_expression(counted, source.types), source))
    missing = int(table.filter(table[visits].isnull()).count().to_pyarrow().as_py())
    return [Finding("COL-VISITS-MISSING", str(missing), column=visits)] if missing else []


def with_sample(
    source: Source, instrument: Instrument, design: Design, sample: SampleList
) -> tuple[Source, Design, list[Finding]]:
    """Give each record its place's weight, stratum and size of the stratum; records of no place leave.

    Where people are met at venues (the design names `visits`), a line is an event, a place on a day at an
    hour, and a record's weight is divided by the person's visits: 1 / (chance × part × visits), as
    :func:`dozor.core.design.time_location.time_location_weights` has it.

    Returns
    -------
    tuple
        The source with further columns, the design that names them, and what the reader should know.

    Raises
    ------
    Refused
        ``COL-SITE-UNKNOWN``: a record cannot be weighted, so nothing is estimated.
    """
    came = places_of(source, instrument, sample.key)
    findings = list(check_against(sample, came))
    if unknown := [f for f in findings if f.code == "COL-SITE-UNKNOWN"]:
        raise Refused(replace(f, file=source.file or None) for f in unknown)
    weights = weights_by_code(sample, came)
    lines = [sample.by_code[code] for code in weights]
    joined = held(
        pa.table(
            {
                "dozor_code": pa.array([line.code for line in lines], pa.string()),
                WEIGHT: pa.array([weights[line.code] for line in lines], pa.float64()),
                STRATUM: pa.array([line.stratum for line in lines], pa.string()),
                UNITS: pa.array([line.units for line in lines], pa.float64()),
            }
        ),
        source.table.get_backend(),
    )
    table = source.table.inner_join(joined, source.table[sample.key] == joined["dozor_code"])
    table = table.drop("dozor_code")
    columns = {**design.columns, "weight": WEIGHT}
    if visits := columns.pop("visits", None):
        findings += _without_visits(source, instrument, visits)
        table = table.mutate(**{WEIGHT: table[WEIGHT] / table[visits].cast("float64").fill_null(1.0)})
    if sample.has_strata:
        columns["stratum"] = STRATUM
    if sample.has_units:
        columns["fpc"] = UNITS
    if sample.key != columns.get("stratum") and "cluster" in columns:
        columns["cluster"] = sample.key
    return (
        replace(source, table=table, types=types_of(table.schema()), remembered={}),
        Design("round", "sample", columns),
        findings,
    )
