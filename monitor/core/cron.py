"""Cron lines as monitor.toml has them: minute, hour, day of the month, month, day of the week by name."""

from __future__ import annotations

import re


def checked_cron(line: str) -> str:
    """The line as it is, or ValueError with what is allowed."""
    from apscheduler.triggers.cron import CronTrigger  # here, because only few commands have to do with a schedule

    fields = line.split()
    if len(fields) == 5 and re.search(r"\d", fields[4]):
        # Cron counts the days of the week from Sunday, APScheduler from Monday: a number would be one or the other.
        raise ValueError("the days of the week by name: mon, tue, wed, thu, fri, sat, sun")
    try:
        CronTrigger.from_crontab(line)
    except ValueError as error:
        raise ValueError(f"five fields: minute, hour, day, month, day of the week ({error})") from error
    return line
