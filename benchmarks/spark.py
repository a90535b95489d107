"""The derivation by Spark beside the same by DuckDB, over the same tables, on this machine."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from benchmarks.measuring import Measured
from benchmarks.workspaces import AS_OF, context_of

MEMORY_OF_DRIVER = "5g"  # in local mode driver and executor are one process


def derive_by_duckdb(folder: str) -> dict[str, Any]:
    """Work out the statuses of a loaded workspace, and count them; nothing is kept."""
    from monitor.status.derivation import derive_status
    from monitor.status.organisations import rebuild_organisations
    from monitor.status.question import ask
    from monitor.store.sessions import writing

    context = context_of(folder)
    with writing(context, "benchmark") as connection:
        begun = time.perf_counter()
        rebuild_organisations(connection)
        ask(connection, context, AS_OF)
        derive_status(connection)
        counted = connection.execute("SELECT status, count(*) FROM return_status_row GROUP BY status").fetchall()
        return _told(time.perf_counter() - begun, dict(counted))


def derive_by_spark(folder: str, cores: str) -> dict[str, Any]:
    """The same by Spark on so many cores, from the tables that the store holds."""
    from pyspark.sql import SparkSession

    from monitor.on_spark import derive
    from monitor.on_spark.folders import handed_over
    from monitor.returns.working_days import england
    from monitor.status.question import Question
    from monitor.store.sessions import reading

    context = context_of(folder)
    builder = SparkSession.builder.master(f"local[{cores}]").config("spark.driver.memory", MEMORY_OF_DRIVER)
    spark = builder.config("spark.ui.enabled", "false").config("spark.ui.showConsoleProgress", "false").getOrCreate()
    question = Question(AS_OF, context.settings, context.catalogue, england())
    with reading(context) as store, handed_over(store, spark) as tables:
        begun = time.perf_counter()
        rows = derive(spark, tables, question).return_status.groupBy("status").count().collect()
        seconds = time.perf_counter() - begun
    executors = spark.sparkContext._jsc.sc().statusStore().executorList(True)
    gateway: Any = spark.sparkContext._gateway
    shuffled = sum(executors.apply(place).totalShuffleWrite() for place in range(executors.size()))
    return {
        **_told(seconds, {row["status"]: row["count"] for row in rows}),
        "shuffled_bytes": shuffled, "jvm_peak_bytes": _peak_of(gateway.proc.pid),
    }  # fmt: skip


def _told(seconds: float, counted: Mapping[str, int]) -> dict[str, Any]:
    return {"rows": sum(counted.values()), "seconds": seconds, "counted": dict(sorted(counted.items()))}


def _peak_of(process: int) -> int:
    """The largest resident set of the Java that does the work: it is no child that wait4 counts."""
    status = Path(f"/proc/{process}/status").read_text(encoding="utf-8")
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    return int(found[1]) * 1024 if found else 0


def spark_table(measured: Mapping[str, Measured]) -> Iterator[tuple[str, ...]]:
    """Beside each other: the derivation alone (without start and reading), memory, and what was shuffled."""
    yield ("engine", "expected returns", "seconds of the derivation", "peak MB", "shuffled MB")
    for what, one in measured.items():
        peak, shuffled = one.said.get("jvm_peak_bytes", one.peak_bytes), one.said.get("shuffled_bytes")
        moved = "" if shuffled is None else f"{shuffled / 1e6:,.0f}"
        yield (what, f"{one.said['rows']:,}", f"{one.said['seconds']:.1f}", f"{peak / 1e6:,.0f}", moved)
