"""What ran, when, and what came of it: rows of data.job_run, only ever added and ended."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

import duckdb

from monitor.core.clock import Clock
from monitor.store.connection import Store
from monitor.store.named_sql import queries_beside, scalar

SQL = queries_beside(__file__)

# What lies further ahead than this was recorded while the clock was wrong: clocks are set right by seconds, and the
# wall clock goes back by an hour in October.
AHEAD, AHEAD_ON_THE_WALL = timedelta(minutes=5), timedelta(hours=3)

RUNNING, DONE, DONE_IN_PART, STOPPED, CUT_SHORT, LEFT_OUT = (
    "running", "done", "done_in_part", "stopped", "cut_short", "left_out",
)  # fmt: skip


@dataclass
class Record:
    """What a job says of itself while it runs. state: how it ended, where that is neither done nor done in part."""

    detail: str = ""
    in_part: bool = False
    state: str | None = None


@dataclass(frozen=True)
class Scheduled:
    """The last run for an occurrence of a job's schedule. scheduled_for: London's wall-clock time."""

    scheduled_for: datetime
    started_at: datetime
    state: str

    @property
    def is_over(self) -> bool:
        """Whether the occurrence is done with; what was cut short or stopped is tried again."""
        return self.state in (DONE, DONE_IN_PART, LEFT_OUT)


@contextmanager
def recorded(connection: Store, clock: Clock, name: str, scheduled_for: datetime | None = None) -> Iterator[Record]:
    """Record that a job runs. Whatever never ended was cut short: this process has the store alone."""
    connection.execute(
        "UPDATE data.job_run SET ended_at = $at, state = $state WHERE ended_at IS NULL",
        {"at": clock(), "state": CUT_SHORT},
    )
    run_id = scalar(connection, "SELECT nextval('data.next_run')")
    connection.execute(
        "INSERT INTO data.job_run VALUES ($id, $job, $at, NULL, $state, NULL, $scheduled_for)",
        {"id": run_id, "job": name, "at": clock(), "state": RUNNING, "scheduled_for": scheduled_for},
    )
    record = Record()
    try:
        yield record
    except BaseException:
        _end(connection, clock, run_id, STOPPED, record.detail)
        raise
    _end(connection, clock, run_id, record.state or (DONE_IN_PART if record.in_part else DONE), record.detail)


def last_scheduled(connection: duckdb.DuckDBPyConnection, name: str, now: datetime) -> Scheduled | None:
    """The last run that was for an occurrence of this job's schedule. now: on London's wall clock.

    Occurrences to come, as a clock that was ahead gave them, do not count: now, nor when they have come.
    """
    row = connection.execute(SQL["last_scheduled"], {"job": name, "latest": now + AHEAD_ON_THE_WALL}).fetchone()
    return Scheduled(*row) if row else None


def last_good(connection: duckdb.DuckDBPyConnection, now: datetime) -> datetime | None:
    """When the last cycle that came to its end began: a run, or the nightly job. None that lies in days to come."""
    return scalar(
        connection,
        "SELECT max(started_at) FROM data.job_run "
        "WHERE job IN ('run', 'load_and_check') AND state IN ('done', 'done_in_part') AND started_at <= $latest",
        {"latest": now + AHEAD},
    )


def watched_since(connection: duckdb.DuckDBPyConnection, name: str) -> datetime | None:
    """From when on this job is run by a schedule, in London's wall-clock time."""
    return scalar(connection, "SELECT since FROM data.job_watch WHERE job = $job", {"job": name})


def watch(connection: Store, name: str, since: datetime) -> None:
    """Note from when on a job is run by a schedule: the earliest of what schedules noted, as a clock may be ahead."""
    connection.execute(SQL["watch"], {"job": name, "since": since})


def _end(connection: Store, clock: Clock, run_id: int, state: str, detail: str) -> None:
    connection.execute(
        "UPDATE data.job_run SET ended_at = $at, state = $state, detail = $detail WHERE run_id = $id",
        {"id": run_id, "at": clock(), "state": state, "detail": detail},
    )
