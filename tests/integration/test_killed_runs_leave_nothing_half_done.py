"""Killed at random moments of a whole run: no submission is lost or doubled, the answer is that of undisturbed runs,
and the published copy can be opened at any time."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from asking import Show
from killed_loads import put_patients
from killed_runs import kill_runs
from killing import killable

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="forks and kills processes as Linux does")

KILLS = int(os.environ.get("MONITOR_KILLS", "20"))


@pytest.mark.slow
@pytest.mark.proof
def test_killed_at_random_moments_a_run_leaves_nothing_half_done(tmp_path: Path, show: Show) -> None:
    runs = kill_runs(tmp_path, KILLS)
    show(
        "Whole runs killed at random moments",
        ("kills", "days", "submissions", "lost", "doubled", "the same answer as undisturbed"),
        [(KILLS, runs.days, len(runs.kept.submissions), runs.lost.total(), runs.doubled.total(),
          runs.kept.published == runs.undisturbed.published)],
    )  # fmt: skip
    assert list(runs.faults()) == []


@pytest.mark.slow
def test_killed_while_rows_of_patients_are_spilt_a_load_leaves_nothing_after_the_next_command(tmp_path: Path) -> None:
    with killable(tmp_path / "errors.txt") as program:
        patients = put_patients(tmp_path / "workspace", program)
        for command in ("status", "load"):
            assert patients.kill_in_the_spill()
            assert list(patients.faults_after(command)) == []
