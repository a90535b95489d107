"""Killed at random moments of a whole run: no submission is lost or doubled, the answer is that of undisturbed runs,
and the published copy can be opened at any time."""

from __future__ import annotations

import os
import random
import shutil
import sys
from pathlib import Path

import duckdb
import pytest
from asking import Show
from killing import Kills, World, killable, mail_server

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="forks and kills processes as Linux does")

KILLS = int(os.environ.get("MONITOR_KILLS", "0"))  # 0: FEW, or MANY where the slow tests are asked for
FEW, MANY = 1, 20
FILES = """
    SELECT file_name, rows_in_file, rows_loaded, rows_duplicate, rows_rejected, state
    FROM data.loaded_file ORDER BY file_name
"""
SUBMISSIONS = """
    SELECT organisation_code, return_code, period_start, submitted_at, outcome, request_id
    FROM data.submission_row ORDER BY ALL
"""
ANSWER = """
    SELECT organisation_code, return_code, period_start, request_id, due_on, status, cause, received_at,
           attempts, days_overdue
    FROM data.return_status_row ORDER BY ALL
"""


def asked(database: Path, sql: str) -> list[tuple]:
    with duckdb.connect(str(database), read_only=True) as opened:
        return opened.execute(sql).fetchall()


def kill_and_compare(folder: Path, kills: int, show: Show) -> None:
    chance = random.Random(20250131)
    workspace, twin = folder / "workspace", folder / "undisturbed"
    published = workspace / "published" / "monitor.duckdb"
    with mail_server() as (received, port), killable(folder / "errors.txt") as program:
        days = Kills(World(workspace, port, chance), program, received, chance)
        for _ in range(2):  # the first makes the store, and takes longer
            days.undisturbed()
        while days.killed.total() < kills:
            days.killed_somewhere(["anywhere"])
            assert asked(published, "SELECT count(*) > 0 FROM return_status") == [(True,)]
            for snapshot in (workspace / "published" / "snapshots").glob("monitor-*.duckdb"):
                assert asked(snapshot, "SELECT count(*) > 0 FROM return_status") == [(True,)]
        days.undisturbed()
        for name in ("inbox", "monitor.toml"):
            copy = shutil.copytree if (workspace / name).is_dir() else shutil.copy
            twin.mkdir(exist_ok=True)
            copy(workspace / name, twin / name)
        program.start({**days.world.command(), "folder": str(twin)})
        while program.word() not in ("over", ""):
            pass
        assert program.end() == 0, program.errors.read_text()
    store, of_twin = workspace / "var" / "monitor.duckdb", twin / "var" / "monitor.duckdb"
    kept, sent = asked(store, SUBMISSIONS), asked(of_twin, SUBMISSIONS)
    answer, undisturbed = asked(published, ANSWER), asked(twin / "published" / "monitor.duckdb", ANSWER)
    show(
        "Whole runs killed at random moments",
        ("kills", "days", "submissions", "lost", "doubled", "the same answer as undisturbed"),
        [(kills, days.world.day, len(kept), len(set(sent) - set(kept)), len(kept) - len(sent), answer == undisturbed)],
    )
    for what in (FILES, SUBMISSIONS, ANSWER):
        assert asked(store, what) == asked(of_twin, what)
    assert answer == undisturbed


@pytest.mark.slow
@pytest.mark.proof
def test_killed_at_random_moments_a_run_leaves_nothing_half_done(tmp_path: Path, show: Show) -> None:
    kill_and_compare(tmp_path, KILLS or FEW, show)


@pytest.mark.slow
def test_killed_at_many_random_moments_a_run_leaves_nothing_half_done(tmp_path: Path, show: Show) -> None:
    kill_and_compare(tmp_path, KILLS or MANY, show)
