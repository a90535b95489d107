"""The jobs on a real store: each does its work once, and the schedule continues whatever happens to one of them."""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Event, Thread

import duckdb
import pytest
from asking import NOW, Monitor, write_csv, write_two_practices

from benchmarks.stages import COUNTED
from jobs import JOBS
from monitor import pipeline
from monitor.config.context import Context, read_context
from monitor.config.workspace import Workspace
from monitor.core.errors import ConfigurationError
from monitor.pipeline import Stages
from monitor.scheduling.heartbeat import beat
from monitor.scheduling.job import Job, JobOutcome
from monitor.scheduling.log import log_to
from monitor.scheduling.running import make_store_ready, run_job, what_is_due
from monitor.scheduling.schedule import Watch, run_schedule
from monitor.store.lock import holder_of, holding
from monitor.store.sessions import writing

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


def look_at(workspace: Path, instant: datetime, jobs: Mapping[str, Job] = JOBS) -> list[str]:
    """Run what is due at an instant; gives the names."""
    context = at(workspace, instant)
    found = what_is_due(context, jobs)
    for job, occurrence in found:
        run_job(context, job, occurrence, COUNTED)
    return [job.name for job, _ in found]


def do_nothing(context: Context, connection: duckdb.DuckDBPyConnection, stages: Stages) -> JobOutcome:
    return JobOutcome("did nothing")


QUICK = {name: replace(job, do=do_nothing) for name, job in JOBS.items()}  # where it is about when they run


def watched_since(workspace: Path, instant: datetime) -> None:
    """Have a store in which the jobs are watched from an instant on."""
    make_store_ready(at(workspace, instant))
    assert look_at(workspace, instant, QUICK) == []


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


@pytest.mark.slow
def test_after_a_week_without_a_machine_each_job_runs_once(workspace: Path) -> None:
    watched_since(workspace, NOW)
    missed = ["load_and_check", "alerts", "weekly_summary", "snapshot_cleanup", "self_check"]
    assert look_at(workspace, NOW + 8 * DAY, QUICK) == missed
    assert look_at(workspace, NOW + 8 * DAY + HOUR, QUICK) == []
    detail = "SELECT detail FROM data.job_run WHERE job = 'load_and_check' AND scheduled_for IS NOT NULL"
    assert asked(workspace, detail)[0][0].endswith("makes up for 7 missed before it")


def test_a_job_that_was_killed_is_run_again(workspace: Path) -> None:
    watched_since(workspace, NOW + 8 * HOUR)
    night = datetime(2026, 1, 16, 2, 31, tzinfo=UTC)
    with duckdb.connect(str(workspace / "var" / "monitor.duckdb")) as store:
        store.execute(
            "INSERT INTO data.job_run VALUES (nextval('data.next_run'), 'load_and_check', $at, NULL, 'running', NULL, "
            "TIMESTAMP '2026-01-16 02:30')",
            {"at": night},
        )
    assert look_at(workspace, night + timedelta(minutes=2), QUICK) == []
    assert look_at(workspace, night + timedelta(minutes=12), QUICK) == ["load_and_check"]
    states = "SELECT state FROM data.job_run WHERE job = 'load_and_check' ORDER BY run_id"
    assert asked(workspace, states) == [("cut_short",), ("done",)]


@pytest.mark.slow
def test_of_two_schedules_that_find_the_same_due_one_runs_it(workspace: Path) -> None:
    watched_since(workspace, NOW)
    context = at(workspace, NOW + 8 * HOUR)
    (first,), (second,) = what_is_due(context, QUICK), what_is_due(context, QUICK)
    run_job(context, *first, COUNTED)
    said = run_job(context, *second, COUNTED)
    assert said.detail == "another schedule has run it in the meantime"
    assert asked(workspace, "SELECT job, state FROM data.job_run WHERE scheduled_for IS NOT NULL") == [
        ("alerts", "done")
    ]


