"""One run at a time on a workspace: the second says who has it; a lock that nobody holds any more is no obstacle."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pytest
from asking import NOW, Monitor

from monitor.core.errors import EnvironmentFault
from monitor.store.lock import SECONDS_UNTIL_STALE, holder_of, holding

HOLD = """
import sys
from datetime import datetime, UTC
from pathlib import Path
from monitor.run_lock import holding
with holding(Path(sys.argv[1]), "monitor run", datetime(2026, 1, 15, 2, 30, tzinfo=UTC)):
    print("held", flush=True)
    sys.stdin.read()
"""
# Takes the lock again and again, and looks whether anybody else has it at the same time.
CONTEND = """
import os, sys
from datetime import datetime, UTC
from pathlib import Path
from monitor.errors import EnvironmentFault
from monitor.run_lock import holding
lock, alone = Path(sys.argv[1]), Path(sys.argv[2])
held = 0
for attempt in range(200):
    try:
        with holding(lock, "monitor run", datetime.now(UTC)):
            os.mkdir(alone)
            os.rmdir(alone)
            held += 1
    except EnvironmentFault:
        pass
print(held)
"""
# A check that takes long, and is told to stop. DuckDB ends a query at once, or when a thread of it has done its part.
TOLD_TO_STOP = """
import os, signal, sys, threading
from monitor import __main__
from monitor.checks import suites, verdicts
waiting = sys.argv.pop(1)
long = "(SELECT sum(hash(range)) FROM range(1000000000))"
def tell():
    os.kill(os.getpid(), signal.SIGTERM)
def wait_between_queries(connection, question):
    tell()
    raise AssertionError("went on")
def wait_in_a_query(connection, question):
    threading.Timer(0.1, tell).start()
    connection.execute("FROM " + long)
class LongView(dict):
    def __getitem__(self, name):
        if name == "check_view":
            threading.Timer(1, tell).start()
            return super().__getitem__(name) + " AND " + long + " IS NOT NULL"
        return super().__getitem__(name)
if waiting == "between queries":
    verdicts.derive_status = wait_between_queries
elif waiting == "in a query":
    verdicts.derive_status = wait_in_a_query
else:
    suites.SQL = LongView(suites.SQL)
