"""One run at a time on a workspace: the second says who has it; what a killed run leaves is no obstacle."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pytest
from asking import NOW, Monitor
from damaged import CASES, CONTENTS, STORES, flipped, on_one_line, whole_workspace
from killing import killable

from monitor.config.context import read_context
from monitor.config.workspace import init_workspace
from monitor.core.errors import EnvironmentFault
from monitor.operations.examined import PROBLEM
from monitor.operations.health import examine
from monitor.scheduling.schedule import run_schedule
from monitor.store.connection import open_writer
from monitor.store.lock import holder_of, holding

HOLD = """
import sys
from datetime import datetime, UTC
from pathlib import Path
from monitor.store.lock import holding
with holding(Path(sys.argv[1]), "monitor run", datetime(2026, 1, 15, 2, 30, tzinfo=UTC)):
    print("held", flush=True)
    sys.stdin.read()
"""
# A check that takes long, and is told to stop. DuckDB ends a query at once, or when a thread of it has done its part.
TOLD_TO_STOP = """
import os, signal, sys, threading
from contextlib import contextmanager
from dataclasses import replace
from monitor.__main__ import main_and_exit
from monitor.checks.judges import by_great_expectations
from monitor.pipeline import STAGES
waiting = sys.argv.pop(1)
LONG = "(SELECT sum(hash(range)) FROM range(1000000000))"
def tell():
    os.kill(os.getpid(), signal.SIGTERM)
@contextmanager
def between_queries(connection):
    tell()
    raise AssertionError("went on")
    yield
@contextmanager
def in_a_query(connection):
    threading.Timer(0.1, tell).start()
    connection.execute("FROM " + LONG)
    yield
@contextmanager
def in_a_suite(connection):
    class Slow:
        def judge(self, suite, table, wanted):
            where = " WHERE return_code <> '' AND " + LONG + " IS NOT NULL"
            connection.execute("CREATE OR REPLACE VIEW data.slow AS FROM data." + table + where)
            threading.Timer(1, tell).start()
            return judge.judge(suite, "slow", wanted)
    with by_great_expectations(connection) as judge:
        yield Slow()
