"""A check that is cut short has kept its statuses and recorded nothing: no other question is answered with them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest
from asking import NOW, Monitor
from sampled import checked_sample

from benchmarks.stages import COUNTED_UNPUBLISHED
from monitor.checks.suites import Judge
from monitor.cli.app import main
from monitor.pipeline import Stages

BEFORE_ANYTHING_WAS_MISSED = "2024-12-10"


@contextmanager
def cut_short(connection: duckdb.DuckDBPyConnection) -> Iterator[Judge]:
    """Ctrl-C between the statuses, which are kept by then, and the findings."""
    raise KeyboardInterrupt
    yield


@pytest.fixture(scope="module")
def stages() -> Stages:
    return COUNTED_UNPUBLISHED


@pytest.fixture(scope="module")
def checked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return checked_sample(tmp_path_factory.mktemp("checked") / "workspace")


@pytest.fixture
def workspace(checked: Path, tmp_path: Path) -> Path:
    """A workspace that was checked, and whose next check, of an earlier day, was cut short."""
    folder = Path(shutil.copytree(checked, tmp_path / "checked"))
    asked = ["check", "-w", str(folder), "--as-of", BEFORE_ANYTHING_WAS_MISSED]
    assert main(asked, {}, lambda: NOW, lambda seconds: None, replace(COUNTED_UNPUBLISHED, judge=cut_short)) == 130
    return folder


@pytest.mark.slow
def test_what_a_check_cut_short_left_answers_no_other_question(
    monitor: Monitor, checked: Path, workspace: Path
) -> None:
    status = ("status", "--return", "workforce", "--format", "json", "-w")
    findings = ("alerts", "list", "--findings", "--format", "json", "-w")
    before = monitor(*status, checked).out
    assert monitor(*status, workspace).out == before
    assert monitor("run", "-w", workspace).code == 0
    assert monitor(*status, workspace).out == before
    assert monitor(*findings, workspace).out == monitor(*findings, checked).out


@pytest.mark.slow
def test_what_a_check_cut_short_left_is_not_taken_for_the_answer_by_a_rebuild(
    monitor: Monitor, workspace: Path
) -> None:
    rebuilt = monitor("rebuild", "-w", workspace)
    assert (rebuilt.code, "every status is the same as in the old store" in rebuilt.out) == (0, True)
