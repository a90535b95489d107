"""Running one job: under the lock, recorded with the occurrence that it is for, whatever becomes of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import duckdb

from monitor import pipeline
from monitor.config.context import Context
from monitor.core.clock import LONDON
from monitor.operations.in_part import why_of_pages
from monitor.pipeline import STAGES, Stages
from monitor.returns.working_days import england
from monitor.scheduling.job import Job, JobOutcome
from monitor.scheduling.occurrences import Due, due
from monitor.store import job_runs
from monitor.store.sessions import reading, writing


def run_job(context: Context, job: Job, occurrence: Due | None = None, stages: Stages = STAGES) -> JobOutcome:
    """Run one job and record it; without an occurrence: by hand.

    Raises EnvironmentFault where another run has the workspace: then nothing is recorded, and the job is still due.
    """
    scheduled_for = occurrence.scheduled_for if occurrence else None
    with writing(context, f"job {job.name}") as connection:
        if scheduled_for and _is_over(connection, job, scheduled_for):
            return JobOutcome("another schedule has run it in the meantime")
        with job_runs.recorded(connection, context.clock, job.name, scheduled_for) as record:
            if scheduled_for and job.working_days_only and not england().is_working_day(scheduled_for.date()):
                record.state, record.detail = job_runs.LEFT_OUT, "no working day"
                return JobOutcome(record.detail)
            outcome = job.do(context, connection, stages)
            record.in_part, record.detail = outcome.in_part, outcome.detail
            if occurrence and occurrence.missed:
                record.detail += f"; makes up for {occurrence.missed} missed before it"
        published, site = pipeline.bring_up_to_date(context, connection, stages)
    why = why_of_pages(published.in_use, site.fault)
    return JobOutcome(*pipeline.detailed(outcome.detail, why)) if why else outcome


def what_is_due(context: Context, jobs: Mapping[str, Job]) -> list[tuple[Job, Due]]:
    """The jobs that are due now, in their order. A job that is seen for the first time is watched from now on."""
    now = context.clock().astimezone(LONDON).replace(tzinfo=None)
    found = []
    unseen = []
    with reading(context) as connection:
        for name, cron in context.settings.schedule.crons().items():
            since = job_runs.watched_since(connection, name)
            if since is None or since > now + job_runs.AHEAD_ON_THE_WALL:
                unseen.append(name)
                continue
            occurrence = due(cron, since, job_runs.last_scheduled(connection, name, now), now)
            if occurrence:
                found.append((jobs[name], occurrence))
    if unseen:
        _watch(context, unseen, now)
    return found


def make_store_ready(context: Context) -> None:
    """Have a store of this version: where nothing has run yet, or an earlier version of the program did."""
    with writing(context, "monitor schedule"):
        pass  # opening it is what makes it, or brings it forward


def _is_over(connection: duckdb.DuckDBPyConnection, job: Job, scheduled_for: datetime) -> bool:
    last = job_runs.last_scheduled(connection, job.name, scheduled_for)
    return last is not None and last.is_over and last.scheduled_for >= scheduled_for


def _watch(context: Context, names: list[str], since: datetime) -> None:
    with writing(context, "monitor schedule") as connection:
        for name in names:
            job_runs.watch(connection, name, since)
