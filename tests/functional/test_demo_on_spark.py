"""The demo on Spark, by the command line: what the check of the same files says in DuckDB, in every column."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest
from asking import Monitor
from spark_here import answers_differ, needs_spark, small_spark


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
        assert answers_differ(published, tmp_path) == {}
        rejected = published.execute(f"SELECT reason FROM read_parquet('{tmp_path}/rejected/*.parquet')").fetchall()
    assert len(rejected) == 8
    assert "Great Expectations: " in answer.err
    assert "not met" in answer.err
    assert "could not check" not in answer.err


def nothing_in(folder: Path) -> Path:
    folder.mkdir()
    return folder


def something_in(folder: Path) -> Path:
    (nothing_in(folder) / "organisations.csv").write_text("organisation_code,organisation_name\nZ90001,One\n")
    return folder


def of_a_file(folder: Path) -> Path:
    folder.write_text("no folder")
    return folder / "out"


@pytest.mark.parametrize(
    ("given", "wanted", "said", "advice"),
    [
        (nothing_in, nothing_in, "given: holds no file", "name it so"),
        (something_in, something_in, "is not empty: it holds organisations.csv", "name another folder"),
        (something_in, of_a_file, "cannot be written to", "name another folder"),
    ],
)  # fmt: skip
def test_a_folder_that_will_not_do_is_said_in_one_message(
    given: Any, wanted: Any, said: str, advice: str, monitor: Monitor, tmp_path: Path
) -> None:
    pytest.importorskip("pyspark", reason="pyspark is not installed")
    workspace = tmp_path / "workspace"
    monitor("init", workspace)
    folders = given(tmp_path / "given"), wanted(tmp_path / "wanted")
    answer = monitor("spark", "-w", workspace, "--input", folders[0], "--output", folders[1])
    assert answer.code in (2, 4)
    assert said in answer.err
    assert advice in answer.err


def test_without_the_extra_one_message_says_how_to_install_it(
    monitor: Monitor, bare_workspace: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    answer = monitor("spark", "-w", bare_workspace, "--input", tmp_path, "--output", tmp_path / "out")
    assert answer.code == 4
    assert "monitor spark: needs pyspark and sqlglot, not installed here" in answer.err
    assert "pip install 'monitor[spark]'" in answer.err


@needs_spark
def test_a_table_that_is_damaged_is_said_in_one_message(monitor: Monitor, bare_workspace: Path, tmp_path: Path) -> None:
    small_spark()
    (something_in(tmp_path / "given") / "submissions.parquet").write_bytes(b"PAR1 and no more")
    answer = monitor("spark", "-w", bare_workspace, "--input", tmp_path / "given", "--output", tmp_path / "out")
    assert answer.code == 2
    assert "submissions.parquet: cannot be read as parquet" in answer.err
