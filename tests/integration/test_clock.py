"""A clock that goes forward and back: it is said, today goes on, and no job and no message comes twice."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import duckdb
import pytest
from asking import NOW, Monitor, write_csv
from clock_stories import (
    DAY,
    HOUR,
    LOG,
    RUNS,
    STORIES,
    YEAR,
    faults_of_runs,
    jobs_run,
    put_practices,
    run_at,
)  # fmt: skip

from monitor.store.ledger import CLOCK

BY_DEFAULT = "October, at a time that comes twice"


@pytest.fixture
def workspace(workspace: Path) -> Path:
    """Two practices; one of them has sent workforce data for November and December, the other nothing."""
    put_practices(workspace)
    return workspace


def mails(workspace: Path) -> int:
    return len(list((workspace / "outbox").glob("*.eml")))


def asked(workspace: Path, sql: str) -> list[tuple]:
    with duckdb.connect(str(workspace / "var" / "monitor.duckdb"), read_only=True) as store:
        return store.execute(sql).fetchall()


@pytest.mark.slow
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


SLOW = [pytest.param(name, marks=pytest.mark.slow) for name in STORIES if name != BY_DEFAULT]


@pytest.mark.parametrize("story", [BY_DEFAULT, *SLOW])
def test_no_job_is_left_out_or_run_twice_when_the_clock_is_set(workspace: Path, story: str) -> None:
    assert jobs_run(workspace, STORIES[story]) == [jobs for _, jobs in STORIES[story].looks]


@pytest.mark.slow
@pytest.mark.parametrize("story", ["a day to and fro", "March"])
def test_no_finding_is_lost_and_nobody_notified_twice_when_the_clock_is_set(tmp_path: Path, story: str) -> None:
    assert list(faults_of_runs(tmp_path, RUNS[story])) == []
