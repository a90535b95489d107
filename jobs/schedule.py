"""When the jobs run: APScheduler's wiring. What is due is worked out from what is recorded, not from its memory."""

from __future__ import annotations

import logging
import signal
from collections.abc import Callable
from dataclasses import dataclass
from threading import Thread
from types import FrameType

from apscheduler.events import EVENT_SCHEDULER_STARTED
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BlockingScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from jobs.heartbeat import beat
from jobs.job import Job
from jobs.log import facts, log_to
from jobs.occurrences import Due
from jobs.running import make_store_ready, run_job, what_is_due
from monitor.config.context import Context
from monitor.core.clock import LONDON
from monitor.core.errors import EnvironmentFault, Mendable
from monitor.operations.health import silence

MINUTES_BETWEEN_LOOKS = 1


@dataclass
class Watch:
    """Looks what is due and runs it, with the settings as they are now; keeps the last good ones.

    read: reads the settings anew; raises Mendable where somebody has made a mistake in them.
    """

    context: Context
    read: Callable[[], Context]
    log: logging.Logger
    mistake: str = ""
    is_stopping: bool = False
    is_store_ready: bool = False
    ending: Thread | None = None

    def look(self) -> None:
        """Run what is due, one job after the other. Nothing that goes wrong with one ends the schedule."""
        self._read_again()
        try:
            self._run_what_is_due()
            trouble = silence(self.context)
        except Mendable as fault:
            trouble = fault.message
            self.log.warning("could not look what is due: %s", trouble)
        beat(self.context, self.log, is_well=not (self.mistake or trouble))

    def _run_what_is_due(self) -> None:
        if not self.is_store_ready:
            make_store_ready(self.context)
            self.is_store_ready = True
        for job, occurrence in what_is_due(self.context):
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
            level = logging.WARNING if outcome.in_part else logging.INFO
            self.log.log(level, "%s: %s", job.name, outcome.detail, extra=facts(**of_job, in_part=outcome.in_part))

    def _read_again(self) -> None:
        try:
            self.context = self.read()
        except Mendable as mistake:
            if mistake.message != self.mistake:
                self.log.error("the settings of before are kept: %s", mistake.message)
            self.mistake = mistake.message
        else:
            if self.mistake:
                self.log.info("the settings are read again")
            self.mistake = ""


def run_schedule(context: Context, read: Callable[[], Context]) -> None:
    """Run the jobs on their schedule until SIGTERM or Ctrl-C. The job under way is finished; a second one ends it."""
    log = log_to(context.workspace.log)
    watch = Watch(context, read, log)
    scheduler = BlockingScheduler(
        timezone=LONDON,
        executors={"default": ThreadPoolExecutor(1)},
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
    )
    for name, cron in context.settings.schedule.crons().items():
        scheduler.add_job(watch.look, CronTrigger.from_crontab(cron, timezone=LONDON), id=name)
    # Makes good what was missed while nothing ran, and tries again what another run held up.
    every = IntervalTrigger(minutes=MINUTES_BETWEEN_LOOKS, timezone=LONDON)
    scheduler.add_job(watch.look, every, id="look", next_run_time=context.clock())
    _stop_on_signals(scheduler, watch)
    # A signal may come between the words below and the start.
    scheduler.add_listener(lambda _event: _end_at_once_if_asked(scheduler, watch), EVENT_SCHEDULER_STARTED)
    log.info("the schedule begins: %s", ", ".join(context.settings.schedule.crons()))
    scheduler.start()
    if watch.ending:
        watch.ending.join()  # the job under way
    log.info("the schedule has ended")


def _end_at_once_if_asked(scheduler: BlockingScheduler, watch: Watch) -> None:
    if watch.is_stopping and not watch.ending:
        scheduler.shutdown(wait=False)


def _stop_on_signals(scheduler: BlockingScheduler, watch: Watch) -> None:
    def stop(_number: int, _frame: FrameType | None) -> None:
        if watch.is_stopping:
            raise KeyboardInterrupt
        watch.is_stopping = True
        watch.log.info("stopping: the job under way is finished first")
        if scheduler.running:
            # By another thread: the signal may have come while this one hands a job over, and holds the locks that
            # ending the schedule takes.
            watch.ending = Thread(target=scheduler.shutdown, daemon=True)
            watch.ending.start()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
