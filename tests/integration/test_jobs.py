"""The jobs on a real store: each does its work once, and the schedule goes on whatever happens to one of them."""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Event, Thread

import duckdb
import pytest
from apscheduler.executors.pool import ThreadPoolExecutor
from asking import NOW, Monitor, Show, write_csv, write_two_practices

from jobs import running
from jobs.heartbeat import beat
from jobs.job import Job, Outcome
from jobs.log import log_to
from jobs.schedule import Watch, run_schedule
from monitor.config.context import Context, read_context
from monitor.config.workspace import Workspace
from monitor.core.errors import ConfigurationError
from monitor.store.lock import holding

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LOG = "organisation_code,return_code,period_start,submitted_at,outcome"


@pytest.fixture
def workspace(workspace: Path) -> Path:
    """Two practices, one of which has sent no workforce data for November and December."""
    write_two_practices(workspace)
    sent(workspace, "Z98002,workforce,2025-11-01", "Z98002,workforce,2025-12-01")
    return workspace


def sent(workspace: Path, *which: str) -> None:
    rows = [f"{one},{one.split(',')[2]}T10:00:00,accepted" for one in which]
    name = f"log{len(list((workspace / 'inbox').iterdir()))}.csv"
    write_csv(workspace / "inbox" / name, "\n".join([LOG, *rows]))


def at(workspace: Path, instant: datetime) -> Context:
    return read_context(Workspace(workspace), lambda: instant, pause=lambda seconds: None)


def asked(workspace: Path, sql: str) -> list[tuple]:
    with duckdb.connect(str(workspace / "var" / "monitor.duckdb"), read_only=True) as store:
        store.execute("SET TimeZone = 'UTC'")
        return store.execute(sql).fetchall()


def mails(workspace: Path) -> int:
    return len(list((workspace / "outbox").glob("*.eml")))


def look_at(workspace: Path, instant: datetime) -> list[str]:
    """Run what is due at an instant; gives the names."""
    context = at(workspace, instant)
    found = running.what_is_due(context)
    for job, occurrence in found:
        running.run_job(context, job, occurrence)
    return [job.name for job, _ in found]


def test_a_night_and_a_morning(workspace: Path, monitor: Monitor) -> None:
    monitor("load", "-w", workspace)
    assert look_at(workspace, NOW) == []  # the jobs are watched from now on: Thursday 15 January 2026, 9:30
    assert look_at(workspace, NOW + 8 * HOUR) == ["alerts"]
    assert look_at(workspace, datetime(2026, 1, 16, 2, 29, tzinfo=UTC)) == []
    assert look_at(workspace, datetime(2026, 1, 16, 2, 31, tzinfo=UTC)) == ["load_and_check"]
    assert mails(workspace) == 0
    assert look_at(workspace, datetime(2026, 1, 16, 8, 1, tzinfo=UTC)) == ["alerts", "self_check"]
    assert mails(workspace) == 1
    assert look_at(workspace, datetime(2026, 1, 16, 8, 2, tzinfo=UTC)) == []
    recorded = "SELECT job, state, scheduled_for FROM data.job_run WHERE scheduled_for IS NOT NULL ORDER BY run_id"
    assert asked(workspace, recorded) == [
        ("alerts", "done", datetime(2026, 1, 15, 16, 0)),
        ("load_and_check", "done", datetime(2026, 1, 16, 2, 30)),
        ("alerts", "done", datetime(2026, 1, 16, 8, 0)),
        ("self_check", "done", datetime(2026, 1, 16, 7, 30)),
    ]


def test_after_a_week_without_a_machine_each_job_runs_once(workspace: Path, monitor: Monitor) -> None:
    monitor("load", "-w", workspace)
    look_at(workspace, NOW)
    later = NOW + 8 * DAY
    assert look_at(workspace, later) == ["load_and_check", "alerts", "weekly_summary", "snapshot_cleanup", "self_check"]
    assert look_at(workspace, later + HOUR) == []
    detail = "SELECT detail FROM data.job_run WHERE job = 'load_and_check' AND scheduled_for IS NOT NULL"
    assert asked(workspace, detail)[0][0].endswith("makes good 7 missed before it")


