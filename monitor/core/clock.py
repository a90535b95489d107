"""The only place that asks what time it is, or lets time pass. Everything else is given an instant or a pause."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from datetime import time as time_of_day
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")

Clock = Callable[[], datetime]
Pause = Callable[[float], None]  # for so many seconds

pause: Pause = time.sleep


def now() -> datetime:
    """This instant, as an aware UTC datetime."""
    return datetime.now(UTC)


def end_of_day(day: date) -> datetime:
    """The instant at which a day ends in London and the next one begins."""
    return datetime.combine(day + timedelta(days=1), time_of_day(), LONDON).astimezone(UTC)


def london_date(instant: datetime) -> date:
    """The calendar day on which an aware instant falls in London, where the returns are due."""
    return instant.astimezone(LONDON).date()
