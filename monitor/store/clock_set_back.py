"""A clock that was ahead: what was recorded then lies in days to come. It is noticed, said, and decided about.

It counts for nothing that depends on days: today's findings are recorded, and what is due now is run. It is said until
a person has decided that it is known. Where so much lies ahead that the clock must be behind now, nothing is recorded:
findings as of a day that is long past would undo all that came after.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import NamedTuple

import duckdb

from monitor.core.clock import LONDON, london_date
from monitor.core.errors import UsageError
from monitor.store.connection import Store
from monitor.store.job_runs import AHEAD, AHEAD_ON_THE_WALL
from monitor.store.ledger import CLOCK, append
from monitor.store.named_sql import queries_beside, scalar, transaction
from monitor.store.schema import has_table

SQL = queries_beside(__file__)

MOST_DAYS_AHEAD, ONE_DAY = 7, timedelta(days=1)  # a clock that is ahead is noticed within days
BEHIND = "set the clock right, then `monitor run`"
ADVICE = "check the machine's clock; if it is right now, `monitor repair clock --reason TEXT` sets them aside"


class Ahead(NamedTuple):
    """What lies furthest ahead. check_of: a London date; run_at: an instant; occurrence: on London's wall clock."""

    check_of: date | None
    run_at: datetime | None
    occurrence: datetime | None


def in_days_to_come(connection: duckdb.DuckDBPyConnection, now: datetime, with_runs: bool = True) -> list[str]:
    """What was recorded for days to come and no person has set aside, as a sentence; none as a rule.

    with_runs: also that a run began then, which by itself changes nothing.
    """
    ahead = _ahead(connection, now)
    if not with_runs:
        ahead = ahead._replace(run_at=None)
    said = (
        f"a check as of {ahead.check_of} is recorded" if ahead.check_of else "",
        f"a run of {ahead.run_at.astimezone(LONDON):%Y-%m-%d %H:%M}" if ahead.run_at else "",
        f"a job for {ahead.occurrence:%Y-%m-%d %H:%M}" if ahead.occurrence else "",
    )
    if not any(said):
        return []
    words = ", ".join(filter(None, said))
    if is_behind(connection, now):
        return [
            f"{words}: the machine's clock ({london_date(now)}) seems to be behind, so nothing is recorded ({BEHIND})"
        ]
    return [f"{words}: that is in the future, so the clock was wrong then ({ADVICE})"]


def is_behind(connection: duckdb.DuckDBPyConnection, now: datetime) -> bool:
    """Whether so much lies in days to come that it is rather the clock of now that is wrong."""
    asked = {"today": london_date(now), "latest": now + ONE_DAY, "days": MOST_DAYS_AHEAD}
    return bool(scalar(connection, SQL["is_behind"], asked))


def set_aside(connection: Store, author: str, reason: str, at: datetime) -> str:
    """Decide that what was recorded for days to come is known and does not count; gives what, in words.

    Raises UsageError where nothing lies in days to come.
    """
    found = in_days_to_come(connection, at)
    if not found:
        raise UsageError("the clock", "nothing is recorded for future days", advice="there is nothing to set aside")
    ahead = _ahead(connection, at)
    said = {"author": author, "reason": reason, **{name: str(day) for name, day in ahead._asdict().items() if day}}
    with transaction(connection):
        connection.execute(SQL["set_back"], {"at": at, "author": author, "reason": reason})
        append(connection, CLOCK, at, said)
    return ", ".join(f"{name.replace('_', ' ')} {day}" for name, day in ahead._asdict().items() if day)


def _ahead(connection: duckdb.DuckDBPyConnection, now: datetime) -> Ahead:
    if not has_table(connection, "clock_set_back"):  # a store of before, which no run has brought forward yet
        return Ahead(None, None, None)
    on_wall = now.astimezone(LONDON).replace(tzinfo=None) + AHEAD_ON_THE_WALL
    asked = {"today": london_date(now), "latest": now + AHEAD, "latest_on_wall": on_wall}
    return Ahead(*connection.execute(SQL["ahead"], asked).fetchall()[0])