def test_a_job_that_was_killed_is_run_again(workspace: Path, monitor: Monitor) -> None:
    monitor("load", "-w", workspace)
    look_at(workspace, NOW)
    look_at(workspace, NOW + 8 * HOUR)
    night = datetime(2026, 1, 16, 2, 31, tzinfo=UTC)
    with duckdb.connect(str(workspace / "var" / "monitor.duckdb")) as store:
        store.execute(
            "INSERT INTO data.job_run VALUES (nextval('data.next_run'), 'load_and_check', $at, NULL, 'running', NULL, "
            "TIMESTAMP '2026-01-16 02:30')",
            {"at": night},
        )
    assert look_at(workspace, night + timedelta(minutes=2)) == []
    assert look_at(workspace, night + timedelta(minutes=12)) == ["load_and_check"]
    states = "SELECT state FROM data.job_run WHERE job = 'load_and_check' ORDER BY run_id"
    assert asked(workspace, states) == [("cut_short",), ("done",)]


def test_mail_waits_over_a_bank_holiday(workspace: Path, monitor: Monitor) -> None:
    monitor("load", "-w", workspace)
    look_at(workspace, datetime(2026, 4, 2, 9, 0, tzinfo=UTC))
    assert "alerts" in look_at(workspace, datetime(2026, 4, 3, 8, 0, tzinfo=UTC))  # Good Friday
    assert mails(workspace) == 0
    left_out = "SELECT state, detail FROM data.job_run WHERE job = 'alerts'"
    assert asked(workspace, left_out) == [("left_out", "no working day")]
    look_at(workspace, datetime(2026, 4, 7, 8, 0, tzinfo=UTC))  # the Tuesday after Easter
    assert mails(workspace) >= 1


def test_the_weekly_summary_tells_everything_that_is_open_once_more(workspace: Path, monitor: Monitor) -> None:
    assert monitor("run", "-w", workspace).code == 0
    answer = monitor("schedule", "--once", "weekly_summary", "-w", workspace, now=NOW)
    assert answer.out == "weekly_summary: 0 summaries delivered, 0 not\n"  # told on the same day
    assert monitor("run", "-w", workspace, now=NOW + 4 * DAY).code == 0
    before = mails(workspace)
    for _ in range(2):
        assert monitor("schedule", "--once", "weekly_summary", "-w", workspace, now=NOW + 4 * DAY).code == 0
    assert mails(workspace) == before + 1


def test_a_month_is_rolled_up_once_and_published(workspace: Path, monitor: Monitor) -> None:
    assert monitor("run", "-w", workspace).code == 0
    for _ in range(2):
        assert monitor("schedule", "--once", "monthly_rollup", "-w", workspace).code == 0
    rows = json.loads(
        monitor("sql", "FROM monthly_rollup ORDER BY return_code", "-w", workspace, "--format", "json").out
    )
    workforce = next(row for row in rows if row["return_code"] == "workforce")
    assert (workforce["month"], workforce["required"], workforce["received"], workforce["not_received"]) == (
        "2025-12-01", 2, 1, 1,
    )  # fmt: skip
    assert len({(row["month"], row["return_code"], row["icb_code"]) for row in rows}) == len(rows)


def test_a_job_that_is_none_is_told(workspace: Path, monitor: Monitor) -> None:
    answer = monitor("schedule", "--once", "coffee", "-w", workspace)
    assert answer.code == 2
    assert "there is no job 'coffee'" in answer.err


# ------------------------------------------------------------------------------------------------------- the watch


def test_the_schedule_begins_in_a_workspace_in_which_nothing_has_run_yet(workspace: Path, log: logging.Logger) -> None:
    first, later = at(workspace, NOW), at(workspace, NOW + DAY)
    watch = Watch(first, lambda: first, log)
    watch.look()
    assert asked(workspace, "SELECT count(*) FROM data.job_watch") == [(6,)]
    watch.read = lambda: later
    watch.look()
    assert ("load_and_check", "done") in asked(workspace, "SELECT job, state FROM data.job_run")
    assert not [event for event in events(workspace) if "could not look" in event]


def test_the_schedule_brings_the_store_of_an_earlier_version_forward(workspace: Path, log: logging.Logger) -> None:
    first = Path(__file__).parents[1] / "schemas" / "1.sql"
    with duckdb.connect(str(workspace / "var" / "monitor.duckdb")) as store:
        store.execute(first.read_text(encoding="utf-8"))
    context = at(workspace, NOW)
    Watch(context, lambda: context, log).look()
    assert asked(workspace, "SELECT count(*) FROM data.job_watch") == [(6,)]


@pytest.fixture
def log(workspace: Path) -> Iterator[logging.Logger]:
    logger = log_to(workspace / "var" / "log" / "monitor.jsonl")
    yield logger
    for handler in list(logger.handlers):
        logger.removeHandler(handler)
        handler.close()


