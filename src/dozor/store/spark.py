"""Spark as the engine: the same expressions over Parquet of any size (extra ``spark``, needs Java)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ibis

from dozor.store.source import Source, types_of

if TYPE_CHECKING:
    from ibis.backends.pyspark import Backend as Spark


def connect_spark(*, memory: str = "2g", cores: str = "*", **settings: str) -> Spark:
    """Open a local Spark session, or join the one that runs.

    Parameters
    ----------
    memory
        Of the driver, which does the work in local mode; takes effect when the session is new.
    settings
        Further Spark settings, with ``_`` for the point of their names.
    """
    from pyspark.sql import SparkSession

    chosen = {
        "spark.driver.memory": memory,
        "spark.ui.enabled": "false",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.execution.arrow.pyspark.enabled": "true",
        "spark.sql.shuffle.partitions": "8",
        # a missing answer must not become a fault of the cluster
        "spark.sql.ansi.enabled": "false",
        **{name.replace("_", "."): value for name, value in settings.items()},
    }
    builder: Any = SparkSession.builder.master(f"local[{cores}]").appName("dozor")
    for name, value in chosen.items():
        builder = builder.config(name, value)
    return ibis.pyspark.connect(builder.getOrCreate())


def spark_source(path: str, *, engine: Spark | None = None) -> Source:
    """Open Parquet, one file or a folder of them, as a table of answers."""
    engine = engine or connect_spark()
    table = engine.read_parquet(path)
    return Source(table=table, types=types_of(table.schema()), file=path.rstrip("/").rsplit("/", 1)[-1])