@pytest.mark.slow
def test_mail_waits_over_a_bank_holiday(workspace: Path) -> None:
    watched_since(workspace, datetime(2026, 4, 2, 17, tzinfo=UTC))
    for day in (3, 7):  # Good Friday; the Tuesday after Easter
        assert "alerts" in look_at(workspace, datetime(2026, 4, day, 8, 0, tzinfo=UTC), QUICK)
    states = "SELECT state, detail FROM data.job_run WHERE job = 'alerts' ORDER BY run_id"
    assert asked(workspace, states)[0] == ("left_out", "no working day")
    assert asked(workspace, states)[1][0] == "done"


@pytest.mark.slow
def test_the_weekly_summary_says_what_changed_and_what_is_still_open(workspace: Path, monitor: Monitor) -> None:
    assert monitor("run", "-w", workspace).code == 0
    answer = monitor("schedule", "--once", "weekly_summary", "-w", workspace, now=NOW)
    assert answer.out == "weekly_summary: 0 messages delivered, 0 not\n"  # the first message was on the same day
    assert monitor("run", "-w", workspace, now=NOW + 4 * DAY).code == 0
    before = mails(workspace)
    for _ in range(2):
        assert monitor("schedule", "--once", "weekly_summary", "-w", workspace, now=NOW + 4 * DAY).code == 0
    assert mails(workspace) == before + 1


@pytest.mark.slow
def test_a_message_that_still_waits_goes_without_a_summary_beside_it(workspace: Path, monitor: Monitor) -> None:
    """What was planned over a weekend leaves on Monday: the summary would say the same in the same minute."""
    context = at(workspace, NOW)
    make_store_ready(context)
    with writing(context, "a night") as connection:
        pipeline.load_and_check(context, connection, None, COUNTED)
    assert monitor("schedule", "--once", "weekly_summary", "-w", workspace, now=NOW + 2 * DAY).code == 0
    assert mails(workspace) == 1


@pytest.mark.slow
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


def test_a_job_that_is_none_is_reported(workspace: Path, monitor: Monitor) -> None:
    answer = monitor("schedule", "--once", "coffee", "-w", workspace)
    assert answer.code == 2
    assert "there is no job 'coffee'" in answer.err


# ------------------------------------------------------------------------------------------------------- the watch


def watching(context: Context, log: logging.Logger, jobs: Mapping[str, Job] = QUICK) -> Watch:
    return Watch(context, lambda: context, jobs, log)


@pytest.mark.slow
def test_the_schedule_begins_in_a_workspace_in_which_nothing_has_run_yet(workspace: Path, log: logging.Logger) -> None:
    first, later = at(workspace, NOW), at(workspace, NOW + DAY)
    watch = watching(first, log)
    watch.look()
    assert asked(workspace, "SELECT count(*) FROM data.job_watch") == [(6,)]
    watch.read = lambda: later
    watch.look()
    assert ("load_and_check", "done") in asked(workspace, "SELECT job, state FROM data.job_run")
    assert not [event for event in events(workspace) if "could not work out what is due" in event]


def test_the_schedule_brings_the_store_of_an_earlier_version_forward(workspace: Path, log: logging.Logger) -> None:
    first = Path(__file__).parents[1] / "schemas" / "1.sql"
    with duckdb.connect(str(workspace / "var" / "monitor.duckdb")) as store:
        store.execute(first.read_text(encoding="utf-8"))
    watching(at(workspace, NOW), log).look()
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


def test_settings_are_read_again_and_a_mistake_in_them_is_reported_once(workspace: Path, log: logging.Logger) -> None:
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

    watch = Watch(good, read, QUICK, log)
    watch.look()
    watch.look()
    assert watch.context.settings.icbs == []
    watch.look()
    assert watch.context.settings.icbs == ["QZ9"]
    assert events(workspace) == [
        "the previous settings are kept: monitor.toml: is wrong.", "the settings were read again",
    ]  # fmt: skip