def events(workspace: Path) -> list[str]:
    lines = (workspace / "var" / "log" / "monitor.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line)["event"] for line in lines]


def test_settings_are_read_again_and_a_mistake_in_them_is_told_once(
    workspace: Path, monitor: Monitor, log: logging.Logger
) -> None:
    monitor("load", "-w", workspace)
    good = at(workspace, NOW)
    answers: list[Context | ConfigurationError] = [
        ConfigurationError("monitor.toml", "is wrong"), ConfigurationError("monitor.toml", "is wrong"),
        replace(good, settings=good.settings.model_copy(update={"icbs": ["QZ9"]})),
    ]  # fmt: skip

    def read() -> Context:
        answer = answers.pop(0)
        if isinstance(answer, ConfigurationError):
            raise answer
        return answer

    watch = Watch(good, read, log)
    watch.look()
    watch.look()
    assert watch.context.settings.icbs == []
    watch.look()
    assert watch.context.settings.icbs == ["QZ9"]
    assert events(workspace) == [
        "the settings of before are kept: monitor.toml: is wrong.", "the settings are read again",
    ]  # fmt: skip


def test_what_goes_wrong_with_one_job_does_not_keep_the_next_one(
    workspace: Path, monitor: Monitor, log: logging.Logger, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(context: Context, connection: duckdb.DuckDBPyConnection) -> Outcome:
        raise ZeroDivisionError("a bug")

    monitor("load", "-w", workspace)
    look_at(workspace, NOW)
    monkeypatch.setitem(running.JOBS, "load_and_check", Job("load_and_check", breaks))
    context = at(workspace, NOW + DAY)
    Watch(context, lambda: context, log).look()
    states = "SELECT job, state FROM data.job_run WHERE scheduled_for IS NOT NULL ORDER BY run_id"
    assert asked(workspace, states)[:2] == [("load_and_check", "stopped"), ("alerts", "done")]
    assert "load_and_check stopped by an error of the program" in events(workspace)
    traceback = (workspace / "var" / "log" / "monitor.jsonl").read_text(encoding="utf-8")
    assert "ZeroDivisionError: a bug" in traceback


def test_a_job_waits_while_another_run_has_the_workspace(
    workspace: Path, monitor: Monitor, log: logging.Logger
) -> None:
    monitor("load", "-w", workspace)
    look_at(workspace, NOW)
    context = at(workspace, NOW + DAY)
    watch = Watch(context, lambda: context, log)
    with holding(workspace / "var" / "run.lock", "monitor load", NOW):
        watch.look()
    assert asked(workspace, "SELECT count(*) FROM data.job_run WHERE scheduled_for IS NOT NULL") == [(0,)]
    assert any("waits" in event and "another run has the workspace" in event for event in events(workspace))
    watch.look()
    assert asked(workspace, "SELECT count(*) > 0 FROM data.job_run WHERE scheduled_for IS NOT NULL") == [(True,)]


def test_the_log_is_rotated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jobs.log.LARGEST_FILE", 2_000)
    logger = log_to(tmp_path / "log" / "monitor.jsonl")
    for number in range(600):
        logger.info("event %s", number)
    for handler in list(logger.handlers):
        logger.removeHandler(handler)
        handler.close()
    kept = sorted((tmp_path / "log").iterdir())
    assert len(kept) == 11
    assert all(file.stat().st_size <= 2_000 for file in kept)


@contextmanager
def listening() -> Iterator[tuple[str, list[str]]]:
    """A local address that notes what it is asked."""
    paths: list[str] = []

    class Notes(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            paths.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nothing."""

    server = HTTPServer(("127.0.0.1", 0), Notes)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/secret", paths
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_the_heart_beats_in_a_file_and_as_a_ping_while_all_is_well(
    workspace: Path, log: logging.Logger, monitor: Monitor
) -> None:
    toml = "monitor_from = 2025-11-01\n[schedule]\nheartbeat_url_env = 'PING'\n"
    (workspace / "monitor.toml").write_text(toml, encoding="utf-8")
    with listening() as (url, paths):
        context = replace(at(workspace, NOW), environ={"PING": url})
        beat(context, log, is_well=True)
        beat(context, log, is_well=False)
        assert paths == ["/secret"]
    assert json.loads((workspace / "var" / "heartbeat.json").read_text(encoding="utf-8"))["at"] == NOW.isoformat()
    beat(context, log, is_well=True)  # nobody listens any more
    beat(replace(context, environ={}), log, is_well=True)
    assert events(workspace) == ["no ping: ConnectionError", "no ping: the environment has no PING"]


# ----------------------------------------------------------------------------------------------------- the watchdog


def test_a_watchdog_is_told_of_a_long_silence_and_of_nothing_else_when_all_is_well(
    workspace: Path, monitor: Monitor
) -> None:
    assert monitor("doctor", "--quiet", "-w", workspace).out == "silence: nothing has run yet\n"
    assert monitor("run", "-w", workspace).code == 0
    well = monitor("doctor", "--quiet", "-w", workspace, now=NOW + 35 * HOUR)
    assert (well.code, well.out, well.err) == (0, "", "")
    silent = monitor("doctor", "--quiet", "-w", workspace, now=NOW + 38 * HOUR)
    assert silent.code == 4
    assert silent.out == "silence: no run has come to a good end for 38 hours (36 are allowed)\n"


# --------------------------------------------------------------------------------------------- as a process by itself

COMMAND = [sys.executable, "-m", "monitor", "schedule", "-w"]
needs_signals = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM to send")


@contextmanager
def scheduler(workspace: Path) -> Iterator[subprocess.Popen]:
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen([*COMMAND, workspace], stderr=subprocess.PIPE, text=True, env=environ) as process:
        try:
            yield process
        finally:
            process.kill()


def line_with(process: subprocess.Popen[str], words: str) -> str:
    assert process.stderr
    for line in process.stderr:
        if words in line:
            return line
    raise AssertionError(f"never said: {words}")


@needs_signals
def test_sigterm_ends_the_schedule(workspace: Path, monitor: Monitor) -> None:
    monitor("load", "-w", workspace)
    with scheduler(workspace) as process:
        line_with(process, "the schedule begins")
        process.send_signal(signal.SIGTERM)
        line_with(process, "the schedule has ended")
        assert process.wait(timeout=30) == 0
    assert not (workspace / "var" / "run.lock").exists()


@pytest.fixture
def waited_too_long() -> Iterator[list[bool]]:
    """Filled where a test would wait for ever, which then ends; and handlers of signals as they were, afterwards."""
    found: list[bool] = []

    def too_long(*_: object) -> None:
        found.append(True)
        raise TimeoutError

    kept = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT, signal.SIGALRM)}
    signal.signal(signal.SIGALRM, too_long)
    signal.alarm(60)
    yield found
    signal.alarm(0)
    for number, handler in kept.items():
        signal.signal(number, handler)


@needs_signals
def test_a_signal_that_comes_while_a_job_is_handed_over_ends_the_schedule_too(
    workspace: Path, monkeypatch: pytest.MonkeyPatch, waited_too_long: list[bool]
) -> None:
    hand_over, stopped, looked = ThreadPoolExecutor._do_submit_job, Event(), []

    def interrupted(self: ThreadPoolExecutor, *job: object) -> None:
        hand_over(self, *job)
        signal.raise_signal(signal.SIGTERM)
        stopped.set()

    monkeypatch.setattr(ThreadPoolExecutor, "_do_submit_job", interrupted)
    monkeypatch.setattr(Watch, "look", lambda watch: looked.append(stopped.wait()))
    context = read_context(Workspace(workspace), lambda: datetime.now(UTC))
    run_schedule(context, lambda: context)
    assert (looked, waited_too_long) == ([True], [])  # the job under way was finished first


@pytest.mark.proof
@needs_signals
def test_two_schedulers_on_one_workspace_run_each_occurrence_once(
    workspace: Path, monitor: Monitor, show: Show
) -> None:
    monitor("load", "-w", workspace)
    now = datetime.now(UTC)
    look_at(workspace, now - 3 * DAY)  # watched since three days, so that several jobs are due at once
    with scheduler(workspace) as one, scheduler(workspace) as other:
        deadline = time.monotonic() + 120
        wanted = {"load_and_check", "self_check"}
        done = "SELECT job FROM data.job_run WHERE scheduled_for IS NOT NULL AND state IN ('done', 'done_in_part')"
        while time.monotonic() < deadline and not wanted <= set(_tried(workspace, done)):
            time.sleep(0.5)
        for process in (one, other):
            process.send_signal(signal.SIGTERM)
        for process in (one, other):
            process.communicate(timeout=60)
    ran = _tried(workspace, done)
    show("Two schedulers started together", ("job", "times run"), sorted(Counter(ran).items()))
    assert wanted <= set(ran)
    assert len(ran) == len(set(ran))


def _tried(workspace: Path, sql: str) -> list[str]:
    try:
        return [row[0] for row in asked(workspace, sql)]
    except duckdb.Error:
        return []