judges = {"between queries": between_queries, "in a query": in_a_query, "in a suite": in_a_suite}
main_and_exit(replace(STAGES, judge=judges[waiting]))
"""


RIGHTS = "-dac_override,-dac_read_search"
WITHOUT_RIGHTS = ["setpriv", "--bounding-set", RIGHTS, "--inh-caps", RIGHTS]
needs_permissions = pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="needs an account that may not write everything"
)


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


def runs_that_the_doctor_finds(monitor: Monitor, workspace: Path) -> list[str]:
    answer = monitor("doctor", "-w", workspace, "--format", "json")
    return [one["found"] for one in json.loads(answer.out) if one["subject"] == "run"]


def test_the_second_run_and_the_doctor_say_who_has_the_workspace(workspace: Path, monitor: Monitor) -> None:
    with held_by_another_process(lock_of(workspace)) as process:
        who = f"monitor run (process {process.pid} on {socket.gethostname()}), since 2026-01-15 02:30 UTC"
        for command in (("load",), ("alerts", "ack", "x", "--by", "a")):
            answer = monitor(*command, "-w", workspace)
            assert answer.code == 4
            assert f"another run has the workspace: {who}" in answer.err
        assert runs_that_the_doctor_finds(monitor, workspace) == [f"under way: {who}"]
    assert monitor("load", "-w", workspace).code == 0
    assert runs_that_the_doctor_finds(monitor, workspace) == []


@pytest.mark.skipif(sys.platform == "win32", reason="a process cannot be killed in this way on Windows")
def test_a_killed_run_leaves_nothing_that_stops_the_next_one(workspace: Path, monitor: Monitor) -> None:
    with held_by_another_process(lock_of(workspace)) as process:
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert holder_of(lock_of(workspace)) is None
        assert monitor("load", "-w", workspace).code == 0


def test_questions_are_answered_while_a_run_has_the_workspace(demo: Path, monitor: Monitor) -> None:
    with holding(lock_of(demo), "monitor run", NOW):
        assert monitor("status", "-w", demo, "--return", "workforce").code == 0
        assert monitor("alerts", "list", "-w", demo).code == 0


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b"[]", b'{"process": 1}'])
def test_a_file_that_does_not_say_who_has_the_lock_stops_nothing(tmp_path: Path, content: bytes) -> None:
    lock, holder = tmp_path / "run.lock", tmp_path / "run.holder"
    holder.write_bytes(content)
    assert holder_of(lock) is None
    with holding(lock, "a test", NOW):
        assert str(holder_of(lock)).startswith("a test (process ")
        holder.write_bytes(content)
        assert holder_of(lock) == "it is not known what it is"
    assert not holder.exists()


def test_where_the_holder_cannot_be_written_the_run_goes_on(tmp_path: Path) -> None:
    (tmp_path / "run.holder").mkdir()
    with holding(tmp_path / "run.lock", "a test", NOW):
        assert holder_of(tmp_path / "run.lock") == "it is not known what it is"


def test_whoever_is_cut_short_by_an_error_gives_the_lock_back(tmp_path: Path) -> None:
    lock = tmp_path / "run.lock"
    with pytest.raises(ZeroDivisionError), holding(lock, "a test", NOW):
        raise ZeroDivisionError
    assert holder_of(lock) is None
    assert list(tmp_path.iterdir()) == [lock]


@needs_permissions
@pytest.mark.parametrize("kept_from_us", ["run.lock", ""])
def test_a_lock_or_folder_that_may_not_be_written_says_so(tmp_path: Path, kept_from_us: str) -> None:
    (tmp_path / kept_from_us).touch()
    (tmp_path / kept_from_us).chmod(0o555)
    assert_cannot_be_locked(tmp_path / "run.lock")
    (tmp_path / kept_from_us).chmod(0o755)


def assert_cannot_be_locked(lock: Path) -> None:
    with pytest.raises(EnvironmentFault, match=r"run\.lock: cannot be locked: .*permissions"), holding(lock, "x", NOW):
        pass


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM to send")
@pytest.mark.parametrize(
    "waiting", ["between queries", "in a query", pytest.param("in a suite", marks=pytest.mark.slow)]
)
def test_a_run_that_is_asked_to_stop_gives_the_lock_back_and_says_nothing_of_bugs(demo: Path, waiting: str) -> None:
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", TOLD_TO_STOP, waiting, "check", "-w", str(demo), "--as-of", "2024-12-31"]
    ended = subprocess.run(command, capture_output=True, text=True, env=environ, timeout=120)
    assert (ended.returncode, "Traceback" in ended.stderr) == (130, False), ended.stderr
    assert holder_of(lock_of(demo)) is None
    with duckdb.connect(str(demo / "var" / "monitor.duckdb")) as store:
        assert store.execute("SELECT state FROM data.job_run ORDER BY run_id DESC LIMIT 1").fetchone() == ("stopped",)


@pytest.mark.parametrize("kind", ["folder", "pipe"])
def test_a_lock_that_is_no_file_is_said_and_not_waited_for(tmp_path: Path, kind: str) -> None:
    lock = tmp_path / "run.lock"
    lock.mkdir() if kind == "folder" else os.mkfifo(lock)
    with pytest.raises(EnvironmentFault, match=f"is a {kind}"), holding(lock, "monitor run", NOW):
        raise AssertionError("took it")
    assert holder_of(lock) is None


def test_a_second_schedule_says_who_runs_the_first(tmp_path: Path) -> None:
    workspace = init_workspace(tmp_path / "w")
    context = read_context(workspace, lambda: NOW)
    with (
        held_by_another_process(workspace.schedule_lock),
        pytest.raises(EnvironmentFault, match=r"one run at a time|process \d+"),
    ):
        run_schedule(context, lambda: context, {})


@pytest.fixture(scope="module")
def whole_store(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("whole") / "monitor.duckdb"
    with open_writer(path, path.parent / "spill", "200MB"):
        pass
    return path.read_bytes()


@pytest.mark.parametrize("damage", ["cut short", "emptied", "of another program", "its head spoilt", "noughts"])
def test_a_damaged_store_is_a_problem_to_be_rebuilt_or_restored(
    tmp_path: Path, whole_store: bytes, damage: str
) -> None:
    workspace = init_workspace(tmp_path / "w")
    workspace.store.write_bytes(CONTENTS[damage](whole_store))
    examined = examine(read_context(workspace, lambda: NOW))
    (store,) = [one for one in examined if one.subject == "store"]
    assert store.state == PROBLEM
    assert "monitor rebuild" in store.found
    assert "disk space" not in store.found


@pytest.mark.parametrize("damage", ["cut to its head", "a pipe", "of another use"])
def test_the_doctor_and_a_run_end_with_4_where_the_store_is_damaged(
    monitor: Monitor, tmp_path: Path, whole_store: bytes, damage: str
) -> None:
    workspace = init_workspace(tmp_path / "w")
    workspace.store.write_bytes(whole_store)
    STORES[damage](workspace.store)
    for command in ("doctor", "run"):
        answer = monitor(command, "-w", workspace.folder)
        assert (answer.code, "monitor rebuild" in on_one_line(answer.out + answer.err)) == (4, True), answer


def test_of_a_damaged_published_copy_it_is_said_that_a_run_makes_it_anew(
    monitor: Monitor, tmp_path: Path, whole_store: bytes
) -> None:
    workspace = init_workspace(tmp_path / "w")
    workspace.store.write_bytes(whole_store)
    workspace.published.write_bytes(CONTENTS["cut short"](whole_store))
    for command in (("doctor",), ("sql", "SELECT 1")):
        answer = monitor(*command, "-w", workspace.folder)
        assert (answer.code, "`monitor run` makes it again" in on_one_line(answer.out + answer.err)) == (4, True), (
            answer
        )


def test_the_doctor_reads_all_of_the_store(tmp_path: Path, whole_store: bytes) -> None:
    workspace = init_workspace(tmp_path / "w")
    workspace.store.write_bytes(whole_store)
    with duckdb.connect(str(workspace.store)) as store:
        store.execute("CREATE TABLE data.more AS SELECT random() AS value FROM range(200_000)")
    workspace.store.write_bytes(flipped(len(whole_store) + 1000)(workspace.store.read_bytes()))
    examined = examine(read_context(workspace, lambda: NOW))
    assert [one.state for one in examined if one.subject == "store"] == [PROBLEM]


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix" or shutil.which("setpriv") is None, reason="needs setpriv")
def test_of_a_store_that_may_not_be_read_the_permissions_are_said(tmp_path: Path, whole_store: bytes) -> None:
    workspace = init_workspace(tmp_path / "w")
    workspace.store.write_bytes(whole_store)
    workspace.store.chmod(0o000)
    for command in ("doctor", "run"):
        typed = [*WITHOUT_RIGHTS, sys.executable, "-m", "monitor", command, "-w", str(workspace.folder)]
        ended = subprocess.run(typed, capture_output=True, text=True, check=False, timeout=60)
        said = on_one_line(ended.stdout + ended.stderr)
        assert (ended.returncode, "check the permissions" in said, "disk space" in said) == (4, True, False), said


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="forks processes as Linux does")
def test_each_kind_of_damage_is_said_and_accuses_nobody_and_a_copy_is_made_anew(tmp_path: Path) -> None:
    with killable(tmp_path / "errors.txt") as program:
        whole = whole_workspace(tmp_path / "whole", program)
        found = {case: whole.faults(tmp_path / " ".join(case), program, *case) for case in CASES}
    assert {case: faults for case, faults in found.items() if faults} == {}


@pytest.mark.parametrize("command", ["load", "status"])
def test_what_a_killed_process_left_in_the_spill_is_gone_after_any_command(
    monitor: Monitor, tmp_path: Path, command: str
) -> None:
    workspace = init_workspace(tmp_path / "w")
    monitor("load", "-w", workspace.folder)
    left = [folder / "left" for folder in (workspace.spill, workspace.unpacking, workspace.dry_run)]
    for file in left:
        file.parent.mkdir(exist_ok=True)
        file.write_text("9990001235")
    monitor(command, "-w", workspace.folder)
    assert [file for file in left if file.exists()] == []


def test_what_a_run_under_way_has_in_the_spill_stays(monitor: Monitor, tmp_path: Path) -> None:
    workspace = init_workspace(tmp_path / "w")
    monitor("load", "-w", workspace.folder)
    with holding(workspace.lock, "monitor run", NOW):
        workspace.spill.mkdir()
        monitor("status", "-w", workspace.folder)
        assert workspace.spill.exists()