__main__.main_and_exit()
"""


@contextmanager
def held_by_another_process(lock: Path) -> Iterator[subprocess.Popen]:
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, lock], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin
        assert process.stdout
        assert process.stdout.readline() == "held\n"
        yield process
        process.stdin.close()


def lock_of(workspace: Path) -> Path:
    return workspace / "var" / "run.lock"


def of_another_host(lock: Path, seconds_untouched: float = 0) -> None:
    held = {
        "user": "robot",
        "host": "elsewhere",
        "process": 77,
        "process_started_at": 0.0,
        "since": "2026-01-15 02:30 UTC",
    }
    lock.write_text(json.dumps(held | {"doing": "monitor run"}), encoding="utf-8")
    untouched_since = time.time() - seconds_untouched
    os.utime(lock, (untouched_since, untouched_since))


def test_the_second_run_says_who_has_the_workspace_and_leaves(workspace: Path, monitor: Monitor) -> None:
    with held_by_another_process(lock_of(workspace)) as process:
        for command in (("run",), ("load",), ("alerts", "ack", "x", "--by", "a")):
            answer = monitor(*command, "-w", workspace)
            assert answer.code == 4
            assert "another run has the workspace: monitor run by " in answer.err
            assert f"(process {process.pid}), since 2026-01-15 02:30 UTC" in answer.err
    assert monitor("load", "-w", workspace).code == 0
    assert not lock_of(workspace).exists()


def test_questions_are_answered_while_a_run_has_the_workspace(demo: Path, monitor: Monitor) -> None:
    with held_by_another_process(lock_of(demo)):
        assert monitor("status", "-w", demo, "--return", "workforce").code == 0
        assert monitor("alerts", "list", "-w", demo).code == 0


def test_the_doctor_says_who_has_the_workspace(demo: Path, monitor: Monitor) -> None:
    asked = ("doctor", "-w", demo, "--format", "json")
    with held_by_another_process(lock_of(demo)):
        found = {one["found"] for one in json.loads(monitor(*asked).out) if one["subject"] == "run"}
        assert len(found) == 1
        assert found.pop().startswith("under way: monitor run by ")
    assert not [one for one in json.loads(monitor(*asked).out) if one["subject"] == "run"]


@pytest.mark.skipif(sys.platform == "win32", reason="a process cannot be killed in this way on Windows")
def test_the_lock_of_a_killed_process_is_taken_over_at_once(workspace: Path, monitor: Monitor) -> None:
    with held_by_another_process(lock_of(workspace)) as process:
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert lock_of(workspace).exists()
        assert monitor("load", "-w", workspace).code == 0
    assert not lock_of(workspace).exists()


def test_the_number_of_a_gone_process_that_another_one_has_now_does_not_deceive(workspace: Path) -> None:
    lock = lock_of(workspace)
    with held_by_another_process(lock):
        held = json.loads(lock.read_text(encoding="utf-8"))
    lock.write_text(json.dumps(held | {"process": os.getpid()}), encoding="utf-8")
    assert holder_of(lock) is None


@pytest.mark.parametrize("content", ["of another host", "", "{", '{"user": 1}', "[]"])
def test_a_lock_of_another_host_or_of_nobody_holds_until_it_was_not_touched_for_five_minutes(
    workspace: Path, monitor: Monitor, content: str
) -> None:
    lock = lock_of(workspace)
    for seconds, code in ((SECONDS_UNTIL_STALE - 20, 4), (SECONDS_UNTIL_STALE + 20, 0)):
        of_another_host(lock, seconds)
        if content != "of another host":
            lock.write_text(content, encoding="utf-8")
            os.utime(lock, (time.time() - seconds, time.time() - seconds))
        assert monitor("load", "-w", workspace).code == code


def test_whoever_is_cut_short_by_an_error_gives_the_lock_back(tmp_path: Path) -> None:
    def cut_short() -> None:
        with holding(tmp_path / "run.lock", "a test", NOW):
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        cut_short()
    assert list(tmp_path.iterdir()) == []


def test_a_lock_that_was_taken_over_is_not_given_back_by_its_first_holder(tmp_path: Path) -> None:
    lock = tmp_path / "run.lock"
    with holding(lock, "a test", NOW):
        of_another_host(lock)
    assert lock.exists()


def test_of_many_who_want_it_at_the_same_moment_one_has_it(tmp_path: Path) -> None:
    lock, alone = tmp_path / "run.lock", tmp_path / "alone"
    of_another_host(lock, SECONDS_UNTIL_STALE + 20)  # and the first thing is a lock to be taken over
    command = [sys.executable, "-c", CONTEND, str(lock), str(alone)]
    contenders = [
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(4)
    ]
    answers = [contender.communicate(timeout=120) for contender in contenders]
    assert [error for _, error in answers] == [""] * 4  # nobody found anybody beside
    assert sum(int(held) for held, _ in answers) > 0


def test_the_holder_is_named_in_words(tmp_path: Path) -> None:
    lock = tmp_path / "run.lock"
    with (
        holding(lock, "monitor run", NOW),
        pytest.raises(EnvironmentFault, match=r"monitor run by \S+ on \S+ \(process \d+\), since 2026-01-15 09:30 UTC"),
        holding(lock, "monitor load", NOW),
    ):
        pass


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM to send")
@pytest.mark.parametrize("waiting", ["between queries", "in a query", "in a suite"])
def test_a_run_that_is_told_to_stop_gives_the_lock_back_and_says_nothing_of_bugs(demo: Path, waiting: str) -> None:
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", TOLD_TO_STOP, waiting, "check", "-w", str(demo), "--as-of", "2024-12-31"]
    ended = subprocess.run(command, capture_output=True, text=True, env=environ, timeout=120)
    assert (ended.returncode, "Traceback" in ended.stderr) == (130, False), ended.stderr
    assert not lock_of(demo).exists()
    with duckdb.connect(str(demo / "var" / "monitor.duckdb")) as store:
        assert store.execute("SELECT state FROM data.job_run ORDER BY run_id DESC LIMIT 1").fetchone() == ("stopped",)
