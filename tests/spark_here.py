"""A Spark for tests, small, because the worlds are; where this machine has none, tests that need it are skipped."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pytest

from monitor.core.errors import EnvironmentFault
from monitor.on_spark.session import SPARK, SPARK_CONNECT, refuse_java, refuse_without, without_words_about_pandas

SMALL = {
    "spark.driver.memory": "2g",  # with less, a sixth of the time goes to free it
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.shuffle.partitions": "1",
    "spark.default.parallelism": "1",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",  # to compile a plan takes longer than to run it over a few rows
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.driver.extraJavaOptions": "-XX:+UseSerialGC",
    "spark.sql.session.timeZone": "America/New_York",  # none of ours: an answer does not rest on it
}

# By what Spark writes, where a published copy has the same.
PUBLISHED = {
    "return_status": "return_status", "missed_return": "missed_return", "absence": "absence",
    "findings": "data.finding_now", "verdict": "data.verdict",
}  # fmt: skip


def why_no_spark() -> str | None:
    """Why there is no Spark here; None where there is."""
    try:
        refuse_without(SPARK)
        refuse_java(os.environ)
    except EnvironmentFault as fault:
        return fault.message
    return None


def why_no_spark_connect() -> str | None:
    """Why there is no Spark Connect here; None where there is."""
    try:
        refuse_without(SPARK_CONNECT)
    except EnvironmentFault as fault:
        return fault.message
    return why_no_spark()


needs_spark = pytest.mark.skipif(why_no_spark() is not None, reason=why_no_spark() or "")


needs_spark_connect = pytest.mark.skipif(why_no_spark_connect() is not None, reason=why_no_spark_connect() or "")


@cache
def small_spark() -> Any:
    """A session on this machine; by Spark Connect where SPARK_REMOTE names one."""
    is_remote = "SPARK_REMOTE" in os.environ
    with without_words_about_pandas():
        from pyspark.sql import SparkSession

        builder = SparkSession.builder.appName("tests of monitor")
        builder = builder if is_remote else builder.master("local[1]")
        for name, value in SMALL.items():
            if not is_remote or name.startswith("spark.sql."):  # of one that runs already no more can be set
                builder = builder.config(name, value)
        return builder.getOrCreate()


def tables_of(store: duckdb.DuckDBPyConnection, names: tuple[str, ...]) -> dict[str, Any]:
    """Tables of a store as tables of Spark, those that hold a row."""
    from monitor.on_spark.tables import columns_of, held

    columns, tables = columns_of(store, "data"), {}
    for name in names:
        rows = store.execute(f"SELECT {', '.join(columns[name])} FROM data.{name}").fetchall()
        if rows:
            tables[name] = held(small_spark(), rows, columns[name])
    return tables


def answers_differ(published: duckdb.DuckDBPyConnection, folder: Path) -> dict[str, list[tuple[str, ...]]]:
    """By table, the rows that only one of both has: a published copy, and what Spark wrote to a folder."""
    differing = {}
    for table, kept in PUBLISHED.items():
        columns = [name for name, *_ in published.execute(f"DESCRIBE {kept}").fetchall()]
        files = f"read_parquet('{folder}/{table}/**/*.parquet', hive_partitioning = true)"
        ours, theirs = (
            sorted(map(in_words, published.execute(f"SELECT {', '.join(columns)} FROM {source}").fetchall()))
            for source in (kept, files)
        )
        assert theirs, table
        if ours != theirs:
            differing[table] = sorted(set(ours) ^ set(theirs))
    return differing


def in_words(row: Any) -> tuple[str, ...]:
    return tuple(str(v.astimezone(UTC) if isinstance(v, datetime) else v) for v in row)