@pytest.mark.slow
def test_what_goes_wrong_with_one_job_does_not_keep_the_next_one(workspace: Path, log: logging.Logger) -> None:
    def breaks(context: Context, connection: duckdb.DuckDBPyConnection, stages: Stages) -> JobOutcome:
        raise ZeroDivisionError("a bug")

    watched_since(workspace, NOW)
    jobs = {**QUICK, "load_and_check": Job("load_and_check", breaks)}
    watching(at(workspace, NOW + DAY), log, jobs).look()
    states = "SELECT job, state FROM data.job_run WHERE scheduled_for IS NOT NULL ORDER BY run_id"
    assert asked(workspace, states)[:2] == [("load_and_check", "stopped"), ("alerts", "done")]
    assert "load_and_check stopped by an error of the program" in events(workspace)
    traceback = (workspace / "var" / "log" / "monitor.jsonl").read_text(encoding="utf-8")
    assert "ZeroDivisionError: a bug" in traceback


def test_a_job_waits_while_another_run_has_the_workspace(workspace: Path, log: logging.Logger) -> None:
    watched_since(workspace, NOW)
    watch = watching(at(workspace, NOW + DAY), log)
    with holding(workspace / "var" / "run.lock", "monitor load", NOW):
        watch.look()
    assert asked(workspace, "SELECT count(*) FROM data.job_run WHERE scheduled_for IS NOT NULL") == [(0,)]
    assert any("waits" in event and "another run has the workspace" in event for event in events(workspace))
    watch.look()
    assert asked(workspace, "SELECT count(*) > 0 FROM data.job_run WHERE scheduled_for IS NOT NULL") == [(True,)]


def test_the_log_is_rotated(tmp_path: Path) -> None:
    logger = log_to(tmp_path / "log" / "monitor.jsonl", largest=2_000)
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


@pytest.mark.slow
def test_a_watchdog_hears_of_a_long_silence_and_of_nothing_else_when_all_is_well(
    bare_workspace: Path, monitor: Monitor
) -> None:
    assert monitor("doctor", "--quiet", "-w", bare_workspace).out == "silence: nothing has run yet\n"
    assert monitor("run", "-w", bare_workspace).code == 0
    well = monitor("doctor", "--quiet", "-w", bare_workspace, now=NOW + 35 * HOUR)
    assert (well.code, well.out, well.err) == (0, "", "")
    silent = monitor("doctor", "--quiet", "-w", bare_workspace, now=NOW + 38 * HOUR)
    assert silent.code == 4
    assert silent.out == "silence: no run has finished successfully for 38 hours (36 allowed)\n"


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
def test_of_two_schedules_started_at_once_one_says_who_the_other_is_and_sigterm_ends_that(workspace: Path) -> None:
    with ThreadPoolExecutor() as pool, scheduler(workspace) as one, scheduler(workspace) as other:
        wait([pool.submit(one.wait), pool.submit(other.wait)], 60, FIRST_COMPLETED)
        ended, works = (other, one) if one.poll() is None else (one, other)
        assert ended.stderr
        assert f"monitor schedule (process {works.pid} on" in ended.stderr.read()
        assert ended.returncode == 4
        line_with(works, "the schedule begins")
        works.send_signal(signal.SIGTERM)
        line_with(works, "the schedule has ended")
        assert works.wait(timeout=30) == 0
    assert holder_of(workspace / "var" / "run.lock") is None


@pytest.fixture
def signals_as_before() -> Iterator[None]:
    kept = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    yield
    for number, handler in kept.items():
        signal.signal(number, handler)


@pytest.mark.slow
@needs_signals
@pytest.mark.usefixtures("signals_as_before")
def test_a_job_under_way_is_finished_before_the_schedule_ends(workspace: Path) -> None:
    is_begun, is_told = Event(), Event()

    def waits_for_the_signal(context: Context, connection: duckdb.DuckDBPyConnection, stages: Stages) -> JobOutcome:
        is_begun.set()
        assert is_told.wait(60)
        return JobOutcome("finished")

    def tell_to_stop(_seconds: float) -> None:
        assert is_begun.wait(60)
        signal.raise_signal(signal.SIGTERM)
        is_told.set()

    watched_since(workspace, NOW)
    context = replace(at(workspace, NOW + DAY), pause=tell_to_stop)
    run_schedule(context, lambda: context, {name: Job(name, waits_for_the_signal) for name in JOBS})
    recorded = "SELECT job, state, detail FROM data.job_run WHERE scheduled_for IS NOT NULL"
    assert asked(workspace, recorded) == [("load_and_check", "done", "finished")]  # and none of those due after it
