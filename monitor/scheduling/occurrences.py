"""When a job is due, by its cron line and what is recorded of it. Pure; times are London's wall clock, without a zone.

On the wall clock an hour is missing in March and comes twice in October. A time that is skipped has passed once the
clock is beyond it, and a time that comes again is the same occurrence: so each is there exactly once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache

from apscheduler.triggers.cron import CronTrigger

from monitor.core.clock import LONDON
from monitor.core.cron import checked_cron
from monitor.store.job_runs import Scheduled

RETRY_AFTER = timedelta(minutes=10)


@dataclass(frozen=True)
class Due:
    """The occurrence to run now, and how many before it were missed and are made good by it."""

    scheduled_for: datetime
    missed: int


def due(cron: str, since: datetime, last: Scheduled | None, now: datetime) -> Due | None:
    """The latest occurrence that is past and not done; None where there is none, or one was just tried.

    since: from when on the job is watched over; what lies before it is nobody's to make good.
    """
    done_until = since
    if last and last.scheduled_for > since:
        done_until = last.scheduled_for if last.is_over else last.scheduled_for - timedelta(microseconds=1)
    past = occurrences(cron, done_until, now)
    if not past:
        return None
    if last and last.scheduled_for == past[-1] and not last.is_over:
        tried_at = last.started_at.astimezone(LONDON).replace(tzinfo=None)
        if now - tried_at < RETRY_AFTER:
            return None
    return Due(past[-1], len(past) - 1)


def occurrences(cron: str, after: datetime, until: datetime) -> list[datetime]:
    """The occurrences after one wall-clock time, up to and including another."""
    trigger = trigger_of(cron)
    found: list[datetime] = []
    at = _next(trigger, after)
    while at is not None and at <= until:
        found.append(at)
        at = _next(trigger, at)
    return found


@cache
def trigger_of(cron: str) -> CronTrigger:
    """The trigger of a cron line, on a clock that skips nothing: it is given the wall clock's times."""
    return CronTrigger.from_crontab(checked_cron(cron), timezone=UTC)


def _next(trigger: CronTrigger, after: datetime) -> datetime | None:
    at = trigger.get_next_fire_time(None, (after + timedelta(microseconds=1)).replace(tzinfo=UTC))
    return at.replace(tzinfo=None) if at else None
