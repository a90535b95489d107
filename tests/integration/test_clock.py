"""A clock that goes forward and back: it is said, today goes on, and no job and no message comes twice."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import duckdb
import pytest
from asking import NOW, Monitor, write_csv, write_two_practices

from benchmarks.stages import COUNTED
from jobs import JOBS
from monitor import pipeline
from monitor.config.context import Context, read_context
from monitor.config.workspace import Workspace
from monitor.pipeline import Ran, Stages
from monitor.scheduling.job import Job, JobOutcome
from monitor.scheduling.running import make_store_ready, run_job, what_is_due
from monitor.store.ledger import CLOCK

HOUR, DAY, YEAR = timedelta(hours=1), timedelta(days=1), timedelta(days=365)
LOG = "organisation_code,return_code,period_start,submitted_at,outcome"


@pytest.fixture
def workspace(workspace: Path) -> Path:
    """Two practices; one of them has sent workforce data for November and December, the other nothing."""
    write_two_practices(workspace)
    write_csv(workspace / "inbox" / "log.csv", f"{LOG}\n{row('2025-11')}\n{row('2025-12')}")
    return workspace


def row(month: str, outcome: str = "accepted") -> str:
    return f"Z98002,workforce,{month}-01,{month}-02T10:00:00,{outcome}"


def at(workspace: Path, instant: datetime) -> Context:
    return read_context(Workspace(workspace), lambda: instant, pause=lambda seconds: None)


def run_at(workspace: Path, instant: datetime) -> Ran:
    return pipeline.run(at(workspace, instant), None, COUNTED)


def mails(workspace: Path) -> int:
    return len(list((workspace / "outbox").glob("*.eml")))


def asked(workspace: Path, sql: str) -> list[tuple]:
    with duckdb.connect(str(workspace / "var" / "monitor.duckdb"), read_only=True) as store:
        return store.execute(sql).fetchall()


@pytest.mark.one_in(2)
@pytest.mark.parametrize("ahead", [DAY, YEAR], ids=["a day", "a year"])
def test_after_a_clock_was_ahead_findings_of_today_are_recorded_and_said_once(
    monitor: Monitor, workspace: Path, ahead: timedelta
) -> None:
    first = run_at(workspace, NOW)
    run_at(workspace, NOW + ahead)
    write_csv(workspace / "inbox" / "rejected.csv", f"{LOG}\nZ98001,workforce,2025-12-01,2025-12-30T10:00:00,rejected")
    back = run_at(workspace, NOW + HOUR)
    assert (back.checked.as_of, back.checked.recorded, back.in_part) == (NOW.date(), True, True)
    assert "that is in the future" in back.why_in_part[0]
    assert back.checked.findings.open == first.checked.findings.open
    sent = mails(workspace)
    assert run_at(workspace, NOW + 2 * HOUR).delivery.delivered == ()
    assert mails(workspace) == sent
    said = json.loads(monitor("doctor", "-w", workspace, "--format", "json", now=NOW + 2 * HOUR).out)
    assert [one["subject"] for one in said if one["state"] == "problem"] == ["clock"]


@pytest.mark.slow
def test_a_decision_ends_what_is_said_of_a_clock_that_was_ahead(monitor: Monitor, workspace: Path) -> None:
    for instant in (NOW, NOW + YEAR, NOW + HOUR):
        run_at(workspace, instant)
    assert monitor("repair", "clock", "-w", workspace, now=NOW + HOUR).code == 2  # without a reason
    answer = monitor("repair", "clock", "--reason", "flat battery", "-w", workspace, now=NOW + HOUR)
    assert (answer.code, "2027-01-15" in answer.out) == (0, True)
    assert not run_at(workspace, NOW + 2 * HOUR).in_part
    ((content,),) = asked(workspace, f"SELECT content FROM data.ledger WHERE kind = '{CLOCK}'")
    assert json.loads(content)["reason"] == "flat battery"
    assert monitor("repair", "clock", "--reason", "again", "-w", workspace, now=NOW + 2 * HOUR).code == 2


@pytest.mark.slow
def test_a_clock_that_is_behind_undoes_nothing(workspace: Path) -> None:
    first, sent = run_at(workspace, NOW), mails(workspace)
    behind = run_at(workspace, NOW - YEAR)
    assert (behind.checked.recorded, behind.in_part) == (False, True)
    assert "seems to be behind" in behind.why_in_part[0]
    again = run_at(workspace, NOW + HOUR)
    assert (again.checked.recorded, again.in_part) == (True, False)
    assert (again.checked.findings.open, mails(workspace)) == (first.checked.findings.open, sent)


# ---------------------------------------------------------------------------------------------------------- schedule


def do_nothing(context: Context, connection: duckdb.DuckDBPyConnection, stages: Stages) -> JobOutcome:
    return JobOutcome("did nothing")


Look = Callable[[timedelta], int]


@pytest.fixture
def look(workspace: Path) -> Look:
    """Look what is due so long after a first look; gives how many jobs ran. Each is due once a day."""
    jobs = {name: Job(name, do_nothing) for name in JOBS}

    def look_at(after: timedelta) -> int:
        context = at(workspace, NOW + after)
        found = what_is_due(context, jobs)
        for job, occurrence in found:
            run_job(context, job, occurrence, COUNTED)
        return len(found)

    make_store_ready(at(workspace, NOW))
    look_at(timedelta())
    return look_at


DAILY = "\n".join(["[schedule]", *(f'{name} = "0 2 * * *"' for name in JOBS)])
STORIES: dict[str, list[tuple[timedelta, int]]] = {
    # so long after the first look -> how many of the jobs run
    "steady": [(DAY, len(JOBS)), (DAY + HOUR, 0), (2 * DAY, len(JOBS))],
    "back a day and forward": [(DAY, len(JOBS)), (HOUR, 0), (DAY + HOUR, 0), (2 * DAY, len(JOBS))],
    "back a year and forward": [(DAY, len(JOBS)), (-YEAR, 0), (DAY + HOUR, 0), (2 * DAY, len(JOBS))],
    "forward a year and back": [(YEAR, len(JOBS)), (HOUR, 0), (DAY, len(JOBS)), (DAY + HOUR, 0), (2 * DAY, len(JOBS))],
    "forward a day and back": [(DAY, len(JOBS)), (HOUR, 0), (2 * DAY, len(JOBS)), (2 * DAY + HOUR, 0)],
    "an hour to and fro": [(DAY, len(JOBS)), (DAY - HOUR, 0), (DAY + HOUR, 0), (2 * DAY, len(JOBS))],
}


@pytest.mark.slow
@pytest.mark.parametrize("story", STORIES)
def test_no_job_is_left_out_or_run_twice_when_the_clock_is_set(workspace: Path, look: Look, story: str) -> None:
    with (workspace / "monitor.toml").open("a", encoding="utf-8") as settings:
        settings.write(DAILY)
    assert [look(after) for after, _ in STORIES[story]] == [jobs for _, jobs in STORIES[story]]


@pytest.mark.slow
def test_a_schedule_that_began_while_the_clock_was_ahead_runs_when_it_is_right(workspace: Path, look: Look) -> None:
    with (workspace / "monitor.toml").open("a", encoding="utf-8") as settings:
        settings.write(DAILY)
    with duckdb.connect(str(workspace / "var" / "monitor.duckdb")) as store:
        store.execute("UPDATE data.job_watch SET since = since + INTERVAL 1 YEAR")
    assert [look(HOUR), look(DAY), look(DAY + HOUR)] == [0, len(JOBS), 0]
