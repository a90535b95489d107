"""The twelve published months of online consultations: DuckDB and Spark give the same answer in every column."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import duckdb
import pytest
from asking import SHARED_DATA, Monitor
from spark_here import answers_differ, needs_spark, small_spark

SETTINGS = "monitor_from = 2024-04-01\n"
AS_OF = "2025-05-31"


@pytest.mark.campaign
@needs_spark
def test_both_engines_agree_on_the_published_months(monitor: Monitor, bare_workspace: Path, tmp_path: Path) -> None:
    files = [*sorted(SHARED_DATA.glob("oc/*.xlsx")), *sorted(SHARED_DATA.glob("ods/epraccur*.csv"))]
    if not files:
        pytest.skip("the published files are not here: ../shared/data/oc and ods")
    (bare_workspace / "monitor.toml").write_text(SETTINGS, encoding="utf-8")
    for file in files:
        shutil.copy(file, bare_workspace / "inbox")
    assert monitor("run", "-w", bare_workspace, "--as-of", AS_OF).code in (0, 4)
    small_spark()
    given: tuple[Any, ...] = ("-w", bare_workspace, "--input", bare_workspace / "inbox", "--output", tmp_path / "out")
    assert monitor("spark", *given, "--as-of", AS_OF).code in (0, 4)
    with duckdb.connect(str(bare_workspace / "published" / "monitor.duckdb"), read_only=True) as published:
        assert answers_differ(published, tmp_path / "out") == {}
