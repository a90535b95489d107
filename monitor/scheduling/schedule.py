"""When the jobs run: APScheduler wakes the program every minute; what is due is worked out from what is recorded."""

from __future__ import annotations

import logging
import signal
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC
from types import FrameType
from typing import Any

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger

from monitor.config.context import Context
from monitor.core.errors import EnvironmentFault, Mendable
from monitor.operations.health import silence
from monitor.scheduling.heartbeat import beat
from monitor.scheduling.job import Job, JobOutcome
from monitor.scheduling.log import facts, log_to
from monitor.scheduling.occurrences import Due
from monitor.scheduling.running import make_store_ready, run_job, what_is_due
from monitor.store.lock import holding

MINUTES_BETWEEN_LOOKS = 1
SECONDS_UNTIL_A_SIGNAL_IS_SEEN = 0.5


@dataclass
class Watch:
    """Looks what is due and runs it, with the settings as they are now; keeps the last good ones.

    read: reads the settings anew; raises Mendable where somebody has made a mistake in them.
    """

    context: Context
    read: Callable[[], Context]
    jobs: Mapping[str, Job]
    log: logging.Logger
    mistake: str = ""
    is_stopping: bool = False
    is_store_ready: bool = False

    def look(self) -> None:
        """Run what is due, one job after the other. Nothing that goes wrong with one ends the schedule."""
        self._read_again()
        try:
            self._run_what_is_due()
            trouble = silence(self.context)
        except Mendable as fault:
            trouble = fault.message
            self.log.warning("could not work out what is due: %s", trouble)
        beat(self.context, self.log, is_well=not (self.mistake or trouble))

    def _run_what_is_due(self) -> None:
        if not self.is_store_ready:
            make_store_ready(self.context)
            self.is_store_ready = True
        for job, occurrence in what_is_due(self.context, self.jobs):
            if self.is_stopping:
                return
            self._run(job, occurrence)

    def _run(self, job: Job, occurrence: Due) -> None:
        of_job = {"job": job.name, "scheduled_for": occurrence.scheduled_for.isoformat(), "missed": occurrence.missed}
        self.log.info("%s begins", job.name, extra=facts(**of_job))
        try:
            outcome = run_job(self.context, job, occurrence)
        except EnvironmentFault as fault:
            self.log.warning("%s waits: %s", job.name, fault.message, extra=facts(**of_job))
        except Mendable as mistake:
            self.log.error("%s stopped: %s", job.name, mistake.message, extra=facts(**of_job))
        except Exception:  # a bug in one job must not end the others; it is in the log and in job_run
            self.log.exception("%s stopped by an error of the program", job.name, extra=facts(**of_job))
        else:
            log_outcome(self.log, job.name, outcome, of_job)

    def _read_again(self) -> None:
        try:
            self.context = self.read()
        except Mendable as mistake:
            if mistake.message != self.mistake:
                self.log.error("the previous settings are kept: %s", mistake.message)
            self.mistake = mistake.message
        else:
            if self.mistake:
                self.log.info("the settings were read again")
            self.mistake = ""


def log_outcome(
    log: logging.Logger, job_name: str, outcome: JobOutcome, of_job: Mapping[str, Any] | None = None
) -> None:
    """Log what a job came to, and why a person is needed where one is. of_job: which occurrence it was for."""
    level = logging.WARNING if outcome.in_part else logging.INFO
    said = facts(**(of_job or {"job": job_name}), in_part=outcome.in_part)
    log.log(level, "%s: %s", job_name, outcome.detail, extra=said)


def run_schedule(context: Context, read: Callable[[], Context], jobs: Mapping[str, Job]) -> None:
    """Run the jobs on their schedule until SIGTERM or Ctrl-C. The job under way is finished; a second one ends it.

    Raises EnvironmentFault, which says who it is, where another schedule runs in this workspace.
    """
    context.workspace.make_folders()
    with holding(context.workspace.schedule_lock, "monitor schedule", context.clock()):
        _run_until_told(context, read, jobs)


def _run_until_told(context: Context, read: Callable[[], Context], jobs: Mapping[str, Job]) -> None:
    log = log_to(context.workspace.log)
    watch = Watch(context, read, jobs, log)
    scheduler = BackgroundScheduler(timezone=UTC)
    # One look at a time, however late it is: each makes good what was missed, and tries again what a run held up.
    scheduler.add_job(
        watch.look, IntervalTrigger(minutes=MINUTES_BETWEEN_LOOKS, timezone=UTC), next_run_time=context.clock(),
        coalesce=True, max_instances=1, misfire_grace_time=None,
    )  # fmt: skip
    _stop_on_signals(watch)
    log.info("the schedule begins: %s", ", ".join(context.settings.schedule.crons()))
    scheduler.start()
    while not watch.is_stopping:
        context.pause(SECONDS_UNTIL_A_SIGNAL_IS_SEEN)
    log.info("stopping: the job under way is finished first")
    scheduler.shutdown()
    log.info("the schedule has ended")


def _stop_on_signals(watch: Watch) -> None:
    # Only noted: a signal may come at any moment, also while this thread has a lock that ending the schedule needs.
    def stop(_number: int, _frame: FrameType | None) -> None:
        if watch.is_stopping:
            raise KeyboardInterrupt
        watch.is_stopping = True

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
