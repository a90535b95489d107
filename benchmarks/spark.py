"""The derivation by Spark beside the same by DuckDB, over the same files of Parquet, on this machine."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from benchmarks.measuring import Measured
from benchmarks.workspaces import AS_OF, context_of

FULL_SIZE = 4.47  # Englands of ten years: 15 million expected returns
ATTEMPTS = 7  # submissions for each of them that was sent: 100 million
MEMORY_OF_DRIVER = "3800m"  # in local mode driver and executor are one process
MEMORY_OF_DUCKDB = "4GB"
FEWEST_PARTITIONS, MOST_PARTITIONS = 4, 64
LAKEHOUSE = {  # by table, what is written of those of england.sql
    "organisations": "SELECT * EXCLUDE (place) FROM organisation",
    "requests": "SELECT * EXCLUDE (draw) FROM request",
    "notices": "SELECT * EXCLUDE (at_on) FROM notice",
    "participation": "SELECT * FROM participation",
    "submissions": f"""
        SELECT organisation_code, return_code, period_start, outcome, record_count, request_id,
               timezone('Europe/London', submitted_at + to_minutes(n)) AS submitted_at
        FROM submission CROSS JOIN range({ATTEMPTS}) AS again(n)
    """,
}


def write_lakehouse(connection: Any, folder: Path) -> int:
    """Write England as tables of Parquet; gives how many submissions."""
    folder.mkdir()
    for name, query in LAKEHOUSE.items():
        connection.execute(f"COPY ({query}) TO '{folder / name}.parquet' (FORMAT parquet)")
    (rows,) = connection.execute(f"SELECT count(*) FROM '{folder}/submissions.parquet'").fetchone()
    return int(rows)


def derive_by_duckdb(folder: str, cores: str) -> dict[str, Any]:
    """Read the tables into a store, work out the statuses, and count them."""
    from monitor.returns.working_days import england
    from monitor.status.derivation import derive_status
    from monitor.status.organisations import rebuild_organisations
    from monitor.status.question import Question, put_question
    from monitor.store.connection import open_writer

    context, place = context_of(folder), Path(folder)
    with open_writer(place / f"store{cores}.duckdb", place / "spill", MEMORY_OF_DUCKDB) as connection:
        connection.execute(f"SET threads = {int(cores)}")
        begun = time.perf_counter()
        _read_into(connection, place / "lakehouse")
        read = time.perf_counter() - begun
        rebuild_organisations(connection)
        put_question(connection, Question(AS_OF, context.settings, context.catalogue, england()))
        derive_status(connection)
        counted = connection.execute("SELECT status, count(*) FROM return_status_row GROUP BY status").fetchall()
        seconds = time.perf_counter() - begun
    (place / f"store{cores}.duckdb").unlink()
    return {**_said(seconds, dict(counted)), "seconds_reading": read}


def _read_into(connection: Any, lakehouse: Path) -> None:
    from monitor.on_spark.tables import OWN_FORMATS

    london = "CAST(timezone('Europe/London', submitted_at) AS DATE) AS submitted_on"
    for number, (name, table) in enumerate(OWN_FORMATS.items(), start=1):
        more = f", {london}" if name == "submissions" else ""
        connection.execute(
            f"INSERT INTO data.loaded_file BY NAME SELECT {number} AS file_id, '{name}' AS file_name, "
            f"'{name}' AS sha256, '{name}' AS format, now() AS loaded_at, 'loaded' AS state, 0 AS rows_in_file, "
            "0 AS rows_loaded, 0 AS rows_duplicate, 0 AS rows_rejected, 0 AS edition_version"
        )
        connection.execute(
            f"INSERT INTO data.{table} BY NAME SELECT * EXCLUDE (file_row_number), {number} AS file_id, "
            f"file_row_number + 2 AS row_number{more} "
            f"FROM read_parquet('{lakehouse / name}.parquet', file_row_number = true)"
        )


def derive_by_spark(folder: str, cores: str, scale: str) -> dict[str, Any]:
    """The same by Spark on so many cores."""
    from monitor.on_spark.derivation import derive_statuses, set_to_derive
    from monitor.on_spark.folders import look_into, read_tables
    from monitor.returns.working_days import england
    from monitor.status.question import Question

    context, spark = context_of(folder), _session(Path(folder) / "spill", int(cores), float(scale))
    question = Question(AS_OF, context.settings, context.catalogue, england())
    begun = time.perf_counter()
    with set_to_derive(spark):
        derive_statuses(spark, read_tables(spark, look_into(Path(folder) / "lakehouse")), question)
        rows = spark.table("monitor__return_status").groupBy("status").count().collect()
    seconds = time.perf_counter() - begun
    return {**_said(seconds, {row["status"]: row["count"] for row in rows}), **_moved(spark)}


def _session(spill: Path, cores: int, scale: float) -> Any:
    from pyspark.sql import SparkSession

    partitions = min(MOST_PARTITIONS, max(FEWEST_PARTITIONS, round(MOST_PARTITIONS * scale)))
    builder = SparkSession.builder.master(f"local[{cores}]").appName("benchmark of monitor")
    for name, value in {
        "spark.driver.memory": MEMORY_OF_DRIVER, "spark.local.dir": spill, "spark.sql.shuffle.partitions": partitions,
        "spark.ui.enabled": "false", "spark.ui.showConsoleProgress": "false", "spark.ui.retainedStages": "100000",
        "spark.ui.retainedJobs": "100000",
    }.items():  # fmt: skip
        builder = builder.config(name, str(value))
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    return session


def _moved(spark: Any) -> dict[str, int]:
    """What the stages of Spark wrote for others, and what they spilled; and the most memory of both processes."""
    store, gateway = spark.sparkContext._jsc.sc().statusStore(), spark.sparkContext._gateway
    none = gateway.new_array(gateway.jvm.double, 0)
    stages = store.stageList(None, False, False, none, gateway.jvm.java.util.ArrayList())
    every = [stages.apply(place) for place in range(stages.size())]
    return {
        "shuffled_bytes": sum(one.shuffleWriteBytes() for one in every),
        "spilled_bytes": sum(one.diskBytesSpilled() for one in every),
        "task_seconds": sum(one.executorRunTime() for one in every) // 1000,
        "task_cpu_seconds": sum(one.executorCpuTime() for one in every) // 1_000_000_000,
        "stages": len(every),
        "peak_of_both": _peak_of("self") + _peak_of(gateway.proc.pid),
    }


def _said(seconds: float, counted: Mapping[str, int]) -> dict[str, Any]:
    return {"rows": sum(counted.values()), "seconds": seconds, "counted": dict(sorted(counted.items()))}


def _peak_of(process: str | int) -> int:
    """The largest resident set so far: the Java that does the work is no child that wait4 counts."""
    status = Path(f"/proc/{process}/status").read_text(encoding="utf-8")
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    return int(found[1]) * 1024 if found else 0


def spark_table(measured: Mapping[str, Measured]) -> Iterator[tuple[str, ...]]:
    """Beside each other: reading and derivation without the start, memory, what was shuffled and spilled."""
    yield ("engine", "expected returns", "seconds", "peak MB", "tasks, s", "tasks, CPU s", "shuffled MB", "spilled MB")
    for what, one in measured.items():
        peak = one.said.get("peak_of_both", one.peak_bytes)
        moved = [_megabytes(one.said.get(name)) for name in ("shuffled_bytes", "spilled_bytes")]
        tasks = [str(one.said.get(name, "")) for name in ("task_seconds", "task_cpu_seconds")]
        yield (what, f"{one.said['rows']:,}", f"{one.said['seconds']:.1f}", _megabytes(peak), *tasks, *moved)
    for engine in ("DuckDB", "Spark"):
        alone, together = (one.said["seconds"] for what, one in sorted(measured.items()) if what.startswith(engine))
        share = f"{share_that_scales(alone, together):.0%}"
        yield (f"{engine}: share that a second core halves", "", share, "", "", "", "", "")


def share_that_scales(one: float, two: float) -> float:
    """Of the seconds on one core, the share that a second core halves (Amdahl's law)."""
    return 2 * (1 - two / one)


def _megabytes(number: int | None) -> str:
    return "" if number is None else f"{number / 1e6:,.0f}"
