"""The demo on Spark, by the command line: what the check of the same files says in DuckDB, in every column."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
from asking import Monitor
from spark_here import needs_spark, small_spark

PUBLISHED = ("return_status", "missed_return", "absence")


def in_words(rows: list[tuple[Any, ...]]) -> list[tuple[str, ...]]:
    return sorted(tuple(str(v.astimezone(UTC) if isinstance(v, datetime) else v) for v in row) for row in rows)


@pytest.mark.slow
@needs_spark
def test_the_demo_on_spark_is_the_demo(monitor: Monitor, demo_made_once: Path, tmp_path: Path) -> None:
    small_spark()
    answer = monitor(
        "spark", "-w", demo_made_once, "--input", demo_made_once / "inbox", "--output", tmp_path,
        "--as-of", "2025-01-31",
    )  # fmt: skip
    assert answer.code == 4, answer.err  # rows of the log with mistakes are rejected
    with duckdb.connect(str(demo_made_once / "published" / "monitor.duckdb"), read_only=True) as published:
        for table in PUBLISHED:
            files = f"read_parquet('{tmp_path}/{table}/*/*.parquet', hive_partitioning = true)"
            columns = [c for c, *_ in published.execute(f"DESCRIBE {table}").fetchall()]
            sql = f"SELECT {', '.join(columns)} FROM "
            ours = in_words(published.execute(sql + files).fetchall())
            assert ours == in_words(published.execute(sql + table).fetchall())
            assert ours
        rejected = published.execute(f"SELECT reason FROM read_parquet('{tmp_path}/rejected/*.parquet')").fetchall()
    assert len(rejected) == 8


def test_an_input_folder_that_is_empty_is_said_in_one_message(
    monitor: Monitor, bare_workspace: Path, tmp_path: Path
) -> None:
    pytest.importorskip("pyspark", reason="pyspark is not installed")
    (tmp_path / "nothing").mkdir()
    answer = monitor("spark", "-w", bare_workspace, "--input", tmp_path / "nothing", "--output", tmp_path / "out")
    assert answer.code == 2
    assert "nothing: holds no file" in answer.err
