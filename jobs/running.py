"""Running one job: under the lock, recorded with the occurrence that it is for, whatever becomes of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from jobs.alerts import alerts
from jobs.job import Job, Outcome
from jobs.load_and_check import load_and_check
from jobs.monthly_rollup import monthly_rollup
from jobs.occurrences import Due, due
from jobs.self_check import self_check
from jobs.snapshot_cleanup import snapshot_cleanup
from jobs.weekly_summary import weekly_summary
from monitor import pipeline
from monitor.config.context import Context
from monitor.core.clock import LONDON
from monitor.returns.working_days import england
from monitor.store import job_runs
from monitor.store.sessions import reading, writing

JOBS: Mapping[str, Job] = {
    job.name: job
    for job in (
        Job("load_and_check", load_and_check),
        Job("alerts", alerts, working_days_only=True),
        Job("weekly_summary", weekly_summary),
        Job("monthly_rollup", monthly_rollup),
        Job("snapshot_cleanup", snapshot_cleanup),
        Job("self_check", self_check),
    )
}


def run_job(context: Context, job: Job, occurrence: Due | None = None) -> Outcome:
    """Run one job and record it; without an occurrence: by hand.

    Raises EnvironmentFault where another run has the workspace: then nothing is recorded, and the job is still due.
    """
    scheduled_for = occurrence.scheduled_for if occurrence else None
    with writing(context, f"job {job.name}") as connection:
        with job_runs.recorded(connection, context.clock, job.name, scheduled_for) as record:
            if scheduled_for and job.working_days_only and not england().is_working_day(scheduled_for.date()):
                record.state, record.detail = job_runs.LEFT_OUT, "no working day"
                return Outcome(record.detail)
            outcome = job.do(context, connection)
            record.in_part, record.detail = outcome.in_part, outcome.detail
            if occurrence and occurrence.missed:
                record.detail += f"; makes good {occurrence.missed} missed before it"
        pipeline.publish_news(context, connection)
        site = pipeline.report_news(context)
    return Outcome(f"{outcome.detail}; the pages: {site.fault}", in_part=True) if site.fault else outcome


def what_is_due(context: Context) -> list[tuple[Job, Due]]:
    """The jobs that are due now, in their order. A job that is seen for the first time is watched from now on."""
    now = context.clock().astimezone(LONDON).replace(tzinfo=None)
    found = []
    unseen = []
    with reading(context) as connection:
        for name, cron in context.settings.schedule.crons().items():
            since = job_runs.watched_since(connection, name)
            if since is None:
                unseen.append(name)
                continue
            occurrence = due(cron, since, job_runs.last_scheduled(connection, name), now)
            if occurrence:
                found.append((JOBS[name], occurrence))
    if unseen:
        _watch(context, unseen, now)
    return found


def make_store_ready(context: Context) -> None:
    """Have a store of this version: where nothing has run yet, or an earlier version of the program did."""
    with writing(context, "monitor schedule"):
        pass  # opening it is what makes it, or brings it forward


def _watch(context: Context, names: list[str], since: datetime) -> None:
    with writing(context, "monitor schedule") as connection:
        for name in names:
            job_runs.watch(connection, name, since)
