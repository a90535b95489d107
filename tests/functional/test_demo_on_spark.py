"""The demo on Spark, by the command line: what the check of the same files says in DuckDB, in every column."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb
import pytest
from asking import Monitor
from spark_here import answers_differ, needs_spark, needs_spark_connect, small_spark

from monitor.core.errors import EnvironmentFault
from monitor.on_spark.folders import HANDED_OVER, WRITTEN
from monitor.on_spark.session import refuse_silence, spark_session


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


@pytest.mark.slow
@needs_spark_connect
def test_the_demo_by_spark_connect_is_the_demo(demo_made_once: Path, tmp_path: Path) -> None:
    """In a process of its own, because one has a session of one kind."""
    given = ["-w", demo_made_once, "--input", demo_made_once / "inbox", "--output", tmp_path, "--as-of", "2025-01-31"]
    ended = subprocess.run(
        [sys.executable, "-m", "monitor", "spark", *map(str, given)],
        env={**os.environ, "SPARK_REMOTE": "local[1]"}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ended.returncode == 4, ended.stderr
    with duckdb.connect(str(demo_made_once / "published" / "monitor.duckdb"), read_only=True) as published:
        assert answers_differ(published, tmp_path) == {}
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(WRITTEN - {HANDED_OVER})
    assert "pandas" not in ended.stderr


NOBODY_THERE = "SPARK_REMOTE=sc://127.0.0.1:1: nothing answers there ([Errno 111] Connection refused)"


@pytest.mark.parametrize(
    ("remote", "said"),
    [
        ("sc://127.0.0.1:1", NOBODY_THERE),
        ("sc://127.0.0.1:port", "SPARK_REMOTE=sc://127.0.0.1:port: nothing answers there (Port could not be cast"),
    ],
)
def test_an_address_of_spark_connect_where_nothing_answers_is_said_at_once(remote: str, said: str) -> None:
    with pytest.raises(EnvironmentFault) as fault:
        refuse_silence(remote)
    assert fault.value.message.startswith(said)
    assert "What to do: start the server there, correct SPARK_REMOTE" in fault.value.message


def test_without_the_extra_of_spark_connect_one_message_says_how_to_install_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    there = {"pyspark", "sqlglot", "pyarrow"}
    monkeypatch.setattr("importlib.util.find_spec", lambda name: name if name in there else None)
    with pytest.raises(EnvironmentFault) as fault:
        spark_session({"SPARK_REMOTE": "sc://127.0.0.1:1"})
    assert "needs grpc, grpc_status and zstandard, not installed here" in fault.value.message
    assert "pip install 'monitor[spark-connect]'" in fault.value.message


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
